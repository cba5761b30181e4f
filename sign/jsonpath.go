package sign

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// path leads to a value inside JSON: member names, or list indexes as digits.
type path []string

// parsePath reads a dotted path; \. is a dot inside a name.
func parsePath(text string) path {
	var p path
	var name strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text) && text[i+1] == '.':
			i++
			name.WriteByte('.')
		case text[i] == '.':
			p = append(p, name.String())
			name.Reset()
		default:
			name.WriteByte(text[i])
		}
	}
	return append(p, name.String())
}

// index reports whether the path goes on with list item i.
func (p path) index(i int) bool {
	return len(p[0]) <= 10 && p[0] == strconv.Itoa(i)
}

// isIndex is true when the last step may be an index as well as a name.
func (p path) isIndex() bool {
	last := p[len(p)-1]
	return last != "" && strings.Trim(last, "0123456789") == ""
}

// target is what a walk over JSON looks for, and what it found.
type target struct {
	depth      int // length of the whole path
	found      bool
	ambiguous  bool // a name on the path occurs twice in its object
	start, end int  // the value

	// Where the member stands, if the last step is one: its name, the comma
	// before it, the comma after it and what follows that; -1 without.
	name, before, behind, next int
}

func (t *target) hit(start, end int) {
	if !t.found {
		t.found, t.start, t.end = true, start, end
	}
}

func (t *target) member(left, name, comma int) {
	if left == 1 && !t.found {
		t.name, t.before, t.behind, t.next = name, comma, -1, -1
	}
}

func (t *target) after(left, comma int, s *scanner) {
	if left == 1 && t.behind < 0 && t.found {
		s.space()
		t.behind, t.next = comma, s.pos
	}
}

// findJSON looks for the value at p. ok is false when body is not JSON, and
// then it has no such place, whatever stands in it.
func findJSON(body []byte, p path) (t target, ok bool) {
	t = target{depth: len(p), name: -1, before: -1, behind: -1, next: -1}
	s := scanner{data: body}
	if !s.value(p, &t) || s.peek() != 0 || s.pos != len(body) {
		return target{}, false
	}
	return t, true
}

// jsonText renders a value: strings unquoted, numbers and the rest as
// written, null as nothing.
func jsonText(raw []byte) []byte {
	switch {
	case len(raw) == 0 || bytes.Equal(raw, []byte("null")):
		return nil
	case raw[0] == '"':
		text, _ := unquote(raw)
		return text
	}
	return raw
}

// setJSON puts value, which is JSON itself, at p and keeps every other byte.
// The last step may be a new member of an object that is there.
func setJSON(body []byte, p path, value string) ([]byte, error) {
	t, ok := findJSON(body, p)
	switch {
	case !ok:
		return nil, fmt.Errorf("set %s: the body is not JSON", strings.Join(p, "."))
	case t.ambiguous:
		return nil, fmt.Errorf("set %s: the body has that name twice", strings.Join(p, "."))
	case t.found:
		return splice(body, t.start, t.end, value), nil
	}
	parent, _ := findJSON(body, p[:len(p)-1])
	if !parent.found || parent.ambiguous || body[parent.start] != '{' {
		return nil, fmt.Errorf("set %s: the body has no object to put it in", strings.Join(p, "."))
	}
	member := quoteJSON(p[len(p)-1]) + ":" + value
	inside := bytes.TrimRight(body[parent.start+1:parent.end-1], " \t\r\n")
	if len(inside) > 0 {
		member = "," + member
	}
	at := parent.start + 1 + len(inside)
	return splice(body, at, at, member), nil
}

// removeJSON cuts the member at p out of body, with one of the commas beside
// it. A body without it is returned as it is.
func removeJSON(body []byte, p path) ([]byte, bool) {
	t, ok := findJSON(body, p)
	switch {
	case !ok || t.ambiguous:
		return nil, false
	case !t.found || t.name < 0:
		return body, true
	case t.before >= 0:
		return splice(body, t.before, t.end, ""), true
	case t.behind >= 0:
		return splice(body, t.name, t.next, ""), true
	}
	return splice(body, t.name, t.end, ""), true
}

func splice(body []byte, start, end int, with string) []byte {
	out := make([]byte, 0, len(body)-(end-start)+len(with))
	out = append(out, body[:start]...)
	out = append(out, with...)
	return append(out, body[end:]...)
}

// quoteJSON writes a JSON string and escapes nothing that need not be: a
// sender's own serialiser leaves <, >, & and U+2028 alone.
func quoteJSON(text string) string {
	out := append(make([]byte, 0, len(text)+2), '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c < 0x20:
			out = fmt.Appendf(out, `\u%04x`, c)
		default:
			out = append(out, c)
		}
	}
	return string(append(out, '"'))
}
