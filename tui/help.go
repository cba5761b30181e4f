package tui

import (
	"strings"

	"github.com/hooks-cli/hooks/term"
)

// legend explains what stands in the columns.
var legend = []text{
	"SIG  ok valid  BAD invalid  OLD outside the tolerance",
	"     --- unverified  own sent  new replayed",
	"D    < received  > sent  ~ replayed    A  attempts",
}

// keysWidth is how wide the keys of an entry stand before what they do.
const keysWidth = 14

// helpLines is the help as lines of one column of a width, headings included.
// What a key does goes on in a further line where the column is too narrow.
func (m *model) helpLines(width int) [][]span {
	var lines [][]span
	var in group
	for _, e := range keyTable() {
		if !m.offered(e.binds[0].action) || !e.has(m.helpWords) {
			continue
		}
		if e.group != in {
			if in != "" {
				lines = append(lines, nil)
			}
			in = e.group
			lines = append(lines, []span{lit(title, text(in))})
		}
		keys := term.Safe(string(e.show))
		for _, part := range term.WrapWords(term.Safe(string(e.help)), max(1, width-keysWidth-1)) {
			lines = append(lines, []span{{label, term.Pad(keys, keysWidth, "")}, {plain, part}})
			keys = term.Text{}
		}
	}
	return lines
}

// has tells whether an entry speaks of words.
func (e entry) has(words string) bool {
	return strings.Contains(strings.ToLower(string(e.group)+" "+string(e.show)+" "+string(e.help)), strings.ToLower(words))
}

// helpColumns is how many columns of help a screen has.
func (m *model) helpColumns() int {
	switch m.lay.class {
	case wide:
		return 3
	case medium:
		return 2
	}
	return 1
}

// helpRows lays the help out in columns, and the legend under them.
func (m *model) helpRows() [][]span {
	n := m.helpColumns()
	width := (m.w - 1) / n
	lines := m.helpLines(width)
	rows := (len(lines) + n - 1) / n
	out := make([][]span, 0, rows+len(legend)+1)
	for y := range rows {
		var row []span
		for x := range n {
			var part []span
			if i := x*rows + y; i < len(lines) {
				part = lines[i]
			}
			row = append(row, padded(part, width)...)
		}
		out = append(out, row)
	}
	out = append(out, nil)
	for _, l := range legend {
		out = append(out, []span{lit(dim, l)})
	}
	return out
}

// padded fills spans up to a width.
func padded(spans []span, width int) []span {
	out := make([]span, 0, len(spans)+1)
	for _, s := range spans {
		t, columns := term.Fit(s.text, max(0, width-1), "")
		out = append(out, span{s.role, t})
		width -= columns
	}
	return append(out, span{plain, term.Pad(term.Text{}, max(0, width), "")})
}

// drawHelp draws the help over the whole screen.
func (m *model) drawHelp() []string {
	rows := m.helpRows()
	height := m.h - 4
	p := &m.pen
	lines := make([]string, 0, m.h)
	for y := range m.h {
		p.begin(m.w, "")
		switch {
		case y == m.h-2 && !m.note.text.Empty():
			m.drawAnswer(p)
		case y == 1 || y == m.h-2:
			p.fill(dim, p.th.rule, m.w)
		case y == 0:
			m.drawHelpTitle(p, len(rows), height)
		case y == m.h-1:
			if m.line.kind != noLine {
				m.line.draw(p)
			} else {
				m.drawHints(p)
			}
		case y-2+m.helpTop < len(rows):
			if m.margin() {
				p.to(1)
			}
			line{spans: rows[y-2+m.helpTop]}.draw(p)
		}
		lines = append(lines, p.end())
	}
	return lines
}

func (m *model) drawHelpTitle(p *pen, rows, height int) {
	if m.margin() {
		p.to(1)
	}
	p.lit(title, "keys: "+pageNames[m.page])
	if rows > height {
		at := term.Join(term.Safe("/"), num(int64(m.helpTop+1)), num(int64(rows)))
		p.to(max(p.col, p.width-term.Width(at)-1))
		p.text(dim, at)
	}
}

func (m *model) toggleHelp() {
	m.helpTop, m.helpWords = 0, ""
	if m.over == helpOverlay {
		m.over = noOverlay
		return
	}
	m.over = helpOverlay
}

func (m *model) scrollHelp(n int) {
	last := max(0, len(m.helpRows())-(m.h-4))
	m.helpTop = min(max(m.helpTop+n, 0), last)
}
