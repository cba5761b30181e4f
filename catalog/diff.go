package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// Difference is one way in which a newer catalog differs from an older one.
type Difference struct {
	// Breaks tells that a consumer written for the older one may fail.
	Breaks bool
	Type   string
	// Pointer is the place in the payload, "" for the type as a whole; an item of
	// a list is /*.
	Pointer, Message string
}

// Diff says what changes for consumers: what they could rely on and no longer
// can breaks them, what is new does not.
func Diff(before, after *Catalog) []Difference {
	var all []Difference
	for _, t := range before.Types {
		now := after.typeNamed(t.Name)
		switch {
		case now == nil:
			all = append(all, Difference{true, t.Name, "", "is gone"})
		case now.Archived && !t.Archived:
			all = append(all, Difference{true, t.Name, "", "is no longer sent"})
		default:
			if now.Deprecated && !t.Deprecated {
				all = append(all, Difference{false, t.Name, "", "is deprecated"})
			}
			d := &differ{name: t.Name, old: readWhole(orBytes(t.SchemaDocument(), []byte(`{}`))), now: readWhole(orBytes(now.SchemaDocument(), []byte(`{}`))), seen: map[[2]*node]bool{}}
			d.compare("", d.old, d.now)
			all = append(all, d.found...)
		}
	}
	for _, t := range after.Types {
		if before.typeNamed(t.Name) == nil {
			all = append(all, Difference{false, t.Name, "", "is new"})
		}
	}
	return all
}

// differ compares the schemas of one type.
type differ struct {
	name     string
	old, now *node
	found    []Difference
	seen     map[[2]*node]bool
}

func (d *differ) add(breaks bool, pointer, format string, args ...any) {
	d.found = append(d.found, Difference{breaks, d.name, pointer, fmt.Sprintf(format, args...)})
}

func (d *differ) compare(pointer string, before, after *node) {
	if d.seen[[2]*node{before, after}] || len(pointer) > 4096 || len(d.found) > 1000 {
		return
	}
	d.seen[[2]*node{before, after}] = true
	old, now := (&drift{root: d.old}).flatten(nil, before, 0), (&drift{root: d.now}).flatten(nil, after, 0)
	d.types(pointer, typesOf(old), typesOf(now))
	d.texts(pointer, textsOf(old), textsOf(now))
	if a, b := formatsOf(old), formatsOf(now); a != b {
		switch {
		case b == "":
			d.add(true, pointer, "no longer has the format %s", a)
		case a != "":
			d.add(true, pointer, "has the format %s, it was %s", b, a)
		}
	}
	d.fields(pointer, old, now)
	if a, b := membersNamed(old, "items"), membersNamed(now, "items"); len(a) > 0 && len(b) > 0 {
		d.compare(pointer+"/*", a[0], b[0])
	}
}

// types compares what a value may be; nil is anything.
func (d *differ) types(pointer string, old, now []string) {
	if old == nil && now != nil || slices.Equal(old, now) {
		return
	}
	if now == nil {
		d.add(true, pointer, "may be anything, it was %s", orList(old))
		return
	}
	var fresh []string
	for _, name := range now {
		if !slices.Contains(old, name) && !(name == "integer" && slices.Contains(old, "number")) {
			fresh = append(fresh, name)
		}
	}
	if len(fresh) > 0 {
		d.add(true, pointer, "may be %s, it was %s", orList(fresh), orList(old))
	}
}

func (d *differ) texts(pointer string, old, now []string) {
	if old == nil {
		return
	}
	if now == nil {
		d.add(true, pointer, "may be any value, it was %s", cut(orList(old)))
		return
	}
	for _, s := range now {
		if !slices.Contains(old, s) {
			d.add(true, pointer, "may be %s, too", cut(s))
		}
	}
}

func (d *differ) fields(pointer string, old, now []*node) {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	for _, name := range namesOf(old) {
		at := pointer + "/" + escape.Replace(name)
		a, b := fieldsNamed(old, name), fieldsNamed(now, name)
		switch {
		case len(b) == 0:
			d.add(true, at, "is gone")
			continue
		case isRequired(old, name) && !isRequired(now, name):
			d.add(true, at, "may be missing, it was required")
		}
		d.compare(at, joined(a), joined(b))
	}
	for _, name := range namesOf(now) {
		if len(fieldsNamed(old, name)) == 0 {
			d.add(false, pointer+"/"+escape.Replace(name), "is new")
		}
	}
}

// joined is one schema for a field that several speak of.
func joined(all []*node) *node {
	if len(all) == 1 {
		return all[0]
	}
	return &node{kind: objectKind, members: []member{{key: "allOf", value: &node{kind: listKind, items: all}}}}
}

func namesOf(all []*node) []string {
	var names []string
	for _, p := range membersNamed(all, "properties") {
		for _, m := range p.members {
			if !slices.Contains(names, m.key) {
				names = append(names, m.key)
			}
		}
	}
	return names
}

func isRequired(all []*node, name string) bool {
	for _, list := range membersNamed(all, "required") {
		if slices.ContainsFunc(list.items, func(n *node) bool { return n.text == name }) {
			return true
		}
	}
	return false
}

// typesOf are the types that the schemas name together.
func typesOf(all []*node) []string {
	var types []string
	for _, t := range membersNamed(all, "type") {
		names := []string{t.text}
		if t.kind == listKind {
			names = nil
			for _, one := range t.items {
				names = append(names, one.text)
			}
		}
		for _, name := range names {
			if !slices.Contains(types, name) {
				types = append(types, name)
			}
		}
	}
	slices.Sort(types)
	return types
}

// textsOf are the values that const and enum allow, nil for any.
func textsOf(all []*node) []string {
	var texts []string
	for _, c := range membersNamed(all, "const") {
		texts = append(texts, string(c.json()))
	}
	for _, list := range membersNamed(all, "enum") {
		for _, one := range list.items {
			texts = append(texts, string(one.json()))
		}
	}
	return texts
}

func formatsOf(all []*node) string {
	if f := membersNamed(all, "format"); len(f) > 0 {
		return f[0].text
	}
	return ""
}
