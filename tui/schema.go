package tui

import (
	"context"

	"github.com/hooks-cli/hooks/term"
)

// Schema is a payload held against what the catalogs say of its event type.
type Schema struct {
	// Type is what hooks trigger calls the event type and Source where it is
	// described; both are "" if no catalog has it.
	Type, Source string
	// None says why nothing was judged, "" where something was, and Next are
	// the commands that change that, in the words of the program.
	None string
	Next [][]string
	// Faults are what breaks the schema. News are the JSON Pointers of the
	// fields that it does not speak of.
	Faults []Fault
	News   []string
}

// Fault is a place of a payload that its schema does not allow.
type Fault struct {
	Kind FaultKind
	// Pointer is a JSON Pointer (RFC 6901), "" for the whole payload.
	Pointer, Expected, Got string
	// Line of the body as it was received counts from 1; 0 is unknown.
	Line int
}

// FaultKind is how a payload drifted from its schema.
type FaultKind int

// What is wrong with a place.
const (
	Broken    FaultKind = iota // its value is not allowed
	Missing                    // it is required and not there
	OtherType                  // its value is of another type
)

// schemaMsg brings how a payload compares with its schema.
type schemaMsg struct {
	id    raw
	found found[Schema]
}

func (msg schemaMsg) apply(m *model) []command {
	m.schemas.take(msg.id, msg.found)
	return nil
}

// lookIntoSchema holds the payload that the detail shows against its schema. A
// detail that follows a stream asks only where the tab is open.
func (m *model) lookIntoSchema() []command {
	t, find := &m.detail, m.o.Actions.Schema
	busy := m.focus == inList && m.list.follow && t.tab != schemaTab
	if m.lay.detail.h == 0 || t.d == nil || find == nil || busy || t.d.IsNotice() {
		m.schemas.leave()
		return nil
	}
	d := t.d
	return m.schemas.begin(m.ctx, t.id,
		func(ctx context.Context) (Schema, error) { return find(ctx, d) },
		func(id raw, f found[Schema]) message { return schemaMsg{id, f} })
}

// places are the pointers that the tab lists, in their order.
func (s *Schema) places() []string {
	all := make([]string, 0, len(s.Faults)+len(s.News))
	for _, f := range s.Faults {
		all = append(all, f.Pointer)
	}
	return append(all, s.News...)
}

// writeSchema writes the tab that says how the payload differs from what the
// catalog describes. chosen is the place that enter jumps to.
func writeSchema(m *model, s *sheet, id raw, chosen int) {
	f, known := m.schemas.known[id]
	c := &f.value
	switch {
	case m.o.Actions.Schema == nil:
		s.paragraph(dim, term.Safe("no catalog is at hand"), 0)
		return
	case !known:
		s.add(lit(dim, "looking into the catalogs"))
		return
	case f.err != nil:
		s.paragraph(bad, s.th.quote(f.err.Error()), 0)
		return
	}
	if c.Type != "" {
		s.fields("type", span{title, s.th.line(raw(c.Type))}, span{dim, s.th.line(raw(c.Source))})
	}
	if c.None != "" {
		writeUnjudged(s, c)
		return
	}
	s.add(c.verdict())
	m.detail.places = len(c.Faults) + len(c.News)
	for i, f := range c.Faults {
		if i == 0 {
			s.gap()
		}
		f.write(s, i == chosen)
	}
	for i, pointer := range c.News {
		if i == 0 {
			s.gap()
		}
		writePlace(s, "+", warn, pointer, "not in the schema", 0, len(c.Faults)+i == chosen)
	}
	if len(c.Faults)+len(c.News) > 0 {
		s.gap()
		s.paragraph(dim, term.Safe("+ new   - missing   ~ of another type   "+string(s.th.cross)+" not allowed"), 0)
		s.paragraph(dim, term.Safe("enter shows the place in the request"), 0)
	}
}

// writeUnjudged says why there is nothing to compare with, and what to do.
func writeUnjudged(s *sheet, c *Schema) {
	s.paragraph(warn, s.th.line(raw(c.None)), 0)
	for i, words := range c.Next {
		if i == 0 {
			s.gap()
		}
		s.paragraph(plain, s.th.line(raw("$ hooks "+quoted(words))), 2)
	}
	if len(c.Next) > 0 {
		s.gap()
		s.paragraph(dim, term.Safe("a puts the first of them into the command line"), 0)
	}
}

