package provider

import (
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WireID is what the ids of a provider's events look like: text around one run
// that is new in each, as in wbh-{ulid}. The zero value is the msg_{ulid} of
// Standard Webhooks.
type WireID struct {
	prefix, suffix string
	form           string // uuid, ulid, hex, alnum or digits; "" is the zero value
	size           int    // bytes of hex, else characters
}

// maxWireID is how long the new part of an id may be.
const maxWireID = 64

// decimal is the alphabet of digits.
const decimal = "0123456789"

// ParseWireID reads text with exactly one {uuid}, {ulid}, {hex:N}, {alnum:N} or
// {digits:N} in it. N counts the bytes of hex, and else characters.
func ParseWireID(text string) (WireID, error) {
	wrong := fmt.Errorf("wire_id %q needs one {uuid}, {ulid}, {hex:N}, {alnum:N} or {digits:N}", text)
	prefix, rest, ok := strings.Cut(text, "{")
	inner, suffix, closed := strings.Cut(rest, "}")
	if !ok || !closed || strings.ContainsAny(prefix+suffix, "{}") || strings.ContainsFunc(prefix+suffix, notVisible) {
		return WireID{}, wrong
	}
	form, digits, sized := strings.Cut(inner, ":")
	if err := oneOf("form of an id", form, "uuid", "ulid", "hex", "alnum", "digits"); err != nil {
		return WireID{}, err
	}
	if fixed := form == "uuid" || form == "ulid"; fixed || !sized {
		if fixed == sized {
			return WireID{}, wrong
		}
		return WireID{prefix: prefix, suffix: suffix, form: form}, nil
	}
	size, err := strconv.Atoi(digits)
	if err != nil || size < 1 || size > maxWireID {
		return WireID{}, fmt.Errorf("wire_id %q needs a number from 1 to %d", text, maxWireID)
	}
	return WireID{prefix, suffix, form, size}, nil
}

// notVisible is true for what cannot stand in the value of a header.
func notVisible(r rune) bool { return r <= ' ' || r > '~' }

// String returns the text that ParseWireID reads.
func (w WireID) String() string {
	switch w.form {
	case "":
		return "msg_{ulid}"
	case "uuid", "ulid":
		return w.prefix + "{" + w.form + "}" + w.suffix
	}
	return fmt.Sprintf("%s{%s:%d}%s", w.prefix, w.form, w.size, w.suffix)
}

// Make makes the id of an event that has this ULID, and else of random bytes. The
// error is that of random.
func (w WireID) Make(ulid string, random io.Reader) (string, error) {
	raw := make([]byte, max(16, w.size))
	switch w.form {
	case "":
		return "msg_" + ulid, nil
	case "ulid":
		return w.prefix + ulid + w.suffix, nil
	case "uuid", "hex":
	default:
		raw = raw[:w.size]
	}
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	var text string
	switch w.form {
	case "uuid": // RFC 9562, version 4
		raw[6], raw[8] = raw[6]&0x0f|0x40, raw[8]&0x3f|0x80
		text = fmt.Sprintf("%x-%x-%x-%x-%x", raw[:4], raw[4:6], raw[6:8], raw[8:10], raw[10:16])
	case "hex":
		text = hex.EncodeToString(raw[:w.size])
	default:
		letters := alphabet
		if w.form == "digits" {
			letters = decimal
		}
		if err := spell(raw, letters, random); err != nil {
			return "", fmt.Errorf("make an id: %w", err)
		}
		text = string(raw)
	}
	return w.prefix + text + w.suffix, nil
}

// NewPart tells where the part of an id is that is new in each: the bytes from
// start to end. Digits may stand there whatever the form.
func (w WireID) NewPart(id string) (start, end int) {
	prefix := w.prefix
	if w.form == "" {
		prefix = "msg_"
	}
	return len(prefix), len(id) - len(w.suffix)
}
