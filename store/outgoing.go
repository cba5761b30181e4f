package store

import (
	"encoding/binary"
	"time"
)

// What a head says besides of a delivery that was sent. It stands at the end,
// and not at all where there is nothing to say: the fields that every received
// delivery has stay as short as they are.

const (
	outScheduled = 1 << iota
	outTried
	outPerAttempt // the body is that of the last attempt alone
	outResult
	outEvent
)

func putOutgoing(b []byte, c *content) []byte {
	d := c.d
	if d.Direction != Out {
		return b
	}
	var flags byte
	for _, f := range []struct {
		is   bool
		flag byte
	}{
		{d.Scheduled, outScheduled}, {d.Tried, outTried}, {c.perAttempt, outPerAttempt}, {c.result != nil, outResult},
		{c.kind == kindDelivery && len(d.Event.Late)+len(d.Event.Headers) > 0, outEvent},
	} {
		if f.is {
			flags |= f.flag
		}
	}
	b = putInt(putInt(putInt(append(b, flags), int64(d.Failures)), int64(d.Conflicts)), int64(d.Interruptions))
	b = putString(b, d.ReturnsTo)
	for i := range d.Attempts {
		b = putTime(putString(b, d.Attempts[i].Outcome), d.Attempts[i].VirtualAt)
	}
	if c.result != nil {
		b = putResult(b, c.result)
	}
	if flags&outEvent != 0 {
		b = putLate(b, d.Event.Late)
		b = putHeaders(b, d.Event.Headers)
	}
	return b
}

// putResult writes what an endpoint judges by.
func putResult(b []byte, r *Result) []byte {
	b = putTime(putString(b, r.Outcome), r.Ended)
	b = putInt(putInt(b, int64(r.PauseAfter)), int64(r.DisableAfter))
	return putBool(b, r.Disable)
}

func putLate(b []byte, late []Late) []byte {
	b = binary.AppendUvarint(b, uint64(len(late)))
	for _, l := range late {
		b = putBool(putString(putString(b, l.Pointer), l.Generator), l.PerAttempt)
	}
	return b
}

// readOutgoing leaves what stands behind a received delivery, which has no such
// part, for decode to refuse. A state does not say which it is of.
func (c *content) readOutgoing(r *wireReader) {
	if len(r.b) == 0 || c.kind == kindDelivery && c.d.Direction != Out {
		return
	}
	d, flags := c.d, r.byte()
	d.Scheduled, d.Tried, c.perAttempt = flags&outScheduled != 0, flags&outTried != 0, flags&outPerAttempt != 0
	d.Failures, d.Conflicts, d.Interruptions = int(r.int()), int(r.int()), int(r.int())
	d.ReturnsTo = r.string()
	for i := range d.Attempts {
		d.Attempts[i].Outcome, d.Attempts[i].VirtualAt = r.string(), r.time()
	}
	if flags&outResult != 0 {
		c.result = &Result{Outcome: r.string(), Ended: r.time(), PauseAfter: int(r.int()), DisableAfter: time.Duration(r.int()), Disable: r.byte() == 1}
	}
	if flags&outEvent == 0 {
		return
	}
	event := &Event{}
	if d.Event != nil {
		event = d.Event
	}
	for range r.count() {
		event.Late = append(event.Late, Late{Pointer: r.string(), Generator: r.string(), PerAttempt: r.byte() == 1})
	}
	event.Headers = r.headers()
}
