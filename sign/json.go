package sign

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds the nesting of JSON that is looked into; encoding/json has
// the same bound.
const maxDepth = 10000

// scanner walks over JSON text without building anything, so that the bytes
// stay as they are and a large body costs one pass. It accepts exactly
// RFC 8259, apart from bytes in strings that are not UTF-8.
type scanner struct {
	data  []byte
	pos   int
	depth int
}

func (s *scanner) space() {
	for s.pos < len(s.data) {
		switch s.data[s.pos] {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

// peek returns the next byte after white space, 0 at the end.
func (s *scanner) peek() byte {
	s.space()
	if s.pos < len(s.data) {
		return s.data[s.pos]
	}
	return 0
}

func (s *scanner) take(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.pos++
	return true
}

// value moves over one value. With a target it also looks for what the target
// wants, below the path that is left.
func (s *scanner) value(left path, t *target) bool {
	c := s.peek()
	if t != nil && len(left) == 0 {
		start := s.pos
		ok := s.value(nil, nil)
		t.hit(start, s.pos)
		return ok
	}
	switch c {
	case '{':
		return s.nested(left, t, s.object)
	case '[':
		return s.nested(left, t, s.array)
	case '"':
		return s.text()
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	}
	return s.number()
}

func (s *scanner) nested(left path, t *target, walk func(path, *target) bool) bool {
	s.pos++
	s.depth++
	ok := s.depth <= maxDepth && walk(left, t)
	s.depth--
	return ok
}

func (s *scanner) object(left path, t *target) bool {
	if s.take('}') {
		return true
	}
	seen := false
	for comma := -1; ; {
		s.space()
		start := s.pos
		if s.peek() != '"' || !s.text() {
			return false
		}
		wanted := t != nil && sameText(s.data[start:s.pos], left[0])
		if !s.take(':') {
			return false
		}
		if wanted {
			if seen {
				t.ambiguous = true
			}
			seen = true
			t.member(len(left), start, comma)
			if !s.value(left[1:], t) {
				return false
			}
		} else if !s.value(nil, nil) {
			return false
		}
		if s.take('}') {
			return true
		}
		if comma = s.pos; !s.take(',') {
			return false
		}
		if wanted {
			t.after(len(left), comma, s)
		}
	}
}

func (s *scanner) array(left path, t *target) bool {
	if s.take(']') {
		return true
	}
	for i := 0; ; i++ {
		ok := false
		if t != nil && left.index(i) {
			ok = s.value(left[1:], t)
		} else {
			ok = s.value(nil, nil)
		}
		if !ok {
			return false
		}
		if s.take(']') {
			return true
		}
		if !s.take(',') {
			return false
		}
	}
}

func (s *scanner) word(w string) bool {
	if !bytes.HasPrefix(s.data[s.pos:], []byte(w)) {
		return false
	}
	s.pos += len(w)
	return true
}

// text moves over a string.
func (s *scanner) text() bool {
	for s.pos++; s.pos < len(s.data); s.pos++ {
		if s.pos += plain(s.data[s.pos:]); s.pos == len(s.data) {
			return false
		}
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return true
		case c < 0x20:
			return false
		case c == '\\':
			if !s.escape() {
				return false
			}
		}
	}
	return false
}

// plain counts the bytes before the first quote, backslash or control byte. It
// looks at eight at a time: a byte of x-0x0101… borrows its top bit where that
// byte was zero, or below the number taken from it.
func plain(b []byte) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; len(b)-n >= 8; n += 8 {
		x := binary.LittleEndian.Uint64(b[n:])
		quote, slash := x^ones*'"', x^ones*'\\'
		if ((quote-ones)&^quote|(slash-ones)&^slash|(x-ones*0x20)&^x)&tops != 0 {
			break
		}
	}
	for n < len(b) && b[n] >= 0x20 && b[n] != '"' && b[n] != '\\' {
		n++
	}
	return n
}

// escape moves to the last byte of an escape sequence.
func (s *scanner) escape() bool {
	s.pos++
	if s.pos >= len(s.data) {
		return false
	}
	switch s.data[s.pos] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		if _, ok := hex4(s.data[s.pos+1:]); ok {
			s.pos += 4
			return true
		}
	}
	return false
}

func (s *scanner) number() bool {
	if s.pos < len(s.data) && s.data[s.pos] == '-' {
		s.pos++
	}
	if s.pos < len(s.data) && s.data[s.pos] == '0' {
		s.pos++
	} else if !s.digits() {
		return false
	}
	if s.pos < len(s.data) && s.data[s.pos] == '.' {
		if s.pos++; !s.digits() {
			return false
		}
	}
	if s.pos < len(s.data) && s.data[s.pos]|0x20 == 'e' {
		if s.pos++; s.pos < len(s.data) && (s.data[s.pos] == '+' || s.data[s.pos] == '-') {
			s.pos++
		}
		return s.digits()
	}
	return true
}

func (s *scanner) digits() bool {
	start := s.pos
	for s.pos < len(s.data) && '0' <= s.data[s.pos] && s.data[s.pos] <= '9' {
		s.pos++
	}
	return s.pos > start
}

func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range b[:4] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// sameText compares a JSON string, quotes included, with a text.
func sameText(quoted []byte, want string) bool {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1:len(quoted)-1]) == want
	}
	got, _ := unquote(quoted)
	return string(got) == want
}

// unquote returns what a JSON string that was scanned stands for. A surrogate
// without its pair becomes U+FFFD and is reported as not whole.
func unquote(quoted []byte) (text []byte, whole bool) {
	in := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(in, '\\') < 0 {
		return in, true
	}
	whole = true
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); i++ {
		if in[i] != '\\' {
			out = append(out, in[i])
			continue
		}
		i++
		if in[i] != 'u' {
			out = append(out, unescaped(in[i]))
			continue
		}
		r, _ := hex4(in[i+1:])
		i += 4
		if utf16.IsSurrogate(r) {
			low := rune(utf8.RuneError)
			if len(in) > i+2 && in[i+1] == '\\' && in[i+2] == 'u' {
				low, _ = hex4(in[i+3:])
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				whole = false
			} else {
				i += 6
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out, whole
}

func unescaped(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c
}
