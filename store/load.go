package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// columns are what a delivery is made from; the caller adds which.
const columns = "SELECT seq, id, rev, status, duplicate_of, places, next_attempt_at, canceled, returns_to FROM deliveries "

// row is a row of the index.
type row struct {
	seq, rev     int64
	id, original any
	status       string
	places       []place
	due          sql.NullInt64
	canceled     sql.NullString // why it was given up
	returnsTo    sql.NullString // of a manual attempt in flight
	err          error          // why places are not known
}

// loaded is what a query gave: the deliveries, the number of the last row and
// how many there were, and what is wrong with those that are left out.
type loaded struct {
	found   []*stored
	last    int64
	count   int
	damaged []error
}

// stored is a delivery with where its bodies are.
type stored struct {
	*Delivery
	body      bodyPlace
	responses map[int]bodyPlace // by number of the attempt
	sent      map[int]bodyPlace // the requests' bodies, where they differ
}

// bodyPlace is where a body is in the log.
type bodyPlace struct {
	segment, offset, size int64
	sum                   [32]byte // of a response
}

// rows runs a query that columns begins.
func (s *Store) rows(ctx context.Context, query string, args ...any) ([]row, error) {
	found, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, s.closedOr(readError("read deliveries", err))
	}
	defer found.Close()
	var list []row
	var packed sql.RawBytes
	for found.Next() {
		var r row
		if err := found.Scan(&r.seq, &r.id, &r.rev, &r.status, &r.original, &packed, &r.due, &r.canceled, &r.returnsTo); err != nil {
			// A column of a kind that was never written: the file was altered.
			return nil, &CorruptError{"store", err}
		}
		r.places, r.err = unpackPlaces(packed)
		list = append(list, r)
	}
	if err := found.Err(); err != nil {
		return nil, s.closedOr(readError("read deliveries", err))
	}
	return list, nil
}

// load reads the deliveries of a query, without their bodies. One that is
// damaged costs itself alone. A segment that vanishes meanwhile was compacted:
// then the rows name other places.
func (s *Store) load(ctx context.Context, descending bool, query string, args ...any) (loaded, error) {
	for try := 0; ; try++ {
		list, err := s.rows(ctx, query, args...)
		if err != nil {
			return loaded{}, err
		}
		l, err := s.assembleAll(list, descending, try < 3)
		if !isGone(err) {
			return l, err
		}
	}
}

// assembleAll puts the deliveries of rows together. With retry a segment that
// is not there is an error; without, it is damage.
func (s *Store) assembleAll(list []row, descending, retry bool) (loaded, error) {
	w := &window{from: &s.segments, descending: descending, ahead: smallFrame}
	for i := range list {
		for _, p := range list[i].places {
			w.ahead = min(maxWindow, w.ahead+p.size)
		}
	}
	l := loaded{count: len(list), found: make([]*stored, 0, len(list))}
	for i := range list {
		l.last = list[i].seq
		d, err := assemble(w, &list[i])
		switch {
		case retry && isGone(err):
			return l, err
		case err != nil:
			l.damaged = append(l.damaged, (&Delivery{Seq: list[i].seq}).corrupt("record", err))
			continue
		}
		s.sawRev(d.Rev)
		l.found = append(l.found, d)
	}
	return l, nil
}

// sawRev keeps the stamps of this process behind every change that it may have
// seen: whoever makes the index anew can put changes of different processes in
// order by them.
func (s *Store) sawRev(rev int64) {
	for {
		last := s.stamp.Load()
		if rev <= last || rev > maxStamp || s.stamp.CompareAndSwap(last, rev) {
			return
		}
	}
}

// assemble puts a delivery together from its row and its frames.
func assemble(w *window, r *row) (*stored, error) {
	if r.err != nil {
		return nil, r.err
	}
	d := &stored{}
	for i := range r.places {
		p := &r.places[i]
		f, head, err := w.head(p)
		if err != nil {
			return nil, err
		}
		if !p.owns() {
			d.body = bodyPlace{segment: p.segment, offset: p.offset + frameSize + f.head, size: d.Request.BodySize}
			continue
		}
		c, err := decode(&f, head)
		if err != nil {
			return nil, err
		}
		if c.d.Seq != r.seq || (c.kind == kindDelivery) != (i == 0) {
			return nil, errAltered
		}
		d.take(c, p, p.offset+frameSize+f.head)
	}
	slices.SortFunc(d.Attempts, func(a, b Attempt) int { return a.Number - b.Number })
	return d, d.overlay(r)
}

