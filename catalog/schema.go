package catalog

import (
	"fmt"
	"net/url"
	"strings"
)

// Schema is a JSON Schema (draft 2020-12, or the earlier one that its "$schema"
// names) that is ready to judge payloads. Formats are asserted, regular
// expressions are RE2's, and references stay within the document: nothing is
// ever fetched. It may be used by several goroutines.
//
// It is the program's own because a library that compiles the metaschemas when
// the program starts would make each start wait for what few commands need.
// The tests hold it against such a library.
type Schema struct {
	root *rule
	// source is the document itself.
	source *node
	// tracks tells that some part asks what the others have not looked at.
	tracks bool
}

// CompileSchema reads a schema document. The error is Errors, with a line for
// each reference that leads nowhere and each keyword that has no meaning.
func CompileSchema(document []byte) (*Schema, error) {
	errs := &problems{file: "schema", data: document}
	root := readJSON(document, errs)
	if len(errs.errs) > 0 {
		return nil, errs.sorted()
	}
	s := compileNode(root, errs)
	if len(errs.errs) > 0 {
		return nil, errs.sorted()
	}
	return s, nil
}

// compileNode compiles a document that is already read, and adds what is wrong
// with it to errs.
func compileNode(root *node, errs *problems) *Schema {
	c := newCompiler(root, errs)
	s := &Schema{root: c.rule(root), source: root}
	s.tracks = c.tracks
	return s
}

// newCompiler makes a compiler for the schemas of a document, whose address is an
// invented one.
func newCompiler(root *node, errs *problems) *compiler {
	c := &compiler{errs: errs, rules: map[*node]*rule{}, resources: map[string]*resource{}, homes: map[*node]*resource{}}
	c.document = &resource{uri: &url.URL{Scheme: "catalog", Path: "/schema"}, root: root, draft: draft2020}
	c.index(root, c.document, true)
	return c
}

// draft is a version of JSON Schema.
type draft int

const (
	draft4 draft = iota
	draft7       // and 6
	draft2019
	draft2020
)

// draftOf finds the version in the address of its metaschema.
func draftOf(uri string) draft {
	switch {
	case strings.Contains(uri, "draft-03"), strings.Contains(uri, "draft-04"):
		return draft4
	case strings.Contains(uri, "draft-06"), strings.Contains(uri, "draft-07"):
		return draft7
	case strings.Contains(uri, "2019-09"):
		return draft2019
	}
	return draft2020
}

// resource is a schema with an address of its own: the document, and what says
// "$id" inside it.
type resource struct {
	uri     *url.URL
	root    *node
	draft   draft
	anchors map[string]*node
}

type compiler struct {
	errs      *problems
	rules     map[*node]*rule
	resources map[string]*resource
	homes     map[*node]*resource // of every object
	document  *resource
	tracks    bool
}

// index finds the resources and anchors, so that references can lead forward.
func (c *compiler) index(n *node, home *resource, isRoot bool) {
	if n.kind == listKind {
		for _, item := range n.items {
			c.index(item, home, false)
		}
		return
	}
	if n.kind != objectKind {
		return
	}
	home = c.enter(n, home, isRoot)
	c.homes[n] = home
	for _, word := range []string{"$anchor", "$dynamicAnchor"} {
		if a := n.get(word); a != nil && a.kind == stringKind {
			home.name(a.text, n)
		}
	}
	for _, m := range n.members {
		switch m.key {
		case "enum", "const", "default", "example", "examples":
		case "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies": // whose keys are names
			for _, named := range m.value.members {
				c.index(named.value, home, false)
			}
		default:
			c.index(m.value, home, false)
		}
	}
}

// home is the resource of a schema. What stands where no keyword takes schemas
// is part of the document.
func (c *compiler) home(n *node) *resource {
	if home := c.homes[n]; home != nil {
		return home
	}
	return c.document
}

