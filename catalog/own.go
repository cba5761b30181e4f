package catalog

import (
	"slices"
	"strings"
)

// ownKey is the extension member in which an export keeps what its format has no
// place for, so that an import of it is the same catalog.
const ownKey = "x-hooks"

// ownFile is the file of a folder of JSON Schemas that has what is said of all.
const ownFile = "_catalog.json"

// head is what a catalog says but for its types and shared schemas.
func (c *Catalog) head() *node {
	return c.withHead(&object{}).node()
}

// extras are the members of a type that a format has no place for.
func (t *EventType) extras(has ...string) *node {
	o := object{}
	for _, m := range t.encode().members {
		if !slices.Contains(has, m.key) {
			o.members = append(o.members, m)
		}
	}
	return o.node()
}

// exampleExtras are what the samples say that a format has no place for, by name.
func (t *EventType) exampleExtras(has ...string) *node {
	all := object{}
	for _, e := range t.Examples {
		o := object{}
		for _, m := range e.encode().members {
			if !slices.Contains(has, m.key) {
				o.members = append(o.members, m)
			}
		}
		if len(o.members) > 0 {
			all.add(e.Name, o.node())
		}
	}
	return all.node()
}

// addOwn adds the extension member of a type, unless it is empty. An archived
// type is deprecated for those who do not know of archives.
func (t *EventType) addOwn(o *object, extras, examples *node) {
	if t.Archived && !t.Deprecated {
		o.yes("deprecated", true)
		extras.members = append(extras.members, member{key: "deprecated", value: &node{kind: boolKind, text: "false"}})
	}
	if len(examples.members) > 0 {
		extras.members = append(extras.members, member{key: "examples", value: examples})
	}
	if len(extras.members) > 0 {
		o.add(ownKey, extras)
	}
}

// ownCatalog is the catalog that an export was made from, in the form of a file,
// or nil if the document is none, or refers to others by now.
func (im *importer) ownCatalog(n *node, format string) *node {
	own := n.get(ownKey)
	if own == nil || own.kind != objectKind || own.get("catalog") == nil {
		return nil
	}
	whole := object{members: slices.Clone(own.members)}
	components := n.get("components")
	if components != nil && components.get("schemas") != nil {
		whole.add("$defs", withRefs(components.get("schemas"), componentSchemas, ownDefs))
	}
	var types []*node
	switch format {
	case FormatOpenAPI:
		types = ownOperations(n.get("webhooks"))
	case FormatAsyncAPI:
		if components != nil {
			types = ownMessages(components.get("messages"))
		}
	}
	whole.add("event_types", &node{kind: listKind, items: types})
	if foreign(whole.node()) {
		return nil
	}
	return whole.node()
}

// foreign tells whether a schema of a catalog refers to what is not in it.
func foreign(whole *node) bool {
	schemas := []*node{below(whole, "$defs")}
	for _, t := range whole.get("event_types").items {
		schemas = append(schemas, t.get("schema"))
	}
	found := false
	for _, n := range schemas {
		if n == nil {
			continue
		}
		walkNodes(n, nil, func(p path, n *node) {
			if len(p) > 0 && p[len(p)-1].text == "$ref" && n.kind == stringKind && !strings.HasPrefix(n.text, "#") {
				found = true
			}
		})
	}
	return found
}

func ownOperations(hooks *node) []*node {
	if hooks == nil {
		return nil
	}
	var types []*node
	for _, m := range hooks.members {
		op := m.value.get("post")
		if op == nil {
			continue
		}
		o := object{}
		o.text("name", orText(textOf(op, "x-event-type"), m.key))
		o.copied("title", op.get("summary"))
		o.copied("description", op.get("description"))
		o.copied("group", firstItem(op.get("tags")))
		o.add("headers", constants(op.get("parameters")))
		body := below(op, "requestBody", "content", "application/json")
		o.schema(below(body, "schema"))
		examples := object{}
		if list := below(body, "examples"); list != nil {
			for _, e := range list.members {
				one := object{}
				one.copied("summary", e.value.get("summary"))
				one.copied("payload", e.value.get("value"))
				examples.add(e.key, one.node())
			}
		}
		types = append(types, o.owned(op, examples))
	}
	return types
}

func ownMessages(messages *node) []*node {
	if messages == nil {
		return nil
	}
	var types []*node
	for _, m := range messages.members {
		o := object{}
		o.text("name", orText(textOf(m.value, "name"), m.key))
		o.copied("title", m.value.get("title"))
		o.copied("description", m.value.get("description"))
		if tag := firstItem(m.value.get("tags")); tag != nil {
			o.copied("group", tag.get("name"))
		}
		o.schema(m.value.get("payload"))
		examples := object{}
		if list := m.value.get("examples"); list != nil {
			for i, e := range list.items {
				one := object{}
				for _, key := range []string{"summary", "headers", "payload"} {
					one.copied(key, e.get(key))
				}
				examples.add(orText(textOf(e, "name"), numbered(i)), one.node())
			}
		}
		types = append(types, o.owned(m.value, examples))
	}
	return types
}

// owned completes a type by what its extension member says.
func (o *object) owned(n *node, examples object) *node {
	own := n.get(ownKey)
	if own == nil {
		own = &node{kind: objectKind}
	}
	if own.get("deprecated") == nil {
		o.copied("deprecated", n.get("deprecated"))
	}
	for _, m := range own.members {
		if m.key != "examples" && o.node().get(m.key) == nil {
			o.members = append(o.members, m)
		}
	}
	var list []*node
	for _, e := range examples.members {
		one := object{}
		one.text("name", e.key)
		one.members = append(one.members, e.value.members...)
		if more := below(own, "examples", e.key); more != nil {
			one.members = append(one.members, more.members...)
		}
		list = append(list, one.node())
	}
	o.list("examples", list)
	return o.node()
}

// copied adds a value if there is one.
func (o *object) copied(key string, n *node) {
	if n != nil {
		o.add(key, n)
	}
}

func (o *object) schema(n *node) {
	if n != nil {
		o.add("schema", withRefs(n, componentSchemas, ownDefs))
	}
}

// below follows keys through objects that may not be there.
func below(n *node, keys ...string) *node {
	for _, key := range keys {
		if n == nil {
			return nil
		}
		n = n.get(key)
	}
	return n
}

func firstItem(n *node) *node {
	if n == nil || len(n.items) == 0 {
		return nil
	}
	return n.items[0]
}

// constants are the headers that parameters give one value.
func constants(parameters *node) *node {
	headers := object{}
	if parameters != nil {
		for _, p := range parameters.items {
			if value := below(p, "schema", "const"); value != nil && textOf(p, "in") == "header" {
				headers.add(textOf(p, "name"), value)
			}
		}
	}
	return headers.node()
}
