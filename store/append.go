package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
)

// maxBody is the largest body that a row can hold.
const maxBody = 900 << 20

// Commit is a change on its way into the file.
type Commit struct {
	done chan struct{}
	err  error

	filled  sync.Once
	callers []*Delivery // what Append was given
	records []*record
}

// Wait returns nil when the change is in the file, where it survives the end
// of the process. An error is a *WriteError, ErrClosed, ErrReadOnly,
// ErrNotFound (Save of a delivery that was cleared) or the context's; after
// the last the change may still happen. After Append, Wait completes the
// deliveries that Append was given with Rev and Verification.DuplicateOf.
func (c *Commit) Wait(ctx context.Context) error {
	select {
	case <-c.done:
	default:
		select {
		case <-c.done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if c.err == nil {
		c.filled.Do(c.fill)
	}
	return c.err
}

func (c *Commit) fill() {
	for i, d := range c.callers {
		d.Rev = c.records[i].rev
		if d.Verification != nil {
			d.Verification.DuplicateOf = unpackID(deliveryPrefix, c.records[i].duplicateOf)
		}
	}
}

func failed(err error) *Commit {
	c := &Commit{done: make(chan struct{}), err: err}
	close(c.done)
	return c
}

// Append records the deliveries of one event. Before it returns, each has an
// ID and a Seq, its event an ID, and its request a hash; they are in the file
// when Wait returns nil. Bodies must not change until then. Append blocks
// while too many bytes wait to be written.
func (s *Store) Append(ds ...*Delivery) *Commit {
	if s.write == nil {
		return failed(ErrReadOnly)
	}
	if s.closed.Load() {
		return failed(ErrClosed)
	}
	if err := checkAppend(ds); err != nil {
		return failed(&WriteError{Kind: WriteRejected, Err: err})
	}
	first, err := s.numbers.take(len(ds))
	if err != nil {
		return failed(writeError(err))
	}
	c := &Commit{done: make(chan struct{}), callers: ds}
	for i, d := range ds {
		d.Seq = first + int64(i)
		s.identify(d)
		c.records = append(c.records, s.newRow(d, c.records))
	}
	return s.write.enqueue(&item{commit: c, appends: c.records})
}

func checkAppend(ds []*Delivery) error {
	if len(ds) == 0 {
		return errors.New("append without a delivery")
	}
	for _, d := range ds {
		switch {
		case d == nil || d.Event == nil:
			return errors.New("append of a delivery without an event")
		case d.Direction != In && d.Direction != Out:
			return fmt.Errorf("append of a delivery with the direction %q", d.Direction)
		}
		if err := checkSizes(d); err != nil {
			return err
		}
	}
	return nil
}

func checkSizes(d *Delivery) error {
	if len(d.Request.Body) > maxBody {
		return fmt.Errorf("a body of %d bytes is over the store's limit of %d", len(d.Request.Body), maxBody)
	}
	for _, a := range d.Attempts {
		if a.Number < 1 || a.Number > maxAttempts {
			return fmt.Errorf("attempt number %d is not between 1 and %d", a.Number, maxAttempts)
		}
		if len(a.ResponseBody) > maxBody {
			return fmt.Errorf("a body of %d bytes is over the store's limit of %d", len(a.ResponseBody), maxBody)
		}
	}
	return nil
}

// identify fills in what Append promises.
func (s *Store) identify(d *Delivery) {
	at := d.ReceivedAt
	if at.IsZero() {
		at = s.now()
	}
	if d.ID == "" {
		d.ID = newID(deliveryPrefix, at)
	}
	if d.Event.ID == "" {
		d.Event.ID = newID(eventPrefix, at)
	}
	if sum, _ := unhex(d.Request.BodySHA256).([]byte); len(sum) != sha256.Size {
		d.Request.BodySHA256 = hexSHA256(d.Request.Body)
	}
	d.Request.BodySize = int64(len(d.Request.Body))
}

// newRow is the record of a new delivery. A received body is stored once for
// all deliveries of its event; sent ones belong to their delivery, because
// they may differ in each.
func (s *Store) newRow(d *Delivery, earlier []*record) *record {
	r := newRecord(d)
	if len(d.Request.Body) == 0 {
		return r
	}
	for _, e := range earlier {
		if d.Direction == In && e.body != 0 && bytes.Equal(e.d.Request.Body, d.Request.Body) {
			r.body = e.body
			return r
		}
	}
	r.body, r.ownsBody = requestKey(d.Seq), true
	return r
}

// Save records what has changed since Append: the status, the answer, the
// times and the attempts that are new or differ; of a sent delivery the
// request, too. d is copied before Save returns, its bodies are not. An
// attempt without its ResponseBody keeps the one that is stored.
func (s *Store) Save(d *Delivery) *Commit {
	if s.write == nil {
		return failed(ErrReadOnly)
	}
	if d.Seq <= 0 || d.Seq > maxSeq {
		return failed(&WriteError{Kind: WriteRejected, Err: fmt.Errorf("save of a delivery with the number %d", d.Seq)})
	}
	if err := checkSizes(d); err != nil {
		return failed(&WriteError{Kind: WriteRejected, Err: err})
	}
	r := newRecord(d)
	if d.Direction == Out && (d.Request.Body != nil || d.Request.BodySize == 0) {
		r.d.Request.BodySize = int64(len(d.Request.Body))
		r.d.Request.BodySHA256 = hexSHA256(d.Request.Body)
		r.bodySHA256 = unhex(r.d.Request.BodySHA256)
	}
	return s.write.enqueue(&item{commit: &Commit{done: make(chan struct{})}, save: r})
}
