package catalog

import "slices"

func (d decoder) is(n *node, want kind) bool {
	if n.kind != want {
		d.add(n.place, "expected %s, got %s", want, n.kind)
	}
	return n.kind == want
}

func (d decoder) text(n *node) string {
	if !d.is(n, stringKind) {
		return ""
	}
	return n.text
}

// checked is a text that must satisfy a rule: fault says what is wrong, or "".
func (d decoder) checked(n *node, fault func(string) string) string {
	if !d.is(n, stringKind) {
		return ""
	}
	if message := fault(n.text); message != "" {
		d.add(n.place, "%s", message)
		return ""
	}
	return n.text
}

func (d decoder) yes(n *node) bool {
	return d.is(n, boolKind) && n.text == "true"
}

func (d decoder) list(n *node) []*node {
	if !d.is(n, listKind) {
		return nil
	}
	return n.items
}

func (d decoder) texts(n *node) []string {
	var all []string
	for _, item := range d.list(n) {
		all = append(all, d.text(item))
	}
	return all
}

// Limits of the channels of one event.
const (
	maxChannels      = 10
	maxChannelLength = 128
)

func (d decoder) channels(n *node) []string {
	var all []string
	for _, item := range d.list(n) {
		c := d.checked(item, func(s string) string { return plainFault("channel", s, "_.:+-", maxChannelLength) })
		if slices.Contains(all, c) && c != "" {
			d.add(item.place, "the channel %s is there twice", quote(c))
		}
		all = append(all, c)
	}
	if len(all) > maxChannels {
		d.add(n.place, "%d channels, at most %d are possible", len(all), maxChannels)
	}
	return all
}

func (d decoder) headers(n *node) []Header {
	if !d.is(n, objectKind) {
		return nil
	}
	if len(n.members) > maxHeaders {
		d.add(n.place, "%d headers, at most %d are possible", len(n.members), maxHeaders)
		return nil
	}
	var all []Header
	for _, m := range n.members {
		value := d.text(m.value)
		if fault := headerFault(m.key, value); fault != "" {
			d.add(m.place, "%s", fault)
			continue
		}
		all = append(all, Header{m.key, value})
	}
	return all
}

// pointer is a JSON Pointer to something inside the body.
func (d decoder) pointer(n *node) string {
	return d.checked(n, func(s string) string {
		if _, err := parsePointer(s); err != nil {
			return err.Message + ": " + quote(s)
		}
		return ""
	})
}

func (d decoder) shared(n *node) []byte {
	if !d.is(n, objectKind) {
		return nil
	}
	return n.json()
}

func (d decoder) schema(n *node) []byte {
	if n.kind != objectKind && n.kind != boolKind {
		d.add(n.place, "expected a schema, got %s", n.kind)
		return nil
	}
	if defs := n.get("$defs"); defs != nil {
		d.add(defs.place, "shared schemas stand in the $defs of the catalog, where all types reach them")
	}
	return n.json()
}

// dynamic reads the generators. A pointer that an example lacks would leave a
// stale id or time in what is sent.
func (d decoder) dynamic(n *node, payloads []*node) []Dynamic {
	if !d.is(n, objectKind) {
		return nil
	}
	var all []Dynamic
	for _, m := range n.members {
		path, err := parsePointer(m.key)
		if err != nil {
			d.add(m.place, "%s: %s", err.Message, quote(m.key))
			continue
		}
		for _, payload := range payloads {
			if !d.trusted && !payload.has(path) {
				d.add(m.place, "an example has nothing at %s", quote(m.key))
				break
			}
		}
		g := d.checked(m.value, func(s string) string { return Generator(s).fault() })
		all = append(all, Dynamic{m.key, Generator(g)})
	}
	return all
}

func (d decoder) refresh(t *EventType, n *node) []string {
	var all []string
	for _, item := range d.list(n) {
		pointer := d.text(item)
		switch {
		case pointer == "":
			continue
		case pointer == t.Catalog.IDField:
			d.add(item.place, "the id of an event is the same in every attempt")
		case !slices.ContainsFunc(t.Dynamic, func(one Dynamic) bool { return one.Pointer == pointer }):
			d.add(item.place, "%s is not among the dynamic places", quote(pointer))
		}
		all = append(all, pointer)
	}
	return all
}