// verdict is the tab in a line.
func (c *Schema) verdict() span {
	switch n := len(c.Faults); {
	case n > 0 && len(c.News) > 0:
		return span{bad, term.Join(term.Safe(", "), counted(n, "problem", "problems"), counted(len(c.News), "field is new", "fields are new"))}
	case n > 0:
		return span{bad, counted(n, "problem", "problems")}
	case len(c.News) > 0:
		return span{warn, term.Join(term.Safe(", "), term.Safe("the payload fits its schema"), counted(len(c.News), "field is new", "fields are new"))}
	}
	return lit(good, "the payload fits its schema")
}

func (f *Fault) write(s *sheet, chosen bool) {
	mark, what := s.th.cross, "expected "+f.Expected+", got "+f.Got
	switch f.Kind {
	case Missing:
		mark, what = "-", "missing: expected "+f.Expected
	case OtherType:
		mark = "~"
	}
	pointer := f.Pointer
	if pointer == "" {
		pointer = "the payload"
	}
	writePlace(s, mark, bad, pointer, what, f.Line, chosen)
}

// writePlace writes a place of the payload and what is said of it.
func writePlace(s *sheet, mark text, r role, pointer, what string, line int, chosen bool) {
	cursor := text("  ")
	if chosen {
		cursor = s.th.cursor + " "
	}
	at := len(s.lines)
	spans := []span{lit(title, cursor), lit(r, mark+" "), {title, s.th.line(raw(pointer))}}
	if line > 0 {
		spans = append(spans, span{dim, term.Join(term.Safe(" "), term.Safe("  line"), num(int64(line)))})
	}
	s.add(spans...)
	s.paragraph(plain, s.th.line(raw(what)), 6)
	if chosen {
		for i := at; i < len(s.lines); i++ {
			s.lines[i].chosen = true
		}
	}
}

// faults is how many problems the payload of the detail has, "" if that is not
// known or nothing to speak of.
func (m *model) faults() term.Text {
	f, known := m.schemas.known[m.detail.id]
	if !known || len(f.value.Faults) == 0 {
		return term.Text{}
	}
	return num(int64(len(f.value.Faults)))
}

// doSchemaTab does an action of the schema's tab.
func (m *model) doSchemaTab(a action) []command {
	t := &m.detail
	f, known := m.schemas.known[t.id]
	if !known || t.d == nil {
		return nil
	}
	switch a {
	case doJump:
		if all := f.value.places(); t.cursor[schemaTab] < len(all) {
			return m.jump(all[t.cursor[schemaTab]])
		}
	case doLearn:
		m.line.open(commandLine, m.lesson(&f.value))
	}
	return nil
}

// lesson is the command that teaches the catalogs this payload.
func (m *model) lesson(c *Schema) string {
	if len(c.Next) > 0 {
		return quoted(c.Next[0])
	}
	words := []string{"catalog", "import", "--format", "deliveries", string(m.detail.id), "--yes"}
	return quoted(words) + " --into "
}

// jump shows a place of the payload in the tab of the request.
func (m *model) jump(pointer string) []command {
	t := &m.detail
	t.tab, t.jump = request, &pointer
	if b := &t.bodies[request]; b.view.Form != term.FormJSON {
		return m.reform(request, pretty)
	}
	return nil
}

// land puts the cursor of the request's tab where jump wants it, as soon as
// the body is there.
func (t *detail) land() {
	b := &t.bodies[request]
	if t.jump == nil || t.tab != request || b.view.Form != term.FormJSON {
		return
	}
	row, _ := b.view.Row(*t.jump)
	t.jump = nil
	t.cursor[request] = len(t.lines) + b.reveal(row)
}

// reveal opens what is folded around a row and returns its line.
func (b *bodyPane) reveal(row int) int {
	for at := b.parent(row); at >= 0; at = b.parent(at) {
		b.folded[at] = false
	}
	b.stale = true
	b.layout(b.width)
	return b.lineOf(row)
}
