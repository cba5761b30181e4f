package store

import (
	"context"
	"errors"
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"
)

// statements are the indexer's, prepared once, with what a transaction knows.
type statements struct {
	conn *conn

	begin, commit, rollback *stmt
	lastRev, duplicate      *stmt
	insert, update, places  *stmt
	segment, putSegment     *stmt

	rev, began int64 // the last in use, now and when the transaction began
	segments   map[int64]*progress
	endpoints  map[string]*Endpoint // those that were read
	changedEps map[string]bool      // and those of them that are to be written
}

// progress is what a transaction adds to a segment.
type progress struct {
	before        int64 // up to where it was indexed
	indexed       int64
	places, bytes int64
}

const (
	// Both are one step in an index.
	lastRevSQL = `SELECT max(rev, coalesce((SELECT max(rev) FROM deliveries), 0)) FROM counters`
	lastSeqSQL = `SELECT max(seq, coalesce((SELECT max(seq) FROM deliveries), 0)) FROM counters`

	duplicateSQL = `SELECT id FROM deliveries WHERE wire = ? AND wire IS NOT NULL AND event_id IS NOT ? ORDER BY seq LIMIT 1`

	insertSQL = `INSERT INTO deliveries (seq, id, rev, direction, trigger, event_id, wire, type, provider, received_at,
		endpoint, status, next_attempt_at, owner, code, verdict, duplicate_of, body_size, places, tried)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`

	updateSQL = `UPDATE deliveries SET rev = ?, status = ?, next_attempt_at = ?, endpoint = ?, owner = ?, code = ?,
		places = ?, body_size = coalesce(?, body_size), tried = ?, canceled = ?, returns_to = NULL, claimed_at = NULL WHERE seq = ?`

	placesSQL  = `SELECT places, canceled, returns_to FROM deliveries WHERE seq = ?`
	segmentSQL = `SELECT indexed FROM segments WHERE id = ?`

	putSegmentSQL = `INSERT INTO segments (id, indexed, places, bytes) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET
		indexed = max(indexed, excluded.indexed), places = places + excluded.places, bytes = bytes + excluded.bytes`
)

func prepareAll(c *conn) (*statements, error) {
	s := &statements{conn: c}
	var errs []error
	prepare := func(query string) *stmt {
		p, err := c.prepare(query)
		errs = append(errs, err)
		return p
	}
	s.begin, s.commit, s.rollback = prepare("BEGIN IMMEDIATE"), prepare("COMMIT"), prepare("ROLLBACK")
	s.lastRev, s.duplicate = prepare(lastRevSQL), prepare(duplicateSQL)
	s.insert, s.update, s.places = prepare(insertSQL), prepare(updateSQL), prepare(placesSQL)
	s.segment, s.putSegment = prepare(segmentSQL), prepare(putSegmentSQL)
	if err := errors.Join(errs...); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *statements) close() {
	for _, p := range []*stmt{
		s.begin, s.commit, s.rollback, s.lastRev, s.duplicate, s.insert, s.update, s.places, s.segment, s.putSegment,
	} {
		if p != nil {
			p.close()
		}
	}
}

// write indexes what of a batch has not failed yet. With an error that is one
// item's own it returns that item: the caller rolls back and writes the others.
func (s *statements) write(batch []*item) (*item, error) {
	if err := s.prepareTransaction(); err != nil {
		return nil, err
	}
	for _, it := range batch {
		if it.err != nil || it.into != nil {
			continue
		}
		if err := s.writeItem(it); err != nil {
			if isItemError(err) && len(it.records) == 1 {
				it.err = writeError(err) // nothing of it was written
				continue
			}
			if it.run != nil || isItemError(err) {
				return it, err
			}
			return nil, err
		}
	}
	for _, it := range batch { // what failed is passed over for ever
		for _, r := range it.records {
			if err := s.pass(r); err != nil {
				return nil, err
			}
		}
	}
	return nil, errors.Join(s.saveEndpoints(), s.saveProgress())
}

func (s *statements) prepareTransaction() error {
	var err error
	s.segments, s.endpoints, s.changedEps = map[int64]*progress{}, map[string]*Endpoint{}, map[string]bool{}
	s.rev, err = s.lastRev.integer(context.Background())
	s.began = s.rev
	return err
}

// isItemError tells whether an error concerns one delivery only.
func isItemError(err error) bool {
	switch sqliteCode(err) {
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG:
		return true
	}
	return errors.Is(err, ErrNotFound)
}

func (s *statements) writeItem(it *item) error {
	if it.run != nil {
		return it.run(s)
	}
	if it.seal != 0 {
		_, err := s.putSegment.exec(it.seal, int64(maxStamp), int64(0), int64(0))
		return err
	}
	for _, r := range it.records {
		if err := s.writeRecord(r); err != nil {
			return err
		}
	}
	return nil
}

// writeRecord indexes a record, unless that was done already: by a transaction
// whose success was not known, or by another process after the death of the
// one that wrote it.
func (s *statements) writeRecord(r *record) error {
	p, err := s.progressOf(r.place.segment)
	if err != nil || r.place.offset < p.before {
		return err
	}
	s.rev = max(s.rev+1, r.stamp)
	r.rev = s.rev
	if r.kind == kindState {
		return s.save(r)
	}
	return s.append(r)
}

// pass notes that a record was indexed, or never will be.
func (s *statements) pass(r *record) error {
	p, err := s.progressOf(r.place.segment)
	if err == nil {
		p.indexed = max(p.indexed, r.place.offset+r.place.size)
	}
	return err
}

