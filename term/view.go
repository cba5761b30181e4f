package term

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The bounds of a prepared body. They bound what is produced: 20 KB of
// brackets nested 9,999 deep would be 190 MiB when indented.
const (
	maxViewBytes = 1 << 20
	maxViewRows  = 5000
	maxViewDepth = 200
)

// Form is how a body is shown.
type Form int

// The forms of a body.
const (
	FormText Form = iota
	FormJSON
	FormHex
)

// View is a body made ready for a screen, in at most 5,000 rows and 1 MiB.
type View struct {
	Form Form
	Rows []Row
	// Notes say what a reader must know: where JSON is broken, what was cut.
	Notes []Text
	// Shown is where the part of the body ends that is shown, in bytes of what
	// was prepared, if that is not its end; else 0.
	Shown int
	size  int
}

// Row is one line of a body, without its indentation.
type Row struct {
	Text  Text
	Depth int // of the brackets around it
	// Partner is the row of the other bracket, and the row itself where it
	// opens and closes nothing.
	Partner int
	Items   int // members of what the row opens
}

// NewView prepares a body in the form that suits it: JSON if it is JSON, hex
// if it is binary, else text. contentType is the header's value or "".
func NewView(b []byte, contentType string) View {
	if !likelyJSON(b, contentType) {
		if binary(b) {
			return HexView(b, 16)
		}
		return TextView(b)
	}
	v, err := JSONView(b)
	if err == nil {
		return v
	}
	if binary(b) {
		v = HexView(b, 16)
	} else {
		v = TextView(b)
	}
	v.Notes = append([]Text{Truncate(Safe(err.Error()), 200, "…")}, v.Notes...)
	return v
}

// TextView prepares a body as the lines of text that it is.
func TextView(b []byte) View {
	v := View{Form: FormText}
	rest := string(b)
	for rest != "" {
		text, tail, more := strings.Cut(rest, "\n")
		if !v.add(text, body, 0) {
			v.cut(len(b)-len(rest), len(b))
			return v
		}
		rest = tail
		if !more {
			break
		}
	}
	return v
}

// add appends a row and reports whether it fitted whole.
func (v *View) add(raw string, p place, depth int) bool {
	room := maxViewBytes - v.size - 2*depth
	if len(v.Rows) == maxViewRows || room <= 0 {
		return false
	}
	dst, used := Text{raw}, len(raw)
	if plain(raw) < len(raw) || len(raw) > room {
		var out []byte
		out, used = appendEscaped(nil, raw, p, room)
		dst = Text{string(out)}
	}
	v.Rows = append(v.Rows, Row{Text: dst, Depth: depth, Partner: len(v.Rows)})
	v.size += len(dst.s) + 2*depth
	return used == len(raw)
}

// cut notes that the view ends before the body does.
func (v *View) cut(shown, size int) {
	v.Shown = shown
	v.Notes = append(v.Notes, Safe(fmt.Sprintf("cut after %d lines, about %d of %d bytes", len(v.Rows), shown, size)))
}

func likelyJSON(b []byte, contentType string) bool {
	if strings.Contains(strings.ToLower(contentType), "json") {
		return len(b) > 0
	}
	b = bytes.TrimLeft(b, " \t\r\n")
	return len(b) > 0 && (b[0] == '{' || b[0] == '[')
}

// binary reports whether a body is better shown as hex: a NUL, or more than a
// tenth of its beginning, and not just a few bytes, unreadable.
func binary(b []byte) bool {
	const sample = 4096
	whole := len(b) <= sample
	b = b[:min(len(b), sample)]
	bad, seen := 0, 0
	for len(b) > 0 {
		r, size := utf8.DecodeRune(b)
		if !whole && len(b) < utf8.UTFMax {
			break // the sample may have cut a character
		}
		if r == 0 {
			return true
		}
		if r == utf8.RuneError && size == 1 || unicode.IsControl(r) && !unicode.IsSpace(r) {
			bad++
		}
		seen++
		b = b[size:]
	}
	return bad > 3 && bad*10 > seen
}
