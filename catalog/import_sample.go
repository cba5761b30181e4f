package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// madeSummary stands with samples that nobody wrote.
const madeSummary = "made from the schema"

// samples are those of the source that its schema allows, or one that is made
// from the schema. A schema that is none is left out.
func (im *importer) samples(f *candidate) []Example {
	if f.schema == nil {
		if len(f.examples) == 0 {
			im.note("%s has neither a sample nor a schema", f.name)
		}
		return f.examples
	}
	errs := &problems{file: im.docs.path(im.file)}
	if len(im.docs.problems) == 1 { // else nobody knows of which file a place is
		for file, only := range im.docs.problems {
			errs.file, errs.data = im.docs.path(file), only.data
		}
	}
	schema := compileNode(withDefs(f.schema, &node{kind: objectKind, members: im.b.defs}), errs)
	if len(errs.errs) > 0 {
		im.note("the schema of %s is left out: %s", f.name, placed(errs.errs[0]))
		f.schema = nil
		return f.examples
	}
	var right []Example
	for _, e := range f.examples {
		if broken := schema.Validate(e.Payload); len(broken) > 0 {
			im.note("the sample %s of %s is left out, for its schema does not allow it: %s", e.Name, f.name, broken[0])
			continue
		}
		right = append(right, e)
	}
	if len(right) > 0 {
		return right
	}
	made := im.made(f)
	if broken := schema.Validate(made.Payload); len(broken) > 0 {
		im.note("%s has no sample: none could be made that its schema allows (%s)", f.name, broken[0])
		return nil
	}
	return []Example{made}
}

// made is a sample that is made from the schema.
func (im *importer) made(f *candidate) Example {
	if im.sampler == nil {
		root := &node{kind: objectKind, members: []member{{key: "$defs", value: &node{kind: objectKind, members: im.b.defs}}}}
		im.sampler = &sampler{root: root, visiting: map[*node]bool{}}
	}
	im.sampler.strict, im.sampler.lean = false, false
	payload := im.sampler.sample(f.schema)
	if p, err := parsePointer("/" + f.field); f.field != "" && err == nil && im.o.Prefix == "" {
		if body, err := set(payload, p, f.field, appendString(nil, f.name)); err == nil {
			payload = body
		}
	}
	return Example{Name: "default", Summary: madeSummary, Payload: payload}
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
	if name = name[:min(len(name), 64)]; name == "" {
		name = "default"
	}
	unique := name
	for i := 2; hasExample(all, unique); i++ {
		unique = name[:min(len(name), 60)] + "-" + strconv.Itoa(i)
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

// placed is a message with its line and column, if they are known.
func placed(e *Error) string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message)
}
