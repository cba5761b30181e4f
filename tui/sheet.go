package tui

import "github.com/hooks-cli/hooks/term"

// span is text in a role.
type span struct {
	role role
	text term.Text
}

// line is a line of a detail.
type line struct {
	spans []span
	// opens says that the fold keys open or close something here.
	opens bool
	// chosen says that it belongs to what the cursor is on, where a tab is a
	// list of places.
	chosen bool
}

// sheet gathers the lines of a detail that is text, for a width.
type sheet struct {
	th    *theme
	width int
	lines []line
}

// indent is the width of the names of fields.
const indent = 11

func lit(r role, s text) span { return span{r, term.Safe(string(s))} }

// add adds a line; what is too wide for it is cut when it is drawn.
func (s *sheet) add(spans ...span) { s.lines = append(s.lines, line{spans: spans}) }

func (s *sheet) gap() { s.add() }

// field adds a name and a value, which goes on in further lines.
func (s *sheet) field(name text, r role, value term.Text) {
	s.fields(name, span{r, value})
}

// fields adds a name and parts of a value. A part that has no room beside the
// others begins a line of its own.
func (s *sheet) fields(name text, parts ...span) {
	left := lit(label, name)
	room := max(1, s.width-indent)
	var spans []span
	used := 0
	flush := func() {
		s.add(append([]span{{left.role, term.Pad(left.text, indent, "")}}, spans...)...)
		left.text, spans, used = term.Text{}, nil, 0
	}
	for _, p := range parts {
		if p.text.Empty() {
			continue
		}
		if columns := term.Width(p.text) + 2; used > 0 && used+columns > room {
			flush()
		}
		if used > 0 {
			spans, used = append(spans, lit(plain, "  ")), used+2
		}
		wrapped := term.WrapWords(p.text, room)
		for _, w := range wrapped[:len(wrapped)-1] {
			spans = append(spans, span{p.role, w})
			flush()
		}
		last := wrapped[len(wrapped)-1]
		spans, used = append(spans, span{p.role, last}), used+term.Width(last)
	}
	if used > 0 || !left.text.Empty() {
		flush()
	}
}

// paragraph adds text in as many lines as it takes.
func (s *sheet) paragraph(r role, t term.Text, by int) {
	margin := term.Pad(term.Text{}, by, "")
	for _, w := range term.WrapWords(t, max(1, s.width-by)) {
		s.add(span{plain, margin}, span{r, w})
	}
}

// draw writes a line.
func (l line) draw(p *pen) {
	for _, s := range l.spans {
		p.text(s.role, s.text)
	}
}
