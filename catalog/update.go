package catalog

import (
	"slices"
	"strings"
)

// Change is what becomes of a catalog's types when it takes those of another.
type Change struct {
	Added, Changed, Archived, Same []string
}

// Update returns the catalog old with the types of fresh in place of those of
// the same names. With archive, types that fresh has not are marked as archived;
// otherwise they stay. old may be nil.
func Update(old, fresh *Catalog, archive bool) (*Catalog, Change) {
	whole := *fresh
	whole.Types = nil
	var change Change
	if old != nil {
		whole.Note = orText(fresh.Note, old.Note)
		whole.Title = orText(fresh.Title, old.Title)
		whole.Defs = joinedDefs(fresh.Defs, old.Defs)
		if whole.IDField == "" && whole.IDForm == "" {
			whole.IDField, whole.IDForm = old.IDField, old.IDForm
		}
		if whole.TypeField == "" {
			whole.TypeField = old.TypeField
		}
		for _, g := range old.Groups {
			if !slices.Contains(whole.Groups, g) {
				whole.Groups = append(slices.Clone(whole.Groups), g)
			}
		}
	}
	add := func(t *EventType) {
		c := *t
		c.Catalog = &whole
		whole.Types = append(whole.Types, &c)
	}
	for _, t := range fresh.Types {
		before := old.typeNamed(t.Name)
		c := *t
		switch {
		case before == nil:
			change.Added = append(change.Added, t.Name)
		default:
			if c.Dynamic == nil { // which a person wrote: no specification has it
				c.keepPlaces(before)
			}
			if c.closed() == before.closed() {
				change.Same = append(change.Same, t.Name)
			} else {
				change.Changed = append(change.Changed, t.Name)
			}
		}
		add(&c)
	}
	if old == nil {
		return &whole, change
	}
	for _, t := range old.Types {
		if fresh.typeNamed(t.Name) != nil {
			continue
		}
		c := *t
		if archive && !c.Archived {
			c.Archived = true
			change.Archived = append(change.Archived, t.Name)
		}
		add(&c)
	}
	return &whole, change
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (c *Catalog) typeNamed(name string) *EventType {
	if c == nil {
		return nil
	}
	for _, t := range c.Types {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// keepPlaces takes over the generated places that every example still has.
func (t *EventType) keepPlaces(before *EventType) {
	for _, d := range before.Dynamic {
		p, err := parsePointer(d.Pointer)
		there := err == nil
		for _, e := range t.Examples {
			if _, ok := lookup(e.Payload, p); !there || !ok {
				there = false
			}
		}
		if there {
			t.Dynamic = append(t.Dynamic, d)
			if slices.Contains(before.RefreshOnAttempt, d.Pointer) {
				t.RefreshOnAttempt = append(t.RefreshOnAttempt, d.Pointer)
			}
		}
	}
}

// closed is the text of a type and of all shared schemas that it reaches.
func (t *EventType) closed() string {
	text := string(t.encode().appendJSON(nil))
	if t.Schema == nil || t.Catalog.Defs == nil {
		return text
	}
	defs := readWhole(t.Catalog.Defs)
	schema := readWhole(t.Schema)
	seen := map[string]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		walkNodes(n, nil, func(_ path, at *node) {
			ref := at.get("$ref")
			if ref == nil {
				return
			}
			name := strings.TrimPrefix(ref.text, "#/$defs/")
			if to := defs.get(name); to != nil && !seen[name] {
				seen[name] = true
				text += "\n" + name + string(to.json())
				visit(to)
			}
		})
	}
	visit(schema)
	return text
}

// joinedDefs are the shared schemas of both; where names are equal, those of the
// first.
func joinedDefs(first, second []byte) []byte {
	if first == nil || second == nil {
		return slices.Concat(first, second)
	}
	joined := readWhole(first)
	for _, m := range readWhole(second).members {
		if joined.get(m.key) == nil {
			joined.members = append(joined.members, m)
		}
	}
	return joined.appendJSON(nil)
}
