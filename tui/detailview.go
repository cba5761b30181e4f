package tui

import (
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// detailPane returns where the lines of a tab are drawn: the pane of the
// detail without its margins, and without the tabs where they stand in it.
func (m *model) detailPane() rect {
	r := m.lay.detail
	if m.margin() {
		r.x, r.w = r.x+1, max(0, r.w-2)
	}
	if n := m.tabLines(); n > 0 {
		r.y, r.h = r.y+n, max(0, r.h-n)
	}
	return r
}

// tabLines is how many lines of the pane hold the tabs: they have a line of
// the screen when the detail fills it.
func (m *model) tabLines() int {
	if m.lay.shape == onlyDetail {
		return 0
	}
	return min(2, m.lay.detail.h)
}

// drawDetailLine draws a line of the detail.
func (m *model) drawDetailLine(i int) string {
	p := &m.pen
	p.begin(m.lay.detail.w, "")
	n := m.tabLines()
	switch {
	case i < 0:
	case i == 0 && n > 0:
		m.drawTabs(p, 0)
	case i < n:
		p.fill(dim, p.th.rule, p.width)
	default:
		if m.margin() {
			p.to(1)
		}
		m.detail.draw(p, i-n, m.hunt)
	}
	return p.end()
}

// drawDetailTitle draws the head line of a delivery that fills the screen.
func (m *model) drawDetailTitle(p *pen) {
	r := m.current()
	if r == nil {
		return
	}
	state, stateRole := r.state()
	mark, markRole := r.verdictMark()
	right := []span{lit(markRole, mark), {stateRole, state}}
	if m.lay.class != narrow {
		right = append(right, span{plain, took(r.took, true)})
	}
	right = append(right, span{dim, m.ordinal(r)})
	columns := 0
	for _, s := range right {
		columns += term.Width(s.text) + 2
	}
	p.lit(plain, r.direction())
	p.to(p.col + 1)
	name := []term.Text{p.th.cell(or(r.event, "(unknown)"))}
	if m.lay.class != narrow {
		name = append(name, term.Join(term.Text{}, term.Safe("#"), num(r.seq)), p.th.cell(or(r.provider, "-")))
	}
	p.text(title, term.Truncate(term.Join(term.Safe("  "), name...), p.width-p.col-columns, p.th.ellipsis))
	p.to(max(p.col, p.width-columns+1))
	for i, s := range right {
		if i > 0 {
			p.to(p.col + 2)
		}
		p.text(s.role, s.text)
	}
}

// ordinal says which of those shown a delivery is, counted from the newest, or
// that it has left the list.
func (m *model) ordinal(r *row) term.Text {
	n := m.list.len()
	if i := m.list.position(r.seq); i < n && m.list.at(i).seq == r.seq {
		sep := " of "
		if m.lay.class == narrow {
			sep = "/"
		}
		return term.Join(term.Safe(sep), grouped(n-i), grouped(n))
	}
	return term.Safe("not in the list")
}

// tabSpot is where a tab is drawn.
type tabSpot struct {
	tab      tab
	name     term.Text
	from, to int
}

// tabStrip divides a line among the tabs, with the longest names that fit.
func (m *model) tabStrip(width int) []tabSpot {
	var spots []tabSpot
	for _, names := range [][tabs]term.Text{m.tabNames(tabLong), m.tabNames(tabShort), m.tabNames(tabTiny)} {
		spots = spots[:0]
		gap := 2
		x := 0
		if m.margin() {
			x = 1
		} else {
			gap = 1
		}
		for t := overview; t < tabs; t++ {
			columns := term.Width(names[t])
			if t == m.detail.tab {
				columns += 2
			}
			spots = append(spots, tabSpot{t, names[t], x, x + columns})
			x += columns + gap
		}
		if x-gap <= width {
			break
		}
	}
	return spots
}

var (
	tabLong  = [tabs]text{"Overview", "Request", "Response", "Signature", "Attempts", "Schema"}
	tabShort = [tabs]text{"Over", "Request", "Resp", "Sig", "Att", "Schema"}
	tabTiny  = [tabs]text{"Ov", "Rq", "Rs", "Sig", "At", "Sc"}
)

// tabNames adds the verdict and the number of attempts to the names.
func (m *model) tabNames(names [tabs]text) [tabs]term.Text {
	var out [tabs]term.Text
	for t, name := range names {
		out[t] = term.Safe(string(name))
	}
	d := m.detail.d
	if d == nil {
		return out
	}
	if v := d.Verification; v != nil && v.Verdict != store.Unverified {
		mark, _ := verdictWords(m.th, v)
		out[signature] = term.Safe(string(names[signature]) + " " + string(mark))
	}
	if names != tabTiny {
		out[attempts] = term.Join(term.Safe(" "), out[attempts], num(int64(len(d.Attempts))))
	}
	if n := m.faults(); !n.Empty() {
		out[schemaTab] = term.Join(term.Safe(" "), out[schemaTab], n)
	}
	return out
}

// drawTabs draws the tabs, the chosen one in brackets.
func (m *model) drawTabs(p *pen, x int) {
	for _, s := range m.tabStrip(p.width) {
		p.to(x + s.from)
		if s.tab != m.detail.tab {
			p.text(plain, s.name)
			continue
		}
		p.lit(title, "[")
		p.text(title, s.name)
		p.lit(title, "]")
	}
}

// tabAt returns the tab that is drawn at a place of the screen.
func (m *model) tabAt(x, y int) (tab, bool) {
	line, left := 1, 0
	if m.lay.shape != onlyDetail {
		line, left = m.lay.detail.y, m.lay.detail.x
	}
	if m.lay.detail.h == 0 || y != line {
		return 0, false
	}
	for _, s := range m.tabStrip(m.lay.detail.w) {
		if x-left >= s.from && x-left < s.to {
			return s.tab, true
		}
	}
	return 0, false
}
