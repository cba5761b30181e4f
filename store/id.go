package store

import (
	"crypto/rand"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
)

const (
	deliveryPrefix = "dlv_"
	eventPrefix    = "evt_"
)

// newID is prefix and a new ULID with the time t.
func newID(prefix string, t time.Time) string {
	var id ulid.ULID
	if ms := t.UnixMilli(); ms > 0 {
		// Only a time after the year 10889 does not fit.
		_ = id.SetTime(uint64(ms))
	}
	rand.Read(id[6:])
	return prefix + id.String()
}

// packID is how an id is stored: the 16 bytes of its ULID, or the text where
// it is anything else. nil is no id.
func packID(prefix, id string) any {
	if id == "" {
		return nil
	}
	text, ok := strings.CutPrefix(id, prefix)
	if u, err := ulid.ParseStrict(text); ok && err == nil && u.String() == text {
		return u[:]
	}
	return id
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
