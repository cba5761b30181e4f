package term

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// maxRepeated is how many names a note lists.
const maxRepeated = 5

// memberNames finds names that occur twice in one object, from the lines of an
// indented value.
type memberNames struct {
	open     []map[string]bool // by depth: those of the object that is open there
	repeated []string
}

func (m *memberNames) see(l jsonLine) {
	if l.depth < len(m.open) {
		clear(m.open[l.depth:])
		m.open = m.open[:l.depth]
	}
	name, ok := memberName(l.raw)
	if !ok || l.depth == 0 {
		return
	}
	for len(m.open) < l.depth {
		m.open = append(m.open, nil)
	}
	here := m.open[l.depth-1]
	switch {
	case here == nil:
		m.open[l.depth-1] = map[string]bool{name: true}
	case !here[name]:
		here[name] = true
	case len(m.repeated) <= maxRepeated && !slices.Contains(m.repeated, name):
		m.repeated = append(m.repeated, name)
	}
}

// memberName is the name that a line begins with, decoded: "id" and "\u0069d"
// are the same member.
func memberName(raw []byte) (string, bool) {
	n := stringLen(raw)
	if n < 2 || !bytes.HasPrefix(raw[n:], []byte(":")) {
		return "", false
	}
	name := string(raw[1 : n-1])
	if strings.Contains(name, `\`) && json.Unmarshal(raw[:n], &name) != nil {
		return "", false
	}
	return name, true
}

func (m *memberNames) note() string {
	switch n := len(m.repeated); {
	case n == 0:
		return ""
	case n > maxRepeated:
		return "more than once in one object: " + strings.Join(m.repeated[:maxRepeated], ", ") + ", …"
	}
	return "more than once in one object: " + strings.Join(m.repeated, ", ")
}
