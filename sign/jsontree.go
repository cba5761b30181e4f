package sign

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxTreeDepth bounds the nesting of JSON that is printed anew. PHP's own
// limit is 512, Python's not much more.
const maxTreeDepth = 500

// node is a JSON value that was parsed, as the programs that rewrite bodies
// have it in memory: names are unique, numbers still have their source text.
type node struct {
	kind  byte   // { [ " or 0 for a number, t for true, false and null
	text  string // of a string, in WTF-8; the source of a number or word
	names []string
	items []node
}

// parseTree reads a whole JSON text. It refuses what is not UTF-8, which no
// two programs read alike, and what is nested too deep.
func parseTree(text []byte) (*node, bool) {
	s := scanner{data: text}
	if !utf8.Valid(text) || !s.value(nil, nil) || s.peek() != 0 || s.pos != len(text) {
		return nil, false
	}
	s.pos = 0
	n, ok := s.tree()
	return &n, ok
}

// tree reads the value at the scanner, which is known to be JSON.
func (s *scanner) tree() (node, bool) {
	if s.depth++; s.depth > maxTreeDepth {
		return node{}, false
	}
	defer func() { s.depth-- }()
	switch c := s.peek(); c {
	case '{':
		return s.treeObject()
	case '[':
		n := node{kind: c}
		for s.pos++; !s.take(']'); {
			s.take(',')
			item, ok := s.tree()
			if !ok {
				return node{}, false
			}
			n.items = append(n.items, item)
		}
		return n, true
	case '"':
		return node{kind: c, text: s.treeText()}, true
	case 't', 'f', 'n':
		return node{kind: 't', text: s.source()}, true
	}
	return node{kind: '0', text: s.source()}, true
}

// treeObject reads an object. A name that occurs twice keeps its first place
// and gets the last value: JavaScript, Python, PHP, Ruby and Java agree in that.
func (s *scanner) treeObject() (node, bool) {
	n, at := node{kind: '{'}, map[string]int{}
	for s.pos++; !s.take('}'); {
		s.take(',')
		s.space()
		name := s.treeText()
		s.take(':')
		value, ok := s.tree()
		if !ok {
			return node{}, false
		}
		if i, twice := at[name]; twice {
			n.items[i] = value
			continue
		}
		at[name] = len(n.names)
		n.names, n.items = append(n.names, name), append(n.items, value)
	}
	return n, true
}

func (s *scanner) source() string {
	start := s.pos
	s.value(nil, nil)
	return string(s.data[start:s.pos])
}

func (s *scanner) treeText() string {
	start := s.pos
	s.text()
	quoted := s.data[start:s.pos]
	if text, whole := unquote(quoted); whole {
		return string(text)
	}
	return looseText(quoted)
}

// looseText unquotes a string with half a surrogate pair in it. The half is
// kept as three bytes (WTF-8), because JSON.stringify and Python print it as it
// came.
func looseText(quoted []byte) string {
	var out []byte
	for in := quoted[1 : len(quoted)-1]; len(in) > 0; {
		if in[0] != '\\' || in[1] != 'u' {
			n := 1
			if in[0] == '\\' {
				n = 2
			} else if n = bytes.IndexByte(in, '\\'); n < 0 {
				n = len(in)
			}
			text, _ := unquote(append(append([]byte{'"'}, in[:n]...), '"'))
			out, in = append(out, text...), in[n:]
			continue
		}
		r, _ := hex4(in[2:])
		in = in[6:]
		if utf16.IsSurrogate(r) && len(in) >= 6 && in[0] == '\\' && in[1] == 'u' {
			low, _ := hex4(in[2:])
			if whole := utf16.DecodeRune(r, low); whole != utf8.RuneError {
				r, in = whole, in[6:]
			}
		}
		out = appendWTF8(out, r)
	}
	return string(out)
}

func appendWTF8(out []byte, r rune) []byte {
	if utf16.IsSurrogate(r) {
		return append(out, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f)
	}
	return utf8.AppendRune(out, r)
}

// decodeWTF8 is utf8.DecodeRuneInString for text that may hold halves of
// surrogate pairs.
func decodeWTF8(text string) (rune, int) {
	if len(text) >= 3 && text[0] == 0xed && text[1] >= 0xa0 {
		return rune(text[0]&0xf)<<12 | rune(text[1]&0x3f)<<6 | rune(text[2]&0x3f), 3
	}
	return utf8.DecodeRuneInString(text)
}

// arrayIndex is the number that name is as an index of a JavaScript array, -1
// for any other name.
func arrayIndex(name string) int64 {
	n, err := strconv.ParseUint(name, 10, 32)
	if err != nil || n == 1<<32-1 || strconv.FormatUint(n, 10) != name {
		return -1
	}
	return int64(n)
}
