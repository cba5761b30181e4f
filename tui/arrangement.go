package tui

// arrangement is how the panes of a class of screens are laid out: which split
// was chosen last, and whether it is shown or the list alone.
type arrangement struct {
	split shape
	shown bool
}

// arrangements are those of each class at the start: a wide screen has the
// detail beside the list, any other the list alone.
func arrangements() map[class]arrangement {
	return map[class]arrangement{wide: {beside, true}, medium: {below, false}}
}

// splits are the ways in which a screen can show list and detail at once.
func splits(w, h int) []shape {
	var all []shape
	if classOf(w, h) == wide {
		all = append(all, beside)
	}
	if w >= mediumWidth && h >= previewHeight {
		all = append(all, below)
	}
	return all
}

// split returns the split that is to be shown, onlyList for none: the chosen
// one, or the first that there is room for.
func (m *model) split() shape {
	chosen := m.arranged[classOf(m.w, m.h)]
	room := splits(m.w, m.h)
	if !chosen.shown || len(room) == 0 {
		return onlyList
	}
	for _, s := range room {
		if s == chosen.split {
			return s
		}
	}
	return room[0]
}

// togglePreview shows the detail with the list, or the list alone.
func (m *model) togglePreview() {
	if !m.offered(doPreview) {
		m.noRoom()
		return
	}
	size := classOf(m.w, m.h)
	a := m.arranged[size]
	a.shown = !a.shown
	m.arranged[size] = a
	m.zoomed = false
}

// cycleLayout goes to the next layout: the splits in turn, then the list alone.
func (m *model) cycleLayout() {
	room := splits(m.w, m.h)
	if len(room) == 0 {
		m.noRoom()
		return
	}
	at := 0 // after the list alone comes the first split
	for i, s := range room {
		if s == m.split() {
			at = i + 1
		}
	}
	size := classOf(m.w, m.h)
	next := arrangement{room[0], false}
	if at < len(room) {
		next = arrangement{room[at], true}
	}
	m.arranged[size] = next
	m.zoomed = false
	if !next.shown {
		m.focus = inList
	}
}

func (m *model) noRoom() { m.say(dim, m.th.line("two panes need 60x20")) }
