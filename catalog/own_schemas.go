package catalog

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// addedKey lists the members that an export put beside those of a schema.
const addedKey = "added"

// schemaFiles are a document of its own for each type, and what is said of all.
func (c *Catalog) schemaFiles() []Exported {
	defs := c.readDefs()
	var names []*node
	var all []Exported
	taken := map[string]bool{}
	for _, t := range c.Types {
		name := freeFile(t.Name, taken)
		all = append(all, Exported{name + ".schema.json", document(t.schemaFile(defs))})
		names = append(names, textNode(name+".schema.json"))
	}
	own := object{members: c.head().members}
	own.raw("$defs", c.Defs)
	own.list("files", names)
	whole := object{}
	whole.add(ownKey, own.node())
	return append(all, Exported{ownFile, document(whole.node())})
}

// schemaFile is the type's schema with the members that it lacks as a document,
// and the rest of the type in the extension member.
func (t *EventType) schemaFile(defs *node) *node {
	schema := &node{kind: objectKind}
	extras := t.extras("schema", "examples")
	form := "none"
	if t.Schema != nil {
		schema, form = readWhole(t.Schema), ""
	}
	if schema.kind != objectKind {
		schema, form = &node{kind: objectKind}, schema.text
		if form == "false" {
			schema.members = []member{{key: "not", value: &node{kind: objectKind}}}
		}
	}
	o := object{}
	var added []*node
	add := func(key string, n *node) {
		if n != nil && schema.get(key) == nil {
			o.add(key, n)
			added = append(added, textNode(key))
		}
	}
	add("$schema", textNode("https://json-schema.org/draft/2020-12/schema"))
	add("title", orNone(t.Title))
	add("description", orNone(t.Description))
	add("$defs", withDefs(schema, defs).get("$defs"))
	o.members = append(o.members, schema.members...)
	payloads := &node{kind: listKind}
	examples := &node{kind: listKind}
	for _, e := range t.Examples {
		payloads.items = append(payloads.items, rawNode(e.Payload))
		one := e.encode()
		if schema.get("examples") == nil {
			one = without(one, "payload")
		}
		examples.items = append(examples.items, one)
	}
	if len(payloads.items) > 0 {
		add("examples", payloads)
		extras.members = append(extras.members, member{key: "examples", value: examples})
	}
	extras.members = append(extras.members, member{key: addedKey, value: &node{kind: listKind, items: added}})
	if form != "" {
		extras.members = append(extras.members, member{key: "schema", value: textNode(form)})
	}
	o.add(ownKey, extras)
	return o.node()
}

func orNone(s string) *node {
	if s == "" {
		return nil
	}
	return textNode(s)
}

// freeFile is a name of a type as that of a file, which no other has where upper
// and lower case are one.
func freeFile(name string, taken map[string]bool) string {
	base := fileOf(name)
	for i := 2; taken[strings.ToLower(base)]; i++ {
		base = fileOf(name) + "~" + strconv.Itoa(i)
	}
	taken[strings.ToLower(base)] = true
	return base
}

// ownFolder is the catalog that a folder of JSON Schemas was made from, or nil.
// Files that came since are types; those that went are none.
func (im *importer) ownFolder(files []string) *node {
	if !slices.Contains(files, ownFile) {
		return nil
	}
	n, err := im.docs.load(ownFile)
	if err != nil || below(n, ownKey, "catalog") == nil {
		return nil
	}
	own := n.get(ownKey)
	order := files
	if list := own.get("files"); list != nil {
		order = nil
		for _, one := range list.items {
			order = append(order, one.text)
		}
		for _, f := range files {
			if f != ownFile && !slices.Contains(order, f) {
				return nil // which is read as any other folder
			}
		}
	}
	var types []*node
	for _, file := range order {
		if !slices.Contains(files, file) {
			continue
		}
		f, err := im.docs.load(file)
		if err != nil || f.get(ownKey) == nil || !sameDefs(f.get("$defs"), own.get("$defs")) {
			return nil
		}
		types = append(types, ownSchema(f))
	}
	whole := without(own, "files")
	whole.members = append(whole.members, member{key: "event_types", value: &node{kind: listKind, items: types}})
	if foreign(whole) {
		return nil
	}
	return whole
}

// sameDefs tells whether the shared schemas of a file are those of all.
func sameDefs(some, all *node) bool {
	if some == nil {
		return true
	}
	for _, m := range some.members {
		if all == nil || all.get(m.key) == nil || !bytes.Equal(all.get(m.key).json(), m.value.json()) {
			return false
		}
	}
	return true
}

// ownSchema is the type that a file was made from.
func ownSchema(f *node) *node {
	own := f.get(ownKey)
	o := object{}
	schema := without(f, ownKey)
	if list := own.get(addedKey); list != nil {
		for _, one := range list.items {
			schema = without(schema, one.text)
		}
	}
	form := own.get("schema")
	switch {
	case form == nil:
		o.add("schema", schema)
	case form.text == "true", form.text == "false":
		o.add("schema", &node{kind: boolKind, text: form.text})
	case form.text != "none":
		o.add("schema", form) // which decoding refuses
	}
	payloads := f.get("examples")
	for _, m := range own.members {
		switch m.key {
		case addedKey, "schema":
		case "examples":
			var list []*node
			for i, e := range m.value.items {
				one := object{members: slices.Clone(e.members)}
				if e.get("payload") == nil && payloads != nil && i < len(payloads.items) {
					one.add("payload", payloads.items[i])
				}
				list = append(list, one.node())
			}
			o.list("examples", list)
		default:
			o.members = append(o.members, m)
		}
	}
	return o.node()
}
