package store

import (
	"context"
	"errors"
	"fmt"

	sqlite3 "modernc.org/sqlite/lib"
)

// statements are the writer's, prepared once.
type statements struct {
	owner string
	conn  *conn

	begin, commit, rollback      *stmt
	lastRev, duplicate           *stmt
	insert, update               *stmt
	updateRequest, updateHeaders *stmt
	insertBody, putBody          *stmt
	putAttempt                   *stmt
}

const (
	// Both are one step in an index.
	lastRevSQL = `SELECT max(rev, coalesce((SELECT max(rev) FROM deliveries), 0)) FROM counters`
	lastSeqSQL = `SELECT max(seq, coalesce((SELECT max(seq) FROM deliveries), 0)) FROM counters`

	duplicateSQL = `SELECT id FROM deliveries WHERE external_id = ? AND external_id IS NOT NULL
		AND provider = ? AND direction = 'in' AND event_id IS NOT ? ORDER BY seq LIMIT 1`

	insertSQL = `INSERT INTO deliveries (seq, id, rev, direction, trigger, event_id, external_id, type, provider,
		channels, test, handshake, received_at, endpoint, destination, status, status_reason, next_attempt_at,
		replay_of, owner, answer, code, verdict, verification, duplicate_of, body, body_size, body_sha256, request)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`

	updateSQL = `UPDATE deliveries SET rev = ?, status = ?, status_reason = ?, next_attempt_at = ?, endpoint = ?,
		destination = ?, owner = ?, answer = ?, code = ? WHERE seq = ?`

	// The next two change nothing where the request is the same.
	updateRequestSQL = `UPDATE deliveries SET request = ?1, body = ?2, body_size = ?3, body_sha256 = ?4
		WHERE seq = ?5 AND (request IS NOT ?1 OR body_sha256 IS NOT ?4)`
	updateHeadersSQL = `UPDATE deliveries SET request = ?1 WHERE seq = ?2 AND request IS NOT ?1`

	insertBodySQL = `INSERT INTO bodies (id, bytes) VALUES (?, ?)`
	putBodySQL    = `INSERT INTO bodies (id, bytes) VALUES (?, ?) ON CONFLICT DO UPDATE SET bytes = excluded.bytes`

	putAttemptSQL = `INSERT INTO attempts (id, trigger, url, started_at, duration, status_code, error_kind, error,
		response_size, response_truncated, response_sha256, remote_ip, headers) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT DO UPDATE SET trigger = excluded.trigger, url = excluded.url, started_at = excluded.started_at,
		duration = excluded.duration, status_code = excluded.status_code, error_kind = excluded.error_kind,
		error = excluded.error, response_size = excluded.response_size,
		response_truncated = excluded.response_truncated,
		response_sha256 = coalesce(excluded.response_sha256, response_sha256),
		remote_ip = excluded.remote_ip, headers = excluded.headers
		WHERE duration IS NOT excluded.duration OR status_code IS NOT excluded.status_code
		OR error_kind IS NOT excluded.error_kind OR error IS NOT excluded.error
		OR response_size IS NOT excluded.response_size OR started_at IS NOT excluded.started_at
		OR excluded.response_sha256 IS NOT NULL AND response_sha256 IS NOT excluded.response_sha256
		OR trigger IS NOT excluded.trigger OR url IS NOT excluded.url
		OR response_truncated IS NOT excluded.response_truncated
		OR remote_ip IS NOT excluded.remote_ip OR headers IS NOT excluded.headers`
)

