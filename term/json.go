package term

import (
	"encoding/json"
	"errors"
	"fmt"
)

// JSONView prepares a body that is one JSON value: indented, with the tokens
// as they are in the body, in their order, duplicates included. Containers
// nested deeper than 200 stand on one line. A note names members that an object
// has twice: readers differ in which of them counts. The error says where the body
// stops being JSON.
func JSONView(b []byte) (View, error) {
	if err := checkJSON(b); err != nil {
		return View{}, err
	}
	v := View{Form: FormJSON}
	var names memberNames
	end := indent(b, maxViewDepth, func(l jsonLine) bool {
		names.see(l)
		row := len(v.Rows)
		if !v.add(string(l.raw), line, l.depth) {
			return false
		}
		if l.closes {
			v.Rows[row].Partner, v.Rows[l.opened].Partner = l.opened, row
			v.Rows[l.opened].Items = l.items
		}
		return true
	})
	if note := names.note(); note != "" {
		v.Notes = append(v.Notes, Truncate(Safe(note), 200, "…"))
	}
	if end < len(b) {
		v.cut(end, len(b))
	}
	return v, nil
}

// checkJSON returns an error that names the place where b stops being one
// JSON value.
func checkJSON(b []byte) error {
	if json.Valid(b) {
		return nil
	}
	var raw json.RawMessage
	err := json.Unmarshal(b, &raw)
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return fmt.Errorf("not JSON: %w", err)
	}
	row, column := 1, 1
	at := min(max(int(syntax.Offset)-1, 0), len(b))
	for _, c := range b[:at] {
		if column++; c == '\n' {
			row, column = row+1, 1
		}
	}
	return fmt.Errorf("not JSON: line %d, column %d: %w", row, column, err)
}

// jsonLine is one line of an indented value, as it stands in the body except
// for the white space.
type jsonLine struct {
	raw           []byte
	depth         int
	closes        bool // it begins with the bracket of line opened
	opened, items int  // only where it closes; items are the members between
}

// container is a value whose closing bracket is still to come.
type container struct{ line, items int }

// indenter walks the tokens of valid JSON and gives out lines.
type indenter struct {
	src   []byte
	pos   int
	buf   []byte
	open  []container
	lines int
	yield func(jsonLine) bool
	done  bool
}

// indent calls yield with the lines of src, which is valid JSON, until it
// returns false, and returns how much of src was used.
func indent(src []byte, maxDepth int, yield func(jsonLine) bool) int {
	in := indenter{src: src, yield: yield}
	for !in.done {
		start := in.skip()
		if start == len(src) {
			in.flush(jsonLine{depth: len(in.open)})
			if !in.done {
				return len(src)
			}
			return start
		}
		in.token(src[start], maxDepth)
		if in.done {
			return start
		}
	}
	return in.pos
}

// skip moves over white space and returns the position behind it.
func (in *indenter) skip() int {
	for in.pos < len(in.src) && space(in.src[in.pos]) {
		in.pos++
	}
	return in.pos
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// token takes the token that begins with c.
func (in *indenter) token(c byte, maxDepth int) {
	switch c {
	case '{', '[':
		in.openBracket(c, maxDepth)
	case '}', ']':
		in.pos++
		in.flush(jsonLine{depth: len(in.open)})
		top := in.open[len(in.open)-1]
		in.open = in.open[:len(in.open)-1]
		in.buf = append(in.buf, c)
		if in.skip() < len(in.src) && in.src[in.pos] == ',' {
			in.pos++
			in.buf = append(in.buf, ',')
			in.comma()
		}
		in.flush(jsonLine{depth: len(in.open), closes: true, opened: top.line, items: top.items + 1})
	case ',':
		in.pos++
		in.buf = append(in.buf, ',')
		in.comma()
		in.flush(jsonLine{depth: len(in.open)})
	case ':':
		in.pos++
		in.buf = append(in.buf, ": "...)
	default:
		in.copy(scalarLen(in.src[in.pos:]))
	}
}

func (in *indenter) comma() {
	if len(in.open) > 0 {
		in.open[len(in.open)-1].items++
	}
}

func (in *indenter) openBracket(c byte, maxDepth int) {
	in.pos++
	in.buf = append(in.buf, c)
	if next := in.src[in.skip()]; next == c+2 { // '{'+2 is '}', '['+2 is ']'
		in.pos++
		in.buf = append(in.buf, next)
		return
	}
	if len(in.open) >= maxDepth {
		in.inline()
		return
	}
	depth := len(in.open)
	in.open = append(in.open, container{line: in.lines})
	in.flush(jsonLine{depth: depth})
}

// inline copies the rest of a container onto the line, white space left out.
func (in *indenter) inline() {
	for depth := 1; depth > 0; {
		c := in.src[in.skip()]
		switch c {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if c == '"' {
			in.copy(scalarLen(in.src[in.pos:]))
			continue
		}
		in.copy(1)
	}
}

// copy takes n bytes over to the line. A line grows no longer than a view may
// be, so a body of one huge string is not copied whole to be cut.
func (in *indenter) copy(n int) {
	tok := in.src[in.pos : in.pos+n]
	in.pos += n
	room := max(0, maxViewBytes+1-len(in.buf))
	in.buf = append(in.buf, tok[:min(n, room)]...)
}

// flush gives out the line that has been gathered.
func (in *indenter) flush(l jsonLine) {
	if len(in.buf) == 0 || in.done {
		return
	}
	l.raw = in.buf
	in.done = !in.yield(l)
	in.buf = in.buf[:0]
	in.lines++
}

// scalarLen returns the length of the string, number or word at the start of b.
func scalarLen(b []byte) int {
	if b[0] == '"' {
		return stringLen(b)
	}
	for i, c := range b {
		if space(c) || c == ',' || c == ']' || c == '}' || c == ':' {
			return i
		}
	}
	return len(b)
}

// stringLen returns the length of the JSON string at the start of s, all of s
// if it does not end, and 0 if there is none.
func stringLen[T []byte | string](s T) int {
	if len(s) == 0 || s[0] != '"' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}
