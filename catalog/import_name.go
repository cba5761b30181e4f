package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// typeFields are the fields in which bodies say their type.
func typeFields() []string {
	return []string{"type", "event", "event_type", "eventType", "event_name", "eventCode"}
}

// nameAll gives every type its name. Two keys with one name are an error: which
// of them is meant, nobody could say.
func (im *importer) nameAll() error {
	seen := map[string]string{}
	for _, f := range im.found {
		mapped, ok := im.o.Map[f.key]
		if ok {
			f.name = mapped
			f.field = im.fieldOf(f, mapped)
		} else {
			f.name, f.field = im.name(f)
		}
	}
	im.setApart()
	for _, f := range im.found {
		f.name = im.o.Prefix + f.name
		if fault := nameFault(f.name); fault != "" {
			return &ImportError{im.where(f), fmt.Sprintf("the key %s: %s", quote(f.key), fault), fmt.Sprintf("--map '%s=NAME'", cut(f.key))}
		}
		if other, twice := seen[f.name]; twice {
			return &ImportError{im.where(f), fmt.Sprintf("the keys %s and %s both become %s", quote(other), quote(f.key), quote(f.name)),
				fmt.Sprintf("--map '%s=NAME', or --name-from key", cut(f.key))}
		}
		seen[f.name] = f.key
	}
	for key := range im.o.Map {
		if !slices.ContainsFunc(im.found, func(f *candidate) bool { return f.key == key }) {
			e := &UnknownError{Kind: "key of the source", Word: key}
			for _, f := range im.found {
				e.Known = append(e.Known, f.key)
			}
			return e
		}
	}
	return nil
}

// where is the place of a type in its source, as far as it is known.
func (im *importer) where(f *candidate) string {
	errs := im.docs.problems[f.file]
	if f.node == nil || errs == nil {
		return im.docs.source
	}
	line, column := f.node.place.resolve(errs.data)
	return fmt.Sprintf("%s:%d:%d", errs.file, line, column)
}

// name is the name of a type and the field of the body in which it was found.
// The key of a specification often is not what stands in the body.
func (im *importer) name(f *candidate) (name, field string) {
	key := plainKey(f.key)
	switch im.o.NameFrom {
	case NameKey:
		return key, im.fieldOf(f, key)
	case NameOperationID:
		if f.operationID != "" {
			return f.operationID, im.fieldOf(f, f.operationID)
		}
		return key, im.fieldOf(f, key)
	}
	if f.extension != "" && im.o.NameFrom != NameConst {
		return f.extension, im.fieldOf(f, f.extension)
	}
	if name := im.ofHeader(f); name != "" && im.o.NameFrom != NameConst {
		return name, ""
	}
	for _, step := range []func(*candidate) []found{im.single, im.member, im.sampled} {
		all := step(f)
		if len(all) > 1 {
			im.note("%s could be %s or %s: the key is taken", quote(f.key), quote(all[0].text), quote(all[1].text))
			return key, ""
		}
		if len(all) == 1 {
			return all[0].text, all[0].field
		}
	}
	return key, ""
}

// ofHeader is the name of a type that travels in a header, where the key is what
// the header says and the action of the body: issues.opened, whose key is
// issues-opened (GitHub).
func (im *importer) ofHeader(f *candidate) string {
	if f.event == "" || nameFault(f.event) != "" {
		return ""
	}
	if bare(f.key) == bare(f.event) {
		return f.event
	}
	rest, ok := strings.CutPrefix(bare(f.key), bare(f.event))
	if !ok || f.schema == nil {
		return ""
	}
	for _, n := range im.b.field(f.schema, "action") {
		for _, text := range im.b.texts(n) {
			if bare(text) == rest {
				return f.event + "." + text
			}
		}
	}
	return ""
}

// plainKey is a key as a name: without a leading slash, and with underscores for
// what no name has.
func plainKey(key string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (isLetterOrDigit(byte(r)) || strings.ContainsRune("_.-:/", r)) {
			return r
		}
		return '_'
	}, strings.Trim(key, "/"))
}

// found is a text and the field that allows it.
type found struct{ text, field string }

func addFound(all []found, text, field string) []found {
	if slices.ContainsFunc(all, func(f found) bool { return f.text == text }) {
		return all
	}
	return append(all, found{text, field})
}

// single finds fields that allow one text alone.
func (im *importer) single(f *candidate) []found {
	var all []found
	im.eachField(f, func(field string, texts []string) {
		if len(texts) == 1 && nameFault(texts[0]) == "" {
			all = addFound(all, texts[0], field)
		}
	})
	return all
}

// member finds the texts of enumerations that are the key but for case and
// punctuation.
func (im *importer) member(f *candidate) []found {
	var all []found
	im.eachField(f, func(field string, texts []string) {
		for _, s := range texts {
			if bare(s) == bare(f.key) && nameFault(s) == "" {
				all = addFound(all, s, field)
			}
		}
	})
	return all
}

func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x80 || !isLetterOrDigit(byte(r)) {
			return -1
		}
		return r
	}, strings.ToLower(s))
}

// sampled finds the value of a field in the first sample.
func (im *importer) sampled(f *candidate) []found {
	if len(f.examples) == 0 {
		return nil
	}
	sample := readWhole(f.examples[0].Payload)
	var all []found
	if sample == nil {
		return nil
	}
	for _, field := range typeFields() {
		if v := sample.get(field); v != nil && v.kind == stringKind && nameFault(v.text) == "" {
			all = addFound(all, v.text, field)
		}
	}
	return all
}

func (im *importer) eachField(f *candidate, look func(field string, texts []string)) {
	if f.schema == nil {
		return
	}
	for _, field := range typeFields() {
		for _, n := range im.b.field(f.schema, field) {
			if texts := im.b.texts(n); len(texts) > 0 {
				look(field, texts)
			}
		}
	}
}

// fieldOf finds the field that says a name which was found elsewhere.
func (im *importer) fieldOf(f *candidate, name string) (field string) {
	im.eachField(f, func(in string, texts []string) {
		if field == "" && slices.Contains(texts, name) {
			field = in
		}
	})
	return field
}

// typeField is the place of the type in the body, if all types agree.
func (im *importer) typeField() string {
	if im.o.Prefix != "" {
		return "" // the names are longer than what stands there
	}
	field := im.found[0].field
	for _, f := range im.found {
		if f.field != field {
			return ""
		}
	}
	if field == "" {
		return ""
	}
	return "/" + field
}
