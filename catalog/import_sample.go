package catalog

import (
	"slices"
	"strconv"
	"strings"
)

// madeSummary stands with samples that nobody wrote.
const madeSummary = "made from the schema"

// samples are those of the source, or one that is made from the schema.
func (im *importer) samples(f *candidate) []Example {
	if len(f.examples) > 0 {
		return f.examples
	}
	if f.schema == nil {
		im.note("%s has neither a sample nor a schema", f.name)
		return nil
	}
	root := &node{kind: objectKind, members: []member{{key: "$defs", value: &node{kind: objectKind, members: im.b.defs}}}}
	payload := sampleOf(root, f.schema, nil)
	if p, err := parsePointer("/" + f.field); f.field != "" && err == nil && im.o.Prefix == "" {
		if body, err := set(payload, p, f.field, appendString(nil, f.name)); err == nil {
			payload = body
		}
	}
	return []Example{{Name: "default", Summary: madeSummary, Payload: payload}}
}

// schemaSamples are those that stand in a schema of the source.
func schemaSamples(n *node) []Example {
	if n == nil || n.kind != objectKind {
		return nil
	}
	if list := n.get("examples"); list != nil && list.kind == listKind && len(list.items) > 0 {
		var all []Example
		for i, one := range list.items {
			all = append(all, Example{Name: numbered(i), Payload: one.json()})
		}
		return all
	}
	if one := n.get("example"); one != nil {
		return []Example{{Name: "default", Payload: one.json()}}
	}
	if meta := n.get("x-oaiMeta"); meta != nil {
		if text := meta.get("example"); text != nil && text.kind == stringKind {
			raw := []byte(strings.TrimSpace(text.text))
			errs := &problems{data: raw}
			if readJSON(raw, errs); len(errs.errs) == 0 {
				return []Example{{Name: "default", Payload: compact(raw)}}
			}
		}
	}
	return nil
}

func numbered(i int) string {
	if i == 0 {
		return "default"
	}
	return "example" + strconv.Itoa(i+1)
}

// exampleName makes a name that the catalog takes, once.
func exampleName(all []Example, wanted string) string {
	name := strings.Map(func(r rune) rune {
		if r < 0x80 && (isLetterOrDigit(byte(r)) || strings.ContainsRune("_.-", r)) {
			return r
		}
		return '-'
	}, wanted)
	if name = name[:min(len(name), 60)]; name == "" {
		name = "default"
	}
	unique := name
	for i := 2; hasExample(all, unique); i++ {
		unique = name + "-" + strconv.Itoa(i)
	}
	return unique
}

func hasExample(all []Example, name string) bool {
	for _, e := range all {
		if e.Name == name {
			return true
		}
	}
	return false
}

// ownHeaders are the headers that a catalog may hold.
func (im *importer) ownHeaders(all []Header) []Header {
	var kept []Header
	for _, h := range all {
		again := slices.ContainsFunc(kept, func(k Header) bool { return strings.EqualFold(k.Name, h.Name) })
		if again || strings.EqualFold(h.Name, "Content-Type") || strings.EqualFold(h.Name, "Accept") {
			continue
		}
		if fault := headerFault(h.Name, h.Value); fault != "" {
			im.note("%s: left out", fault)
			continue
		}
		kept = append(kept, h)
	}
	return kept
}
