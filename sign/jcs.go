package sign

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxCanonicalDepth bounds the nesting Canonical takes: an object is moved once
// for each object around it, so unbounded depth would make the work quadratic.
const maxCanonicalDepth = 128

// canonicalJSON rewrites JSON in the form of RFC 8785: no white space, members
// sorted by the UTF-16 code units of their names, numbers and strings as
// ECMAScript prints them. It refuses what the RFC refuses: names that occur
// twice, text that is not Unicode, numbers beyond a double.
func canonicalJSON(text []byte) ([]byte, error) {
	s := scanner{data: text}
	if !s.value(nil, nil) || s.peek() != 0 || s.pos != len(text) {
		return nil, errors.New("not JSON")
	}
	s.pos, s.depth = 0, 0
	return s.canonical(make([]byte, 0, len(text)))
}

// canonical appends the value at the scanner, which is known to be JSON.
func (s *scanner) canonical(out []byte) ([]byte, error) {
	if s.depth++; s.depth > maxCanonicalDepth {
		return nil, fmt.Errorf("nested deeper than %d", maxCanonicalDepth)
	}
	defer func() { s.depth-- }()
	switch s.peek() {
	case '{':
		return s.canonicalObject(out)
	case '[':
		return s.canonicalArray(out)
	case '"':
		start := s.pos
		s.text()
		text, err := unicodeText(s.data[start:s.pos])
		return appendECMAString(out, text), err
	}
	start := s.pos
	s.value(nil, nil)
	raw := s.data[start:s.pos]
	if raw[0] == '-' || '0' <= raw[0] && raw[0] <= '9' {
		return appendECMANumber(out, string(raw))
	}
	return append(out, raw...), nil
}

func (s *scanner) canonicalArray(out []byte) ([]byte, error) {
	s.pos++
	out = append(out, '[')
	for !s.take(']') {
		if s.take(',') {
			out = append(out, ',')
		}
		var err error
		if out, err = s.canonical(out); err != nil {
			return nil, err
		}
	}
	return append(out, ']'), nil
}

func (s *scanner) canonicalObject(out []byte) ([]byte, error) {
	type member struct {
		units []uint16
		text  []byte
	}
	var members []member
	for s.pos++; !s.take('}'); {
		s.take(',')
		s.space()
		start := s.pos
		s.text()
		name, err := unicodeText(s.data[start:s.pos])
		if err != nil {
			return nil, err
		}
		s.take(':')
		text := append(appendECMAString(nil, name), ':')
		if text, err = s.canonical(text); err != nil {
			return nil, err
		}
		members = append(members, member{utf16.Encode([]rune(string(name))), text})
	}
	slices.SortFunc(members, func(a, b member) int { return slices.Compare(a.units, b.units) })
	out = append(out, '{')
	for i, m := range members {
		if i > 0 {
			if slices.Equal(m.units, members[i-1].units) {
				return nil, errors.New("a name occurs twice in an object")
			}
			out = append(out, ',')
		}
		out = append(out, m.text...)
	}
	return append(out, '}'), nil
}

func unicodeText(quoted []byte) ([]byte, error) {
	text, whole := unquote(quoted)
	if !whole || !utf8.Valid(text) {
		return nil, errors.New("a string is not Unicode text")
	}
	return text, nil
}

func appendECMAString(out, text []byte) []byte {
	const short = "\b\t\n\f\r"
	out = append(out, '"')
	for _, c := range text {
		switch i := strings.IndexByte(short, c); {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case i >= 0:
			out = append(out, '\\', "btnfr"[i])
		case c < 0x20:
			out = fmt.Appendf(out, `\u%04x`, c)
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}

// appendECMANumber prints a number as ECMA-262 Number::toString does: the
// shortest digits that read back, an exponent only below 1e-6 and from 1e21.
func appendECMANumber(out []byte, text string) ([]byte, error) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, fmt.Errorf("number %s is beyond a double", text)
	}
	size := math.Abs(f)
	if size == 0 {
		return append(out, '0'), nil
	}
	if 1e-6 <= size && size < 1e21 {
		return strconv.AppendFloat(out, f, 'f', -1, 64), nil
	}
	digits := strconv.AppendFloat(nil, f, 'e', -1, 64)
	mantissa, exponent, _ := bytes.Cut(digits, []byte{'e'})
	out = append(append(out, mantissa...), 'e', exponent[0])
	return append(out, bytes.TrimLeft(exponent[1:], "0")...), nil
}
