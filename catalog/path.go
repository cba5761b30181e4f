package catalog

import (
	"strconv"
	"strings"
)

// path leads to a value inside a JSON text.
type path []step

// step is one key or list index on the way. Whether digits are one or the
// other depends on the value they are applied to, unless they stood in
// brackets.
type step struct {
	text    string
	bracket bool
}

func (s step) index() (int, bool) {
	if s.text == "" || s.text[0] == '0' && len(s.text) > 1 || strings.Trim(s.text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s.text)
	return n, err == nil
}

// pointer returns the path as a JSON Pointer.
func (p path) pointer() string {
	var b strings.Builder
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	for _, s := range p {
		b.WriteByte('/')
		b.WriteString(escape.Replace(s.text))
	}
	return b.String()
}

// parsePath reads what a person writes after --set: a JSON Pointer if it
// begins with a slash (/data/items/0), else keys and indexes with dots between
// them (data.items.0, data.items[0]). A backslash takes the next character as
// it is (metadata.order\.id).
func parsePath(text string) (path, *PathError) {
	if strings.HasPrefix(text, "/") {
		return parsePointer(text)
	}
	return parseDotted(text)
}

// parsePointer reads a JSON Pointer (RFC 6901) to something inside a value:
// the empty pointer, which is the whole value, is refused.
func parsePointer(text string) (path, *PathError) {
	if !strings.HasPrefix(text, "/") {
		return nil, &PathError{Path: text, Message: "a JSON Pointer begins with /"}
	}
	var p path
	for part := range strings.SplitSeq(text[1:], "/") {
		if !strings.Contains(part, "~") {
			p = append(p, step{text: part})
			continue
		}
		rest := strings.NewReplacer("~0", "", "~1", "").Replace(part)
		if strings.Contains(rest, "~") {
			return nil, &PathError{Path: text, Message: "after ~ a JSON Pointer has 0 or 1"}
		}
		p = append(p, step{text: strings.NewReplacer("~1", "/", "~0", "~").Replace(part)})
	}
	return p, nil
}

func parseDotted(text string) (path, *PathError) {
	var p path
	for rest, more := text, true; more; {
		var part string
		part, rest, more = cutUnescaped(rest, '.')
		steps, fault := parsePart(part)
		if fault != "" {
			return nil, &PathError{Path: text, Message: fault}
		}
		p = append(p, steps...)
	}
	return p, nil
}

// parsePart reads what stands between two dots: a key, then any number of
// indexes in brackets.
func parsePart(part string) (steps []step, fault string) {
	key, rest, bracket := cutUnescaped(part, '[')
	if key == "" {
		return nil, "a key is empty; write it as a JSON Pointer if that is meant"
	}
	if strings.HasSuffix(strings.ReplaceAll(key, `\\`, ""), `\`) {
		return nil, "a backslash stands before another character"
	}
	steps = []step{{text: unescape(key)}}
	for bracket {
		digits, after, closed := strings.Cut(rest, "]")
		s := step{text: digits, bracket: true}
		if _, ok := s.index(); !ok || !closed || after != "" && after[0] != '[' {
			return nil, `brackets hold the index of a list; write \[ for one inside a key`
		}
		steps = append(steps, s)
		rest, bracket = strings.CutPrefix(after, "[")
	}
	return steps, ""
}

// cutUnescaped cuts s at the first sep without a backslash before it.
func cutUnescaped(s string, sep byte) (before, after string, found bool) {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case sep:
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

func unescape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
