package store

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// The bounds of a comparison: what is larger or deeper is compared as a whole.
const (
	maxCompared      = 4 << 20
	maxComparedDepth = 100
	maxChanges       = 1000
)

// CompareJSON returns what differs between two JSON texts, at most 1,000
// places, with paths as in --set; items of a list are paired from its ends.
// White space and escapes do not count, the digits of numbers do. ok is false
// where one of them is not JSON or larger than 4 MiB.
func CompareJSON(a, b []byte) (changes []Change, ok bool) {
	if len(a) > maxCompared || len(b) > maxCompared || !json.Valid(a) || !json.Valid(b) {
		return nil, false
	}
	c := comparer{}
	c.value(nil, a, b)
	return c.changes, true
}

// comparer gathers changes.
type comparer struct{ changes []Change }

func (c *comparer) add(path []string, kind string, before, after []byte) {
	if len(c.changes) < maxChanges {
		c.changes = append(c.changes, Change{PartBody, dotted(path), kind, compact(before), compact(after)})
	}
}

// dotted writes a path as --set takes it.
func dotted(path []string) string {
	steps := make([]string, len(path))
	for i, step := range path {
		steps[i] = strings.NewReplacer(`\`, `\\`, ".", `\.`, "[", `\[`, "]", `\]`).Replace(step)
		if i == 0 && strings.HasPrefix(step, "/") {
			steps[i] = `\` + steps[i] // or it were a JSON Pointer
		}
	}
	return strings.Join(steps, ".")
}

func compact(b []byte) string {
	var out bytes.Buffer
	if json.Compact(&out, b) != nil {
		return string(b)
	}
	return out.String()
}

// value compares two values.
func (c *comparer) value(path []string, a, b []byte) {
	a, b = bytes.TrimSpace(a), bytes.TrimSpace(b)
	if bytes.Equal(a, b) || len(c.changes) >= maxChanges {
		return
	}
	if len(path) < maxComparedDepth && a[0] == b[0] {
		switch a[0] {
		case '{':
			before, plainA := membersOf(a)
			if after, plainB := membersOf(b); plainA && plainB {
				c.object(path, before, after)
				return
			}
		case '[':
			c.list(path, itemsOf(a), itemsOf(b))
			return
		case '"':
			var x, y string
			if json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && x == y {
				return
			}
		}
	}
	if compact(a) != compact(b) {
		c.add(path, ChangeChanged, a, b)
	}
}

// object compares members by name, those of a first.
func (c *comparer) object(path []string, a, b []jsonMember) {
	before, after := byName(a), byName(b)
	for _, m := range a {
		at := append(slices.Clip(path), m.name)
		if now, ok := after[m.name]; ok {
			c.value(at, m.value, now)
		} else {
			c.add(at, ChangeRemoved, m.value, nil)
		}
	}
	for _, m := range b {
		if _, ok := before[m.name]; !ok {
			c.add(append(slices.Clip(path), m.name), ChangeAdded, nil, m.value)
		}
	}
}

// list pairs items from both ends, then those between in their order. What is
// left over was added or removed, at the place that it has in its own list.
func (c *comparer) list(path []string, a, b []json.RawMessage) {
	begin, end := 0, 0
	same := func(i, j int) bool { return compact(a[i]) == compact(b[j]) }
	for begin < len(a) && begin < len(b) && same(begin, begin) {
		begin++
	}
	for end < len(a)-begin && end < len(b)-begin && same(len(a)-1-end, len(b)-1-end) {
		end++
	}
	for i := begin; i < max(len(a), len(b))-end; i++ {
		at := append(slices.Clip(path), strconv.Itoa(i))
		switch {
		case i >= len(b)-end:
			c.add(at, ChangeRemoved, a[i], nil)
		case i >= len(a)-end:
			c.add(at, ChangeAdded, nil, b[i])
		default:
			c.value(at, a[i], b[i])
		}
	}
}

type jsonMember struct {
	name  string
	value json.RawMessage
}

// byName are the values of members, of which there may be many.
func byName(members []jsonMember) map[string]json.RawMessage {
	values := make(map[string]json.RawMessage, len(members))
	for _, m := range members {
		values[m.name] = m.value
	}
	return values
}

// membersOf returns the members of a valid object in their order. plain is
// false where a name is there twice: then no path leads to its values.
func membersOf(b []byte) (members []jsonMember, plain bool) {
	d := json.NewDecoder(bytes.NewReader(b))
	names := map[string]bool{}
	d.Token()
	for d.More() {
		name, _ := d.Token()
		var m jsonMember
		m.name, _ = name.(string)
		if d.Decode(&m.value) != nil || names[m.name] {
			return nil, false
		}
		names[m.name] = true
		members = append(members, m)
	}
	return members, true
}

// itemsOf returns the items of a valid list.
func itemsOf(b []byte) []json.RawMessage {
	var items []json.RawMessage
	json.Unmarshal(b, &items) // it is valid
	return items
}
