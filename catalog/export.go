package catalog

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// Exported is one file of an export. Its name has slashes.
type Exported struct {
	Name string
	Text []byte
}

// Export writes the types of a catalog in a format that Import reads back: one
// file of openapi (3.1), asyncapi (3.0) or json, or many of jsonschema or samples.
// But for samples, which have no archived types and no words, the catalog that is
// read back is the same: what a format has no place for is in members x-hooks.
func Export(c *Catalog, format string) ([]Exported, error) {
	switch format {
	case FormatOpenAPI:
		return []Exported{{c.Name + ".openapi.json", document(c.openAPI())}}, nil
	case FormatAsyncAPI:
		return []Exported{{c.Name + ".asyncapi.json", document(c.asyncAPI())}}, nil
	case FormatJSONSchema:
		return c.schemaFiles(), nil
	case FormatSamples:
		return c.sampleFiles(), nil
	case FormatJSON:
		return []Exported{{c.Name + ".json", c.Encode()}}, nil
	}
	return nil, &UnknownError{Kind: "format", Word: format, Known: []string{FormatAsyncAPI, FormatJSON, FormatJSONSchema, FormatOpenAPI, FormatSamples}}
}

// document is the text of a file.
func document(n *node) []byte {
	var out bytes.Buffer
	if json.Indent(&out, n.appendJSON(nil), "", "  ") != nil {
		return nil // of text that was valid before
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// info is the head of both kinds of specification.
func (c *Catalog) info() *node {
	info := object{}
	info.text("title", orText(c.Title, c.Name))
	info.text("version", "1.0.0")
	info.text("description", c.Note)
	return info.node()
}

// Where the shared schemas of a specification and of a catalog are.
const (
	componentSchemas = "#/components/schemas/"
	ownDefs          = "#/$defs/"
)

// moved is a schema whose references lead to the components of a specification.
func moved(text []byte) *node {
	if text == nil {
		return nil
	}
	return withRefs(readWhole(text), ownDefs, componentSchemas)
}

// withRefs is a copy of a schema in which references into one place lead into
// another. Numbers and texts stay as they are written.
func withRefs(n *node, from, to string) *node {
	if n.kind != objectKind && n.kind != listKind {
		return n
	}
	c := &node{kind: n.kind, place: n.place}
	for _, m := range n.members {
		switch {
		case m.key == "$ref" && m.value.kind == stringKind:
			if rest, ok := strings.CutPrefix(m.value.text, from); ok {
				m.value = textNode(to + rest)
			}
		case m.key == "const" || m.key == "enum" || m.key == "default" || m.key == "examples":
		default:
			m.value = withRefs(m.value, from, to)
		}
		c.members = append(c.members, m)
	}
	for _, item := range n.items {
		c.items = append(c.items, withRefs(item, from, to))
	}
	return c
}

func (c *Catalog) openAPI() *node {
	hooks := object{}
	for _, t := range c.Types {
		item := object{}
		item.add("post", t.operation())
		hooks.add(t.Name, item.node())
	}
	o := object{}
	o.text("openapi", "3.1.0")
	o.add("info", c.info())
	o.add(ownKey, c.head())
	o.add("webhooks", hooks.node())
	c.addComponents(&o, nil)
	return o.node()
}

func (c *Catalog) addComponents(o *object, messages *node) {
	components := object{}
	if messages != nil {
		components.add("messages", messages)
	}
	if defs := moved(c.Defs); defs != nil {
		components.add("schemas", defs)
	}
	if len(components.members) > 0 {
		o.add("components", components.node())
	}
}

func (t *EventType) operation() *node {
	op := object{}
	op.text("x-event-type", t.Name)
	op.text("operationId", t.Name)
	op.text("summary", t.Title)
	op.text("description", t.Description)
	if t.Group != "" {
		op.texts("tags", []string{t.Group})
	}
	op.yes("deprecated", t.Deprecated)
	var parameters []*node
	for _, h := range t.Headers {
		schema, p := object{}, object{}
		schema.add("const", textNode(h.Value))
		p.text("name", h.Name)
		p.text("in", "header")
		p.yes("required", true)
		p.add("schema", schema.node())
		parameters = append(parameters, p.node())
	}
	op.list("parameters", parameters)
	media, content, body := object{}, object{}, object{}
	if s := moved(t.Schema); s != nil {
		media.add("schema", s)
	}
	if len(t.Examples) > 0 {
		examples := object{}
		for _, e := range t.Examples {
			one := object{}
			one.text("summary", e.Summary)
			one.raw("value", e.Payload)
			examples.add(e.Name, one.node())
		}
		media.add("examples", examples.node())
	}
	content.add("application/json", media.node())
	body.yes("required", true)
	body.add("content", content.node())
	op.add("requestBody", body.node())
	accepted, responses := object{}, object{}
	accepted.text("description", "The event was taken.")
	responses.add("2XX", accepted.node())
	op.add("responses", responses.node())
	t.addOwn(&op, t.extras("name", "title", "description", "group", "deprecated", "headers", "schema", "examples"), t.exampleExtras("name", "summary", "payload"))
	return op.node()
}

func (c *Catalog) asyncAPI() *node {
	messages, channel, channels, o := object{}, object{}, object{}, object{}
	for _, t := range c.Types {
		key := strings.NewReplacer("/", "_", ":", "_").Replace(t.Name)
		for i := 2; messages.node().get(key) != nil; i++ {
			key += "_" + strconv.Itoa(i)
		}
		messages.add(key, t.message())
		ref := object{}
		ref.text("$ref", "#/components/messages/"+key)
		channel.add(key, ref.node())
	}
	hooks := object{}
	hooks.add("messages", channel.node())
	channels.add("webhooks", hooks.node())
	o.text("asyncapi", "3.0.0")
	o.add("info", c.info())
	o.add(ownKey, c.head())
	o.add("channels", channels.node())
	c.addComponents(&o, messages.node())
	return o.node()
}

func (t *EventType) message() *node {
	m := object{}
	m.text("name", t.Name)
	m.text("title", t.Title)
	m.text("description", t.Description)
	m.text("contentType", "application/json")
	m.yes("deprecated", t.Deprecated)
	if t.Group != "" {
		tag := object{}
		tag.text("name", t.Group)
		m.list("tags", []*node{tag.node()})
	}
	if s := moved(t.Schema); s != nil {
		m.add("payload", s)
	}
	var examples []*node
	for _, e := range t.Examples {
		one := object{}
		one.text("name", e.Name)
		one.text("summary", e.Summary)
		one.headers(e.Headers)
		one.raw("payload", e.Payload)
		examples = append(examples, one.node())
	}
	m.list("examples", examples)
	t.addOwn(&m, t.extras("name", "title", "description", "group", "deprecated", "schema", "examples"), t.exampleExtras("name", "summary", "headers", "payload"))
	return m.node()
}

// fileOf is a name of a type as the name of a file.
func fileOf(name string) string {
	return strings.NewReplacer("/", "%2F", ":", "%3A").Replace(name)
}

func (c *Catalog) sampleFiles() []Exported {
	var all []Exported
	taken := map[string]bool{}
	for _, t := range c.Types {
		taken[fileOf(t.Name)] = true
	}
	for _, t := range c.Types {
		if t.Archived {
			continue
		}
		for i, e := range t.Examples {
			name := fileOf(t.Name)
			if i > 0 {
				name = free(taken, name+"."+e.Name)
			}
			all = append(all, Exported{name + ".payload.json", append(bytes.Clone(e.Payload), '\n')})
		}
		if document := t.SchemaDocument(); document != nil {
			all = append(all, Exported{fileOf(t.Name) + ".schema.json", append(document, '\n')})
		}
	}
	return all
}

// free takes the name, or one with a number behind it: a.b may be the example b of
// a, and a type.
func free(taken map[string]bool, name string) string {
	unique := name
	for i := 2; taken[unique]; i++ {
		unique = name + "-" + strconv.Itoa(i)
	}
	taken[unique] = true
	return unique
}

func orBytes(b, otherwise []byte) []byte {
	if b == nil {
		return otherwise
	}
	return b
}
