package tui

import (
	"errors"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// filterBar is the filter in force and, while one is typed, the input.
type filterBar struct {
	now     func() time.Time
	marked  func(id string) bool
	inForce *store.Filter // nil shows everything
	text    raw           // of the filter in force
	typing  bool
	editor
	before  raw // what esc goes back to
	problem term.Text
	column  int // of the problem in the input, -1 unknown
	offered completion
}

// edit begins typing at the end of the filter in force.
func (b *filterBar) edit() {
	b.typing, b.before, b.problem, b.offered = true, b.text, term.Text{}, completion{}
	b.input = []rune(string(b.text))
	b.caret = len(b.input)
}

// parse reads the input. A wrong one never replaces the filter in force; a
// right one does, and parse reports true.
func (b *filterBar) parse() bool {
	text := string(b.input)
	f, err := b.read(text)
	if err != nil {
		b.problem, b.column = problem(err, text)
		return false
	}
	b.problem, b.column = term.Text{}, -1
	b.inForce, b.text = f, raw(text)
	return true
}

// set puts a filter in force and ends typing.
func (b *filterBar) set(text raw) error {
	f, err := b.read(string(text))
	if err != nil {
		return err
	}
	*b = filterBar{now: b.now, marked: b.marked, inForce: f, text: text, column: -1}
	return nil
}

// clear shows everything and ends typing.
func (b *filterBar) clear() { *b = filterBar{now: b.now, marked: b.marked, column: -1} }

// read parses a filter; nothing but spaces is none.
func (b *filterBar) read(text string) (*store.Filter, error) {
	if strings.Trim(text, " ") == "" {
		return nil, nil
	}
	return store.ParseFilter(text, store.FilterOptions{Now: b.now, Marked: b.marked})
}

// problem says what is wrong with a filter, and the column in the input at
// which it is, -1 if that is not known.
func problem(err error, text string) (term.Text, int) {
	what, at := err.Error(), -1
	var wrong *store.FilterError
	if errors.As(err, &wrong) {
		what = wrong.Reason
		if wrong.Pos >= 0 && wrong.Pos <= len(text) {
			at = term.Width(term.Cell(text[:wrong.Pos]))
		}
	}
	return term.Truncate(term.Safe(what), 200, ""), at
}

// draw writes the filter line: the filter at the left, the counts at the right.
func (b *filterBar) draw(p *pen, margin bool, right []term.Text) {
	if margin {
		p.to(1)
	}
	p.lit(title, "/ ")
	counts := term.Join(term.Safe("   "), right...)
	columns := term.Width(counts)
	room := max(0, p.width-p.col-columns-2)
	if b.typing {
		b.drawInput(p, room)
	} else {
		p.text(plain, term.Truncate(p.th.cell(b.text), room, p.th.ellipsis))
	}
	p.to(max(p.col, p.width-columns-1))
	p.text(dim, counts)
}

// drawInput writes what is being typed, so that the caret is always seen.
func (b *filterBar) drawInput(p *pen, room int) {
	from := b.from(p.th, room)
	left := p.th.cell(raw(b.input[from:b.caret]))
	p.text(plain, left)
	under, rest := raw(" "), raw("")
	if b.caret < len(b.input) {
		under, rest = raw(b.input[b.caret:b.caret+1]), raw(b.input[b.caret+1:])
	}
	spot := term.Truncate(p.th.cell(under), max(0, room-term.Width(left)), "")
	if !spot.Empty() {
		p.put(reverse, spot.String(), term.Width(spot))
	}
	p.text(plain, term.Truncate(p.th.cell(rest), max(0, room-term.Width(left)-term.Width(spot)), ""))
}

// from returns the first character that is drawn, for a caret that would stand
// behind the end of the field.
func (b *filterBar) from(th *theme, room int) int {
	from := 0
	for from < b.caret && term.Width(th.cell(raw(b.input[from:b.caret]))) >= room {
		from += max(1, (b.caret-from)/8)
	}
	return min(from, b.caret)
}

// drawProblem writes the line below, the mark under the place of the error.
func (b *filterBar) drawProblem(p *pen, margin bool) {
	at := 2
	if margin {
		at++
	}
	if b.column > 0 {
		at += b.column
	}
	// The words need room more than the mark needs its place.
	if room := p.width - 2 - term.Width(b.problem); at > room {
		at = max(0, min(at, room))
	}
	p.to(at)
	p.lit(bad, p.th.caret)
	p.to(at + 2)
	p.text(bad, p.th.fit(b.problem))
}
