package term

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text is text that may be written to a terminal: every character is
// printable, except for the line feeds that SafeBody lets pass. Its zero value
// is the empty text. Only this package makes one that is not empty.
type Text struct {
	// s holds the escaped text. mark stands before each escape that was made
	// here, so that it can be drawn unlike the same characters typed by
	// somebody. mark itself is escaped in what comes from outside.
	s string
}

// mark is a control character and therefore never part of escaped text.
const mark = '\x0e'

// maxMarks is how many combining marks a character may carry; more of them
// draw over the lines above and below.
const maxMarks = 4

// tabStop is how many spaces stand for a tab in a body.
const tabStop = "    "

// Safe returns s as one line: line feeds and tabs become \n and \t, bytes that
// are controls or not UTF-8 become \xNN, and every other character that cannot
// be seen becomes \uNNNN or \UNNNNNNNN.
func Safe(s string) Text { return escape(s, line, len(s)*10+16) }

// SafeBody returns s as lines: a line feed passes and a tab becomes spaces.
// Everything else is treated as in Safe.
func SafeBody(s string) Text { return escape(s, body, len(s)*10+16) }

// Cell returns s as Safe does, but for a column of a table: a character about
// whose width terminals disagree becomes an escape, too.
func Cell(s string) Text { return escape(s, cell, len(s)*10+16) }

// ASCII returns the text with every character above ASCII as an escape, for a
// terminal that does not read UTF-8. There a letter's bytes can be controls.
func ASCII(t Text) Text {
	for i := 0; i < len(t.s); i++ {
		if t.s[i] >= utf8.RuneSelf {
			out := append(make([]byte, 0, len(t.s)+32), t.s[:i]...)
			for _, r := range t.s[i:] {
				if r < utf8.RuneSelf {
					out = append(out, byte(r))
				} else {
					out = appendRune(out, r)
				}
			}
			return Text{string(out)}
		}
	}
	return t
}

// Join puts texts together, with sep between them.
func Join(sep Text, parts ...Text) Text {
	switch len(parts) {
	case 0:
		return Text{}
	case 1:
		return parts[0]
	}
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteString(sep.s)
		}
		b.WriteString(p.s)
	}
	return Text{b.String()}
}

// Empty reports whether there is nothing to show.
func (t Text) Empty() bool { return t.s == "" }

// String returns the text, escapes looking like any other characters.
func (t Text) String() string { return t.Styled("", "") }

// Styled returns the text with on before and off behind each escape, which
// tells a real control character from one that was typed as \x1b.
func (t Text) Styled(on, off string) string {
	i := strings.IndexByte(t.s, mark)
	if i < 0 {
		return t.s
	}
	var b strings.Builder
	b.Grow(len(t.s) + len(on) + len(off))
	rest := t.s
	for ; i >= 0; i = strings.IndexByte(rest, mark) {
		end := i + 1 + escapeLen(rest[i+1:])
		b.WriteString(rest[:i])
		b.WriteString(on)
		b.WriteString(rest[i+1 : end])
		b.WriteString(off)
		rest = rest[end:]
	}
	b.WriteString(rest)
	return b.String()
}

// place says where text will stand, which decides what may pass.
type place int

const (
	line place = iota
	body
	cell
)

// escape returns s escaped for its place. It stops when the result has limit
// bytes, at the end of a whole character.
func escape(s string, p place, limit int) Text {
	n := plain(s)
	if n == len(s) && n <= limit {
		return Text{s}
	}
	out, _ := appendEscaped(make([]byte, 0, min(limit, len(s)+len(s)/4)+16), s, p, limit)
	return Text{string(out)}
}

// plain returns how many bytes of printable ASCII s begins with.
func plain(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i]-0x20 > 0x7e-0x20 {
			return i
		}
	}
	return len(s)
}

// appendEscaped appends s to dst, escaped, until dst has limit bytes, and
// returns how many bytes of s that took.
func appendEscaped(dst []byte, s string, p place, limit int) ([]byte, int) {
	marks := maxMarks // nothing here yet that a mark could stand on
	i := 0
	for i < len(s) && len(dst) < limit {
		if n := plain(s[i:]); n > 0 {
			n = min(n, limit-len(dst))
			dst = append(dst, s[i:i+n]...)
			i += n
			marks = 0
			continue
		}
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		unit := s[i : i+size]
		i += size
		switch {
		case r == '\n' && p == body:
			dst, marks = append(dst, '\n'), maxMarks
		case r == '\t' && p == body:
			dst, marks = append(dst, tabStop...), 0
		case r < utf8.RuneSelf || r == utf8.RuneError && size == 1:
			dst, marks = appendByte(dst, unit[0]), maxMarks
		case ideograph(r):
			dst, marks = append(dst, unit...), 0
		case hidden(r) || p == cell && !undisputed(r):
			dst, marks = appendRune(dst, r), maxMarks
		case !isMark(r):
			dst, marks = append(dst, unit...), 0
		case marks < maxMarks:
			dst, marks = append(dst, unit...), marks+1
		default:
			dst = appendRune(dst, r)
		}
	}
	return dst, i
}

// invisible are characters that count as printable and show nothing: fillers,
// the empty braille cell, the joiner and the selectors that only choose a form.
var invisible = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x034f, Hi: 0x034f, Stride: 1},
		{Lo: 0x115f, Hi: 0x1160, Stride: 1},
		{Lo: 0x17b4, Hi: 0x17b5, Stride: 1},
		{Lo: 0x180b, Hi: 0x180f, Stride: 1},
		{Lo: 0x2800, Hi: 0x2800, Stride: 1},
		{Lo: 0x3164, Hi: 0x3164, Stride: 1},
		{Lo: 0xfe00, Hi: 0xfe0e, Stride: 1},
		{Lo: 0xffa0, Hi: 0xffa0, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0xe0100, Hi: 0xe01ef, Stride: 1}},
}

// ideograph reports the two largest blocks of plain letters, which need no
// table to be looked up.
func ideograph(r rune) bool {
	return r >= 0x4e00 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7a3
}

func hidden(r rune) bool {
	return !unicode.IsPrint(r) || unicode.Is(invisible, r)
}

func isMark(r rune) bool {
	return r >= 0x300 && !ideograph(r) && unicode.Is(unicode.M, r)
}

const hexDigits = "0123456789abcdef"

// appendByte appends the escape of a control character or of a byte that is
// no UTF-8.
func appendByte(dst []byte, c byte) []byte {
	switch c {
	case '\n':
		return append(dst, mark, '\\', 'n')
	case '\t':
		return append(dst, mark, '\\', 't')
	}
	return append(dst, mark, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
}

// appendRune appends the escape of a character above ASCII.
func appendRune(dst []byte, r rune) []byte {
	digits := 4
	dst = append(dst, mark, '\\')
	if r > 0xffff {
		dst, digits = append(dst, 'U'), 8
	} else {
		dst = append(dst, 'u')
	}
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		dst = append(dst, hexDigits[r>>shift&15])
	}
	return dst
}

// escapeLen returns the length of the escape that s begins with. What follows
// a mark is always one of the forms above.
func escapeLen(s string) int {
	n := 2
	if len(s) > 1 {
		switch s[1] {
		case 'x':
			n = 4
		case 'u':
			n = 6
		case 'U':
			n = 10
		}
	}
	return min(n, len(s))
}