func prepareAll(c *conn, owner string) (*statements, error) {
	s := &statements{owner: owner, conn: c}
	var errs []error
	prepare := func(query string) *stmt {
		p, err := c.prepare(query)
		errs = append(errs, err)
		return p
	}
	s.begin, s.commit, s.rollback = prepare("BEGIN IMMEDIATE"), prepare("COMMIT"), prepare("ROLLBACK")
	s.lastRev, s.duplicate = prepare(lastRevSQL), prepare(duplicateSQL)
	s.insert, s.update = prepare(insertSQL), prepare(updateSQL)
	s.updateRequest, s.updateHeaders = prepare(updateRequestSQL), prepare(updateHeadersSQL)
	s.insertBody, s.putBody, s.putAttempt = prepare(insertBodySQL), prepare(putBodySQL), prepare(putAttemptSQL)
	if err := errors.Join(errs...); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *statements) close() {
	for _, p := range []*stmt{
		s.begin, s.commit, s.rollback, s.lastRev, s.duplicate, s.insert, s.update, s.updateRequest,
		s.updateHeaders, s.insertBody, s.putBody, s.putAttempt,
	} {
		if p != nil {
			p.close()
		}
	}
}

// write executes what of a group has not failed yet. With an error that is one
// item's own it returns that item: the caller rolls back and writes the others.
func (s *statements) write(group []*item) (*item, error) {
	rev, err := s.lastRev.integer(context.Background())
	if err != nil {
		return nil, err
	}
	for _, it := range group {
		if it.err != nil || it.into != nil {
			continue
		}
		if rev, err = s.writeItem(it, rev); err != nil {
			if isItemError(err) {
				return it, err
			}
			return nil, err
		}
	}
	return nil, nil
}

// mergeSaves lets a delivery that is appended and saved in the same group be
// written once, in its last state.
func mergeSaves(group []*item) {
	var fresh map[int64]*item
	for _, it := range group {
		if it.save != nil {
			into := fresh[it.save.seq]
			if into == nil {
				continue
			}
			for _, r := range into.appends {
				if r.seq == it.save.seq {
					r.become(it.save)
				}
			}
			it.into, it.save = into, nil
			continue
		}
		for _, r := range it.appends {
			if fresh == nil {
				fresh = make(map[int64]*item, len(group))
			}
			fresh[r.seq] = it
		}
	}
}

// become takes over what Save may change.
func (r *record) become(saved *record) {
	d := r.d
	d.Status, d.StatusReason, d.NextAttemptAt = saved.d.Status, saved.d.StatusReason, saved.d.NextAttemptAt
	d.Endpoint, d.Destination, d.Answer, d.Attempts = saved.d.Endpoint, saved.d.Destination, saved.d.Answer, saved.d.Attempts
	r.attempts = saved.attempts
	if d.Direction != Out {
		return
	}
	r.request = saved.request
	if saved.d.Request.Body != nil {
		d.Request, r.bodySHA256 = saved.d.Request, saved.bodySHA256
		r.ownsBody = len(d.Request.Body) > 0
		r.body = 0
		if r.ownsBody {
			r.body = requestKey(r.seq)
		}
	}
}

// isItemError tells whether an error concerns one delivery only.
func isItemError(err error) bool {
	switch sqliteCode(err) {
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG:
		return true
	}
	return errors.Is(err, ErrNotFound)
}

// writeItem returns the last rev number in use.
func (s *statements) writeItem(it *item, rev int64) (int64, error) {
	if it.run != nil {
		return rev, it.run(s)
	}
	for _, r := range it.appends {
		rev++
		r.rev = rev
		if err := s.append(r); err != nil {
			return rev, err
		}
	}
	if it.save != nil {
		rev++
		it.save.rev = rev
		return rev, s.save(it.save)
	}
	return rev, nil
}

func (s *statements) append(r *record) error {
	d := r.d
	if err := s.findDuplicate(r); err != nil {
		return err
	}
	var verdict any
	if d.Verification != nil {
		verdict = d.Verification.Verdict
	}
	_, err := s.insert.exec(r.seq, r.id, r.rev, string(d.Direction), text(d.Trigger), r.eventID,
		text(d.Event.ExternalID), d.Event.Type, text(d.Event.Provider), r.channels, flag(d.Event.Test),
		text(d.Event.Handshake), instant(d.ReceivedAt), text(d.Endpoint), text(d.Destination), d.Status,
		text(d.StatusReason), instant(d.NextAttemptAt), packID(deliveryPrefix, d.ReplayOf), s.ownerOf(d), answer(d),
		integer(int64(d.code())), verdict, r.verification, r.duplicateOf, integer(r.body), integer(d.Request.BodySize),
		r.bodySHA256, r.request)
	if err != nil {
		return fmt.Errorf("insert %s: %w", d.ID, err)
	}
	if r.ownsBody {
		if _, err := s.insertBody.exec(r.body, d.Request.Body); err != nil {
			return fmt.Errorf("insert body of %s: %w", d.ID, err)
		}
	}
	return s.putAttempts(r)
}

