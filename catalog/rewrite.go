package catalog

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// ErrForm says that a YAML file has a form in which types cannot be replaced one
// by one.
var ErrForm = errors.New("its event_types are not a block list, with a type a line that begins with a dash")

// Rewrite brings a catalog into the text of a YAML file that a person wrote: types
// that changed are written anew in their places, new ones at the end, and all
// other lines stay, comments included. The error is Errors, or ErrForm.
func Rewrite(file string, text []byte, whole *Catalog, change Change) ([]byte, error) {
	errs := &problems{file: file, data: withoutMark(text)}
	root := readNodes(errs)
	if len(errs.errs) > 0 {
		return nil, errs.sorted()
	}
	old := decode(root, errs)
	if len(errs.errs) > 0 {
		return nil, errs.sorted()
	}
	r := rewriter{root: root, lines: splitLines(string(errs.data)), edits: map[int]lineEdit{}}
	if strings.Contains(r.lines[0], "\r\n") {
		r.ending = "\r"
	}
	if !r.types(whole, change) {
		return nil, ErrForm
	}
	r.head(old, whole)
	made := r.text()
	again, err := Parse(file, made)
	if err != nil || !sameTypes(again, whole) {
		return nil, ErrForm
	}
	return made, nil
}

// splitLines are the lines of a text as YAML counts them, each with what ends it;
// a line end is added where the last one has none. YAML takes more for one than a
// line feed: CR, NEL, LS and PS, too.
func splitLines(text string) []string {
	var lines []string
	for text != "" {
		end := strings.IndexAny(text, "\r\n\u0085\u2028\u2029")
		if end < 0 {
			return append(lines, text+"\n")
		}
		_, size := utf8.DecodeRuneInString(text[end:])
		if strings.HasPrefix(text[end:], "\r\n") {
			size = 2
		}
		lines, text = append(lines, text[:end+size]), text[end+size:]
	}
	return lines
}

// lineEdit takes lines away at one, and puts others there.
type lineEdit struct {
	until int // not included
	with  []string
}

// rewriter gathers what becomes of the lines of a file, which count from 0.
type rewriter struct {
	root   *node
	lines  []string
	edits  map[int]lineEdit
	ending string // what stands before the end of a line
}

// types replaces, marks and adds types. It is false where the list is no block.
func (r *rewriter) types(whole *Catalog, change Change) bool {
	list := r.root.get("event_types")
	dash := 0
	for i, item := range list.items {
		from := item.place.line - 1
		line := r.lines[from]
		dash = len(line) - len(strings.TrimLeft(line, " "))
		if !strings.HasPrefix(line[dash:], "-") || item.kind != objectKind {
			return false
		}
		until := r.end(list)
		if i+1 < len(list.items) {
			until = list.items[i+1].place.line - 1
		}
		until = r.trimmed(from, until, dash)
		name := textOf(item, "name")
		t := whole.typeNamed(name)
		switch {
		case slices.Contains(change.Changed, name), slices.Contains(change.Archived, name) && item.get("archived") != nil:
			r.edits[from] = lineEdit{until, t.lines(dash)}
		case slices.Contains(change.Archived, name):
			r.edits[until] = lineEdit{until, []string{strings.Repeat(" ", item.place.column-1) + "archived: true"}}
		}
	}
	var added []string
	for _, name := range change.Added {
		added = append(added, whole.typeNamed(name).lines(dash)...)
	}
	if len(added) > 0 && len(list.items) == 0 {
		return false
	}
	if len(added) > 0 {
		last := list.items[len(list.items)-1].place.line - 1
		at := r.trimmed(last, r.end(list), dash)
		before := r.edits[last]
		if before.until == at { // the last type is written anew, too
			before.with = append(before.with, added...)
			r.edits[last] = before
		} else {
			r.edits[at] = lineEdit{at, append(r.edits[at].with, added...)}
		}
	}
	return true
}

// end is the line behind a value of the file's object.
func (r *rewriter) end(value *node) int {
	for i, m := range r.root.members {
		if m.value == value && i+1 < len(r.root.members) {
			return r.root.members[i+1].place.line - 1
		}
	}
	return len(r.lines)
}

// trimmed leaves out empty lines and comments that stand before what comes next.
func (r *rewriter) trimmed(from, until, indent int) int {
	for until > from+1 {
		line := strings.TrimRight(r.lines[until-1], "\r\n")
		word := strings.TrimLeft(line, " ")
		if word != "" && (word[0] != '#' || len(line)-len(word) > indent) {
			break
		}
		until--
	}
	return until
}

// lines is the type as an item of a list.
func (t *EventType) lines(dash int) []string {
	n := readWhole(t.encode().appendJSON(nil))
	return yamlLines(&node{kind: listKind, items: []*node{n}}, dash)
}

// head replaces what the catalog says of itself otherwise than before.
func (r *rewriter) head(old, whole *Catalog) {
	before, after := old.withDefs(), whole.withDefs()
	first := r.root.get("event_types")
	var added []string
	for _, m := range after.members {
		was := before.get(m.key)
		if was != nil && bytes.Equal(was.appendJSON(nil), m.value.appendJSON(nil)) {
			continue
		}
		with := yamlLines(&node{kind: objectKind, members: []member{m}}, 0)
		if place := r.place(m.key); place >= 0 {
			r.edits[place] = lineEdit{r.trimmed(place, r.end(r.root.get(m.key)), 0), with}
		} else {
			added = append(added, with...)
		}
	}
	for _, m := range r.root.members {
		if m.value == first && len(added) > 0 {
			at := m.place.line - 1
			r.edits[at] = lineEdit{at, added}
		}
	}
}

// withDefs is the head of a catalog with its shared schemas.
func (c *Catalog) withDefs() *node {
	o := c.withHead(&object{})
	o.raw("$defs", c.Defs)
	return readWhole(o.node().appendJSON(nil))
}

// place is the line of a member of the file's object, or -1.
func (r *rewriter) place(key string) int {
	for _, m := range r.root.members {
		if m.key == key {
			return m.place.line - 1
		}
	}
	return -1
}

func (r *rewriter) text() []byte {
	var b bytes.Buffer
	for i := 0; i <= len(r.lines); i++ {
		e, ok := r.edits[i]
		for _, line := range e.with {
			b.WriteString(line + r.ending + "\n")
		}
		if ok && e.until > i {
			i = e.until - 1
			continue
		}
		if i < len(r.lines) {
			b.WriteString(r.lines[i])
		}
	}
	return b.Bytes()
}

// sameTypes tells whether two catalogs say the same, whatever the order.
func sameTypes(a, b *Catalog) bool {
	if len(a.Types) != len(b.Types) || !bytes.Equal(a.withDefs().appendJSON(nil), b.withDefs().appendJSON(nil)) {
		return false
	}
	for _, t := range a.Types {
		other := b.typeNamed(t.Name)
		if other == nil || !bytes.Equal(t.encode().appendJSON(nil), other.encode().appendJSON(nil)) {
			return false
		}
	}
	return true
}
