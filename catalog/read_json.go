package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// readJSON turns a JSON file into nodes. encoding/json judges the syntax, so
// that comments, trailing commas and a second document are errors; gjson then
// finds the values without decoding them.
func readJSON(data []byte, errs *problems) *node {
	if at := firstInvalidUTF8(data); at >= 0 {
		errs.add(place{offset: at}, "not UTF-8")
		return nil
	}
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		errs.add(syntaxPlace(err, data), "not JSON: %s", err)
		return nil
	}
	return jsonNode(gjson.ParseBytes(data), data, 1, errs)
}

func syntaxPlace(err error, data []byte) place {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return place{}
	}
	// Offset counts the bytes read, the offending one included; at the end
	// of the text there is none.
	at := int(syntax.Offset)
	if at > 0 && at <= len(bytes.TrimRight(data, " \t\r\n")) {
		at--
	}
	return place{offset: at}
}

func jsonNode(r gjson.Result, data []byte, depth int, errs *problems) *node {
	n := &node{place: place{offset: r.Index}, raw: data[r.Index : r.Index+len(r.Raw)]}
	switch {
	case r.IsObject():
		n.kind = objectKind
		errs.checkDepth(n.place, depth)
		r.ForEach(func(key, value gjson.Result) bool {
			m := member{key.Str, place{offset: key.Index}, jsonNode(value, data, depth+1, errs)}
			n.members = append(n.members, m)
			return !errs.stop
		})
		errs.checkUnique(n.members)
	case r.IsArray():
		n.kind = listKind
		errs.checkDepth(n.place, depth)
		r.ForEach(func(_, value gjson.Result) bool {
			n.items = append(n.items, jsonNode(value, data, depth+1, errs))
			return !errs.stop
		})
	case r.Type == gjson.String:
		n.kind, n.text = stringKind, r.Str
	case r.Type == gjson.Number:
		n.kind, n.text = numberKind, r.Raw
	case r.Type == gjson.Null:
		n.kind, n.text = nullKind, r.Raw
	default:
		n.kind, n.text = boolKind, r.Raw
	}
	return n
}

func firstInvalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	at := 0
	for at < len(data) {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}