// findDuplicate looks for the first delivery with the same wire id that was
// received for another event.
func (s *statements) findDuplicate(r *record) error {
	d := r.d
	if d.Direction != In || d.Verification == nil || d.Event.ExternalID == "" || d.Event.Provider == "" {
		return nil
	}
	row, err := s.duplicate.row(context.Background(), d.Event.ExternalID, d.Event.Provider, r.eventID)
	if err != nil || len(row) == 0 {
		return err
	}
	r.duplicateOf = row[0]
	return nil
}

// ownerOf is this process while the delivery is in its hands.
func (s *statements) ownerOf(d *Delivery) any {
	switch d.Status {
	case Delivering, Pending, Retrying:
		return s.owner
	}
	return nil
}

func answer(d *Delivery) any {
	if d.Answer == nil {
		return nil
	}
	return int64(d.Answer.StatusCode)
}

func (s *statements) save(r *record) error {
	d := r.d
	changed, err := s.update.exec(r.rev, d.Status, text(d.StatusReason), instant(d.NextAttemptAt), text(d.Endpoint),
		text(d.Destination), s.ownerOf(d), answer(d), integer(int64(d.code())), r.seq)
	if err != nil {
		return fmt.Errorf("update %s: %w", d.ID, err)
	}
	if changed == 0 {
		return fmt.Errorf("update #%d: %w", r.seq, ErrNotFound)
	}
	if d.Direction == Out {
		if err := s.saveRequest(r); err != nil {
			return err
		}
	}
	return s.putAttempts(r)
}

// saveRequest records what was last sent. A delivery that was listed has no
// body in memory, and the stored one stays.
func (s *statements) saveRequest(r *record) error {
	request := &r.d.Request
	if request.Body == nil && request.BodySize > 0 {
		_, err := s.updateHeaders.exec(r.request, r.seq)
		return err
	}
	var key any
	if len(request.Body) > 0 {
		key = requestKey(r.seq)
	}
	changed, err := s.updateRequest.exec(r.request, key, integer(request.BodySize), r.bodySHA256, r.seq)
	if err != nil || changed == 0 || key == nil {
		return err
	}
	if _, err := s.putBody.exec(key, request.Body); err != nil {
		return fmt.Errorf("put body of %s: %w", r.d.ID, err)
	}
	return nil
}

// putAttempts writes the attempts that are new or differ; the statement
// changes no row for the others.
func (s *statements) putAttempts(r *record) error {
	for i := range r.attempts {
		p := &r.attempts[i]
		a := &p.a
		changed, err := s.putAttempt.exec(attemptKey(r.seq, a.Number), text(a.Trigger), text(a.URL), instant(a.StartedAt),
			integer(int64(a.Duration)), integer(int64(a.StatusCode)), text(a.ErrorKind), text(a.Error),
			integer(a.ResponseSize), flag(a.ResponseTruncated), p.sha256, text(a.RemoteIP), p.headers)
		if err != nil {
			return fmt.Errorf("put attempt %d of %s: %w", a.Number, r.d.ID, err)
		}
		if changed == 0 || len(a.ResponseBody) == 0 {
			continue
		}
		if _, err := s.putBody.exec(responseKey(r.seq, a.Number), a.ResponseBody); err != nil {
			return fmt.Errorf("put response %d of %s: %w", a.Number, r.d.ID, err)
		}
	}
	return nil
}
