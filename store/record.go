package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// record is a change on its way into the log and from there into the index:
// everything is encoded when Append or Save is called, in the caller's
// goroutine and from the caller's memory, so that the writer only writes.
type record struct {
	content  // d has no bodies
	frame    frame
	head     []byte
	data     [][]byte // the bodies; nil when they are written
	place    place
	bodyOf   *record // the earlier one of the same event that holds the body
	bodyAt   *place  // where that is, of a record read from the log
	later    *record // the same delivery as it was saved in the same batch
	rev      int64
	change   *EndpointChange // what that made of the endpoint
	original any             // the delivery's id that this one is a duplicate of
}

const maxAttempts = 1<<16 - 1

// maxStamp is more changes than there will be.
const maxStamp = 1 << 60

func (r *record) size() int64 { return r.frame.size() }

// weight is about what the record keeps in memory until it is written, lean
// what it keeps until it is indexed.
func (r *record) weight() int { return r.lean() + int(r.frame.data) }
func (r *record) lean() int   { return 3072 + 2*len(r.head) }

// newDelivery is the record of a new delivery. A received body is stored once
// for all deliveries of its event, so earlier are the event's records before
// this one; sent bodies belong to their delivery, because they may differ in
// each.
func (s *Store) newDelivery(d *Delivery, earlier []*record) *record {
	r := &record{content: content{kind: kindDelivery, stamp: s.stamp.Add(1), owner: s.ownerOf(d)}}
	body := d.Request.Body
	if len(body) > 0 && d.Direction == In {
		r.bodyOf = sameBody(earlier, body)
	}
	if r.bodyOf != nil {
		for i := len(earlier) - 1; i >= 0; i-- {
			if r.shared += earlier[i].size(); earlier[i] == r.bodyOf {
				break
			}
		}
	} else if len(body) > 0 {
		r.data = append(r.data, body)
	}
	r.d = d
	r.finish(d, encodeDelivery(&r.content))
	return r
}

func sameBody(earlier []*record, body []byte) *record {
	for _, e := range earlier {
		if e.bodyOf == nil && len(e.data) > 0 && e.ownBody() && bytes.Equal(e.data[0], body) {
			return e
		}
	}
	return nil
}

// newState is the record of what is saved of a delivery.
func (s *Store) newState(d *Delivery, owner string, result *Result) *record {
	r := &record{content: content{kind: kindState, stamp: s.stamp.Add(1), owner: owner, result: result}}
	r.perAttempt = len(d.Attempts) > 0 && d.Attempts[len(d.Attempts)-1].RequestBody != nil
	if d.Direction == Out {
		r.request = requestHeaders
		if d.Request.Body != nil || d.Request.BodySize == 0 {
			r.request = requestWhole
			whole := *d
			whole.Request.BodySize, whole.Request.BodySHA256 = int64(len(d.Request.Body)), hexSHA256(d.Request.Body)
			d = &whole
			if len(d.Request.Body) > 0 {
				r.data = append(r.data, d.Request.Body)
			}
		}
	}
	r.d = d
	r.finish(d, encodeState(&r.content))
	return r
}

// finish takes what the index needs of d, and frames the head and the bodies.
func (r *record) finish(d *Delivery, head []byte) {
	clone := *d
	clone.Request.Body = nil
	clone.Attempts = append([]Attempt(nil), d.Attempts...)
	r.responses = make([]response, len(d.Attempts))
	for i := range clone.Attempts {
		if body := clone.Attempts[i].ResponseBody; body != nil {
			r.responses[i].kept = true
			if len(body) > 0 {
				r.data = append(r.data, body)
			}
			clone.Attempts[i].ResponseBody = nil
		}
	}
	r.d, r.head = &clone, head
	r.frame = newFrame(r.kind, head, r.data)
}

// ownerOf is this process while the delivery is in its hands.
func (s *Store) ownerOf(d *Delivery) string {
	switch d.Status {
	case Delivering, Pending, Retrying:
		return s.owner.id
	}
	return ""
}

func (r *record) located(segment, offset int64) {
	r.place = placeOf(&r.content, segment, offset, r.size())
}

// firstPlaces are the places of a delivery that was just appended.
func (r *record) firstPlaces() []place {
	places := []place{r.place}
	shared := r.bodyAt
	if r.bodyOf != nil {
		shared = &r.bodyOf.place
	}
	if shared != nil {
		places = append(places, place{segment: shared.segment, offset: shared.offset, size: shared.size, parts: partBody})
	}
	return places
}

// emptied tells whether a saved request has no body.
func (r *record) emptied() bool { return r.request == requestWhole && r.d.Request.BodySize == 0 }

// wireKey is a hash of the id that the provider gave an event, nil where there
// is none or the delivery was not received. It stands for the id: two that meet
// in 64 bits of SHA-256 would only be called duplicates.
func wireKey(d *Delivery) any {
	if d.Direction != In || d.Verification == nil || d.Event.ExternalID == "" || d.Event.Provider == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(d.Event.Provider + "\x00" + d.Event.ExternalID))
	return int64(binary.BigEndian.Uint64(sum[:]))
}

func sha256Of(body []byte) [sha256.Size]byte { return sha256.Sum256(body) }

func hexSHA256(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

func flag(v bool) any {
	if !v {
		return nil
	}
	return int64(1)
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