func (s *statements) progressOf(segment int64) (*progress, error) {
	if p := s.segments[segment]; p != nil {
		return p, nil
	}
	row, err := s.segment.row(context.Background(), segment)
	if err != nil {
		return nil, err
	}
	p := &progress{}
	if len(row) > 0 {
		p.before, _ = row[0].(int64)
	}
	s.segments[segment] = p
	return p, nil
}

// count notes that places were added to a delivery, or taken from it with a
// negative sign.
func (s *statements) count(places []place, sign int64) error {
	for i := range places {
		p, err := s.progressOf(places[i].segment)
		if err != nil {
			return err
		}
		p.places += sign
		if places[i].owns() {
			p.bytes += sign * places[i].size
		}
	}
	return nil
}

func (s *statements) saveProgress() error {
	for id, p := range s.segments {
		if *p == (progress{before: p.before}) {
			continue
		}
		if _, err := s.putSegment.exec(id, p.indexed, p.places, p.bytes); err != nil {
			return fmt.Errorf("note segment %d: %w", id, err)
		}
	}
	return nil
}

// append writes the row of a new delivery, in the state in which it was saved
// meanwhile.
func (s *statements) append(r *record) error {
	d, places := r.d, r.firstPlaces()
	if err := s.conclude(r, "", false); err != nil {
		return fmt.Errorf("index %s: %w", d.ID, err)
	}
	for later := r.later; later != nil; later = later.later {
		places = addPlace(places, later.place, later.emptied())
	}
	eventID := packID(eventPrefix, d.Event.ID)
	wire, err := wireKey(d), error(nil)
	if r.original, err = s.findDuplicate(r, wire, eventID); err != nil {
		return err
	}
	var verdict any
	if d.Verification != nil {
		verdict = text(d.Verification.Verdict)
	}
	_, err = s.insert.exec(d.Seq, packID(deliveryPrefix, d.ID), r.rev, string(d.Direction), text(d.Trigger), eventID,
		wire, d.Event.Type, text(d.Event.Provider), instant(d.ReceivedAt), text(d.Endpoint), d.Status,
		instant(d.NextAttemptAt), text(r.owner), integer(int64(d.code())), verdict, r.original,
		integer(d.Request.BodySize), packPlaces(places), flag(d.Tried))
	if err != nil {
		return fmt.Errorf("index %s: %w", d.ID, err)
	}
	return s.count(places, 1)
}

// findDuplicate looks for the first delivery with the same wire id that was
// received for another event.
func (s *statements) findDuplicate(r *record, wire, eventID any) (any, error) {
	if wire == nil {
		if r.d.Verification == nil {
			return nil, nil
		}
		return packID(deliveryPrefix, r.d.Verification.DuplicateOf), nil
	}
	row, err := s.duplicate.row(context.Background(), wire, eventID)
	if err != nil || len(row) == 0 {
		return packID(deliveryPrefix, r.d.Verification.DuplicateOf), err
	}
	return row[0], nil
}

// save changes the row of a delivery.
func (s *statements) save(r *record) error {
	d := r.d
	before, canceled, manual, err := s.stateOf(d.Seq)
	if err == nil {
		err = s.conclude(r, canceled, manual)
	}
	if err != nil {
		return fmt.Errorf("save #%d: %w", d.Seq, err)
	}
	if d.Status != Canceled {
		canceled = ""
	}
	after := addPlace(before, r.place, r.emptied())
	var size any
	if r.request == requestWhole {
		size = d.Request.BodySize
	}
	_, err = s.update.exec(r.rev, d.Status, instant(d.NextAttemptAt), text(d.Endpoint), text(r.owner),
		integer(int64(d.code())), packPlaces(after), size, flag(d.Tried), text(canceled), d.Seq)
	if err != nil {
		return fmt.Errorf("save #%d: %w", d.Seq, err)
	}
	return errors.Join(s.count(before, -1), s.count(after, 1))
}

// stateOf is what the row of a delivery says: where it is in the log, why it was
// given up, and whether its attempt in flight is a manual one.
func (s *statements) stateOf(seq int64) (places []place, canceled string, manual bool, err error) {
	row, err := s.places.row(context.Background(), seq)
	if err != nil {
		return nil, "", false, err
	}
	if len(row) == 0 {
		return nil, "", false, ErrNotFound
	}
	packed, _ := row[0].([]byte)
	if places, err = unpackPlaces(packed); err != nil {
		return nil, "", false, fmt.Errorf("%w: its row is damaged: %w", ErrNotFound, err)
	}
	canceled, _ = row[1].(string)
	return places, canceled, row[2] != nil, nil
}

// conclude lets the endpoint of a delivery judge its attempt, if the record has
// one, and puts the delivery where it belongs then.
func (s *statements) conclude(r *record, canceled string, manual bool) error {
	d := r.d
	if d.Endpoint == "" {
		return nil
	}
	ep, err := s.endpoint(d.Endpoint)
	var lost *NoEndpointError
	if errors.As(err, &lost) { // the index was made again, and nobody knows it any more
		return nil
	}
	if err != nil {
		return err
	}
	for i := range d.Attempts {
		if at := d.Attempts[i].StartedAt; at.After(ep.LastAttemptAt) {
			ep.LastAttemptAt, s.changedEps[ep.ID] = at, true
		}
	}
	if r.result != nil {
		r.change = &EndpointChange{Before: *ep}
		ep.Judge(*r.result, d.Status)
		s.changedEps[ep.ID] = true
		if ep.Enabled != r.change.Before.Enabled || ep.Paused != r.change.Before.Paused {
			if err := s.settleAll(ep, r.result.Ended, "", r.change); err != nil {
				return err
			}
		}
		r.change.After = *ep
	}
	if !manual || !Final(d.Status) {
		d.settle(ep, canceled)
	}
	if d.Status != Pending && d.Status != Retrying && d.Status != Delivering {
		r.owner = ""
	}
	return nil
}
