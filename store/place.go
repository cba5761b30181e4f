package store

import "encoding/binary"

// place is where a frame of a delivery is, and which parts of the delivery are
// to be read there: not those that a later frame holds anew.
type place struct {
	segment, offset, size int64
	parts                 byte
	attempts              []attemptPart
}

// The parts of a delivery besides its attempts.
const (
	partDelivery = 1 << iota // the head of the delivery as appended
	partState                // a saved state
	partRequest              // the request's head, in a state
	partBody                 // the request's body, in the data
	partSent                 // the same as what the last attempt of the frame sent
)

// attemptPart is an attempt in a frame; body tells whether its response is to
// be read there, head whether the rest is.
type attemptPart struct {
	number     int
	head, body bool
}

// owns tells whether the delivery alone refers to the frame; a shared body's
// belongs to another delivery of the event.
func (p *place) owns() bool { return p.parts&(partDelivery|partState) != 0 }

// placeOf is the place of a frame with all its parts.
func placeOf(c *content, segment, offset, size int64) place {
	p := place{segment: segment, offset: offset, size: size, parts: partDelivery}
	if c.kind == kindState {
		p.parts = partState
		if c.request != requestSame {
			p.parts |= partRequest
		}
	}
	if c.ownBody() {
		p.parts |= partBody
		if c.perAttempt {
			p.parts |= partSent
		}
	}
	if n := len(c.d.Attempts); n > 0 {
		p.attempts = make([]attemptPart, n)
		for i := range c.d.Attempts {
			p.attempts[i] = attemptPart{c.d.Attempts[i].Number, true, c.responses[i].kept}
		}
	}
	return p
}

// addPlace puts a later frame to those of a delivery, and leaves out those of
// which nothing is needed any more. emptied tells that the saved request has
// no body at all.
func addPlace(places []place, later place, emptied bool) []place {
	kept := make([]place, 0, len(places)+1)
	for _, p := range places {
		if emptied || later.parts&partBody != 0 {
			p.parts &^= partBody
		}
		if later.parts&partRequest != 0 {
			p.parts &^= partRequest
		}
		p.attempts = without(p.attempts, later.attempts)
		if len(p.attempts) == 0 {
			p.parts &^= partSent
		}
		needed := p.parts & (partDelivery | partRequest | partBody)
		if needed != 0 || len(p.attempts) > 0 {
			kept = append(kept, p)
		}
	}
	return append(kept, later)
}

// without leaves out of older what is in later. The response of an attempt
// stays where the later frame has none.
func without(older, later []attemptPart) []attemptPart {
	var kept []attemptPart
	for _, a := range older {
		for _, b := range later {
			if a.number == b.number {
				a.head, a.body = a.head && !b.head, a.body && !b.body
			}
		}
		if a.head || a.body {
			kept = append(kept, a)
		}
	}
	return kept
}

// packPlaces is the column of a row; unpackPlaces is its inverse.
func packPlaces(places []place) []byte {
	b := make([]byte, 0, 24*len(places)+5)
	b = binary.AppendUvarint(b, uint64(len(places)))
	for i := range places {
		p := &places[i]
		b = putInt(putInt(putInt(b, p.segment), p.offset), p.size)
		b = append(b, p.parts)
		b = binary.AppendUvarint(b, uint64(len(p.attempts)))
		for _, a := range p.attempts {
			n := int64(a.number) << 2
			if a.head {
				n |= 1
			}
			if a.body {
				n |= 2
			}
			b = putInt(b, n)
		}
	}
	return seal(b)
}

func unpackPlaces(b []byte) ([]place, error) {
	r := unseal(b)
	places := make([]place, 0, r.count())
	for range cap(places) {
		p := place{segment: r.int(), offset: r.int(), size: r.int(), parts: r.byte()}
		if n := r.count(); n > 0 {
			p.attempts = make([]attemptPart, 0, n)
			for range n {
				v := r.int()
				p.attempts = append(p.attempts, attemptPart{int(v >> 2), v&1 != 0, v&2 != 0})
			}
		}
		places = append(places, p)
	}
	if r.err == nil && (len(places) == 0 || len(r.b) > 0 || places[0].parts&partDelivery == 0) {
		return nil, errFormat
	}
	return places, r.err
}
