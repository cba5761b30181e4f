package catalog

import (
	"fmt"

	"github.com/tidwall/gjson"
)

// span is a range of bytes: from start up to, not including, end.
type span struct{ start, end int }

func spanOf(r gjson.Result) span { return span{r.Index, r.Index + len(r.Raw)} }

// child returns the value that one step leads to inside r, and whether there
// is one. Of several members with one name it takes the last, the one that
// parsers keep.
func child(r gjson.Result, s step) (found gjson.Result, ok bool) {
	if r.IsObject() && !s.bracket {
		r.ForEach(func(key, value gjson.Result) bool {
			if key.Str == s.text {
				found, ok = value, true
			}
			return true
		})
		return found, ok
	}
	want, isIndex := s.index()
	if !r.IsArray() || !isIndex {
		return found, false
	}
	i := 0
	r.ForEach(func(_, value gjson.Result) bool {
		found, ok = value, i == want
		i++
		return !ok
	})
	return found, ok
}

// lookup follows a path through valid JSON.
func lookup(body []byte, p path) (gjson.Result, bool) {
	r := gjson.ParseBytes(body)
	ok := true
	for _, s := range p {
		if r, ok = child(r, s); !ok {
			return gjson.Result{}, false
		}
	}
	return r, true
}

// descend follows all but the last step of a path and returns where it
// arrives, or an error that names the first key that is not there.
func descend(body []byte, p path, text string) (gjson.Result, *PathError) {
	r := gjson.ParseBytes(body)
	for _, s := range p[:len(p)-1] {
		next, ok := child(r, s)
		if !ok {
			return r, missing(r, s, text)
		}
		r = next
	}
	return r, nil
}

// missing words why a step leads nowhere.
func missing(r gjson.Result, s step, text string) *PathError {
	e := &PathError{Path: text}
	switch {
	case r.IsObject() && !s.bracket:
		e.Message = "there is no key " + quote(s.text)
		e.word, e.known = s.text, keysOf(r)
	case r.IsArray():
		if _, ok := s.index(); !ok {
			e.Message = quote(s.text) + " is not an index, and a list stands there"
			return e
		}
		e.Message = fmt.Sprintf("index %s is out of range: the list has %d", s.text, count(r))
	case s.bracket:
		e.Message = "[" + s.text + "] is the index of a list, and none stands there"
	default:
		e.Message = "nothing can stand below: the value before " + quote(s.text) + " is neither an object nor a list"
	}
	return e
}

// maxKnownKeys bounds how many neighbours an error carries.
const maxKnownKeys = 1000

func keysOf(r gjson.Result) []string {
	var keys []string
	r.ForEach(func(key, _ gjson.Result) bool {
		keys = append(keys, key.Str)
		return len(keys) < maxKnownKeys
	})
	return sorted(keys)
}

func count(r gjson.Result) int {
	n := 0
	r.ForEach(func(_, _ gjson.Result) bool {
		n++
		return true
	})
	return n
}

// has reports whether a path leads to a value below n.
func (n *node) has(p path) bool {
	for _, s := range p {
		if n.kind == listKind {
			i, ok := s.index()
			if !ok || i >= len(n.items) {
				return false
			}
			n = n.items[i]
			continue
		}
		if n = n.get(s.text); n == nil {
			return false
		}
	}
	return true
}

func hasMember(object []byte, key string) bool {
	_, ok := child(gjson.ParseBytes(object), step{text: key})
	return ok
}
