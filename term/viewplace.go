package term

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Row returns the row of a JSON view that shows the value at a JSON Pointer
// (RFC 6901). Where there is no such value it is the row of the nearest one
// around it, and found is false.
func (v View) Row(pointer string) (row int, found bool) {
	if v.Form != FormJSON || len(v.Rows) == 0 {
		return 0, false
	}
	if pointer == "" {
		return 0, true
	}
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		child := v.child(row, step)
		if child < 0 {
			return row, false
		}
		row = child
	}
	return row, true
}

// child returns the row of the member or item that a container has under a
// name, -1 if it has none.
func (v View) child(row int, step string) int {
	end, place := v.Rows[row].Partner, 0
	for i := row + 1; i < end; i++ {
		key, named := rowName(v.Rows[i].Text)
		if named && key == step || !named && strconv.Itoa(place) == step {
			return i
		}
		place++
		i = max(i, v.Rows[i].Partner)
	}
	return -1
}

// rowName returns the member name that a row begins with, decoded.
func rowName(t Text) (string, bool) {
	n, ok := nameLen(t)
	if !ok {
		return "", false
	}
	var name string
	if json.Unmarshal([]byte(t.s[:n]), &name) != nil {
		return t.s[1 : n-1], true // escaped for the screen
	}
	return name, true
}

// Steps returns the way to the value of a row of a JSON view: the positions
// among the members or items of the containers around it, the outermost first.
func (v View) Steps(row int) []int {
	var steps []int
	for _, s := range v.way(row) {
		steps = append(steps, s.place)
	}
	return steps
}

// Path returns where the value of a row stands in a JSON view, written as in
// --set (data.lines.0.id), and "" for the outermost value and other forms.
func (v View) Path(row int) Text {
	var parts []Text
	for _, s := range v.way(row) {
		key, ok := rowKey(v.Rows[s.row].Text)
		if !ok {
			key = Text{strconv.Itoa(s.place)}
		}
		parts = append(parts, key)
	}
	return Join(Text{"."}, parts...)
}

// step is a member or item on the way to a value: its row, and its position in
// the container around it.
type step struct{ row, place int }

// way returns the steps to the value of a row, the outermost first; none for the
// outermost value and for forms other than JSON.
func (v View) way(row int) []step {
	if v.Form != FormJSON || row < 0 || row >= len(v.Rows) {
		return nil
	}
	if p := v.Rows[row].Partner; p < row {
		row = p
	}
	var steps []step
	for row > 0 {
		depth, place := v.Rows[row].Depth, 0
		parent := row - 1
		for ; parent > 0 && v.Rows[parent].Depth >= depth; parent-- {
			if r := v.Rows[parent]; r.Depth == depth && r.Partner >= parent {
				place++
			}
		}
		steps = append(steps, step{row, place})
		row = parent
	}
	slices.Reverse(steps)
	return steps
}

// rowKey returns the member name that a row begins with, as a step of a path.
func rowKey(t Text) (Text, bool) {
	n, ok := nameLen(t)
	if !ok {
		return Text{}, false
	}
	return Text{strings.ReplaceAll(t.s[1:n-1], ".", `\.`)}, true
}

// nameLen returns the length of the member name that a row begins with, quotes
// included.
func nameLen(t Text) (n int, ok bool) {
	n = stringLen(t.s)
	return n, n >= 2 && strings.HasPrefix(t.s[n:], ":")
}
