package catalog

import (
	"slices"
	"strings"
)

// decoder turns the nodes of a file into a Catalog and gathers every mistake.
type decoder struct{ *problems }

// fields are the names an object may have, and what is done with each.
type fields map[string]func(*node)

// forbidden are fields that other tools have in such files. A catalog says
// what is sent, and it may come with any checked-out project: where things are
// sent, with which secret, and what runs are never its to say.
var forbidden = []string{
	"command", "endpoint", "env", "exec", "file", "include", "insecure", "path", "proxy", "script",
	"secret", "target", "template", "to", "url",
}

func decode(root *node, errs *problems) *Catalog {
	d := decoder{errs}
	c := &Catalog{}
	var types *node
	ok := d.object(root, "a catalog", fields{
		"catalog":     func(n *node) { c.Name = d.checked(n, func(s string) string { return catalogFault("catalog", s) }) },
		"title":       func(n *node) { c.Title = d.text(n) },
		"note":        func(n *node) { c.Note = d.text(n) },
		"provider":    func(n *node) { c.Provider = d.checked(n, func(s string) string { return catalogFault("provider", s) }) },
		"type_field":  func(n *node) { c.TypeField = d.pointer(n) },
		"id_field":    func(n *node) { c.IDField = d.pointer(n) },
		"id_form":     func(n *node) { c.IDForm = Generator(d.checked(n, idFormFault)) },
		"groups":      func(n *node) { c.Groups = d.texts(n) },
		"$defs":       func(n *node) { c.Defs = d.shared(n) },
		"event_types": func(n *node) { types = n },
	}, "catalog", "event_types")
	if !ok {
		return c
	}
	if c.Provider == "" {
		c.Provider = c.Name
	}
	if c.IDForm != "" && c.IDField != "" {
		d.add(root.get("id_form").place, "id_form is for ids in a header, and id_field names a place in the body")
	}
	d.types(c, types)
	return c
}

func (d decoder) types(c *Catalog, list *node) {
	if list == nil || !d.is(list, listKind) {
		return
	}
	if len(list.items) > maxTypes {
		d.fatal(list.place, "%d event types, at most %d are possible", len(list.items), maxTypes)
		return
	}
	seen := make(map[string]bool, len(list.items))
	c.Types = make([]*EventType, 0, len(list.items))
	for _, item := range list.items {
		if d.stop {
			return
		}
		t := d.eventType(c, item)
		if t.Name != "" && seen[t.Name] {
			d.add(item.get("name").place, "the event type %s is there twice", quote(t.Name))
		}
		seen[t.Name] = true
		c.Types = append(c.Types, t)
	}
}

func (d decoder) eventType(c *Catalog, n *node) *EventType {
	t := &EventType{Catalog: c}
	var examples []*node
	var dynamic, refresh *node
	d.object(n, "an event type", fields{
		"name":               func(n *node) { t.Name = d.checked(n, nameFault) },
		"group":              func(n *node) { t.Group = d.text(n) },
		"title":              func(n *node) { t.Title = d.text(n) },
		"description":        func(n *node) { t.Description = d.text(n) },
		"schema":             func(n *node) { t.Schema = d.schema(n) },
		"examples":           func(n *node) { examples = d.list(n) },
		"dynamic":            func(n *node) { dynamic = n },
		"refresh_on_attempt": func(n *node) { refresh = n },
		"headers":            func(n *node) { t.Headers = d.headers(n) },
		"assumed":            func(n *node) { t.Assumed = d.text(n) },
		"deprecated":         func(n *node) { t.Deprecated = d.yes(n) },
		"archived":           func(n *node) { t.Archived = d.yes(n) },
	}, "name")
	payloads := make([]*node, 0, len(examples))
	for _, one := range examples {
		t.Examples = append(t.Examples, d.example(t, one))
		if p := one.get("payload"); p != nil {
			payloads = append(payloads, p)
		}
	}
	if dynamic != nil {
		t.Dynamic = d.dynamic(dynamic, payloads)
	}
	if refresh != nil {
		t.RefreshOnAttempt = d.refresh(t, refresh)
	}
	return t
}

func (d decoder) example(t *EventType, n *node) Example {
	e := Example{Name: "default"}
	d.object(n, "an example", fields{
		"name": func(n *node) {
			e.Name = d.checked(n, func(s string) string { return plainFault("name of an example", s, "_.-", 64) })
		},
		"summary":  func(n *node) { e.Summary = d.text(n) },
		"channels": func(n *node) { e.Channels = d.channels(n) },
		"headers":  func(n *node) { e.Headers = d.headers(n) },
		"payload":  func(n *node) { e.Payload = n.json() },
	}, "payload")
	if slices.ContainsFunc(t.Examples, func(other Example) bool { return other.Name == e.Name }) {
		d.add(n.place, "the example %s is there twice", quote(e.Name))
	}
	return e
}

// object calls the function of each member and reports members that nobody
// knows and required ones that are missing.
func (d decoder) object(n *node, what string, known fields, required ...string) bool {
	if n.kind != objectKind {
		d.add(n.place, "expected %s, got %s", what, n.kind)
		return false
	}
	for _, m := range n.members {
		if d.stop {
			return false
		}
		if read, ok := known[m.key]; ok {
			read(m.value)
			continue
		}
		d.unknownField(m, known)
	}
	for _, name := range required {
		if n.get(name) == nil {
			d.add(n.place, "%s needs the field %s", what, name)
		}
	}
	return true
}

func (d decoder) unknownField(m member, known fields) {
	if slices.Contains(forbidden, strings.ToLower(m.key)) {
		d.add(m.place, "the field %s is not allowed in a catalog", quote(m.key))
		return
	}
	e := d.add(m.place, "unknown field %s", quote(m.key))
	if m.key == "openapi" || m.key == "asyncapi" {
		e.Message, e.Fix = "this is no catalog but a specification", "hooks catalog import makes a catalog of it"
		return
	}
	e.word = m.key
	for name := range known {
		e.known = append(e.known, name)
	}
	slices.Sort(e.known)
}
