package catalog

import (
	"strings"
)

// openAPI reads the webhooks of OpenAPI 3.1 and 3.2, x-webhooks of 3.0 and, if
// asked for, the callbacks of operations.
func (im *importer) openAPI(n *node) {
	seen := map[string]bool{}
	for _, key := range []string{"webhooks", "x-webhooks"} {
		if hooks := n.get(key); im.docs.expect(hooks, im.file, objectKind, key) {
			for _, m := range hooks.members {
				if !seen[m.key] { // those for readers of 3.0 are often the same
					im.pathItem(m.key, m.value, im.file)
				}
				seen[m.key] = true
			}
		}
	}
	if paths := n.get("paths"); paths != nil && im.o.IncludeCallbacks {
		for _, m := range paths.members {
			item, file := im.docs.follow(m.value, im.file)
			for _, op := range operations(item) {
				im.callbacks(op.value, file)
			}
		}
	}
}

func operations(item *node) []member {
	var all []member
	for _, m := range item.members {
		switch m.key {
		case "get", "put", "post", "delete", "options", "head", "patch", "trace", "query":
			all = append(all, m)
		}
	}
	return all
}

func (im *importer) callbacks(op *node, file string) {
	all := op.get("callbacks")
	if all == nil {
		return
	}
	for _, named := range all.members {
		callback, in := im.docs.follow(named.value, file)
		for _, m := range callback.members { // the keys are expressions for URLs
			if !strings.HasPrefix(m.key, "x-") {
				im.pathItem(named.key, m.value, in)
			}
		}
	}
}

func (im *importer) pathItem(key string, n *node, file string) {
	item, file := im.docs.follow(n, file)
	if !im.docs.expect(item, file, objectKind, "the webhook "+quote(key)) {
		return
	}
	all := operations(item)
	for _, op := range all {
		name := key
		if len(all) > 1 {
			name += "." + strings.ToUpper(op.key)
		}
		im.operation(name, item, op.value, file)
	}
}

func (im *importer) operation(key string, item, op *node, file string) {
	if !im.docs.expect(op, file, objectKind, "the operation of "+quote(key)) {
		return
	}
	f := &candidate{key: key, node: op, file: file, title: textOf(op, "summary", item, "summary"), description: textOf(op, "description", item, "description"),
		operationID: textOf(op, "operationId"), extension: textOf(op, "x-event-type", item, "x-event-type"), group: textOf(op, "x-svix-group-name")}
	if tags := op.get("tags"); f.group == "" && tags != nil && len(tags.items) > 0 {
		f.group = tags.items[0].text
	}
	f.deprecated = isTrue(op.get("deprecated"))
	for _, from := range []*node{item, op} {
		if list := from.get("parameters"); im.docs.expect(list, file, listKind, "parameters") {
			for _, p := range list.items {
				im.parameter(f, p, file)
			}
		}
	}
	f.headers = im.ownHeaders(f.headers)
	if body := op.get("requestBody"); body != nil {
		body, in := im.docs.follow(body, file)
		im.content(f, body.get("content"), in)
	}
	im.found = append(im.found, f)
}

// parameter takes a header whose value is always the same.
func (im *importer) parameter(f *candidate, n *node, file string) {
	p, file := im.docs.follow(n, file)
	if textOf(p, "in") != "header" || p.get("schema") == nil {
		return
	}
	schema, _ := im.docs.follow(p.get("schema"), file)
	value := schema.get("const")
	if list := schema.get("enum"); value == nil && list != nil && len(list.items) == 1 {
		value = list.items[0]
	}
	name := textOf(p, "name")
	if value == nil && strings.HasSuffix(strings.ToLower(name), "-event") {
		if f.event = textOf(p, "example", schema, "example"); f.event != "" {
			f.headers = append(f.headers, Header{name, f.event})
		}
	}
	if value != nil && value.kind == stringKind {
		f.headers = append(f.headers, Header{name, value.text})
	}
}

// content takes the JSON form of a body, else the first one.
func (im *importer) content(f *candidate, n *node, file string) {
	if !im.docs.expect(n, file, objectKind, "content") || len(n.members) == 0 {
		return
	}
	media := n.members[0]
	best := 0
	for _, m := range n.members {
		kind, _, _ := strings.Cut(strings.ToLower(m.key), ";")
		rank := 0
		switch {
		case kind == "application/json":
			rank = 2
		case strings.HasSuffix(kind, "+json"):
			rank = 1
		}
		if rank > best {
			media, best = m, rank
		}
	}
	if best == 0 {
		im.note("%s has no body in JSON: %s is taken for one", f.key, media.key)
	}
	body, file := im.docs.follow(media.value, file)
	if !im.docs.expect(body, file, objectKind, media.key) {
		return
	}
	schema := body.get("schema")
	f.examples = im.mediaExamples(body, file)
	if schema == nil {
		return
	}
	source, _ := im.docs.follow(schema, file)
	if len(f.examples) == 0 {
		f.examples = schemaSamples(source)
	}
	if f.description == "" {
		f.description = textOf(source, "description")
	}
	f.schema = im.b.schema(schema, file)
}

func (im *importer) mediaExamples(body *node, file string) []Example {
	var all []Example
	if list := body.get("examples"); list != nil {
		for _, m := range list.members {
			one, _ := im.docs.follow(m.value, file)
			value := one.get("value")
			if value == nil {
				value = one.get("dataValue") // OpenAPI 3.2
			}
			if value == nil {
				continue // its value lies elsewhere
			}
			all = append(all, Example{Name: exampleName(all, m.key), Summary: textOf(one, "summary"), Payload: value.json()})
		}
	}
	if one := body.get("example"); len(all) == 0 && one != nil {
		all = append(all, Example{Name: "default", Payload: one.json()})
	}
	return all
}

// textOf is the first text that one of the objects has at its key.
func textOf(n *node, key string, more ...any) string {
	if v := n.get(key); v != nil && v.kind == stringKind && v.text != "" {
		return strings.TrimSpace(v.text)
	}
	if len(more) >= 2 {
		next, _ := more[0].(*node)
		word, _ := more[1].(string)
		return textOf(next, word)
	}
	return ""
}
