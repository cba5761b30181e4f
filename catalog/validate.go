package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// Report is what there is to say about one catalog file.
type Report struct {
	File string
	// Catalog is its name; "" if the file is none.
	Catalog         string
	Types, Examples int
	// Errors make the file wrong; Warnings are what a reader would want to know
	// all the same. Both are in the order of the text, at most 20 of each.
	Errors, Warnings Errors
}

// OK tells whether nothing is wrong.
func (r *Report) OK() bool { return len(r.Errors) == 0 }

// CheckFile reads a catalog from the bytes of a file and says all that is wrong
// with it: what Parse refuses, schemas that do not compile, samples that their
// schemas do not allow or that would be allowed under another type's name, and
// types without a description.
func CheckFile(file string, data []byte) *Report {
	errs := &problems{file: file, data: withoutMark(data)}
	r := &Report{File: file}
	root := readNodes(errs)
	if len(errs.errs) == 0 {
		c := decode(root, errs)
		r.Catalog, r.Types = c.Name, len(c.Types)
		for _, t := range c.Types {
			r.Examples += len(t.Examples)
		}
		if len(errs.errs) == 0 {
			checkTypes(root, c, errs, r)
		}
	}
	r.Errors = errs.sorted()
	return r
}

func checkTypes(root *node, c *Catalog, errs *problems, r *Report) {
	notes := &problems{file: errs.file, data: errs.data}
	if len(c.Types) == 0 {
		notes.add(root.get("event_types").place, "there are no event types")
	}
	for i, n := range root.get("event_types").items {
		v := typeCheck{t: c.Types[i], n: n, errs: errs, notes: notes}
		v.check(root.get("$defs"))
		if errs.stop {
			break
		}
	}
	r.Warnings = notes.sorted()
}

// typeCheck looks at one event type of a file.
type typeCheck struct {
	t           *EventType
	n           *node
	errs, notes *problems
}

func (v *typeCheck) check(defs *node) {
	if v.t.Description == "" {
		v.notes.add(v.n.place, "the event type %s has no description", quote(v.t.Name))
	}
	if v.t.Group != "" && v.t.Catalog.Groups != nil && !slices.Contains(v.t.Catalog.Groups, v.t.Group) {
		v.notes.add(v.n.get("group").place, "the group %s is not among the groups of the catalog", quote(v.t.Group))
	}
	if len(v.t.Examples) == 0 && !v.t.Archived {
		v.notes.add(v.n.place, "the event type %s has no example: trigger needs --data for it", quote(v.t.Name))
	}
	schema := v.schema(defs)
	for i, e := range v.t.Examples {
		v.example(schema, e, v.n.get("examples").items[i].get("payload"))
	}
}

// schema compiles the schema of the type together with those it shares. It is
// nil where there is none, and where it is wrong.
func (v *typeCheck) schema(defs *node) *Schema {
	own := v.n.get("schema")
	if own == nil {
		v.notes.add(v.n.place, "the event type %s has no schema", quote(v.t.Name))
		return nil
	}
	before := len(v.errs.errs)
	s := compileNode(withDefs(own, defs), v.errs)
	if len(v.errs.errs) > before {
		return nil
	}
	return s
}

// withDefs is a schema as a document of its own, with those of the shared schemas
// that it reaches.
func withDefs(schema, defs *node) *node {
	if defs == nil || schema.kind != objectKind {
		return schema
	}
	reached := &node{kind: objectKind, place: defs.place}
	seen := map[string]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		for _, m := range n.members {
			if m.key == "$ref" && m.value.kind == stringKind {
				name, _, _ := strings.Cut(strings.TrimPrefix(m.value.text, "#/$defs/"), "/")
				if to := defs.get(name); to != nil && !seen[name] {
					seen[name] = true
					reached.members = append(reached.members, member{name, to.place, to})
					visit(to)
				}
			}
			visit(m.value)
		}
		for _, item := range n.items {
			visit(item)
		}
	}
	visit(schema)
	whole := *schema
	whole.members = append([]member{{"$defs", defs.place, reached}}, schema.members...)
	return &whole
}

func (v *typeCheck) example(schema *Schema, e Example, payload *node) {
	if at := Unstable(e.Payload); at >= 0 {
		v.notes.add(payload.place, "the example %s is not what JSON.parse and JSON.stringify make of it, from byte %d on: receivers that verify what they serialised again refuse it", quote(e.Name), at+1)
	}
	if schema == nil {
		return
	}
	for _, f := range schema.validate(payload) {
		v.violation(e, f)
	}
	v.typeField(schema, e, payload)
}

func (v *typeCheck) violation(e Example, f Violation) {
	one := v.errs.add(f.at, "the example %s of %s breaks its schema: %s", quote(e.Name), v.t.Name, f)
	one.Pointer, one.Expected, one.Got = f.Pointer, f.Expected, f.Got
}

// typeField holds the type that the payload names against the type's name.
func (v *typeCheck) typeField(schema *Schema, e Example, payload *node) {
	field := v.t.Catalog.TypeField
	if field == "" {
		return
	}
	p, perr := parsePointer(field)
	if perr != nil {
		return
	}
	found := payload.at(p)
	switch {
	case found == nil:
		v.errs.add(payload.place, "the example %s has nothing at the type_field %s", quote(e.Name), field)
	case found.kind != stringKind || found.text != v.t.Name:
		v.errs.add(found.place, "the example %s of %s has the type %s", quote(e.Name), v.t.Name, describe(found))
	case len(schema.validate(payload.replaced(p, &node{kind: stringKind, text: v.t.Name + ".other"}))) == 0:
		v.notes.add(v.n.get("schema").place, `the schema of %s takes any type at %s: give it {"const": %s} there`, v.t.Name, field, quote(v.t.Name))
	}
}

// at returns what a path leads to, or nil.
func (n *node) at(p path) *node {
	for _, s := range p {
		if n = n.step(s); n == nil {
			return nil
		}
	}
	return n
}

// replaced is a copy in which something else stands at a path that exists.
func (n *node) replaced(p path, with *node) *node {
	if len(p) == 0 {
		return with
	}
	c := *n
	c.raw = nil
	c.members, c.items = slices.Clone(n.members), slices.Clone(n.items)
	for i, m := range c.members {
		if m.key == p[0].text {
			c.members[i].value = m.value.replaced(p[1:], with)
		}
	}
	if i, ok := p[0].index(); ok && i < len(c.items) {
		c.items[i] = c.items[i].replaced(p[1:], with)
	}
	return &c
}

// CompileSchema returns the type's schema, nil if it has none. The error is that
// of CompileSchema.
func (t *EventType) CompileSchema() (*Schema, error) {
	document := t.SchemaDocument()
	if document == nil {
		return nil, nil
	}
	s, err := CompileSchema(document)
	if err != nil {
		return nil, fmt.Errorf("the schema of %s: %w", t.Qualified(), err)
	}
	return s, nil
}

// Check validates a payload against the type's schema. It finds nothing for a
// type without one; an error is a schema that does not compile.
func (t *EventType) Check(body []byte) ([]Violation, error) {
	s, err := t.CompileSchema()
	if s == nil || err != nil {
		return nil, err
	}
	return s.Validate(body), nil
}
