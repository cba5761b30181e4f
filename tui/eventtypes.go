package tui

import (
	"context"

	"github.com/hooks-cli/hooks/term"
)

// shelf is the page of the catalog.
type shelf struct {
	table
	reader
	all    []EventType
	nth    int  // which sample
	schema bool // instead of the sample
	key    shelfKey
	lines  []line
	body   bodyPane
}

// shelfKey is what the detail was made for.
type shelfKey struct {
	ref    string
	nth    int
	schema bool
	width  int
}

// catalogMsg carries the event types.
type catalogMsg struct {
	all []EventType
	err error
}

func (s *shelf) read(m *model) []command {
	if m.o.Actions.EventTypes == nil {
		return nil
	}
	read := m.o.Actions.EventTypes
	return s.once(m.ctx, func(ctx context.Context) message {
		all, err := read(ctx)
		return catalogMsg{all, err}
	})
}

func (msg catalogMsg) apply(m *model) []command {
	s := &m.shelf
	s.reading = false
	if msg.err != nil {
		s.problem = m.th.quote(msg.err.Error())
		return nil
	}
	ref := ""
	if was := s.chosen(); was != nil {
		ref = was.Ref
	}
	s.all, s.problem = msg.all, term.Text{}
	s.key = shelfKey{} // the type may be another by now
	s.find(s.search)
	s.stay(func(i int) bool { return s.all[i].Ref == ref })
	return nil
}

// find shows the types whose name, group or catalog holds the words.
func (s *shelf) find(words raw) {
	s.search, s.cursor = words, 0
	s.take(len(s.all), func(i int) string {
		t := &s.all[i]
		return t.Ref + " " + t.Group + " " + t.Title
	})
}

// chosen is the type under the cursor, nil without any.
func (s *shelf) chosen() *EventType {
	if i := s.position(); i >= 0 {
		return &s.all[i]
	}
	return nil
}

// do does an action on the type under the cursor.
func (s *shelf) do(m *model, a action) []command {
	t := s.chosen()
	switch {
	case a == doSearch:
		m.openSearch(s.search, s.find)
	case t == nil:
	case a == doTrigger:
		return m.runWords(s.words(t)...)
	case a == doTriggerWith:
		m.openTrigger()
		m.prompt("set ", "", m.set)
	case a == doBreakType:
		m.openTrigger().broken = 1
	case a == doEditType:
		m.openTrigger()
		return m.amend()
	case a == doCopyTrigger:
		return m.copyText("command", []byte("hooks "+quoted(s.words(t))))
	case a == doNextExample:
		s.nth++
	case a == doSchema:
		s.schema = !s.schema
	}
	return nil
}

// words is the command that sends the sample which is shown.
func (s *shelf) words(t *EventType) []string {
	words := []string{"trigger", t.Ref}
	if s.nth > 0 && len(t.Samples) > 0 {
		words = append(words, "--example", t.Samples[s.nth%len(t.Samples)].Name)
	}
	return words
}

// drawLine draws a line of the table; -1 is its head.
func (s *shelf) drawLine(p *pen, m *model, i int) {
	at := s.top + i
	switch {
	case i < 0:
		s.columns(p, m, dim, term.Safe("EVENT TYPE"), term.Safe("GROUP"), term.Safe("CATALOG"), term.Safe("SEEN"))
	case len(s.shown) == 0 && i == 1:
		p.to(2)
		s.drawEmpty(p)
	case at < len(s.shown):
		t := &s.all[s.shown[at]]
		if at == s.cursor {
			p.begin(p.width, reverse)
		}
		if m.margin() {
			p.to(1)
		}
		if at == s.cursor {
			p.lit(title, p.th.cursor)
		}
		s.columns(p, m, plain, p.th.cell(raw(t.Name)), p.th.cell(raw(t.Group)), p.th.cell(raw(t.Catalog)), m.list.seen.of(t))
		p.to(p.width)
	}
}

func (s *shelf) drawEmpty(p *pen) {
	switch {
	case !s.problem.Empty():
		p.text(bad, s.problem)
	case s.all == nil:
		p.lit(dim, "Reading the catalogs.")
	default:
		p.lit(plain, "No event type matches.")
	}
}

// seenWidth is how wide the column is that says how often a type was seen.
const seenWidth = 14

func (s *shelf) columns(p *pen, m *model, r role, name, group, catalog, seen term.Text) {
	if m.lay.class == narrow {
		p.to(1)
		p.cell(r, name, max(8, p.width-13))
		p.to(p.col + 1)
		p.cell(r, catalog, 9)
		return
	}
	const start, last = 3, 18 + seenWidth
	p.to(start)
	middle := (p.width - start - last) / 3
	p.cell(r, name, max(8, p.width-start-last-middle-2))
	p.to(p.col + 1)
	p.cell(r, group, middle)
	p.to(p.col + 1)
	p.cell(r, catalog, last-seenWidth-1)
	p.to(p.col + 1)
	p.cell(r, seen, seenWidth-1)
}

// write makes the lines below the table, when they are another type's.
func (s *shelf) write(m *model) {
	t := s.chosen()
	if t == nil {
		s.lines, s.key, s.body = nil, shelfKey{}, bodyPane{}
		return
	}
	if s.key.ref != t.Ref && s.key.ref != "" {
		s.nth = 0
	}
	key := shelfKey{t.Ref, s.nth, s.schema, m.w}
	if key == s.key {
		return
	}
	s.key = key
	text := sheet{th: m.th, width: max(1, m.w-2)}
	text.fields("type", span{title, m.th.line(raw(t.Ref))}, span{plain, m.th.line(raw(t.Title))})
	if t.Description != "" && m.lay.class != narrow {
		text.paragraph(plain, m.th.quote(t.Description), 0)
	}
	s.lines = append(text.lines, line{spans: []span{s.what(m, t)}})
	s.body = bodyPane{}
	body := t.Schema
	if !s.schema {
		body = nil
		if len(t.Samples) > 0 {
			body = t.Samples[s.nth%len(t.Samples)].Payload
		}
	}
	s.body.show(prepare(m.th, body, nil, s.body.form), s.body.form)
	s.body.layout(text.width)
}

// what names what is shown of a type.
func (s *shelf) what(m *model, t *EventType) span {
	switch {
	case s.schema && t.Schema == nil:
		return lit(dim, "no schema")
	case s.schema:
		return lit(label, "schema")
	case len(t.Samples) == 0:
		return lit(dim, "no sample")
	}
	i := s.nth % len(t.Samples)
	name := term.Join(term.Text{}, term.Safe("sample "), num(int64(i+1)), term.Safe(" of "), num(int64(len(t.Samples))), term.Safe("  "))
	return span{label, term.Join(term.Text{}, name, m.th.line(raw(t.Samples[i].Name)))}
}

func (s *shelf) drawDetail(p *pen, i int) {
	switch at := i - len(s.lines); {
	case i < len(s.lines):
		s.lines[i].draw(p)
	case at < len(s.body.lines):
		s.body.draw(p, at, false)
	}
}
