package tui

import (
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/term"
)

// table is the cursor and the window of a page's lines, and which are shown.
type table struct {
	cursor, top, height int
	search              raw
	shown               []int // positions of the lines that the search takes
}

// take shows those of n lines whose text holds every word of the search.
func (t *table) take(n int, text func(i int) string) {
	words := strings.Fields(strings.ToLower(string(t.search)))
	t.shown = t.shown[:0]
	for i := range n {
		line := strings.ToLower(text(i))
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(line, word) }) {
			t.shown = append(t.shown, i)
		}
	}
}

// position is that of the line under the cursor, -1 without any.
func (t *table) position() int {
	if t.cursor < 0 || t.cursor >= len(t.shown) {
		return -1
	}
	return t.shown[t.cursor]
}

// stay puts the cursor on the line that it was on before take, if it is shown.
func (t *table) stay(same func(i int) bool) {
	if at := slices.IndexFunc(t.shown, same); at >= 0 {
		t.cursor = at
	}
}

// drawSearch says what is searched, and how many of all lines are shown.
func (t *table) drawSearch(p *pen, all int) {
	p.lit(dim, "/ ")
	p.text(plain, p.th.line(t.search))
	right := term.Join(term.Safe(" of "), grouped(len(t.shown)), grouped(all))
	p.to(max(p.col, p.width-term.Width(right)-1))
	p.text(dim, right)
}

// settle keeps the cursor among the lines and the window around the cursor.
func (t *table) settle(height int) {
	n := len(t.shown)
	t.height = height
	t.cursor = min(max(t.cursor, 0), max(0, n-1))
	t.top = max(min(t.top, t.cursor), t.cursor-height+1)
	t.top = min(max(t.top, 0), max(0, n-height))
}
