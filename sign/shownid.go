package sign

import "strings"

// ShownID tells where in the body the id stands that Event returns: the bytes
// from start to end, and whether they are a JSON value. end is 0 where no id
// is in the body, or in a place that holds more than the id.
func (s *Scheme) ShownID(m *Message) (start, end int, isJSON bool) {
	for _, f := range s.ids {
		got := f.look(m)
		if got.value == "" {
			continue
		}
		if got.ambiguous || len(first(m, RoleID, []*field{f})) < len(got.value) {
			return 0, 0, false
		}
		switch f.place {
		case InJSON:
			t, _ := findJSON(m.Body, f.path)
			return t.start, t.end, true
		case InForm:
			start, end = findPair(string(m.Body), f.name)
		}
		return start, end, false
	}
	return 0, 0, false
}

// findPair tells where the value of a name stands in a form. Names that are
// written with escapes are not found.
func findPair(form, name string) (start, end int) {
	at := 0
	for pair := range strings.SplitSeq(form, "&") {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return at + len(pair) - len(value), at + len(pair)
		}
		at += len(pair) + 1
	}
	return 0, 0
}
