package store

import (
	"crypto/rand"
	"encoding/binary"
	"strings"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
)

const (
	deliveryPrefix = "dlv_"
	eventPrefix    = "evt_"
)

// ids makes the ids of a process. Those of one millisecond grow by a random
// step from a random start, as the specification of ULIDs has it: an index of
// them is then written at its end only, not all over.
type ids struct {
	mu   sync.Mutex
	last ulid.ULID
}

// next is prefix and a new ULID with the time t.
func (g *ids) next(prefix string, t time.Time) string {
	var id ulid.ULID
	if ms := t.UnixMilli(); ms > 0 {
		// Only a time after the year 10889 does not fit.
		_ = id.SetTime(uint64(ms))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	var random [10]byte
	if g.last.Time() == id.Time() && g.last != (ulid.ULID{}) {
		rand.Read(random[:4])
		copy(id[6:], g.last[6:])
		low := binary.BigEndian.Uint64(id[8:])
		step := uint64(binary.BigEndian.Uint32(random[:])) + 1
		if low+step > low { // no carry: 64 bits last for billions in a millisecond
			binary.BigEndian.PutUint64(id[8:], low+step)
			g.last = id
			return prefix + id.String()
		}
	}
	rand.Read(random[:])
	copy(id[6:], random[:])
	g.last = id
	return prefix + id.String()
}

// packID is how an id is stored: the 16 bytes of its ULID, or the text where
// it is anything else. nil is no id.
func packID(prefix, id string) any {
	if id == "" {
		return nil
	}
	if u, ok := parseID(prefix, id); ok {
		return u[:]
	}
	return id
}

// parseID is the ULID of an id that is written as this program writes it.
func parseID(prefix, id string) (ulid.ULID, bool) {
	text, ok := strings.CutPrefix(id, prefix)
	u, err := ulid.ParseStrict(text)
	if !ok || err != nil {
		return ulid.ULID{}, false
	}
	var again [ulid.EncodedSize]byte
	err = u.MarshalTextTo(again[:])
	return u, err == nil && string(again[:]) == text
}

// unpackID is the inverse of packID.
func unpackID(prefix string, stored any) string {
	switch v := stored.(type) {
	case []byte:
		var u ulid.ULID
		if u.UnmarshalBinary(v) == nil {
			return prefix + u.String()
		}
		return string(v)
	case string:
		return v
	}
	return ""
}
