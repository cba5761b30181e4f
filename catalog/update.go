package catalog

import (
	"slices"
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
		whole.complete(old)
	}
	add := func(t *EventType) {
		c := *t
		c.Catalog = &whole
		whole.Types = append(whole.Types, &c)
	}
	freshDefs, oldDefs := fresh.readDefs(), old.readDefs()
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
			if c.closed(freshDefs) == before.closed(oldDefs) {
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

// complete takes over what a newer catalog does not say.
func (c *Catalog) complete(old *Catalog) {
	c.Note = orText(c.Note, old.Note)
	c.Title = orText(c.Title, old.Title)
	c.Defs = joinedDefs(c.Defs, old.Defs)
	if c.IDField == "" && c.IDForm == "" {
		c.IDField, c.IDForm = old.IDField, old.IDForm
	}
	if c.TypeField == "" {
		c.TypeField = old.TypeField
	}
	for _, g := range old.Groups {
		if !slices.Contains(c.Groups, g) {
			c.Groups = append(slices.Clone(c.Groups), g)
		}
	}
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
func (t *EventType) closed(defs *node) string {
	text := string(t.encode().appendJSON(nil))
	if t.Schema == nil || defs == nil {
		return text
	}
	if reached := withDefs(readWhole(t.Schema), defs).get("$defs"); reached != nil {
		text += string(reached.appendJSON(nil))
	}
	return text
}

// readDefs reads the shared schemas of a catalog, nil if it has none.
func (c *Catalog) readDefs() *node {
	if c == nil || c.Defs == nil {
		return nil
	}
	return readWhole(c.Defs)
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
