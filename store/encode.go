package store

import (
	"encoding/binary"
	"encoding/hex"
	"time"
)

// The head of a frame: fields in a fixed order, strings as a varint and their
// bytes, numbers as varints. decode.go is the inverse.

// What a saved state says of the request.
const (
	requestSame    = 0 // nothing
	requestHeaders = 1 // all but the body, which is the one before
	requestWhole   = 2
)

func putInt(b []byte, n int64) []byte { return binary.AppendVarint(b, n) }

func putBool(b []byte, v bool) []byte {
	if v {
		return append(b, 1)
	}
	return append(b, 0)
}

func putTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, 0)
	}
	return binary.AppendVarint(append(b, 1), t.UnixNano())
}

// putID writes the 16 bytes of a ULID, or the text where an id is none.
func putID(b []byte, prefix, id string) []byte {
	switch v := packID(prefix, id).(type) {
	case []byte:
		return append(append(b, 1), v...)
	case string:
		return putString(append(b, 2), v)
	}
	return append(b, 0)
}

// putSum writes a hash in hex as its bytes, and as text where it is no hash.
func putSum(b []byte, sum string) []byte {
	if raw, err := hex.DecodeString(sum); err == nil && hex.EncodeToString(raw) == sum {
		return putString(append(b, 1), string(raw))
	}
	return putString(append(b, 0), sum)
}

// encodeDelivery is the head of a new delivery.
func encodeDelivery(c *content) []byte {
	d := c.d
	b := make([]byte, 0, headSize(d))
	b = putInt(putInt(b, c.stamp), d.Seq)
	b = putID(b, deliveryPrefix, d.ID)
	b = putString(putString(b, string(d.Direction)), d.Trigger)
	e := d.Event
	b = putID(b, eventPrefix, e.ID)
	b = putString(putString(putString(b, e.ExternalID), e.Type), e.Provider)
	b = putStrings(b, e.Channels)
	b = putString(putBool(b, e.Test), e.Handshake)
	b = putTime(b, d.ReceivedAt)
	b = putID(b, deliveryPrefix, d.ReplayOf)
	b = putRequest(b, &d.Request)
	b = putInt(b, c.shared)
	b = putVerification(b, d.Verification)
	return putOutgoing(putState(b, d, c.owner), c)
}

// encodeState is the head of what is saved of a delivery.
func encodeState(c *content) []byte {
	d := c.d
	b := make([]byte, 0, headSize(d))
	b = putInt(putInt(b, c.stamp), d.Seq)
	b = append(b, c.request)
	if c.request != requestSame {
		b = putRequest(b, &d.Request)
	}
	return putOutgoing(putState(b, d, c.owner), c)
}

// headSize is about how long a head gets, rather too much.
func headSize(d *Delivery) int {
	n := 448 + len(d.Request.Target) + len(d.Destination)
	for _, line := range d.Request.Headers {
		n += 4 + len(line.Name) + len(line.Value)
	}
	if e := d.Event; e != nil {
		for _, l := range e.Late {
			n += 8 + len(l.Pointer) + len(l.Generator)
		}
		for _, line := range e.Headers {
			n += 4 + len(line.Name) + len(line.Value)
		}
	}
	for i := range d.Attempts {
		a := &d.Attempts[i]
		n += 160 + len(a.URL) + len(a.Error)
		for _, line := range a.RequestHeaders {
			n += 4 + len(line.Name) + len(line.Value)
		}
		for _, line := range a.ResponseHeaders {
			n += 4 + len(line.Name) + len(line.Value)
		}
	}
	return n
}

func putRequest(b []byte, r *Request) []byte {
	b = putString(putString(b, r.Method), r.Target)
	b = putString(putString(b, r.ContentType), r.RemoteAddr)
	b = putHeaders(b, r.Headers)
	return putInt(putSum(b, r.BodySHA256), r.BodySize)
}

func putVerification(b []byte, v *Verification) []byte {
	if v == nil {
		return append(b, 0)
	}
	b = putString(putString(append(b, 1), v.Verdict), v.Provider)
	b = putStrings(putString(putString(b, v.Reason), v.Detail), v.Covers)
	return putID(b, deliveryPrefix, v.DuplicateOf)
}

func putState(b []byte, d *Delivery, owner string) []byte {
	b = putString(putString(b, d.Status), d.StatusReason)
	b = putTime(b, d.NextAttemptAt)
	b = putString(putString(b, d.Endpoint), d.Destination)
	if d.Answer == nil {
		b = append(b, 0)
	} else {
		b = putInt(append(b, 1), int64(d.Answer.StatusCode))
	}
	b = putString(b, owner)
	b = binary.AppendUvarint(b, uint64(len(d.Attempts)))
	for i := range d.Attempts {
		b = putAttempt(b, &d.Attempts[i])
	}
	return b
}

func putAttempt(b []byte, a *Attempt) []byte {
	b = putInt(b, int64(a.Number))
	b = putString(putString(b, a.Trigger), a.URL)
	b = putInt(putTime(b, a.StartedAt), int64(a.Duration))
	b = putInt(b, int64(a.StatusCode))
	b = putString(putString(b, a.ErrorKind), a.Error)
	b = putHeaders(putHeaders(b, a.RequestHeaders), a.ResponseHeaders)
	b = putBool(putInt(b, a.ResponseSize), a.ResponseTruncated)
	b = putString(b, a.RemoteIP)
	if a.ResponseBody == nil {
		return append(b, 0)
	}
	b = binary.AppendUvarint(append(b, 1), uint64(len(a.ResponseBody)))
	sum := sha256Of(a.ResponseBody)
	return append(b, sum[:]...)
}
