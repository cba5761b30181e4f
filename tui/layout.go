package tui

// The smallest screen, and the widths from which there is room for a margin
// and for two panes side by side.
const (
	minWidth    = 32
	minHeight   = 10
	mediumWidth = 60
	wideWidth   = 110
	// previewHeight is the height from which a preview below has room.
	previewHeight = 20
)

// rect is a part of the screen; x and y count from the upper left.
type rect struct{ x, y, w, h int }

func (r rect) holds(x, y int) bool {
	return x >= r.x && x < r.x+r.w && y >= r.y && y < r.y+r.h
}

// class is how much fits on a screen.
type class int

const (
	tooSmall class = iota
	narrow
	medium
	wide
)

// shape is which panes are on the screen.
type shape int

const (
	onlyList shape = iota
	onlyDetail
	beside // the list, and the detail to the right of it
	below  // the list, and the detail below it
)

// layout says where everything is. Three lines above and three below are the
// same in each shape: two lines, a rule, the panes, a rule, two lines.
type layout struct {
	class        class
	shape        shape
	w, h         int
	list, detail rect
	bar          int // the column between panes beside each other, -1 without
	middle       int // the line between panes above each other, -1 without
}

const (
	topLines    = 3
	bottomLines = 3
)

func classOf(w, h int) class {
	switch {
	case w < minWidth || h < minHeight:
		return tooSmall
	case w < mediumWidth:
		return narrow
	case w < wideWidth:
		return medium
	}
	return wide
}

// arrange divides a screen. A shape that has no room becomes onlyList.
func arrange(w, h int, s shape) layout {
	l := layout{class: classOf(w, h), shape: s, w: w, h: h, bar: -1, middle: -1}
	panes := rect{0, topLines, w, h - topLines - bottomLines}
	switch {
	case l.class == tooSmall:
		l.shape = onlyList
		return l
	case s == onlyDetail:
		l.detail = panes
	case s == beside && l.class == wide:
		left := w / 2
		l.bar = left
		l.list = rect{0, panes.y, left, panes.h}
		l.detail = rect{left + 1, panes.y, w - left - 1, panes.h}
	case s == below && h >= previewHeight:
		upper := (panes.h - 1) / 2
		l.middle = panes.y + upper
		l.list = rect{0, panes.y, w, upper}
		l.detail = rect{0, l.middle + 1, w, panes.h - upper - 1}
	default:
		l.shape, l.list = onlyList, panes
	}
	return l
}
