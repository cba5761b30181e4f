package catalog

import (
	crand "crypto/rand"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Generator names how a value is made: id:PREFIX, uuid, now:unix, now:unixms,
// now:rfc3339, now:rfc3339ms, endpoint.uid or counter.
type Generator string

const (
	genUUID        Generator = "uuid"
	genEndpointUID Generator = "endpoint.uid"
	genCounter     Generator = "counter"
	genID                    = "id:"
)

// defaultIDForm is the form of ids in headers where the catalog says nothing:
// that of Standard Webhooks.
const defaultIDForm Generator = "id:msg_"

func (g Generator) fault() string {
	switch g {
	case genUUID, genEndpointUID, genCounter, "now:unix", "now:unixms", "now:rfc3339", "now:rfc3339ms":
		return ""
	}
	if prefix, ok := strings.CutPrefix(string(g), genID); ok {
		if prefix == "" {
			return ""
		}
		return plainFault("prefix of an id", prefix, "_.:-", 64)
	}
	return "unknown generator " + quote(string(g)) +
		": there are id:PREFIX, uuid, now:unix, now:unixms, now:rfc3339, now:rfc3339ms, endpoint.uid and counter"
}

func idFormFault(s string) string {
	if g := Generator(s); g != genUUID && !strings.HasPrefix(s, genID) {
		return "the form of an id is id:PREFIX or uuid, not " + quote(s)
	}
	return Generator(s).fault()
}

// What stands for the ids that --static does not make.
const (
	staticULID = "00000000000000000000000000"
	staticUUID = "00000000-0000-4000-8000-000000000000"
)

// id returns an id in the form of g, with the ULID given or a UUID from
// source, and whether g makes ids. Without a source it is always the same.
func (g Generator) id(ulid string, source *Source) (string, bool) {
	if g == genUUID {
		if source == nil {
			return staticUUID, true
		}
		return source.UUID(), true
	}
	prefix, ok := strings.CutPrefix(string(g), genID)
	return prefix + ulid, ok
}

// Source makes what is new in each event: ids, times and counts. It may be
// used by several goroutines.
type Source struct {
	now    func() time.Time
	mu     sync.Mutex
	random func([]byte)
	count  int64
}

// NewSource returns a source that reads the time from now. With a seed the
// same calls in the same order give the same ids, for equal times.
func NewSource(now func() time.Time, seed *int64) *Source {
	s := &Source{now: now}
	if seed == nil {
		s.random = func(b []byte) { crand.Read(b) } // never fails: crypto/rand ends the program
		return s
	}
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], uint64(*seed))
	stream := rand.NewChaCha8(key)
	s.random = func(b []byte) { stream.Read(b) }
	return s
}

// ULID returns a new ULID (github.com/ulid/spec): 48 bits of milliseconds and
// 80 random bits in Crockford's base 32.
func (s *Source) ULID() string {
	var b [16]byte
	s.fill(b[6:])
	ms := uint64(max(0, s.now().UnixMilli()))
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	return crockford(b)
}

// UUID returns a new random UUID (RFC 9562, version 4).
func (s *Source) UUID() string {
	var b [16]byte
	s.fill(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Read fills b with random bytes, those of the seed if there is one. It never
// fails.
func (s *Source) Read(b []byte) (int, error) {
	s.fill(b)
	return len(b), nil
}

func (s *Source) fill(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.random(b)
}

func (s *Source) next() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	return s.count
}

// value returns the JSON text that g makes now, and false for endpoint.uid,
// whose value is not the source's to make.
func (s *Source) value(g Generator) ([]byte, bool) {
	now := s.now().UTC()
	switch g {
	case "now:unix":
		return strconv.AppendInt(nil, now.Unix(), 10), true
	case "now:unixms":
		return strconv.AppendInt(nil, now.UnixMilli(), 10), true
	case "now:rfc3339":
		return now.AppendFormat(nil, `"2006-01-02T15:04:05Z"`), true
	case "now:rfc3339ms":
		return now.AppendFormat(nil, `"2006-01-02T15:04:05.000Z"`), true
	case genCounter:
		return strconv.AppendInt(nil, s.next(), 10), true
	}
	id, ok := g.id(s.ULID(), s)
	return appendString(nil, id), ok
}

// crockford writes 128 bits as the 26 digits of a ULID.
func crockford(b [16]byte) string {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	high, low := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	var text [26]byte
	for i := len(text) - 1; i >= 0; i-- {
		text[i] = digits[low&31]
		low = low>>5 | high<<59
		high >>= 5
	}
	return string(text[:])
}
