package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"

	"github.com/hooks-cli/hooks/sign"
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
	if id == "" {
		return append(b, 0)
	}
	if u, ok := parseID(prefix, id); ok {
		return append(append(b, 1), u[:]...)
	}
	return putString(append(b, 2), id)
}

// putSum writes a hash in hex as its bytes, and as text where it is no hash.
func putSum(b []byte, sum string) []byte {
	if raw, ok := parseSum(sum); ok {
		return append(binary.AppendUvarint(append(b, 1), uint64(len(raw))), raw[:]...)
	}
	return putString(append(b, 0), sum)
}

// parseSum reads a SHA-256 in lower-case hex.
func parseSum(text string) (sum [sha256.Size]byte, ok bool) {
	var digits [2 * sha256.Size]byte
	if len(text) != len(digits) {
		return sum, false
	}
	copy(digits[:], text)
	if _, err := hex.Decode(sum[:], digits[:]); err != nil {
		return sum, false
	}
	hex.Encode(digits[:], sum[:])
	return sum, string(digits[:]) == text
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
	size := stateSize(d)
	if c.request != requestSame {
		size = headSize(d)
	}
	b := make([]byte, 0, size)
	b = putInt(putInt(b, c.stamp), d.Seq)
	b = append(b, c.request)
	if c.request != requestSame {
		b = putRequest(b, &d.Request)
	}
	return putOutgoing(putState(b, d, c.owner), c)
}

// headSize is about how long a head gets, rather too much.
func headSize(d *Delivery) int {
	return 256 + len(d.Request.Target) + headersSize(d.Request.Headers) + stateSize(d)
}

// stateSize is the part of it that is saved again and again.
func stateSize(d *Delivery) int {
	n := 192 + len(d.Destination)
	if e := d.Event; e != nil {
		n += headersSize(e.Headers)
		for _, l := range e.Late {
			n += 8 + len(l.Pointer) + len(l.Generator)
		}
	}
	for i := range d.Attempts {
		a := &d.Attempts[i]
		n += 160 + len(a.URL) + len(a.Error) + headersSize(a.RequestHeaders) + headersSize(a.ResponseHeaders)
	}
	return n
}

func headersSize(headers sign.Headers) int {
	n := 0
	for _, line := range headers {
		n += 4 + len(line.Name) + len(line.Value)
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
