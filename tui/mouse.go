package tui

// mouseMsg is a turn of the wheel or a click.
type mouseMsg struct {
	x, y  int
	wheel int // -1 up, 1 down
	click bool
}

// wheelLines is how far a turn of the wheel goes.
const wheelLines = 3

// apply does what a key would do there.
func (msg mouseMsg) apply(m *model) []command {
	switch {
	case m.lay.class == tooSmall:
	case msg.wheel != 0:
		return m.wheel(msg)
	case msg.click && (m.over == helpOverlay || m.over == outputOverlay):
		m.over = noOverlay
	case msg.click && (m.over == compareOverlay || m.over == sendOverlay):
		return m.clickHint(msg.x, msg.y, m.h-1)
	case msg.click:
		return m.click(msg.x, msg.y)
	}
	return nil
}

func (m *model) wheel(msg mouseMsg) []command {
	n := msg.wheel * wheelLines
	switch {
	case m.over != noOverlay || m.page != deliveriesPage:
		return m.move(n)
	case m.lay.detail.holds(msg.x, msg.y):
		if m.detail.tab != attempts {
			m.detail.move(n)
		}
	case m.lay.list.holds(msg.x, msg.y):
		m.list.move(n)
	}
	return nil
}

// clickHint does what the key of a hint does.
func (m *model) clickHint(x, y, line int) []command {
	for _, h := range m.hints(m.w) {
		if y == line && x >= h.from && x < h.to {
			return m.do(h.action)
		}
	}
	return nil
}

func (m *model) click(x, y int) []command {
	l := m.lay
	if m.form != nil && y != m.h-1 {
		return nil
	}
	if y == m.hintLine() || m.form != nil {
		return m.clickHint(x, y, y)
	}
	if m.page != deliveriesPage || m.asked != nil || m.line.kind != noLine {
		m.clickPage(y - topLines - m.pageHead())
		return nil
	}
	if t, ok := m.tabAt(x, y); ok {
		m.detail.tab = t
		return nil
	}
	switch {
	case y == 1 && l.shape != onlyDetail && !m.bar.typing:
		m.bar.edit()
	case l.list.holds(x, y):
		m.clickRow(y - l.list.y - m.headLines())
	}
	return nil
}

// clickRow selects a row; a click on the selected one opens it.
func (m *model) clickRow(i int) {
	if i < 0 || m.from+i >= m.to {
		return
	}
	r := m.list.at(m.from + i)
	if r.seq == m.list.cursor {
		m.pane(doOpen)
		return
	}
	m.focus = inList
	m.list.follow = false
	m.list.cursor = r.seq
}

// clickPage selects a line of a page's table.
func (m *model) clickPage(i int) {
	if m.asked != nil || m.line.kind != noLine || i < 0 || i >= m.upper()-m.pageHead() {
		return
	}
	switch m.page {
	case endpointsPage:
		m.console.cursor, m.console.switching = m.console.top+i, false
	case catalogPage:
		m.shelf.cursor = m.shelf.top + i
	}
}
