package catalog

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// Bounds of a made sample.
const (
	maxSampleDepth = 24
	maxSampleNodes = 5_000
)

// sampler makes a payload that a schema allows. With chance it chooses among
// what is allowed; without, it always makes the same plain one.
type sampler struct {
	root     *node // the document that references lead into
	chance   *rand.Rand
	visiting map[*node]bool
	nodes    int
	judge    *compiler // of root; made when it is first asked
	// strict leaves out what need not be there and would break its schema; lean
	// leaves out all that need not be there.
	strict, lean bool
}

// sampleOf makes a payload for a schema of a document.
func sampleOf(root, schema *node, chance *rand.Rand) []byte {
	s := &sampler{root: root, chance: chance, visiting: map[*node]bool{}}
	return s.sample(schema)
}

// sample makes a payload: the fullest that the schema allows.
func (s *sampler) sample(schema *node) []byte {
	first := s.whole(schema)
	for v := first; ; v = s.whole(schema) {
		switch {
		case s.fits(schema, v):
			return v.appendJSON(nil)
		case !s.strict:
			s.strict = true
		case !s.lean:
			s.lean = true
		default:
			return first.appendJSON(nil)
		}
	}
}

func (s *sampler) whole(schema *node) *node {
	s.nodes = 0
	clear(s.visiting)
	return orNull(s.value(schema, 0))
}

func nullNode() *node { return &node{kind: nullKind, text: "null"} }

func numberNode(text string) *node { return &node{kind: numberKind, text: text} }

// value makes a value, or nil where a schema would go round in circles.
func (s *sampler) value(n *node, depth int) *node {
	s.nodes++
	if n == nil || n.kind != objectKind {
		return nullNode()
	}
	if s.visiting[n] || depth > maxSampleDepth || s.nodes > maxSampleNodes {
		return nil
	}
	s.visiting[n] = true
	defer delete(s.visiting, n)
	if ref := n.get("$ref"); ref != nil {
		return s.referred(n, ref, depth)
	}
	if given := s.given(n); given != nil && s.fits(n, given) {
		return given
	}
	for _, key := range []string{"allOf", "oneOf", "anyOf"} {
		if list := n.get(key); list != nil && len(list.items) > 0 {
			return s.combined(n, key, list.items, depth)
		}
	}
	return s.typed(n, depth)
}

func (s *sampler) referred(n, ref *node, depth int) *node {
	to := s.resolve(ref)
	if to == nil || s.visiting[to] {
		return nil
	}
	if len(n.members) == 1 {
		return s.value(to, depth+1)
	}
	s.visiting[to] = true
	defer delete(s.visiting, to)
	return s.value(merged(without(n, "$ref"), to), depth+1)
}

func (s *sampler) resolve(ref *node) *node {
	p, err := parsePointer(strings.TrimPrefix(unescapeFragment(ref.text), "#"))
	if ref.text == "#" {
		return s.root
	}
	if err != nil || !strings.HasPrefix(ref.text, "#") {
		return nil
	}
	return s.root.at(p)
}

// given is a value that the schema itself names.
func (s *sampler) given(n *node) *node {
	if c := n.get("const"); c != nil {
		return c
	}
	if list := n.get("enum"); list != nil && len(list.items) > 0 {
		if s.chance == nil {
			if d := n.get("default"); d != nil {
				return d
			}
			return list.items[0]
		}
		return list.items[s.chance.IntN(len(list.items))]
	}
	if s.chance != nil {
		return nil
	}
	if d := n.get("default"); d != nil {
		return d
	}
	if list := n.get("examples"); list != nil && len(list.items) > 0 {
		return list.items[0]
	}
	return nil
}

// combined is a schema with those of allOf, or the first of the alternatives with
// which it is what the schema says: what fits two of oneOf is not.
func (s *sampler) combined(n *node, key string, list []*node, depth int) *node {
	whole := without(n, key)
	if key == "allOf" {
		return s.with(whole, list, depth)
	}
	at := 0
	if s.chance != nil {
		at = s.chance.IntN(len(list))
	}
	var first *node
	for i := range list {
		one := (at + i) % len(list)
		v := s.with(whole, list[one:one+1], depth)
		if v != nil && s.fits(n, v) {
			return v
		}
		if first == nil {
			first = v
		}
	}
	return first
}

// with makes a value of a schema and of others that hold, too.
func (s *sampler) with(whole *node, list []*node, depth int) *node {
	for _, one := range list {
		for range 32 {
			ref := one.get("$ref")
			if ref == nil {
				break
			}
			to := s.resolve(ref)
			if to == nil || s.visiting[to] {
				return nil
			}
			s.visiting[to] = true
			defer delete(s.visiting, to)
			one = merged(without(one, "$ref"), to)
		}
		whole = merged(whole, one)
	}
	return s.value(whole, depth+1)
}

