package tui

// keyMsg is a key: a name, or characters as they were typed or pasted.
type keyMsg struct {
	name   string
	runes  []rune
	pasted bool
	alt    bool
}

func (msg keyMsg) apply(m *model) []command {
	if msg.name != "" {
		return m.key(msg.name)
	}
	if msg.alt {
		return nil
	}
	var todo []command
	for i, r := range msg.runes {
		switch {
		case m.where() == inForm:
			return append(todo, m.typedInForm(m.form.inputs[m.form.at].insert(msg.runes[i:]))...)
		case m.line.kind != noLine:
			m.line.insert(msg.runes[i:])
			m.searching()
			return todo
		case m.bar.typing && m.over == noOverlay && m.asked == nil:
			m.bar.offered = completion{}
			if m.bar.insert(msg.runes[i:]) {
				todo = append(todo, m.typed()...)
			}
			return todo
		case msg.pasted:
			return nil // text, and nothing is asking for any
		}
		todo = append(todo, m.key(string(r))...)
	}
	return todo
}

// key does what a key does where the focus is.
func (m *model) key(name string) []command {
	a := m.keys.find(name, m.where())
	if a == noAction {
		if m.form != nil {
			return m.typedInForm(m.form.inputs[m.form.at].key(name))
		}
		if m.line.kind != noLine && m.line.key(name) {
			m.searching()
			return nil
		}
		if m.bar.typing {
			m.bar.offered = completion{}
			if m.bar.key(name) {
				return m.typed()
			}
		}
		return nil
	}
	m.note = span{}
	return m.do(a)
}

// steps are the actions that move; by is in lines, or in pages of the pane.
var steps = map[action]struct{ lines, halves int }{
	goDown: {lines: 1}, goUp: {lines: -1},
	goHalfDown: {halves: 1}, goHalfUp: {halves: -1},
	goPageDown: {halves: 2}, goPageUp: {halves: -2},
}

// do does an action.
func (m *model) do(a action) []command {
	if step, ok := steps[a]; ok {
		return m.move(step.lines + step.halves*max(1, m.paneHeight()/2))
	}
	switch a {
	case goFirst:
		return m.move(-1 << 30)
	case goLast:
		return m.last()
	case doOpen, doPane:
		m.pane(a)
	case doBack, doQuit:
		return m.back(a)
	case doInterrupt:
		m.request = interrupt
	case doRedraw:
		m.request = redraw
	case doSuspend:
		m.request = suspend
	case doPreviousTab:
		m.turnTab(-1)
	case doNextTab:
		m.turnTab(1)
	case doNextDelivery:
		m.neighbour(1)
	case doPreviousDelivery:
		m.neighbour(-1)
	case doZoom:
		m.zoomed = !m.zoomed
	case doPreview:
		m.togglePreview()
	case doLayout:
		m.cycleLayout()
	case doReplay:
		return m.replay()
	case doFilter:
		m.bar.edit()
	case doKeep, doUndo:
		return m.endTyping(a)
	case doFollow:
		if m.list.follow = !m.list.follow; m.list.follow {
			m.list.newest()
		}
	case doHelp:
		m.toggleHelp()
	case doCopyMenu:
		m.over = copyOverlay
	case doCopyCurl, doCopyBody, doCopyHeaders, doCopyURL, doCopyID, doCopySignature, doCopyPath, doCopyValue:
		return m.copy(a)
	default:
		return m.doMore(a)
	}
	return nil
}

// turnTab turns to another tab of the detail. A payload is held against its
// schema anew whenever the tab is opened: the catalogs may have changed.
func (m *model) turnTab(n tab) {
	t := &m.detail
	t.tab = (t.tab + tabs + n) % tabs
	if t.tab == schemaTab {
		m.schemas.forget()
	}
}

