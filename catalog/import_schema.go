package catalog

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// refPlace is a place in one of several files.
type refPlace struct{ file, pointer string }

// bundle copies schemas out of the files of a source: what they refer to comes
// along into $defs, and what older drafts and OpenAPI write otherwise becomes
// JSON Schema 2020-12.
type bundle struct {
	docs  *documents
	names map[refPlace]string
	taken map[string]bool
	defs  []member
	note  func(format string, args ...any)
}

func unescapeFragment(fragment string) string {
	if text, err := url.PathUnescape(fragment); err == nil {
		return text
	}
	return fragment
}

func (b *bundle) encodeDefs() []byte {
	if len(b.defs) == 0 {
		return nil
	}
	return (&node{kind: objectKind, members: b.defs}).appendJSON(nil)
}

func (b *bundle) def(name string) *node {
	for _, m := range b.defs {
		if m.key == name {
			return m.value
		}
	}
	return nil
}

// schema copies the schema at n of a file.
func (b *bundle) schema(n *node, file string) *node {
	if n.kind == boolKind {
		return n
	}
	if n.kind != objectKind {
		b.note("%s stands where a schema is expected: anything is allowed there", n.kind)
		return &node{kind: objectKind}
	}
	o := object{}
	legacy := false
	if ref := n.get("$ref"); ref != nil && ref.kind == stringKind {
		o.text("$ref", b.ref(ref, file))
	}
	for _, m := range n.members {
		if m.key == "$ref" && m.value.kind == stringKind {
			continue
		}
		if m.key == "items" && m.value.kind == listKind {
			legacy = true
		}
		b.keyword(&o, n, m, file)
	}
	if legacy { // up to draft 2019-09
		for i, m := range o.members {
			switch m.key {
			case "items":
				o.members[i].key = "prefixItems"
			case "additionalItems":
				o.members[i].key = "items"
			}
		}
	}
	if isTrue(n.get("nullable")) {
		return anyOf(o.node(), &node{kind: objectKind, members: []member{{key: "type", value: textNode("null")}}})
	}
	return o.node()
}

func anyOf(branches ...*node) *node {
	return &node{kind: objectKind, members: []member{{key: "anyOf", value: &node{kind: listKind, items: branches}}}}
}

func isTrue(n *node) bool { return n != nil && n.kind == boolKind && n.text == "true" }

// keyword copies one keyword.
func (b *bundle) keyword(o *object, s *node, m member, file string) {
	switch m.key {
	case "$schema", "$id", "id", "$defs", "definitions", "$comment", "$anchor", "$dynamicAnchor",
		"nullable", "discriminator", "xml", "externalDocs":
		if m.key != "id" || m.value.kind == stringKind {
			return
		}
		o.add(m.key, m.value)
	case "example":
		if s.get("examples") == nil {
			o.list("examples", []*node{m.value})
		}
	case "exclusiveMinimum", "exclusiveMaximum":
		if m.value.kind == boolKind { // draft 4: the bound stands in minimum
			limit := s.get(strings.ToLower(m.key[len("exclusive"):]))
			if isTrue(m.value) && limit != nil {
				o.add(m.key, limit)
			}
			return
		}
		o.add(m.key, m.value)
	case "pattern":
		if _, err := regexp.Compile(m.value.text); err != nil {
			b.note("the pattern %s is left out: RE2 does not know it", quote(m.value.text))
			return
		}
		o.add(m.key, m.value)
	case "properties", "patternProperties", "dependentSchemas", "dependencies":
		if m.value.kind != objectKind {
			b.note("%s is %s, not an object: left out", m.key, m.value.kind)
			return
		}
		all := object{}
		for _, one := range m.value.members {
			all.add(one.key, b.schema(one.value, file))
		}
		o.add(m.key, all.node())
	case "allOf", "anyOf", "oneOf", "prefixItems", "items", "additionalItems", "additionalProperties", "not", "if", "then", "else",
		"contains", "propertyNames", "unevaluatedProperties", "unevaluatedItems":
		o.add(m.key, b.schemas(m.value, file))
	default:
		if !strings.HasPrefix(m.key, "x-") {
			o.add(m.key, m.value)
		}
	}
}

