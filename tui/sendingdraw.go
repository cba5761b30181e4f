package tui

import (
	"strconv"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// maxShownChanges is how many changes of a body are listed.
const maxShownChanges = 12

// typeLines is how many types of the catalog the overlay lists.
func (m *model) typeLines() int { return max(1, (m.h-10)/2) }

// sendingLines are the lines of the overlay.
func (m *model) sendingLines() []line {
	s := m.sending
	text := sheet{th: m.th, width: max(1, m.w-2)}
	if s.seq == 0 {
		m.writeTypes(&text)
		text.gap()
	}
	for i, f := range s.fields() {
		cursor := text_(m.th, i == s.at)
		name, parts := m.fieldOf(f)
		text.add(append([]span{lit(title, cursor), {label, term.Pad(term.Safe(string(name)), 11, "")}}, parts...)...)
	}
	m.writeChanges(&text)
	return text.lines
}

// commandLines are the command that enter runs, at most three lines of it.
func (m *model) commandLines() []line {
	text := sheet{th: m.th, width: max(1, m.w-2)}
	words := m.words()
	if words == nil {
		return nil
	}
	text.paragraph(title, term.Truncate(m.th.line(raw("$ hooks "+quoted(words))), 3*text.width, m.th.ellipsis), 0)
	return text.lines[:min(3, len(text.lines))]
}

// text_ is the mark of the line that the cursor is on.
func text_(th *theme, on bool) text {
	if on {
		return th.cursor + " "
	}
	return "  "
}

// choice draws two ways of which one is taken.
func choice(first bool, a, b text) []span {
	on, off := text("(o) "), text("( ) ")
	if !first {
		on, off = off, on
	}
	return []span{lit(plain, on+a), lit(plain, "  "+off+b)}
}

// fieldOf is a field as it is drawn.
func (m *model) fieldOf(f fieldKind) (name text, parts []span) {
	s := m.sending
	switch f {
	case targetField:
		if s.to != "" {
			return "to", []span{{plain, m.th.line(raw(s.to))}}
		}
		if s.seq != 0 {
			if s.went == "" {
				return "to", []span{lit(warn, "nobody yet: space asks where")}
			}
			return "to", []span{{plain, m.th.line(s.went)}, lit(dim, "  where it went")}
		}
		return "to", []span{lit(dim, "the endpoints that want it, else the listener")}
	case signatureField:
		return "signature", append(choice(!s.asReceived, "afresh", "as received"), span{dim, term.Join(term.Safe(" "), term.Text{}, m.age())})
	case idField:
		return "event id", choice(!s.newID, "the same", "a new one")
	case sampleField:
		return "sample", []span{m.sampleName()}
	case editsField:
		return "set", []span{{plain, m.th.line(raw(editsText(s.edits)))}}
	case countField:
		return "count", []span{{plain, num(int64(s.count))}}
	}
	if s.broken == 0 {
		return "break it", []span{lit(dim, "no")}
	}
	return "break it", []span{{warn, m.th.line(raw(quoted(m.o.Breaks[s.broken-1])))}}
}

func (m *model) sampleName() span {
	if t := m.shelf.chosen(); t != nil && len(t.Samples) > 0 {
		i := m.shelf.nth % len(t.Samples)
		return span{plain, term.Join(term.Safe("  "), m.th.line(raw(t.Samples[i].Name)), term.Safe(strconv.Itoa(i+1)+" of "+strconv.Itoa(len(t.Samples))))}
	}
	return lit(dim, "none")
}

// editsText is what changes the body, in a line.
func editsText(edits []string) string {
	switch n := len(edits) / 2; {
	case n == 0:
		return "-"
	case edits[0] == "--data":
		return "another body"
	case n == 1:
		return edits[1]
	default:
		return edits[1] + " and " + strconv.Itoa(n-1) + " more"
	}
}

// writeTypes lists the types of the catalog around the chosen one.
func (m *model) writeTypes(s *sheet) {
	c, n := &m.shelf, m.typeLines()
	s.add(lit(dim, "/ "), span{plain, m.th.line(c.search)}, lit(plain, "  "), span{dim, term.Join(term.Safe(" of "), grouped(len(c.shown)), grouped(len(c.all)))})
	if c.all == nil {
		s.add(lit(dim, "  reading the catalogs"))
		return
	}
	from := min(max(0, c.cursor-n/2), max(0, len(c.shown)-n))
	for i := from; i < min(from+n, len(c.shown)); i++ {
		t := &c.all[c.shown[i]]
		s.add(lit(title, text_(m.th, i == c.cursor)), span{plain, term.Pad(m.th.cell(raw(t.Name)), 32, m.th.ellipsis)}, lit(plain, " "), span{dim, term.Pad(m.th.cell(raw(t.Catalog)), 14, m.th.ellipsis)}, lit(plain, " "), span{dim, m.list.seen.of(t)})
	}
}

// writeChanges lists what the edits change.
func (m *model) writeChanges(s *sheet) {
	changes := m.sending.changes
	if len(changes) == 0 {
		return
	}
	s.gap()
	s.add(lit(label, "CHANGES "), span{label, grouped(len(changes))})
	if m.sending.asReceived {
		s.add(lit(warn, "  left out: as received is as received"))
		return
	}
	for i, c := range changes {
		if i == maxShownChanges {
			s.add(lit(dim, "  and more"))
			break
		}
		sign, role := text("  ~ "), warn
		switch c.Kind {
		case store.ChangeAdded:
			sign, role = "  + ", good
		case store.ChangeRemoved:
			sign, role = "  - ", bad
		}
		what := c.Path + "  " + c.Before + " -> " + c.After
		if c.Kind != store.ChangeChanged {
			what = c.Path + "  " + c.Before + c.After
		}
		s.add(lit(role, sign), span{plain, m.th.line(raw(what))})
	}
}

// drawSending draws the overlay over the whole screen.
func (m *model) drawSending() []string {
	all, command, p := m.sendingLines(), m.commandLines(), &m.pen
	from := min(len(all)+1, m.h-5-len(command)) // of the command
	lines := make([]string, 0, m.h)
	for y := range m.h {
		p.begin(m.w, "")
		if m.margin() && y != 1 && y != m.h-3 && y != m.h-1 {
			p.to(1)
		}
		switch at := y - 2; {
		case at >= from && at-from < len(command) && y < m.h-3:
			command[at-from].draw(p)
		case y == 0:
			m.drawSendingTitle(p)
		case y == 1 || y == m.h-3:
			p.fill(dim, p.th.rule, m.w)
		case y == m.h-1:
			m.drawHints(p)
		case y == m.h-2:
			m.drawAnswer(p)
		case at < len(all) && at < from:
			all[at].draw(p)
		}
		lines = append(lines, p.end())
	}
	return lines
}

func (m *model) drawSendingTitle(p *pen) {
	if s := m.sending; s.seq != 0 {
		p.text(title, term.Join(term.Safe(" "), term.Safe("replay"), term.Join(term.Text{}, term.Safe("#"), num(s.seq)), m.th.line(s.event)))
		return
	}
	p.lit(title, "trigger")
}

// drawAnswer draws what is asked for, or what the last key came to.
func (m *model) drawAnswer(p *pen) {
	if m.line.kind != noLine {
		m.line.draw(p)
		return
	}
	p.text(m.note.role, term.Truncate(m.note.text, p.width-p.col, p.th.ellipsis))
}
