package tui

import "github.com/hooks-cli/hooks/term"

// compareLine is a line of a comparison. Where the sides stand beside each
// other, right is what the second has.
type compareLine struct {
	sign        string
	role        role
	text, right term.Text
	differs     bool // a difference begins here
}

// lines are the pairs: a line each where the sides stand beside each other,
// else one side below the other.
func (c *comparison) lines(beside bool) []compareLine {
	var lines []compareLine
	for i, p := range c.pairs {
		first := i == 0 || c.pairs[i-1].kind == pairSame
		switch {
		case p.kind == pairHead:
			lines = append(lines, compareLine{"@ ", label, p.a, p.b, i+1 < len(c.pairs) && c.pairs[i+1].kind == pairChanged})
		case p.kind == pairSame:
			lines = append(lines, compareLine{"  ", plain, p.a, p.b, false})
		case beside:
			lines = append(lines, compareLine{"~ ", plain, p.a, p.b, first})
		default:
			if !p.a.Empty() {
				lines = append(lines, compareLine{"- ", bad, p.a, term.Text{}, first})
				first = false
			}
			if !p.b.Empty() {
				lines = append(lines, compareLine{"+ ", good, p.b, term.Text{}, first})
			}
		}
	}
	return lines
}

// next scrolls to the next difference, or the one before.
func (c *comparison) next(forward bool) {
	lines := c.lines(c.beside)
	if forward {
		for i := c.top + 1; i < len(lines); i++ {
			if lines[i].differs {
				c.top = i
				break
			}
		}
	} else {
		for i := min(c.top, len(lines)) - 1; i >= 0; i-- {
			if lines[i].differs {
				c.top = i
				break
			}
		}
	}
	c.scroll(0)
}

// drawCompare draws the comparison over the whole screen.
func (m *model) drawCompare() []string {
	c, p := &m.comparison, &m.pen
	all := c.lines(c.beside)
	lines := make([]string, 0, m.h)
	for y := range m.h {
		p.begin(m.w, "")
		switch at := y - 2 + c.top; {
		case y == 0:
			m.drawCompareTitle(p)
		case y == m.h-2 && !m.note.text.Empty():
			m.drawAnswer(p)
		case y == 1 || y == m.h-2:
			p.fill(dim, p.th.rule, m.w)
		case y == m.h-1:
			m.drawHints(p)
		case !c.err.Empty() || c.a == nil || len(all) == 0:
			m.drawNoDifference(p, y-2)
		case at >= len(all):
		case c.beside:
			drawBeside(p, all[at])
		default:
			m.drawUnified(p, all[at])
		}
		lines = append(lines, p.end())
	}
	return lines
}

func (m *model) drawNoDifference(p *pen, i int) {
	c := &m.comparison
	if i != 0 {
		return
	}
	p.to(1)
	switch {
	case !c.err.Empty():
		p.text(bad, c.err)
	case c.a == nil:
		p.lit(dim, "reading both")
	case c.ignore:
		p.lit(good, "nothing differs but ids, times and signatures")
	default:
		p.lit(good, "nothing differs")
	}
}

func (m *model) drawUnified(p *pen, l compareLine) {
	if m.margin() {
		p.to(1)
	}
	p.text(l.role, term.Safe(l.sign))
	p.text(l.role, term.Truncate(l.text, p.width-p.col, p.th.ellipsis))
}

// drawBeside draws what the first has at the left and what the second has at
// the right.
func drawBeside(p *pen, l compareLine) {
	half := p.width / 2
	p.to(1)
	side := func(sign string, r role, t term.Text, to int) {
		if !t.Empty() {
			p.text(r, term.Safe(sign))
			p.text(r, term.Truncate(t, to-p.col-1, p.th.ellipsis))
		}
	}
	left, right, was, is := l.sign, l.sign, l.role, l.role
	if l.sign == "~ " {
		left, right, was, is = "- ", "+ ", bad, good
	}
	if l.sign == "@ " {
		side(left, was, l.text, p.width)
		return
	}
	side(left, was, l.text, half)
	p.to(half)
	p.lit(dim, p.th.bar)
	p.to(half + 2)
	side(right, is, l.right, p.width+1)
}

// drawCompareTitle names both, the number of differences and the mode.
func (m *model) drawCompareTitle(p *pen) {
	c := &m.comparison
	if m.margin() {
		p.to(1)
	}
	if c.a == nil {
		p.lit(title, "compare")
		return
	}
	mode := term.Safe("[" + string(compareNames[c.mode]) + "]")
	right := term.Join(term.Safe(" "), counted(c.values, "difference", "differences"), mode)
	if c.ignore {
		right = term.Join(term.Safe("  "), term.Safe("but ids, times"), right)
	}
	if m.lay.class == narrow {
		right = term.Join(term.Safe(" "), num(int64(c.values)), mode)
	}
	a, b := newRow(c.a, interner{}), newRow(c.b, interner{})
	p.text(bad, term.Join(term.Safe(" "), term.Safe("A"), m.brief(&a)))
	p.to(p.col + 2)
	p.text(good, term.Join(term.Safe(" "), term.Safe("B"), m.brief(&b)))
	p.to(max(p.col+1, p.width-term.Width(right)-1))
	p.text(dim, right)
}

// brief is a delivery in a few words.
func (m *model) brief(r *row) term.Text {
	state, _ := r.state()
	mark, _ := r.verdictMark()
	parts := []term.Text{term.Join(term.Text{}, term.Safe("#"), num(r.seq)), state}
	if m.lay.class != narrow {
		parts = append(parts, term.Safe(string(mark)))
	}
	if m.lay.class == wide {
		parts = append(parts, m.th.cell(or(r.event, "(unknown)")))
	}
	return term.Join(term.Safe(" "), parts...)
}
