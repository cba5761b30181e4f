package catalog

import (
	"bytes"
	"encoding/json"
)

// Encode returns the catalog as the text of a JSON file, which Parse reads back
// into the same. Payloads and schemas keep their number and string texts.
func (c *Catalog) Encode() []byte {
	o := c.withHead(&object{})
	o.raw("$defs", c.Defs)
	var types []*node
	for _, t := range c.Types {
		types = append(types, t.encode())
	}
	o.members = append(o.members, member{key: "event_types", value: &node{kind: listKind, items: types}})
	text := o.node().appendJSON(nil)
	if len(text) > indentUpTo {
		return o.inLines()
	}
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return nil // of text that was valid before
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// indentUpTo is the size in bytes up to which a catalog is written for people to
// read: white space would double it.
const indentUpTo = 4 << 20

// inLines writes a line for each member and for each item of a list, which a
// version control system can compare.
func (o *object) inLines() []byte {
	out := []byte("{")
	for i, m := range o.members {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendString(append(out, '\n'), m.key), ':', ' ')
		if m.value.kind != listKind {
			out = m.value.appendJSON(out)
			continue
		}
		out = append(out, '[')
		for i, item := range m.value.items {
			if i > 0 {
				out = append(out, ',')
			}
			out = item.appendJSON(append(out, '\n'))
		}
		out = append(out, '\n', ']')
	}
	return append(out, '\n', '}', '\n')
}

// withHead adds what a catalog says but for its types and shared schemas.
func (c *Catalog) withHead(o *object) *object {
	o.text("catalog", c.Name)
	o.text("title", c.Title)
	o.text("note", c.Note)
	if c.Provider != c.Name {
		o.text("provider", c.Provider)
	}
	o.text("type_field", c.TypeField)
	o.text("id_field", c.IDField)
	o.text("id_form", string(c.IDForm))
	o.texts("groups", c.Groups)
	return o
}

func (t *EventType) encode() *node {
	o := object{}
	o.text("name", t.Name)
	o.text("group", t.Group)
	o.text("title", t.Title)
	o.text("description", t.Description)
	o.text("assumed", t.Assumed)
	o.yes("deprecated", t.Deprecated)
	o.yes("archived", t.Archived)
	o.headers(t.Headers)
	o.raw("schema", t.Schema)
	var examples []*node
	for _, e := range t.Examples {
		examples = append(examples, e.encode())
	}
	o.list("examples", examples)
	if len(t.Dynamic) > 0 {
		dynamic := object{}
		for _, d := range t.Dynamic {
			dynamic.text(d.Pointer, string(d.Generator))
		}
		o.members = append(o.members, member{key: "dynamic", value: dynamic.node()})
	}
	o.texts("refresh_on_attempt", t.RefreshOnAttempt)
	return o.node()
}

func (e *Example) encode() *node {
	o := object{}
	o.text("name", e.Name)
	o.text("summary", e.Summary)
	o.texts("channels", e.Channels)
	o.headers(e.Headers)
	o.raw("payload", e.Payload)
	return o.node()
}

// object gathers the members of an object. What is empty is left out.
type object struct{ members []member }

func (o *object) node() *node { return &node{kind: objectKind, members: o.members} }

func (o *object) add(key string, n *node) { o.members = append(o.members, member{key: key, value: n}) }

func (o *object) text(key, s string) {
	if s != "" {
		o.add(key, textNode(s))
	}
}

func (o *object) yes(key string, b bool) {
	if b {
		o.add(key, &node{kind: boolKind, text: "true"})
	}
}

func (o *object) list(key string, items []*node) {
	if len(items) > 0 {
		o.add(key, &node{kind: listKind, items: items})
	}
}

func (o *object) texts(key string, all []string) {
	var items []*node
	for _, s := range all {
		items = append(items, textNode(s))
	}
	o.list(key, items)
}

func (o *object) headers(all []Header) {
	if len(all) == 0 {
		return
	}
	headers := object{}
	for _, h := range all {
		headers.add(h.Name, textNode(h.Value)) // an empty value is one
	}
	o.add("headers", headers.node())
}

// raw adds JSON as it is.
func (o *object) raw(key string, text []byte) {
	if text != nil {
		o.add(key, rawNode(text))
	}
}

func textNode(s string) *node { return &node{kind: stringKind, text: s} }

// rawNode is a value that is only written: appendJSON prints its text.
func rawNode(text []byte) *node { return &node{kind: numberKind, text: string(text)} }
