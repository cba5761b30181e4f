package tui

import (
	"unicode/utf8"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/term"
)

// form is how a body is wanted.
type form int

const (
	pretty form = iota
	asText
	asHex
	forms
)

// bodyPane shows a prepared body: folds, wraps, and draws what is seen of it.
type bodyPane struct {
	view   term.View
	form   form
	from   int    // where the part that is shown begins, in bytes
	folded []bool // by row
	wrap   bool
	lines  []bodyLine
	width  int  // that lines were made for
	stale  bool // lines must be made again
}

// bodyLine is a line on the screen: a row of the view, or a part of one.
type bodyLine struct {
	row    int
	text   term.Text
	more   bool      // a further part of the row
	inside term.Text // what stands for folded rows
}

// prepare makes a body ready for the screen. It may take a while and touches
// nothing of the model, so it runs in a command.
func prepare(th *theme, b []byte, headers sign.Headers, want form) term.View {
	return prepareFrom(th, b, headers, want, 0)
}

// prepareFrom makes a body ready from a byte on.
func prepareFrom(th *theme, b []byte, headers sign.Headers, want form, from int) term.View {
	encoding, _ := headers.Get("Content-Encoding")
	contentType, _ := headers.Get("Content-Type")
	decoded, note := term.Decode(b, encoding)
	if want == asHex {
		decoded, note = b, term.Text{}
	}
	decoded = decoded[min(from, len(decoded)):]
	var v term.View
	switch {
	case from > 0 && want == pretty && !utf8.Valid(decoded[:min(len(decoded), 4096-utf8.UTFMax)]), want == asHex:
		v = term.HexView(decoded, 16)
	case from > 0, want == asText:
		v = term.TextView(decoded)
	default:
		v = term.NewView(decoded, contentType)
	}
	if !note.Empty() {
		v.Notes = append([]term.Text{note}, v.Notes...)
	}
	for i := range v.Rows {
		v.Rows[i].Text = th.fit(v.Rows[i].Text)
	}
	for i := range v.Notes {
		v.Notes[i] = th.fit(v.Notes[i])
	}
	return v
}

// show takes over a prepared body. Text wraps, JSON and hex do not.
func (b *bodyPane) show(v term.View, f form) {
	*b = bodyPane{view: v, form: f, folded: make([]bool, len(v.Rows)), wrap: v.Form == term.FormText, stale: true}
}

// keep takes over a newer state of the same body and keeps what is folded.
func (b *bodyPane) keep(v term.View) {
	folded, wrap := b.folded, b.wrap
	same := v.Form == b.view.Form && len(v.Rows) == len(b.view.Rows)
	b.show(v, b.form)
	if same {
		b.folded, b.wrap = folded, wrap
	}
}

// layout makes the lines for a width, when something changed.
func (b *bodyPane) layout(width int) {
	if !b.stale && b.width == width {
		return
	}
	b.width, b.stale, b.lines = width, false, b.lines[:0]
	for i := 0; i < len(b.view.Rows); i++ {
		r := b.view.Rows[i]
		if b.folded[i] && r.Partner > i {
			b.lines = append(b.lines, bodyLine{row: i, text: r.Text, inside: b.inside(i)})
			i = r.Partner
			continue
		}
		if !b.wrap {
			b.lines = append(b.lines, bodyLine{row: i, text: r.Text})
			continue
		}
		for n, part := range term.Wrap(r.Text, max(1, width-b.gutter(r.Depth, width))) {
			b.lines = append(b.lines, bodyLine{row: i, text: part, more: n > 0})
		}
	}
}

// inside says what a folded row holds, up to its closing bracket.
func (b *bodyPane) inside(row int) term.Text {
	r := b.view.Rows[row]
	last := b.view.Rows[r.Partner].Text
	what := counted(r.Items, "key", "keys")
	if last.String()[0] == ']' {
		what = counted(r.Items, "item", "items")
	}
	return term.Join(term.Safe(" "), term.Text{}, what, last)
}