// enter returns the resource that an object begins, or the one it is part of.
func (c *compiler) enter(n *node, home *resource, isRoot bool) *resource {
	id := n.get("$id")
	if id == nil && home.draft == draft4 || id == nil && isRoot {
		id = n.get("id")
	}
	named := id != nil && id.kind == stringKind && (home.draft > draft7 || n.get("$ref") == nil)
	if named && home.draft <= draft7 && strings.HasPrefix(id.text, "#") {
		home.name(id.text[1:], n)
		named = false
	}
	if !named && !isRoot {
		return home
	}
	own := &resource{uri: home.uri, root: n, draft: home.draft}
	if s := n.get("$schema"); s != nil && s.kind == stringKind {
		own.draft = draftOf(s.text)
	}
	if named {
		if uri, err := home.uri.Parse(id.text); err == nil {
			own.uri = uri
		} else {
			c.errs.add(id.place, "%s is not an address", quote(id.text))
		}
	}
	c.resources[addressOf(own.uri)] = own
	return own
}

func (r *resource) name(anchor string, n *node) {
	if r.anchors == nil {
		r.anchors = map[string]*node{}
	}
	r.anchors[anchor] = n
}

// addressOf is an address without its fragment.
func addressOf(u *url.URL) string {
	whole := *u
	whole.Fragment, whole.RawFragment = "", ""
	return whole.String()
}

// target finds what a reference leads to, or nil after saying why there is
// nothing.
func (c *compiler) target(from *node, ref *node) *node {
	if ref.kind != stringKind {
		c.errs.add(ref.place, "a reference is a string, not %s", ref.kind)
		return nil
	}
	uri, err := c.home(from).uri.Parse(ref.text)
	if err != nil {
		c.errs.add(ref.place, "the reference %s is not an address", quote(ref.text))
		return nil
	}
	home := c.resources[addressOf(uri)]
	if home == nil {
		c.errs.add(ref.place, "the reference %s leads out of the document: nothing is fetched", quote(ref.text))
		return nil
	}
	found := home.find(uri.Fragment)
	if found == nil || found.kind != objectKind && found.kind != boolKind {
		c.errs.add(ref.place, "the reference %s leads to no schema", quote(ref.text))
		return nil
	}
	if found.kind == objectKind && c.homes[found] == nil { // inside const, default or examples
		c.index(found, home, false)
	}
	return found
}

func (r *resource) find(fragment string) *node {
	if fragment == "" {
		return r.root
	}
	if !strings.HasPrefix(fragment, "/") {
		return r.anchors[fragment]
	}
	p, err := parsePointer(fragment)
	if err != nil {
		return nil
	}
	return r.root.at(p)
}

// step returns the member or item that a step leads to, or nil.
func (n *node) step(s step) *node {
	if n.kind == listKind {
		if i, ok := s.index(); ok && i < len(n.items) {
			return n.items[i]
		}
		return nil
	}
	return n.get(s.text)
}

// rule compiles the schema at n, once.
func (c *compiler) rule(n *node) *rule {
	if ru, ok := c.rules[n]; ok {
		return ru
	}
	ru := &rule{}
	c.rules[n] = ru
	switch n.kind {
	case boolKind:
		ru.never = n.text == "false"
	case objectKind:
		c.keywords(ru, n)
	default:
		c.errs.add(n.place, "expected a schema, got %s", n.kind)
	}
	return ru
}

func (c *compiler) keywords(ru *rule, n *node) {
	home := c.home(n)
	if ref := n.get("$ref"); ref != nil && home.draft <= draft7 { // what stands beside it has no meaning
		c.reference(ru, n, ref)
		return
	}
	build := builders(home.draft)
	for _, m := range n.members {
		if c.errs.stop {
			return
		}
		if f, ok := build[m.key]; ok {
			f(c, ru, n, m.value)
		}
	}
}

func (c *compiler) reference(ru *rule, n, ref *node) {
	if to := c.target(n, ref); to != nil {
		target := c.rule(to)
		ru.add(func(r *run, v value, seen *evaluated) bool { return target.apply(r, v, seen) })
	}
}

// wrong reports a keyword whose value has no meaning.
func (c *compiler) wrong(n *node, keyword, want string) {
	c.errs.add(n.place, "%s is %s, not %s", keyword, want, describe(n))
}

// describe shows a value in a message: short ones as they are.
func describe(n *node) string {
	switch n.kind {
	case objectKind, listKind:
		if len(n.items)+len(n.members) == 0 {
			return fmt.Sprintf("%s without content", n.kind)
		}
		return n.kind.String()
	case stringKind:
		if runes := []rune(n.text[:min(len(n.text), 400)]); len(runes) > 60 {
			return quote(string(runes[:60]) + "…")
		}
		return quote(n.text)
	}
	return cut(n.text)
}
