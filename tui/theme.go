package tui

import "github.com/hooks-cli/hooks/term"

// role is what a piece of text is for; the theme says how that looks.
type role int

const (
	plain role = iota
	title
	good
	bad
	warn
	dim
	label
	keyName
	stringValue
	number
	word
	roles
)

// The attributes and the colour of each role, from the sixteen colours that
// every terminal has and lets its user choose. Attributes carry the meaning
// that colour does, so that without colour nothing is lost.
var looks = [roles]struct{ attribute, colour string }{
	title:       {attribute: "1"},
	good:        {colour: "32"},
	bad:         {attribute: "1", colour: "31"},
	warn:        {colour: "33"},
	dim:         {attribute: "2"},
	label:       {colour: "36"},
	keyName:     {colour: "34"},
	stringValue: {colour: "32"},
	number:      {colour: "36"},
	word:        {colour: "35"},
}

const (
	reset   = "\x1b[0m"
	reverse = "\x1b[7m"
	// underline marks what was searched and found.
	underline = "\x1b[4m"
)

// theme turns roles into sequences and holds the glyphs.
type theme struct {
	ascii bool
	sgr   [roles]string

	rule, bar, teeDown, teeUp                text
	cornerNW, cornerNE, cornerSW, cornerSE   text
	cursor, opened, closed, on, cross, caret text
	ellipsis                                 string
	heights                                  []text // of bars, from nothing to the most
}

// text is a constant of the program. Only untyped constants become one without
// a conversion, so text from outside cannot be drawn as one by mistake.
type text string

func newTheme(colour, ascii bool) *theme {
	t := &theme{
		rule: "─", bar: "│", teeDown: "┬", teeUp: "┴",
		cornerNW: "┌", cornerNE: "┐", cornerSW: "└", cornerSE: "┘",
		cursor: "▸", opened: "▾", closed: "▸", on: "●", cross: "×", caret: "▲",
		ellipsis: "…",
		heights:  []text{"·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"},
	}
	if ascii {
		t.ascii = true
		t.rule, t.bar, t.teeDown, t.teeUp = "-", "|", "+", "+"
		t.cornerNW, t.cornerNE, t.cornerSW, t.cornerSE = "+", "+", "+", "+"
		t.cursor, t.opened, t.closed, t.on, t.cross, t.caret = ">", "v", ">", "*", "X", "^"
		t.ellipsis = "~"
		t.heights = []text{".", ":", "-", "=", "+", "*", "#"}
	}
	for r, look := range looks {
		switch {
		case colour && look.colour != "" && look.attribute != "":
			t.sgr[r] = "\x1b[" + look.attribute + ";" + look.colour + "m"
		case colour && look.colour != "":
			t.sgr[r] = "\x1b[" + look.colour + "m"
		case look.attribute != "":
			t.sgr[r] = "\x1b[" + look.attribute + "m"
		}
	}
	return t
}

// raw is text from outside, as it came. It cannot be drawn: cell and line make
// it drawable.
type raw string

// cell makes text for a column whose neighbours must stay in place.
func (t *theme) cell(r raw) term.Text { return t.fit(term.Cell(string(r))) }

// line makes text for the end of a line.
func (t *theme) line(r raw) term.Text { return t.fit(term.Safe(string(r))) }

// quote makes text for a message: no more of a value than a line or two.
func (t *theme) quote(s string) term.Text { return t.fit(term.Truncate(term.Safe(s), 200, "")) }

// fit keeps text to what the terminal reads.
func (t *theme) fit(s term.Text) term.Text {
	if t.ascii {
		return term.ASCII(s)
	}
	return s
}
