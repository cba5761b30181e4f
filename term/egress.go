package term

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// replacement stands where something was that must not reach a terminal.
const replacement = "\ufffd"

// Egress returns a finished frame in which nothing is left but printable
// characters, line feeds and sequences that choose colours and attributes
// (CSI … m). Everything else becomes U+FFFD, an unfinished or other sequence
// at its escape character.
//
// It is the second of two lines: text is escaped when it comes in, and what a
// mistake lets through ends here.
func Egress(frame string) string {
	n := allowed(frame)
	if n == len(frame) {
		return frame
	}
	var b strings.Builder
	b.Grow(len(frame) + len(replacement))
	for rest := frame; ; {
		b.WriteString(rest[:n])
		rest = rest[n:]
		if rest == "" {
			return b.String()
		}
		b.WriteString(replacement)
		_, size := utf8.DecodeRuneInString(rest)
		rest = rest[size:]
		n = allowed(rest)
	}
}

// allowed returns how many bytes at the start of s may pass.
func allowed(s string) int {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= 0x20 && c < 0x7f, c == '\n':
			i++
		case c == 0x1b:
			n := sgrLen(s[i:])
			if n == 0 {
				return i
			}
			i += n
		case c < utf8.RuneSelf:
			return i
		default:
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 || !unicode.IsPrint(r) {
				return i
			}
			i += size
		}
	}
	return len(s)
}

// sgrLen returns the length of the CSI … m that s begins with, 0 for anything
// else. Private parameters (<, =, >, ?) change modes and do not pass.
func sgrLen(s string) int {
	if len(s) < 3 || s[1] != '[' {
		return 0
	}
	for i := 2; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'm':
			return i + 1
		case c != ';' && c != ':' && (c < '0' || c > '9'):
			return 0
		}
	}
	return 0
}

// Plain returns a frame without the sequences that choose colours and
// attributes.
func Plain(frame string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(frame, 0x1b)
		if i < 0 {
			break
		}
		b.WriteString(frame[:i])
		n := sgrLen(frame[i:])
		if n == 0 {
			b.WriteByte(0x1b)
			n = 1
		}
		frame = frame[i+n:]
	}
	b.WriteString(frame)
	return b.String()
}
