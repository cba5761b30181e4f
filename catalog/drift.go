package catalog

// News returns the JSON Pointers of the fields of a payload that no schema of
// the document describes, at most 20 of them. A schema that says something of
// additional properties describes all. What is not JSON has none.
func (s *Schema) News(body []byte) []string {
	if len(body) > maxValidated || s.source == nil {
		return nil
	}
	errs := &problems{data: body}
	n := readJSON(body, errs)
	if n == nil || len(errs.errs) > 0 {
		return nil
	}
	d := &drift{root: s.source}
	d.visit([]*node{s.source}, value{node: n}, 0)
	return d.found
}

type drift struct {
	root  *node
	found []string
	steps int
}

// visit holds a value against all schemas that speak of it.
func (d *drift) visit(schemas []*node, v value, depth int) {
	d.steps++
	if depth > maxDepth || d.steps > maxSchemaSteps/10 || len(d.found) >= maxViolations {
		return
	}
	var all []*node
	for _, one := range schemas {
		all = d.flatten(all, one, 0)
	}
	for i := range v.items {
		if items := membersNamed(all, "items"); len(items) > 0 {
			d.visit(items, v.item(i), depth+1)
		}
	}
	if v.kind != objectKind || !describes(all) {
		return
	}
	for _, m := range v.members {
		known := fieldsNamed(all, m.key)
		if len(known) > 0 {
			d.visit(known, v.member(m), depth+1)
		} else if len(d.found) < maxViolations {
			d.found = append(d.found, v.member(m).at.pointer())
		}
	}
}

// flatten gathers the schemas that a schema stands for: what it refers to, and
// its parts and alternatives.
func (d *drift) flatten(all []*node, n *node, depth int) []*node {
	if n == nil || n.kind != objectKind || depth > 32 || len(all) > 1000 {
		return all
	}
	all = append(all, n)
	if ref := n.get("$ref"); ref != nil {
		s := sampler{root: d.root}
		all = d.flatten(all, s.resolve(ref), depth+1)
	}
	for _, key := range []string{"allOf", "anyOf", "oneOf"} {
		if list := n.get(key); list != nil {
			for _, one := range list.items {
				all = d.flatten(all, one, depth+1)
			}
		}
	}
	for _, key := range []string{"then", "else"} {
		all = d.flatten(all, n.get(key), depth+1)
	}
	return all
}

// describes tells whether the schemas list fields, and say nothing of others.
func describes(all []*node) bool {
	lists := false
	for _, n := range all {
		for _, key := range []string{"additionalProperties", "unevaluatedProperties", "patternProperties"} {
			if n.get(key) != nil {
				return false
			}
		}
		lists = lists || n.get("properties") != nil
	}
	return lists
}

func membersNamed(all []*node, key string) []*node {
	var found []*node
	for _, n := range all {
		if m := n.get(key); m != nil {
			found = append(found, m)
		}
	}
	return found
}

func fieldsNamed(all []*node, name string) []*node {
	return membersNamed(membersNamed(all, "properties"), name)
}
