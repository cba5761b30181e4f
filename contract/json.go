package contract

import (
	"bytes"
	"encoding/json"
)

// appendJSON writes a value as JSON, its members in the order of the file,
// with the variables in place.
func (n *node) appendJSON(b []byte, vars variables) []byte {
	switch n.kind {
	case listKind:
		b = append(b, '[')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.appendJSON(b, vars)
		}
		return append(b, ']')
	case objectKind:
		b = append(b, '{')
		for i, m := range n.members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(append(b, textJSON(m.key.text())...), ':')
			b = m.value.appendJSON(b, vars)
		}
		return append(b, '}')
	}
	switch v := n.value.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return append(b, vars.json(v)...)
	}
	return append(b, n.text()...)
}

// textJSON is a text as a JSON string.
func textJSON(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(s) != nil { // which a string never fails
		return []byte(`""`)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// decode reads JSON with its numbers as they stand.
func decode(text []byte) (v any, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	return v, dec.Decode(&v) == nil
}

// compact is JSON on one line, cut where it is long.
func compact(text []byte) string {
	var b bytes.Buffer
	if json.Compact(&b, text) != nil {
		return shorten(string(text))
	}
	return shorten(b.String())
}

// shownLimit is how many bytes of a value a result repeats.
const shownLimit = 300

func shorten(s string) string {
	if len(s) > shownLimit {
		return s[:shownLimit] + "…"
	}
	return s
}
