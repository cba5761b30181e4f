package tui

import (
	"strings"

	"github.com/hooks-cli/hooks/term"
)

// pen writes one line of at most width columns. Everything on the screen goes
// through one, so no line is ever wider than its place.
type pen struct {
	th    *theme
	b     []byte
	width int
	col   int
	base  string // what is on for the whole line, such as reverse
}

// begin starts a line.
func (p *pen) begin(width int, base string) {
	p.b = append(p.b[:0], base...)
	p.width, p.col, p.base = width, 0, base
}

// text writes text from outside, cut where the line ends.
func (p *pen) text(r role, t term.Text) {
	cut, columns := term.Fit(t, p.width-p.col, "")
	if columns == 0 {
		return
	}
	sgr := p.th.sgr[r]
	escape := "\x1b[22;24m" + sgr
	p.put(sgr, cut.Styled("\x1b[2;4m", escape), columns)
}

// lit writes a constant of the program.
func (p *pen) lit(r role, s text) {
	if n := len(s); n <= p.width-p.col && isASCII(s) {
		p.put(p.th.sgr[r], string(s), n)
		return
	}
	p.text(r, term.Safe(string(s)))
}

func isASCII(s text) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func (p *pen) put(sgr, s string, columns int) {
	if sgr == "" {
		p.b = append(p.b, s...)
	} else {
		p.b = append(p.b, sgr...)
		p.b = append(p.b, s...)
		p.b = append(p.b, reset...)
		p.b = append(p.b, p.base...)
	}
	p.col += columns
}

// cell writes a column of n columns: text from outside, cut or filled up.
func (p *pen) cell(r role, t term.Text, n int) {
	to := p.col + n
	cut, _ := term.Fit(t, n, p.th.ellipsis)
	p.text(r, cut)
	p.to(to)
}

// right writes text at the right end of a column of n columns.
func (p *pen) right(r role, t term.Text, n int) {
	cut, columns := term.Fit(t, n, "")
	p.to(p.col + n - columns)
	p.text(r, cut)
}

// to writes spaces up to column n.
func (p *pen) to(n int) {
	n = min(n, p.width)
	if n > p.col {
		p.b = append(p.b, blanks[:min(n-p.col, len(blanks))]...)
		for i := len(blanks); i < n-p.col; i++ {
			p.b = append(p.b, ' ')
		}
		p.col = n
	}
}

const blanks = "                                                                                                                                "

// fill repeats a glyph up to column n.
func (p *pen) fill(r role, glyph text, n int) {
	if n = min(n, p.width) - p.col; n > 0 {
		p.put(p.th.sgr[r], strings.Repeat(string(glyph), n), n)
	}
}

// end returns the line.
func (p *pen) end() string {
	if p.base != "" {
		p.b = append(p.b, reset...)
	}
	return string(p.b)
}

// full returns the line filled up with spaces.
func (p *pen) full() string {
	p.to(p.width)
	return p.end()
}
