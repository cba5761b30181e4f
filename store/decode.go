package store

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"
)

// content is what a frame says: the delivery without its bodies, and where in
// the data those are.
type content struct {
	kind    byte
	stamp   int64
	d       *Delivery
	owner   string
	request byte  // of a state: requestSame, requestHeaders or requestWhole
	shared  int64 // of a delivery: how far before its frame the body's begins
	// perAttempt tells that the request's body is that of the last attempt alone.
	perAttempt bool
	result     *Result // of an automatic attempt at an endpoint
	// responses are the bodies of attempts in the data, by index in d.Attempts.
	responses []response
}

type response struct {
	kept bool
	at   int64 // in the data
	size int64
	sum  [32]byte
}

// ownBody tells whether the request's body begins the data.
func (c *content) ownBody() bool {
	if c.kind == kindDelivery {
		return c.shared == 0 && c.d.Request.BodySize > 0
	}
	return c.request == requestWhole
}

var errFormat = errors.New("the record is not one of this program")

// decode reads a head, which has been checked against its sum: what it finds
// wrong was never written by this program.
func decode(f *frame, head []byte) (*content, error) {
	r := &wireReader{b: head}
	c := &content{kind: f.kind, stamp: r.int(), d: &Delivery{}}
	c.d.Seq = r.int()
	if f.kind == kindDelivery {
		c.readDelivery(r)
	} else {
		c.request = r.byte()
		if c.request > requestWhole {
			return nil, errFormat
		}
		if c.request != requestSame {
			r.request(&c.d.Request)
		}
	}
	c.readState(r)
	c.readOutgoing(r)
	switch {
	case r.err != nil:
		return nil, fmt.Errorf("%w: %w", errFormat, r.err)
	case len(r.b) > 0 || c.d.Seq <= 0 || c.d.Seq > maxSeq || c.stamp < 0 || c.stamp > maxStamp || c.shared < 0:
		return nil, errFormat
	}
	return c, c.layOut(f.data)
}

func (c *content) readDelivery(r *wireReader) {
	d := c.d
	d.ID = r.id(deliveryPrefix)
	d.Direction, d.Trigger = Direction(r.string()), r.string()
	d.Event = &Event{ID: r.id(eventPrefix), ExternalID: r.string(), Type: r.string(), Provider: r.string(), Channels: r.strings(),
		Test: r.byte() == 1, Handshake: r.string()}
	d.ReceivedAt, d.ReplayOf = r.time(), r.id(deliveryPrefix)
	r.request(&d.Request)
	c.shared = r.int()
	if r.byte() == 1 {
		d.Verification = &Verification{Verdict: r.string(), Provider: r.string(), Reason: r.string(), Detail: r.string(),
			Covers: r.strings(), DuplicateOf: r.id(deliveryPrefix)}
	}
}

func (c *content) readState(r *wireReader) {
	d := c.d
	d.Status, d.StatusReason, d.NextAttemptAt = r.string(), r.string(), r.time()
	d.Endpoint, d.Destination = r.string(), r.string()
	if r.byte() == 1 {
		d.Answer = &Answer{StatusCode: int(r.int())}
	}
	c.owner = r.string()
	n := r.count()
	if n == 0 {
		return
	}
	// An attempt takes 30 bytes and more: this bounds what a short head that
	// lies can ask for.
	d.Attempts, c.responses = make([]Attempt, 0, min(n, 1+len(r.b)/16)), make([]response, 0, min(n, 1+len(r.b)/16))
	for range n {
		if r.err != nil {
			return
		}
		a, body := r.attempt()
		d.Attempts, c.responses = append(d.Attempts, a), append(c.responses, body)
	}
}

// layOut finds the bodies in the data, which must be of exactly their size.
func (c *content) layOut(data int64) error {
	at := int64(0)
	if c.ownBody() {
		at = c.d.Request.BodySize
	}
	for i := range c.responses {
		if body := &c.responses[i]; body.kept {
			body.at = at
			at += body.size
		}
		if at < 0 || at > data {
			return errFormat
		}
		if n := c.d.Attempts[i].Number; n < 1 || n > maxAttempts {
			return errFormat
		}
	}
	if at != data || c.d.Request.BodySize < 0 {
		return errFormat
	}
	return nil
}

func (r *wireReader) attempt() (Attempt, response) {
	a := Attempt{Number: int(r.int()), Trigger: r.string(), URL: r.string(), StartedAt: r.time(), Duration: time.Duration(r.int()),
		StatusCode: int(r.int()), ErrorKind: r.string(), Error: r.string(), RequestHeaders: r.headers(), ResponseHeaders: r.headers(),
		ResponseSize: r.int(), ResponseTruncated: r.byte() == 1, RemoteIP: r.string()}
	var body response
	if body.kept = r.byte() == 1; body.kept {
		body.size = r.uint()
		copy(body.sum[:], r.take(len(body.sum)))
	}
	return a, body
}

func (r *wireReader) request(q *Request) {
	q.Method, q.Target, q.ContentType, q.RemoteAddr = r.string(), r.string(), r.string(), r.string()
	q.Headers = r.headers()
	if r.byte() == 1 {
		q.BodySHA256 = hex.EncodeToString([]byte(r.string()))
	} else {
		q.BodySHA256 = r.string()
	}
	q.BodySize = r.int()
}

func (r *wireReader) fail() {
	if r.b = nil; r.err == nil {
		r.err = errShort
	}
}

func (r *wireReader) take(n int) []byte {
	if n > len(r.b) {
		r.fail()
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *wireReader) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *wireReader) int() int64 {
	n, size := binary.Varint(r.b)
	if size <= 0 {
		r.fail()
		return 0
	}
	r.b = r.b[size:]
	return n
}

// uint is a size of something outside the value.
func (r *wireReader) uint() int64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n > maxData {
		r.fail()
		return 0
	}
	r.b = r.b[size:]
	return int64(n)
}

func (r *wireReader) time() time.Time {
	if r.byte() == 0 {
		return time.Time{}
	}
	return time.Unix(0, r.int()).UTC()
}

func (r *wireReader) id(prefix string) string {
	switch r.byte() {
	case 1:
		var u ulid.ULID
		copy(u[:], r.take(len(u)))
		return prefix + u.String()
	case 2:
		return r.string()
	}
	return ""
}