// cursorWidth is the room for the cursor at the left of a body.
const cursorWidth = 2

// gutter returns the columns before the text of a row. Guides never take more
// than half of a line.
func (b *bodyPane) gutter(depth, width int) int {
	return cursorWidth + 2*b.guides(depth, width) + b.marker()
}

func (b *bodyPane) guides(depth, width int) int { return min(depth, width/4) }

// marker returns the columns for the fold mark; only JSON has them.
func (b *bodyPane) marker() int {
	if b.view.Form == term.FormJSON {
		return 2
	}
	return 0
}

// draw writes one line.
func (b *bodyPane) draw(p *pen, i int, cursor bool) {
	l := b.lines[i]
	r := b.view.Rows[l.row]
	start := p.col
	if cursor {
		p.lit(title, p.th.cursor)
	}
	p.to(start + cursorWidth)
	for range b.guides(r.Depth, p.width-start) {
		p.lit(dim, p.th.bar)
		p.to(p.col + 1)
	}
	if b.marker() > 0 {
		b.drawMarker(p, l, r)
	}
	if b.view.Form != term.FormJSON {
		p.text(plain, term.Truncate(l.text, p.width-p.col, p.th.ellipsis))
		return
	}
	cut := term.Truncate(l.text, p.width-p.col, p.th.ellipsis)
	term.Lex(cut, func(kind term.Lexeme, part term.Text) { p.text(lexRole(kind), part) })
	p.text(dim, l.inside)
}

func (b *bodyPane) drawMarker(p *pen, l bodyLine, r term.Row) {
	to := p.col + 2
	switch {
	case l.more || r.Partner <= l.row:
	case l.inside.Empty():
		p.lit(dim, p.th.opened)
	default:
		p.lit(dim, p.th.closed)
	}
	p.to(to)
}

func lexRole(kind term.Lexeme) role {
	switch kind {
	case term.Key:
		return keyName
	case term.StringValue:
		return stringValue
	case term.Number:
		return number
	case term.Word:
		return word
	}
	return plain
}

// fold folds or unfolds at a line and returns the line on which the cursor
// stands then: folding inside a container folds that container.
func (b *bodyPane) fold(i int, shut bool) int {
	if i < 0 || i >= len(b.lines) {
		return i
	}
	row := b.lines[i].row
	if r := b.view.Rows[row]; r.Partner == row || b.folded[row] == shut && shut {
		row = b.parent(row)
	} else if r.Partner < row {
		row = r.Partner
	}
	if row < 0 || b.view.Rows[row].Partner <= row {
		return i
	}
	if !shut && row != b.lines[i].row {
		return i // only what the cursor is on opens
	}
	b.folded[row], b.stale = shut, true
	b.layout(b.width)
	return b.lineOf(row)
}

// toggle folds what is open and opens what is folded.
func (b *bodyPane) toggle(i int) int {
	if i < 0 || i >= len(b.lines) {
		return i
	}
	return b.fold(i, !b.folded[b.lines[i].row])
}

// foldAll folds everything inside the outermost value, or unfolds it.
func (b *bodyPane) foldAll(i int, shut bool) int {
	if i < 0 || i >= len(b.lines) {
		return i
	}
	row := b.lines[i].row
	for n, r := range b.view.Rows {
		b.folded[n] = shut && r.Partner > n && r.Depth > 0
	}
	b.stale = true
	b.layout(b.width)
	return b.lineOf(row)
}

// parent returns the row that opens the container of a row, -1 outside any.
func (b *bodyPane) parent(row int) int {
	depth := b.view.Rows[row].Depth
	for i := row - 1; i >= 0; i-- {
		if b.view.Rows[i].Depth < depth {
			return i
		}
	}
	return -1
}

// lineOf returns the line that shows a row, or the folded row around it.
func (b *bodyPane) lineOf(row int) int {
	at := 0
	for i, l := range b.lines {
		if l.row > row {
			break
		}
		if !l.more {
			at = i
		}
	}
	return at
}
