package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// record is a delivery on its way into the file: everything is encoded when
// Append or Save is called, in the caller's goroutine and from the caller's
// memory, so that the writer only executes statements.
type record struct {
	d    *Delivery // a copy; bodies are shared with the caller
	seq  int64
	rev  int64
	body int64 // key of the request's body, 0 if it is empty

	ownsBody     bool // this record writes the body
	id, eventID  any
	channels     any
	bodySHA256   any
	request      []byte
	verification any
	duplicateOf  any
	attempts     []attemptRecord
}

type attemptRecord struct {
	a       Attempt
	headers []byte
	sha256  any
}

// The keys of attempts and bodies are made from the delivery's number, so that
// they need no index.
func attemptKey(seq int64, number int) int64  { return seq<<16 | int64(number) }
func requestKey(seq int64) int64              { return seq << 17 }
func responseKey(seq int64, number int) int64 { return attemptKey(seq, number)<<1 | 1 }

const maxAttempts = 1<<16 - 1

func newRecord(d *Delivery) *record {
	clone := *d
	r := &record{d: &clone, seq: d.Seq, id: packID(deliveryPrefix, d.ID)}
	r.request = packRequest(&d.Request)
	r.bodySHA256 = unhex(d.Request.BodySHA256)
	if d.Event != nil {
		r.eventID = packID(eventPrefix, d.Event.ID)
		if len(d.Event.Channels) > 0 {
			text, _ := json.Marshal(d.Event.Channels) // strings always encode
			r.channels = string(text)
		}
	}
	if v := d.Verification; v != nil {
		r.verification = packVerification(v)
		r.duplicateOf = packID(deliveryPrefix, v.DuplicateOf)
	}
	r.attempts = make([]attemptRecord, len(d.Attempts))
	for i, a := range d.Attempts {
		r.attempts[i] = attemptRecord{a: a, headers: packHeaders(&a)}
		if a.ResponseBody != nil {
			sum := sha256.Sum256(a.ResponseBody)
			r.attempts[i].sha256 = sum[:]
		}
	}
	return r
}

// size is about what the record keeps in memory while it waits.
func (r *record) size() int {
	n := 1024 + len(r.request) + len(r.d.Request.Body)
	for i := range r.attempts {
		n += 256 + len(r.attempts[i].headers) + len(r.attempts[i].a.ResponseBody)
	}
	return n
}

func packRequest(r *Request) []byte {
	n := 32 + len(r.Method) + len(r.Target) + len(r.ContentType) + len(r.RemoteAddr)
	for _, line := range r.Headers {
		n += 4 + len(line.Name) + len(line.Value)
	}
	b := make([]byte, 0, n)
	b = putString(putString(b, r.Method), r.Target)
	b = putString(putString(b, r.ContentType), r.RemoteAddr)
	return seal(putHeaders(b, r.Headers))
}

func packHeaders(a *Attempt) []byte {
	return seal(putHeaders(putHeaders(nil, a.RequestHeaders), a.ResponseHeaders))
}

func packVerification(v *Verification) []byte {
	b := putString(nil, v.Provider)
	b = putString(putString(b, v.Reason), v.Detail)
	return seal(putStrings(b, v.Covers))
}

func unhex(text string) any {
	if b, err := hex.DecodeString(text); err == nil && len(b) > 0 {
		return b
	}
	return nil
}

func hexSHA256(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// The zero value of a column is NULL: it takes no room and costs no copy.

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func integer(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

func flag(b bool) any {
	if b {
		return int64(1)
	}
	return nil
}

func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixNano()
}

// code is the status code of the last attempt.
func (d *Delivery) code() int {
	if len(d.Attempts) == 0 {
		return 0
	}
	return d.Attempts[len(d.Attempts)-1].StatusCode
}
