package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// readJSON turns a JSON file into nodes. encoding/json judges the syntax, so
// that comments, trailing commas and a second document are errors; gjson then
// finds the values without decoding them.
func readJSON(data []byte, errs *problems) *node {
	r := jsonReader{data, errs}
	if errs.trusted {
		return r.node(gjson.ParseBytes(data), 1)
	}
	if at := firstInvalidUTF8(data); at >= 0 {
		errs.add(place{offset: at}, "not UTF-8").Fix = ofEncoding(data)
		return nil
	}
	var whole json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		at := syntaxPlace(err, data)
		fix := ofSyntax(data, at.offset)
		if strings.Contains(err.Error(), "unexpected end") {
			fix = "the text ends too early: is the file whole?"
		}
		errs.add(at, "not JSON: %s", err).Fix = fix
		return nil
	}
	return r.node(gjson.ParseBytes(data), 1)
}

// readWhole reads JSON that is known to be right; other text is an empty object.
func readWhole(data []byte) *node {
	if n := readJSON(data, &problems{data: data}); n != nil {
		return n
	}
	return &node{kind: objectKind}
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

type jsonReader struct {
	data []byte
	errs *problems
}

func (r jsonReader) node(from gjson.Result, depth int) *node {
	n := &node{place: place{offset: from.Index}, raw: r.data[from.Index : from.Index+len(from.Raw)]}
	if r.errs.countValue(n.place); r.errs.stop {
		return n
	}
	switch {
	case from.IsObject():
		n.kind = objectKind
		r.errs.checkDepth(n.place, depth)
		from.ForEach(func(key, value gjson.Result) bool {
			n.members = append(n.members, member{key.Str, place{offset: key.Index}, r.member(key.Str, value, depth)})
			return !r.errs.stop
		})
		r.errs.checkUnique(n.members)
	case from.IsArray():
		n.kind = listKind
		r.errs.checkDepth(n.place, depth)
		from.ForEach(func(_, value gjson.Result) bool {
			n.items = append(n.items, r.node(value, depth+1))
			return !r.errs.stop
		})
	case from.Type == gjson.String:
		n.kind, n.text = stringKind, from.Str
	case from.Type == gjson.Number:
		n.kind, n.text = numberKind, from.Raw
	case from.Type == gjson.Null:
		n.kind, n.text = nullKind, from.Raw
	default:
		n.kind, n.text = boolKind, from.Raw
	}
	return n
}

// member reads the value of a member. What is only carried, and was checked
// when the program was tested, is not looked into.
func (r jsonReader) member(key string, value gjson.Result, depth int) *node {
	if r.errs.trusted && value.IsObject() && (key == "payload" || key == "schema" || key == "$defs") {
		return &node{kind: objectKind, raw: r.data[value.Index : value.Index+len(value.Raw)]}
	}
	return r.node(value, depth+1)
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
