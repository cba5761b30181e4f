package catalog

import (
	"bytes"
	"encoding/json"

	"github.com/tidwall/gjson"
)

// Edit sets or removes one value of a payload.
type Edit struct {
	// Path is a dotted path (data.object.amount, a dot in a key as \.) or a
	// JSON Pointer (/data/object/amount).
	Path string
	// Value is kept as it was typed if it is JSON, digits and all; anything
	// else is a string. Unset removes the value instead.
	Value string
	Unset bool
}

// Apply makes the edits in their order. Every byte they do not name stays: the
// values are found by their offsets and cut out of the text. (sjson would do
// for that but for new keys, which it escapes as encoding/json does, and for
// missing parents, which it makes up.) The error is a *PathError or
// ErrNotJSON.
func Apply(body []byte, edits ...Edit) ([]byte, error) {
	if len(edits) == 0 {
		return body, nil
	}
	if !json.Valid(body) {
		return nil, ErrNotJSON
	}
	for _, e := range edits {
		p, err := parsePath(e.Path)
		if err == nil && e.Unset {
			body, err = unset(body, p, e.Path)
		} else if err == nil {
			body, err = set(body, p, e.Path, valueOf(e.Value))
		}
		if err != nil {
			return nil, err
		}
	}
	return body, nil
}

// valueOf is the JSON text of a typed value.
func valueOf(typed string) []byte {
	if value := bytes.TrimSpace([]byte(typed)); json.Valid(value) {
		return value
	}
	return appendString(nil, typed)
}

// set replaces the value at p, or adds it as a new member of the object that
// holds it.
func set(body []byte, p path, text string, value []byte) ([]byte, *PathError) {
	parent, err := descend(body, p, text)
	if err != nil {
		return nil, err
	}
	last := p[len(p)-1]
	if old, ok := child(parent, last); ok {
		return splice(body, spanOf(old), value), nil
	}
	if !parent.IsObject() || last.bracket {
		return nil, missing(parent, last, text)
	}
	return addMember(body, parent, last.text, value), nil
}

func addMember(body []byte, object gjson.Result, key string, value []byte) []byte {
	at, first := object.Index+1, true
	object.ForEach(func(_, v gjson.Result) bool {
		at, first = spanOf(v).end, false
		return true
	})
	var added []byte
	if !first {
		added = append(added, ',')
	}
	added = append(appendString(added, key), ':')
	return splice(body, span{at, at}, append(added, value...))
}

// unset removes the member or item at p together with one comma.
func unset(body []byte, p path, text string) ([]byte, *PathError) {
	parent, err := descend(body, p, text)
	if err != nil {
		return nil, err
	}
	last := p[len(p)-1]
	target, ok := child(parent, last)
	if !ok {
		return nil, missing(parent, last, text)
	}
	return splice(body, entry(parent, target), nil), nil
}

// entry is the range to cut so that target is gone from its object or list:
// up to the next entry or, for the last one, from the end of the one before.
func entry(parent, target gjson.Result) span {
	var cutting span
	before := parent.Index + 1
	found, isFirst, done := false, true, false
	parent.ForEach(func(key, value gjson.Result) bool {
		begin := value.Index
		if parent.IsObject() {
			begin = key.Index
		}
		switch {
		case found:
			cutting.end, done = begin, true
		case value.Index == target.Index:
			found = true
			cutting = span{begin, spanOf(value).end}
		default:
			before, isFirst = spanOf(value).end, false
		}
		return !done
	})
	if !done && !isFirst {
		cutting.start = before
	}
	return cutting
}

func splice(body []byte, s span, with []byte) []byte {
	return concat(body[:s.start], with, body[s.end:])
}

func concat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
