package tui

import (
	"strings"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// view returns the frame. It changes nothing but its own cache.
func (m *model) view() string {
	if m.dirty {
		m.frame, m.dirty = m.compose(), false
	}
	return m.frame
}

// draw draws every line.
func (m *model) draw() string {
	var lines []string
	switch {
	case m.lay.class == tooSmall:
		lines = m.drawTooSmall()
	case m.over == helpOverlay:
		lines = m.drawHelp()
	case m.over == outputOverlay:
		lines = m.drawOutput()
	case m.over == compareOverlay:
		lines = m.drawCompare()
	case m.over == sendOverlay:
		lines = m.drawSending()
	case m.over == heldOverlay:
		lines = m.drawHeld()
	case m.form != nil:
		lines = m.drawForm()
	case m.page != deliveriesPage:
		lines = m.drawPage()
	default:
		lines = m.drawPanes()
	}
	return strings.Join(lines, "\n")
}

// compose lets nothing out that a frame may not hold, should a mistake have
// let something in.
func (m *model) compose() string {
	frame := term.Egress(m.draw())
	if m.th.ascii {
		return strings.Map(func(r rune) rune {
			if r > 0x7e {
				return '?'
			}
			return r
		}, frame)
	}
	return frame
}

// drawTooSmall says what is needed, and that nothing is lost meanwhile.
func (m *model) drawTooSmall() []string {
	wrong := 0
	for i := range m.list.rows {
		if m.list.rows[i].verdict == store.Invalid {
			wrong++
		}
	}
	texts := []term.Text{
		term.Join(term.Text{}, term.Safe("hooks: "), num(int64(m.w)), term.Safe("x"), num(int64(m.h)), term.Safe(" is too small")),
		term.Safe("needs 32x10; still receiving"),
		term.Join(term.Text{}, m.total(), term.Safe(" total, "), grouped(wrong), term.Safe(" BAD. q quits")),
	}
	var lines []string
	for _, t := range texts[:min(len(texts), m.h)] {
		m.pen.begin(m.w, "")
		m.pen.text(plain, t)
		lines = append(lines, m.pen.end())
	}
	return lines
}

// drawPanes draws the two lines above, the panes, and the two lines below.
func (m *model) drawPanes() []string {
	l := m.lay
	lines := make([]string, 0, l.h)
	p := &m.pen
	for y := range l.h {
		p.begin(l.w, "")
		switch {
		case y == 0:
			m.drawFirst(p)
		case y == 1:
			m.drawSecond(p)
		case y == topLines-1:
			m.drawRule(p, p.th.teeDown)
		case y == l.h-bottomLines:
			m.drawRule(p, p.th.teeUp)
		case y == l.middle:
			p.fill(dim, p.th.rule, l.w)
		case y == m.hintLine():
			m.drawHints(p)
		case y > l.h-bottomLines:
			m.drawStatus(p)
		default:
			lines = append(lines, m.drawPane(y))
			continue
		}
		lines = append(lines, p.end())
	}
	return lines
}

// hintLine returns the line with the keys: the last one, but above the long
// status of a wide screen.
func (m *model) hintLine() int {
	if m.lay.class == wide {
		return m.lay.h - 2
	}
	return m.lay.h - 1
}

func (m *model) margin() bool { return m.lay.class != narrow }

// drawFirst draws what is open: the deliveries and who listens, or the one
// delivery that fills the screen.
func (m *model) drawFirst(p *pen) {
	if m.margin() {
		p.to(1)
	}
	if m.lay.shape == onlyDetail && m.page == deliveriesPage {
		m.drawDetailTitle(p)
		return
	}
	if m.lay.class == wide {
		p.lit(title, "hooks")
		p.to(p.col + 2)
	}
	m.drawPageNames(p)
	right := m.total()
	if m.lay.class == wide {
		right = term.Join(term.Text{}, right, term.Safe(" total"))
	}
	if n := m.activity.perSecond(); n > 0 {
		right = term.Join(term.Safe("  "), right, term.Join(term.Text{}, grouped(n), term.Safe("/s")))
	}
	columns := term.Width(right)
	p.to(p.col + 3)
	m.drawListening(p, p.width-columns-3-p.col)
	p.to(max(p.col, p.width-columns-1))
	p.text(plain, right)
}

// drawListening says who listens, in at most room columns.
func (m *model) drawListening(p *pen, room int) {
	if len(m.heads) == 0 {
		p.text(dim, term.Truncate(term.Safe("nobody listens"), room, ""))
		return
	}
	t := m.listeners()
	r, state := m.reached()
	if m.lay.class == wide && m.o.Listening == nil {
		t = term.Join(term.Safe(" "), term.Safe("listening"), t)
	}
	if m.lay.class == narrow && state != "" {
		t = term.Text{} // there is no room for addresses, the mark and the word say it
	}
	if room < 3+len(state) {
		state = ""
	}
	if room > 2 {
		p.lit(r, p.th.on)
		if !t.Empty() {
			p.to(p.col + 1)
		}
		p.text(plain, term.Truncate(t, room-2-len(state), p.th.ellipsis))
		p.lit(r, state)
	}
}

// total counts what is known of the store.
func (m *model) total() term.Text {
	t := grouped(len(m.list.rows))
	if m.older || m.loading {
		return term.Join(term.Text{}, t, term.Safe("+"))
	}
	return t
}

// drawSecond draws the filter, or the tabs of the one delivery.
func (m *model) drawSecond(p *pen) {
	if m.lay.shape == onlyDetail {
		m.drawTabs(p, 0)
		return
	}
	n := m.stripWidth()
	if n == 0 {
		m.bar.draw(p, m.margin(), m.counts())
		return
	}
	p.width -= n + 1
	m.bar.draw(p, m.margin(), m.counts())
	p.width += n + 1
	p.to(p.width - n - 1)
	m.activity.draw(p, n)
}

// counts says how much is shown and how much is below the window.
func (m *model) counts() []term.Text {
	var parts []term.Text
	switch {
	case m.bar.typing && !m.bar.problem.Empty():
		parts = append(parts, term.Join(term.Safe(" "), term.Safe("keeping last valid:"), grouped(m.list.len())))
	case m.bar.inForce != nil && m.lay.class == narrow:
		parts = append(parts, term.Join(term.Safe("/"), grouped(m.list.len()), m.total()))
	case m.bar.inForce != nil:
		parts = append(parts, term.Join(term.Safe(" of "), grouped(m.list.len()), m.total()))
	}
	if m.search.running {
		parts = append(parts, term.Safe("searching"))
	}
	if n := len(m.gate.held); n > 0 {
		parts = append(parts, term.Join(term.Safe(" "), grouped(n), term.Safe("held (b)")))
	} else if m.gate.filter != "" {
		parts = append(parts, term.Safe("holding (b)"))
	}
	below := m.list.len() - m.to
	switch {
	case m.bar.typing:
	case below > 0:
		parts = append(parts, term.Join(term.Safe(" "), grouped(below), term.Safe("below")))
		if m.lay.class != narrow {
			parts = append(parts, term.Safe("F follow"))
		}
	case m.list.follow:
		parts = append(parts, term.Safe("following"))
	}
	return parts
}

// drawRule draws the line between, or under a wrong filter what is wrong.
func (m *model) drawRule(p *pen, tee text) {
	if m.bar.typing && !m.bar.problem.Empty() && tee == p.th.teeDown {
		m.bar.drawProblem(p, m.margin())
		return
	}
	if m.bar.typing && len(m.bar.offered.choices) > 1 && tee == p.th.teeDown {
		m.bar.drawChoices(p)
		return
	}
	if m.lay.bar >= 0 {
		p.fill(dim, p.th.rule, m.lay.bar)
		p.lit(dim, tee)
	}
	p.fill(dim, p.th.rule, p.width)
}

// drawPane draws a line of the panes.
func (m *model) drawPane(y int) string {
	l := m.lay
	if l.shape != beside {
		if l.list.holds(0, y) {
			return m.drawListLine(y - l.list.y)
		}
		return m.drawDetailLine(y - l.detail.y)
	}
	left := m.drawListLine(y - l.list.y)
	m.pen.begin(1, "")
	m.pen.lit(dim, m.th.bar)
	return left + m.pen.end() + m.drawDetailLine(y-l.detail.y)
}

// headLines is how many lines of the list name the columns.
func (m *model) headLines() int {
	if m.lay.list.w < mediumWidth-2 {
		return 0
	}
	return 1
}

// listHeight returns how many rows the list shows.
func (m *model) listHeight() int { return max(0, m.lay.list.h-m.headLines()) }

// drawListLine draws a line of the list, as wide as its pane.
func (m *model) drawListLine(i int) string {
	p, w := &m.pen, m.lay.list.w
	at := m.from + i - m.headLines()
	if i >= m.headLines() && at < m.to {
		return m.drawRow(at)
	}
	p.begin(w, "")
	switch {
	case m.list.len() == 0:
		m.drawEmpty(p, i)
	case i < m.headLines():
		divide(w, m.newest()).head(p)
	}
	return p.full()
}

func (m *model) newest() int64 {
	if n := len(m.list.rows); n > 0 {
		return m.list.rows[n-1].seq
	}
	return 0
}

func (m *model) drawRow(at int) string {
	p := &m.pen
	r := m.list.at(at)
	cursor := r.seq == m.list.cursor
	base := ""
	if cursor {
		base = reverse
	}
	p.begin(m.lay.list.w, base)
	divide(p.width, m.newest()).draw(p, r, cursor, m.marks.has(r.seq), m.now, m.o.Location)
	return p.full()
}

// drawEmpty draws a list without rows.
func (m *model) drawEmpty(p *pen, i int) {
	lines := []text{"", "Nothing here yet.", "", "hooks listen --forward 3000", "hooks trigger payment.succeeded"}
	switch {
	case !m.began:
		lines = []text{"", "Reading the store."}
	case m.bar.inForce != nil && len(m.list.rows) > 0:
		lines = []text{"", "No delivery matches the filter.", "", "esc clears it"}
	}
	if i < len(lines) {
		p.to(2)
		r := plain
		if i > 2 {
			r = dim
		}
		p.lit(r, lines[i])
	}
}