// doDelivery runs a command about the current delivery.
func (m *model) doDelivery(a action) []command {
	r := m.current()
	if r == nil {
		return nil
	}
	id := string(r.id)
	switch a {
	case doRetry:
		return m.runWords("retry", id)
	case doCancel:
		return m.runWords("cancel", id)
	}
	return nil
}

// paneHeight returns the lines of the pane that has the focus.
func (m *model) paneHeight() int {
	switch {
	case m.over != noOverlay:
		return m.h - 4
	case m.page != deliveriesPage:
		return m.upper()
	case m.focus == inDetail:
		return m.detailPane().h
	}
	return m.listHeight()
}

// move moves in the pane that has the focus.
func (m *model) move(n int) []command {
	switch {
	case m.over == helpOverlay:
		m.scrollHelp(n)
	case m.over == outputOverlay:
		m.said.scroll(n, m.h-4)
	case m.over == compareOverlay:
		m.comparison.scroll(n)
	case m.over == sendOverlay:
		m.moveSending(n)
	case m.over == heldOverlay:
		m.gate.at = min(max(m.gate.at+n, 0), max(0, len(m.gate.held)-1))
	case m.page != deliveriesPage:
		m.movePage(n)
	case m.focus == inDetail:
		before := m.detail.attempt
		m.detail.move(n)
		if m.detail.attempt != before {
			return m.reform(response, m.detail.bodies[response].form)
		}
	default:
		m.list.move(n)
	}
	return nil
}

// last goes to the end; in the list it follows from there.
func (m *model) last() []command {
	if m.over == noOverlay && m.focus == inList && m.page == deliveriesPage {
		m.list.newest()
		return nil
	}
	return m.move(1 << 30)
}

// pane gives the focus to the detail, or back to the list.
func (m *model) pane(a action) {
	if m.focus == inDetail && a == doPane {
		m.focus = inList
		m.zoomed = m.zoomed && m.lay.class == wide
		return
	}
	if r := m.list.selected(); r != nil {
		if r.seq != m.detail.seq {
			m.detail.open(r)
		}
		m.focus, m.list.follow = inDetail, false
		m.list.cursor = r.seq
		m.zoomed = m.zoomed || a == doOpen && m.lay.class == medium
	}
}

// back closes what lies on top: the overlay, the filter, the detail, the view.
func (m *model) back(a action) []command {
	switch {
	case m.over != noOverlay:
		m.over = noOverlay
	case a == doBack && m.said.stop():
	case m.page == endpointsPage && m.console.switching:
		m.console.switching = false
	case m.page == endpointsPage && m.console.search != "":
		m.console.find("")
	case m.page == catalogPage && m.shelf.search != "":
		m.shelf.find("")
	case m.page != deliveriesPage:
		m.page = deliveriesPage
	case a == doBack && m.focus == inDetail && m.hunt.words != "":
		m.hunt = hunt{}
	case m.focus == inDetail:
		m.focus, m.zoomed = inList, false
	case a == doQuit:
		m.request = quit
	case m.bar.inForce != nil:
		m.bar.clear()
		return m.refilter()
	}
	return nil
}

// neighbour turns the detail to a delivery beside the one that it shows.
func (m *model) neighbour(n int) {
	m.list.cursor, m.list.follow = m.detail.seq, false
	m.list.move(n)
	if r := m.list.selected(); r != nil && r.seq != m.detail.seq {
		m.detail.open(r)
	}
}

// typed puts the filter in force that the input says, if it says one.
func (m *model) typed() []command {
	if m.bar.parse() {
		return m.refilter()
	}
	return nil
}

// endTyping keeps what was typed, or goes back to what was before. A wrong
// filter is not kept: the input stays.
func (m *model) endTyping(a action) []command {
	m.bar.offered = completion{}
	if a == doKeep {
		if m.bar.typing = !m.bar.problem.Empty(); m.bar.typing {
			return nil
		}
		return m.used(string(m.bar.text))
	}
	if err := m.bar.set(m.bar.before); err != nil {
		m.bar.clear()
	}
	return m.refilter()
}