func without(n *node, key string) *node {
	c := &node{kind: objectKind}
	for _, m := range n.members {
		if m.key != key {
			c.members = append(c.members, m)
		}
	}
	return c
}

// merged joins two schemas: properties and required names of both, otherwise
// what the first says.
func merged(a, b *node) *node {
	c := &node{kind: objectKind, members: slices.Clone(a.members)}
	if b.kind != objectKind {
		return c
	}
	for _, m := range b.members {
		i := slices.IndexFunc(c.members, func(x member) bool { return x.key == m.key })
		switch {
		case i < 0:
			c.members = append(c.members, m)
		case m.key == "properties":
			c.members[i].value = bothProperties(c.members[i].value, m.value)
		case m.key == "enum" || m.key == "type":
			c.members[i].value = common(c.members[i].value, m.value)
		case m.key == "required" || m.key == "allOf":
			c.members[i].value = &node{kind: listKind, items: append(slices.Clone(c.members[i].value.items), m.value.items...)}
		}
	}
	return c
}

// common are the items of both lists, of which one may be a single item; if there
// are none, those of the first.
func common(a, b *node) *node {
	both := &node{kind: listKind}
	for _, x := range eitherItems(a) {
		if slices.ContainsFunc(eitherItems(b), func(y *node) bool { return x.kind == y.kind && x.text == y.text }) {
			both.items = append(both.items, x)
		}
	}
	if len(both.items) == 0 {
		return a
	}
	return both
}

func eitherItems(n *node) []*node {
	if n.kind == listKind {
		return n.items
	}
	return []*node{n}
}

// bothProperties joins two maps of schemas: a field of both is what both say.
func bothProperties(a, b *node) *node {
	c := &node{kind: objectKind, members: slices.Clone(a.members)}
	for _, m := range b.members {
		i := slices.IndexFunc(c.members, func(x member) bool { return x.key == m.key })
		if i < 0 {
			c.members = append(c.members, m)
		} else if c.members[i].value != m.value {
			c.members[i].value = joined([]*node{c.members[i].value, m.value})
		}
	}
	return c
}

func (s *sampler) typed(n *node, depth int) *node {
	switch s.typeName(n) {
	case "object":
		return s.object(n, depth)
	case "array":
		return s.array(n, depth)
	case "integer":
		return numberNode(strconv.FormatInt(int64(s.number(n, 1)), 10))
	case "number":
		return numberNode(strconv.FormatFloat(s.number(n, 0.01), 'f', -1, 64))
	case "boolean":
		return &node{kind: boolKind, text: strconv.FormatBool(s.chance == nil || s.chance.IntN(2) == 0)}
	case "null":
		return nullNode()
	}
	return textNode(s.text(n))
}

// typeName is the type of what to make: the first one that is not null.
func (s *sampler) typeName(n *node) string {
	if t := n.get("type"); t != nil {
		for _, one := range t.items {
			if one.text != "null" {
				return one.text
			}
		}
		if len(t.items) > 0 {
			return "null"
		}
		return t.text
	}
	for _, hint := range []struct{ key, name string }{{"properties", "object"}, {"required", "object"}, {"additionalProperties", "object"},
		{"items", "array"}, {"prefixItems", "array"}, {"minimum", "number"}, {"maximum", "number"}} {
		if n.get(hint.key) != nil {
			return hint.name
		}
	}
	return "string"
}

// object makes the required members first, then the others; with chance some of
// the others are left out.
func (s *sampler) object(n *node, depth int) *node {
	made := &node{kind: objectKind}
	var required []string
	if list := n.get("required"); list != nil {
		for _, one := range list.items {
			if !slices.Contains(required, one.text) {
				required = append(required, one.text)
			}
		}
	}
	properties := n.get("properties")
	for _, name := range required {
		var schema *node
		if properties != nil {
			schema = properties.get(name)
		}
		v := s.value(cmpNode(schema), depth+1)
		if v == nil {
			v = nullNode()
		}
		made.members = append(made.members, member{key: name, value: v})
	}
	if properties == nil {
		return made
	}
	for _, m := range properties.members {
		if slices.Contains(required, m.key) || s.lean || s.chance != nil && s.chance.IntN(4) == 0 {
			continue
		}
		if v := s.value(m.value, depth+1); v != nil && m.value.text != "false" && !s.misfit(m.value, v) {
			made.members = append(made.members, member{key: m.key, value: v})
		}
	}
	return made
}

// cmpNode is a schema, the empty one where there is none.
func cmpNode(n *node) *node {
	if n == nil || n.kind != objectKind {
		return &node{kind: objectKind}
	}
	return n
}
