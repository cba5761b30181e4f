package store

import (
	"errors"
	"fmt"
)

// maxBody is the largest body that is recorded.
const maxBody = 900 << 20

// Append records the deliveries of one event. Before it returns, each has an
// ID and a Seq, its event an ID, and its request a hash; they are in the log
// when Wait returns nil. Bodies must not change until then. Append blocks
// while too many bytes wait to be written.
func (s *Store) Append(ds ...*Delivery) *Commit {
	if s.log == nil {
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
	c := newCommit()
	records := make([]*record, 0, len(ds))
	for i, d := range ds {
		d.Seq = first + int64(i)
		// An id from outside may be taken: only the index can tell.
		c.strict = c.strict || d.ID != ""
		s.identify(d)
		records = append(records, s.newDelivery(d, records))
		s.own.add(d)
		if d.Endpoint != "" {
			s.holds.Store(true)
		}
	}
	c.callers, c.records = ds, records
	return s.log.enqueue(&item{commit: c, records: records})
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
	total := len(d.Request.Body)
	largest := total
	for _, a := range d.Attempts {
		if a.Number < 1 || a.Number > maxAttempts {
			return fmt.Errorf("attempt number %d is not between 1 and %d", a.Number, maxAttempts)
		}
		total += len(a.ResponseBody)
		largest = max(largest, len(a.ResponseBody))
	}
	if largest > maxBody {
		return fmt.Errorf("a body of %d bytes is over the store's limit of %d", largest, maxBody)
	}
	if total > maxData {
		return fmt.Errorf("bodies of %d bytes are over the store's limit of %d a delivery", total, maxData)
	}
	if n := headSize(d); n > maxHead/2 {
		return fmt.Errorf("headers of %d bytes are over the store's limit of %d", n, maxHead/2)
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
		d.ID = s.ids.next(deliveryPrefix, at)
	}
	if d.Event.ID == "" {
		d.Event.ID = s.ids.next(eventPrefix, at)
	}
	if _, ok := parseSum(d.Request.BodySHA256); !ok {
		d.Request.BodySHA256 = hexSHA256(d.Request.Body)
	}
	d.Request.BodySize = int64(len(d.Request.Body))
}

// Save records what has changed since Append: the status, the answer, the
// times and the attempts that are new or differ; of a sent delivery the
// request, too. d is copied before Save returns, its bodies are not. An
// attempt without its ResponseBody keeps the one that is stored.
func (s *Store) Save(d *Delivery) *Commit {
	if s.log == nil {
		return failed(ErrReadOnly)
	}
	if s.closed.Load() {
		return failed(ErrClosed)
	}
	if d.Seq <= 0 || d.Seq > maxSeq {
		return failed(&WriteError{Kind: WriteRejected, Err: fmt.Errorf("save of a delivery with the number %d", d.Seq)})
	}
	if err := checkSizes(d); err != nil {
		return failed(&WriteError{Kind: WriteRejected, Err: err})
	}
	c := newCommit()
	c.strict = !s.own.has(d) // only the index can tell whether it exists
	c.records = []*record{s.newState(d, s.ownerOf(d), nil)}
	return s.log.enqueue(&item{commit: c, records: c.records})
}
