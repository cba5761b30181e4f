package catalog

import "strconv"

// FormatSvix is a list of event types as Svix' API gives it: {"data": [{"name",
// "description", "schemas": {"1": {…}}}]}, or the list alone
// (api.svix.com, GET /api/v1/event-type/?with_content=true).
const FormatSvix = "svix"

// typeList finds the list of event types in a document of that form, or nil.
func typeList(n *node) *node {
	if data := n.get("data"); data != nil {
		if inner := data.get("to_modify"); inner != nil { // the preview of an import there
			data = inner
		}
		n = data
	}
	if n.kind != listKind {
		return nil
	}
	for _, one := range n.items {
		if one.get("name") == nil || one.get("description") == nil && one.get("schemas") == nil {
			return nil
		}
	}
	return n
}

func (im *importer) typeList(n *node) {
	list := typeList(n)
	if list == nil {
		return
	}
	for _, one := range list.items {
		if !im.docs.expect(one.get("name"), im.file, stringKind, "name") {
			continue
		}
		name := textOf(one, "name")
		f := &candidate{key: name, node: one, file: im.file, extension: name, description: textOf(one, "description"), group: textOf(one, "groupName"),
			deprecated: isTrue(one.get("deprecated")), archived: isTrue(one.get("archived"))}
		if schema := newest(one.get("schemas")); schema != nil {
			f.title = textOf(schema, "title")
			f.examples = schemaSamples(schema)
			f.schema = im.b.schema(withoutSamples(schema), im.file)
		}
		im.found = append(im.found, f)
	}
	if done := n.get("done"); done != nil && done.text == "false" {
		im.note("the list is not whole (done is false): types of the next page are not in it")
	}
}

// newest is the schema of the highest version; a schema without versions is that
// one.
func newest(schemas *node) *node {
	if schemas == nil || schemas.kind != objectKind {
		return nil
	}
	var best *node
	most := -1
	for _, m := range schemas.members {
		version, err := strconv.Atoi(m.key)
		if err != nil || m.value.kind != objectKind {
			return schemas
		}
		if version > most {
			best, most = m.value, version
		}
	}
	return best
}

func withoutSamples(schema *node) *node { return without(without(schema, "example"), "examples") }

// isCatalog tells whether a document is a catalog of this program.
func isCatalog(n *node) bool {
	list := n.get("event_types")
	return list != nil && list.kind == listKind && n.get("catalog") != nil
}

// catalogFile takes a catalog as it is, but for what was asked for otherwise.
func (im *importer) catalogFile(n *node, format string, errs *problems) (*Imported, error) {
	c := decode(n, errs)
	if len(errs.errs) > 0 {
		return nil, errs.sorted()
	}
	c.rename(im.o)
	for _, t := range c.Types {
		if mapped, ok := im.o.Map[t.Name]; ok {
			t.Name = mapped
		}
		t.Name = im.o.Prefix + t.Name
		if fault := nameFault(t.Name); fault != "" {
			return nil, &ImportError{im.docs.source, fault, "--prefix acme."}
		}
	}
	if im.o.Prefix != "" {
		c.TypeField = ""
	}
	return &Imported{Catalog: c, Format: format, Own: true, Notes: im.notes}, nil
}

// rename gives a catalog that was read the name and sender that were asked for.
func (c *Catalog) rename(o ImportOptions) {
	if o.Provider != "" {
		c.Provider = o.Provider
	} else if c.Provider == c.Name && o.Into != "" {
		c.Provider = o.Into
	}
	if o.Into != "" {
		c.Name = o.Into
	}
}

// setApart gives types that would have one name each that of their key, but for
// the one whose key is that name, and those that a person mapped.
func (im *importer) setApart() {
	byName := map[string][]*candidate{}
	for _, f := range im.found {
		byName[f.name] = append(byName[f.name], f)
	}
	for _, f := range im.found {
		name, same := f.name, byName[f.name]
		if _, mapped := im.o.Map[f.key]; len(same) < 2 || mapped || f == owner(same) || !haveKeys(same) {
			continue
		}
		f.name, f.field = plainKey(f.key), ""
		if f.name != name {
			im.note("%s says that it is %s, as another does: the key is its name", quote(f.key), quote(name))
		}
	}
}

// owner is the only one of several whose key is the name of all but for case and
// punctuation.
func owner(same []*candidate) *candidate {
	var found *candidate
	for _, f := range same {
		if bare(f.key) == bare(f.name) {
			if found != nil {
				return nil
			}
			found = f
		}
	}
	return found
}

// haveKeys tells whether the keys set them apart.
func haveKeys(same []*candidate) bool {
	seen := map[string]bool{}
	for _, f := range same {
		seen[plainKey(f.key)] = true
	}
	return len(seen) == len(same)
}