// take adds what a frame holds, whose data begin at dataAt.
func (d *stored) take(c *content, p *place, dataAt int64) {
	attempts := c.d.Attempts
	if c.kind == kindDelivery {
		d.Delivery = c.d
		d.Attempts = nil
	} else {
		d.takeState(c, p)
	}
	if p.parts&partBody != 0 {
		d.body = bodyPlace{segment: p.segment, offset: dataAt, size: c.d.Request.BodySize}
	}
	if n := len(attempts); n > 0 && p.parts&partSent != 0 {
		if d.sent == nil {
			d.sent = map[int]bodyPlace{}
		}
		at := bodyPlace{segment: p.segment, offset: dataAt, size: c.d.Request.BodySize}
		hex.Decode(at.sum[:], []byte(c.d.Request.BodySHA256))
		d.sent[attempts[n-1].Number] = at
	}
	for i := range attempts {
		if body := c.responses[i]; body.kept {
			if d.responses == nil {
				d.responses = map[int]bodyPlace{}
			}
			d.responses[attempts[i].Number] = bodyPlace{p.segment, dataAt + body.at, body.size, body.sum}
		}
		d.takeAttempt(attempts[i])
	}
}

func (d *stored) takeState(c *content, p *place) {
	d.Status, d.StatusReason, d.NextAttemptAt = c.d.Status, c.d.StatusReason, c.d.NextAttemptAt
	d.Endpoint, d.Destination, d.Answer = c.d.Endpoint, c.d.Destination, c.d.Answer
	d.Scheduled, d.Tried, d.ReturnsTo = c.d.Scheduled, c.d.Tried, c.d.ReturnsTo
	d.Failures, d.Conflicts, d.Interruptions = c.d.Failures, c.d.Conflicts, c.d.Interruptions
	if p.parts&partRequest == 0 {
		return
	}
	before := d.Request
	d.Request = c.d.Request
	if c.request == requestHeaders { // the body is the one before
		d.Request.BodySize, d.Request.BodySHA256 = before.BodySize, before.BodySHA256
		return
	}
	d.body = bodyPlace{}
}

// takeAttempt adds an attempt, or puts it in the place of an earlier state.
func (d *stored) takeAttempt(a Attempt) {
	for i := range d.Attempts {
		if d.Attempts[i].Number == a.Number {
			d.Attempts[i] = a
			return
		}
	}
	d.Attempts = append(d.Attempts, a)
}

// overlay adds what only the row knows, and compares the rest.
func (d *stored) overlay(r *row) error {
	d.Rev = r.rev
	if unpackID(deliveryPrefix, r.id) != d.ID {
		return errAltered
	}
	if d.Verification != nil {
		d.Verification.DuplicateOf = unpackID(deliveryPrefix, r.original)
	}
	if r.status != d.Status && Final(d.Status) && r.status != Delivering && !r.canceled.Valid {
		return errAltered
	}
	if r.status != d.Status {
		// It was moved without an attempt: by its endpoint, by somebody's order,
		// or because it was taken up or given up.
		d.Status, d.StatusReason, d.NextAttemptAt = r.status, r.canceled.String, time.Time{}
	}
	if d.ReturnsTo = r.returnsTo.String; !Final(d.Status) {
		d.NextAttemptAt = instantOf(r.due)
	}
	return nil
}

// loadBodies fills in the bodies. After an error of a damaged one, the others
// are there.
func (s *Store) loadBodies(d *stored) error {
	var errs []error
	body, err := s.readBody(d.body)
	switch {
	case isGone(err):
		return err
	case err != nil:
		errs = append(errs, d.corrupt("request body", err))
	case hexSHA256(body) != d.Request.BodySHA256:
		errs = append(errs, d.corrupt("request body", errAltered))
	default:
		d.Request.Body = body
	}
	for i := range d.Attempts {
		a := &d.Attempts[i]
		if a.RequestBody, err = s.attemptBody(d.sent[a.Number]); err != nil {
			errs = append(errs, d.corrupt(fmt.Sprintf("request of attempt %d", a.Number), err))
		}
		if isGone(err) {
			return err
		}
		if a.ResponseBody, err = s.attemptBody(d.responses[a.Number]); err != nil {
			errs = append(errs, d.corrupt(fmt.Sprintf("response to attempt %d", a.Number), err))
		}
		if isGone(err) {
			return err
		}
	}
	return errors.Join(errs...)
}

// attemptBody reads a body and compares it with its hash.
func (s *Store) attemptBody(p bodyPlace) ([]byte, error) {
	body, err := s.readBody(p)
	if err == nil && p.size > 0 && sha256Of(body) != p.sum {
		return nil, errAltered
	}
	return body, err
}

// readBody returns nil for an empty one.
func (s *Store) readBody(p bodyPlace) ([]byte, error) {
	if p.size == 0 {
		return nil, nil
	}
	if p.size < 0 || p.size > maxBody {
		return nil, errAltered
	}
	b := make([]byte, p.size)
	n, err := s.segments.readAt(p.segment, b, p.offset)
	if n < len(b) {
		if err == io.EOF {
			err = errTorn
		}
		return nil, err
	}
	return b, nil
}

func (d *Delivery) corrupt(what string, err error) error {
	return &CorruptError{What: fmt.Sprintf("delivery #%d: %s", d.Seq, what), Err: err}
}
