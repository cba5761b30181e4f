package catalog

import (
	"slices"
	"strings"
)

// asyncAPI reads the messages of AsyncAPI 2 and 3: those of the components and
// those of the channels.
func (im *importer) asyncAPI(n *node) {
	seen := map[*node]bool{}
	if components := n.get("components"); im.docs.expect(components, im.file, objectKind, "components") {
		im.messages(components.get("messages"), seen)
	}
	channels := n.get("channels")
	if !im.docs.expect(channels, im.file, objectKind, "channels") {
		return
	}
	for _, m := range channels.members {
		channel, file := im.docs.follow(m.value, im.file)
		if file != im.file {
			continue
		}
		im.messages(channel.get("messages"), seen) // 3.0
		for _, key := range []string{"publish", "subscribe"} {
			if op := channel.get(key); op != nil && op.get("message") != nil {
				im.oneMessage(m.key, op.get("message"), seen)
			}
		}
	}
}

func (im *importer) messages(n *node, seen map[*node]bool) {
	if !im.docs.expect(n, im.file, objectKind, "messages") {
		return
	}
	for _, m := range n.members {
		im.oneMessage(m.key, m.value, seen)
	}
}

// oneMessage reads a message, or those that a list of alternatives names.
func (im *importer) oneMessage(key string, n *node, seen map[*node]bool) {
	if list := n.get("oneOf"); list != nil {
		for _, one := range list.items {
			im.oneMessage(lastPart(one, key), one, seen)
		}
		return
	}
	target, file := im.docs.follow(n, im.file)
	if seen[target] {
		return
	}
	seen[target] = true
	if !im.docs.expect(target, file, objectKind, "the message "+quote(key)) {
		return
	}
	if target.get("oneOf") != nil {
		im.oneMessage(lastPart(n, key), target, seen)
		return
	}
	im.message(lastPart(n, key), im.withTraits(target, file), file)
}

// lastPart names what a reference leads to.
func lastPart(n *node, key string) string {
	if ref := n.get("$ref"); ref != nil && ref.kind == stringKind {
		return ref.text[strings.LastIndexAny(ref.text, "/#")+1:]
	}
	return key
}

// withTraits adds what the traits of a message say and itself does not.
func (im *importer) withTraits(n *node, file string) *node {
	whole := &node{kind: objectKind, place: n.place, members: slices.Clone(n.members)}
	list := n.get("traits")
	if !im.docs.expect(list, file, listKind, "traits") {
		return whole
	}
	for _, one := range list.items {
		trait, _ := im.docs.follow(one, file)
		for _, m := range trait.members {
			if whole.get(m.key) == nil {
				whole.members = append(whole.members, m)
			}
		}
	}
	return whole
}

func (im *importer) message(key string, n *node, file string) {
	f := &candidate{key: key, node: n, file: file, extension: textOf(n, "name", n, "x-event-type"), title: textOf(n, "title"), description: textOf(n, "description", n, "summary")}
	if f.title == "" {
		f.title = textOf(n, "summary")
	}
	if f.extension != "" && nameFault(f.extension) != "" {
		im.note("%s is called %s, which is no name of a type", quote(key), quote(f.extension))
		f.extension = ""
	}
	if tags := n.get("tags"); tags != nil && len(tags.items) > 0 {
		f.group = textOf(tags.items[0], "name")
	}
	f.deprecated = isTrue(n.get("deprecated"))
	schema, format := n.get("payload"), textOf(n, "schemaFormat")
	if schema != nil && schema.get("schemaFormat") != nil {
		format, schema = textOf(schema, "schemaFormat"), schema.get("schema")
	}
	if !isJSONSchemaFormat(format) {
		im.note("%s is skipped: its schema is %s, not JSON Schema", quote(key), format)
		return
	}
	f.examples = im.messageExamples(n)
	if schema != nil {
		if source, _ := im.docs.follow(schema, file); len(f.examples) == 0 {
			f.examples = schemaSamples(source)
		}
		f.schema = im.b.schema(schema, file)
	}
	im.found = append(im.found, f)
}

func isJSONSchemaFormat(format string) bool {
	format = strings.ToLower(format)
	return format == "" || strings.Contains(format, "schema+json") || strings.Contains(format, "schema+yaml") ||
		strings.Contains(format, "vnd.aai.asyncapi") || strings.Contains(format, "vnd.oai.openapi")
}

func (im *importer) messageExamples(n *node) []Example {
	var all []Example
	list := n.get("examples")
	if list == nil {
		return nil
	}
	for i, one := range list.items {
		payload := one.get("payload")
		if payload == nil {
			continue
		}
		e := Example{Name: exampleName(all, textOf(one, "name")), Summary: textOf(one, "summary"), Payload: payload.json()}
		if textOf(one, "name") == "" {
			e.Name = exampleName(all, numbered(i))
		}
		if headers := one.get("headers"); headers != nil {
			for _, h := range headers.members {
				if h.value.kind == stringKind {
					e.Headers = append(e.Headers, Header{h.key, h.value.text})
				}
			}
			e.Headers = im.ownHeaders(e.Headers)
		}
		all = append(all, e)
	}
	return all
}
