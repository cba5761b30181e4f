package catalog

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// kind is what a value of a file is in JSON's terms.
type kind int

const (
	nullKind kind = iota
	boolKind
	numberKind
	stringKind
	listKind
	objectKind
)

func (k kind) String() string {
	return [...]string{"null", "true or false", "a number", "a string", "a list", "an object"}[k]
}

// node is a value of a catalog file with its place. JSON and YAML both become
// nodes, so that the rules on top know one form.
type node struct {
	kind    kind
	place   place
	text    string // the decoded string; the source text of other scalars
	raw     []byte // the source text of a JSON value; nil in YAML
	members []member
	items   []*node
}

type member struct {
	key   string
	place place
	value *node
}

// place is where a value begins: a line and column as YAML gives them, or an
// offset, from which they are counted only when there is something to report.
type place struct{ line, column, offset int }

func (p place) resolve(data []byte) (line, column int) {
	if p.line > 0 {
		return p.line, p.column
	}
	before := data[:min(p.offset, len(data))]
	line = 1 + bytes.Count(before, []byte("\n"))
	return line, 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
}

// get returns the member of that name, or nil.
func (n *node) get(key string) *node {
	for _, m := range n.members {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

// json returns the value as compact JSON. Number and string texts of a JSON
// source, and number texts of a YAML source, stay as they are.
func (n *node) json() []byte {
	if n.raw == nil {
		return n.appendJSON(nil)
	}
	return compact(n.raw)
}

// compact drops the white space between the tokens of valid JSON, and nothing
// else.
func compact(valid []byte) []byte {
	out := make([]byte, 0, len(valid))
	inString := false
	for i := 0; i < len(valid); i++ {
		switch c := valid[i]; {
		case c == '"':
			inString = !inString
		case c == '\\': // only in strings: the next byte does not end it
			out = append(out, c)
			i++
		case !inString && (c == ' ' || c == '\n' || c == '\t' || c == '\r'):
			continue
		}
		out = append(out, valid[i])
	}
	return out
}

func (n *node) appendJSON(b []byte) []byte {
	switch n.kind {
	case stringKind:
		if n.raw != nil {
			return append(b, n.raw...)
		}
		return appendString(b, n.text)
	case listKind:
		b = append(b, '[')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.appendJSON(b)
		}
		return append(b, ']')
	case objectKind:
		b = append(b, '{')
		for i, m := range n.members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, m.key), ':')
			b = m.value.appendJSON(b)
		}
		return append(b, '}')
	default:
		return append(b, n.text...)
	}
}

// appendString appends s as a JSON string that escapes only what JSON demands:
// the quote, the backslash and U+0000 to U+001F. It is what JSON.stringify
// writes, so that receivers which serialise again get the same bytes.
// encoding/json would escape <, >, & and U+2028, too.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= 0x20:
			b = append(b, c)
		case c == '\b':
			b = append(b, '\\', 'b')
		case c == '\t':
			b = append(b, '\\', 't')
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\f':
			b = append(b, '\\', 'f')
		case c == '\r':
			b = append(b, '\\', 'r')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(b, '"')
}

// walkNodes calls f for a value and for all that it holds.
func walkNodes(n *node, p path, f func(p path, n *node)) {
	f(p, n)
	for _, m := range n.members {
		walkNodes(m.value, append(p[:len(p):len(p)], step{text: m.key}), f)
	}
	for i, item := range n.items {
		walkNodes(item, append(p[:len(p):len(p)], step{text: strconv.Itoa(i)}), f)
	}
}