func (b *bundle) schemas(n *node, file string) *node {
	if n.kind != listKind {
		return b.schema(n, file)
	}
	list := &node{kind: listKind}
	for _, one := range n.items {
		list.items = append(list.items, b.schema(one, file))
	}
	return list
}

// ref copies what a reference leads to and returns the reference to the copy.
func (b *bundle) ref(ref *node, file string) string {
	n, in, pointer := b.docs.target(ref, file)
	if n == nil {
		return ""
	}
	at := refPlace{in, pointer}
	if name, ok := b.names[at]; ok {
		return "#/$defs/" + name
	}
	name := b.free(at)
	b.names[at] = name
	i := len(b.defs)
	b.defs = append(b.defs, member{key: name})
	copied := b.schema(n, in)
	b.defs[i].value = copied
	return "#/$defs/" + name
}

// free is a name for a copy: the last part of where it comes from.
func (b *bundle) free(at refPlace) string {
	from := at.pointer
	if from == "" {
		from, _, _ = strings.Cut(at.file[strings.LastIndexByte(at.file, '/')+1:], ".")
	}
	word := strings.Map(func(r rune) rune {
		if r < 0x80 && (isLetterOrDigit(byte(r)) || strings.ContainsRune("._-", r)) {
			return r
		}
		return '_'
	}, from[strings.LastIndexByte(from, '/')+1:])
	name := word
	for i := 2; b.taken[name] || name == ""; i++ {
		name = word + strconv.Itoa(i)
	}
	b.taken[name] = true
	return name
}

// expand follows the references of a bundled schema into $defs.
func (b *bundle) expand(n *node) *node {
	for range 32 {
		if n == nil || n.kind != objectKind {
			return n
		}
		ref := n.get("$ref")
		if ref == nil {
			return n
		}
		n = b.def(strings.TrimPrefix(ref.text, "#/$defs/"))
	}
	return nil
}

// field finds the schemas of a top-level field, through references and allOf.
func (b *bundle) field(n *node, name string) []*node {
	var all []*node
	b.eachPart(n, map[*node]bool{}, func(part *node) (into []string) {
		if f := b.expand(below(part, "properties", name)); f != nil {
			all = append(all, f)
		}
		into = []string{"allOf"}
		for _, key := range []string{"oneOf", "anyOf"} {
			if list := part.get(key); list != nil && len(list.items) == 1 { // of several forms none is known
				into = append(into, key)
			}
		}
		return into
	})
	return all
}

// texts are the strings that a schema allows: const, enum, or a list of consts.
func (b *bundle) texts(n *node) []string {
	var all []string
	add := func(one *node) {
		if one != nil && one.kind == stringKind && !slices.Contains(all, one.text) {
			all = append(all, one.text)
		}
	}
	b.eachPart(n, map[*node]bool{}, func(part *node) []string {
		add(part.get("const"))
		if list := part.get("enum"); list != nil {
			for _, one := range list.items {
				add(one)
			}
		}
		return []string{"allOf", "oneOf", "anyOf"}
	})
	return all
}

// eachPart looks at a schema and its parts, through references, at each of them
// once: schemas may refer to themselves. look says in which lists its parts are.
func (b *bundle) eachPart(n *node, seen map[*node]bool, look func(part *node) (into []string)) {
	n = b.expand(n)
	if n == nil || n.kind != objectKind || seen[n] {
		return
	}
	seen[n] = true
	for _, key := range look(n) {
		if list := n.get(key); list != nil {
			for _, one := range list.items {
				b.eachPart(one, seen, look)
			}
		}
	}
}
