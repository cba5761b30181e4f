package tui

import (
	"strings"

	"github.com/hooks-cli/hooks/term"
)

// formLabels is the width of the names of the fields.
const formLabels = 13

// drawForm draws the form over the whole screen: the fields, what is wrong with
// the one that is being filled in or what it takes, and the command.
func (m *model) drawForm() []string {
	p, f := &m.pen, m.form
	command := m.formCommand()
	foot := 3 + len(command) // a rule, what is wrong, the command, the keys
	height := max(1, m.h-2-foot)
	top := max(0, f.at-height+1)
	lines := make([]string, 0, m.h)
	for y := range m.h {
		p.begin(m.w, "")
		if m.margin() && y != 1 && y != m.h-foot {
			p.to(1)
		}
		switch i := y - 2 + top; {
		case y == 0:
			p.text(title, m.th.line(raw(f.Title)))
		case y == 1 || y == m.h-foot:
			p.begin(m.w, "")
			p.fill(dim, p.th.rule, m.w)
		case y == m.h-foot+1:
			f.drawProblem(p)
		case y == m.h-1:
			p.begin(m.w, "")
			m.drawHints(p)
		case y > m.h-foot+1:
			p.text(label, command[y-(m.h-foot+2)])
		case i < len(f.Fields) && y-2 < height:
			f.drawField(p, i)
		}
		lines = append(lines, p.end())
	}
	return lines
}

// formCommand is what will be run, in as many lines as there is room for.
func (m *model) formCommand() []term.Text {
	_, shown := m.form.words()
	text := term.Join(term.Safe(" "), term.Safe("$ hooks"), m.th.line(raw(quoted(shown))))
	most := 1
	if m.h >= previewHeight {
		most = 3
	}
	lines := term.WrapWords(text, max(1, m.w-2))
	if len(lines) > most {
		lines = append(lines[:most-1], term.Truncate(term.Join(term.Safe(" "), lines[most-1:]...), m.w-2, m.th.ellipsis))
	}
	return lines
}

// drawField writes a field: a mark, its name, what stands in it.
func (f *filling) drawField(p *pen, i int) {
	field, start := &f.Fields[i], p.col
	if i == f.at {
		p.lit(title, p.th.cursor)
	}
	p.to(start + 1)
	if !f.problems[field.Name].Empty() {
		p.lit(bad, p.th.cross)
	}
	p.to(start + 3)
	p.cell(label, p.th.line(raw(field.Label)), min(formLabels, p.width/3))
	p.to(p.col + 1)
	room := max(0, p.width-p.col-1)
	if i != f.at {
		p.text(plain, term.Truncate(p.th.cell(raw(f.shown(i))), room, p.th.ellipsis))
		return
	}
	input := f.inputs[i]
	if field.Secret && !pointsElsewhere(string(input.input)) {
		input.input = []rune(strings.Repeat("*", len(input.input)))
	}
	input.draw(p, room)
}

// drawProblem says what is wrong: with this field, with the whole, or nothing,
// and then what this field takes.
func (f *filling) drawProblem(p *pen) {
	here := f.problems[f.Fields[f.at].Name]
	whole := f.problems[""]
	if whole.Empty() {
		whole = f.failure
	}
	switch {
	case f.running:
		p.lit(dim, "running")
	case !here.Empty():
		p.text(bad, term.Truncate(here, p.width-p.col-1, p.th.ellipsis))
	case !whole.Empty():
		p.text(bad, term.Truncate(whole, p.width-p.col-1, p.th.ellipsis))
	default:
		p.text(dim, term.Truncate(p.th.line(raw(f.Fields[f.at].Hint)), p.width-p.col-1, p.th.ellipsis))
	}
}
