package tui

import (
	"strings"
	"unicode"

	"github.com/hooks-cli/hooks/term"
)

// hunt is what is searched in a detail.
type hunt struct {
	words string
	fold  bool // capitals do not count
}

// newHunt searches words: capitals count if there are any among them.
func newHunt(words string) hunt {
	h := hunt{words, strings.IndexFunc(words, unicode.IsUpper) < 0}
	if h.fold {
		h.words = strings.ToLower(words)
	}
	return h
}

// in tells whether a text has the words.
func (h hunt) in(t term.Text) bool {
	if h.words == "" {
		return false
	}
	text := t.String()
	if h.fold {
		text = strings.ToLower(text)
	}
	return strings.Contains(text, h.words)
}

// inLine tells whether a line of the tab has the words.
func (h hunt) inLine(l line) bool {
	if h.words == "" {
		return false
	}
	parts := make([]term.Text, len(l.spans))
	for i, s := range l.spans {
		parts[i] = s.text
	}
	return h.in(term.Join(term.Text{}, parts...))
}

// lookFor opens the line in which words for the detail are typed.
func (m *model) lookFor() {
	m.prompt("/ ", "", func(words string) error {
		m.hunt = newHunt(words)
		m.nextMatch(1, true)
		return nil
	})
}

// nextMatch goes to the next line of the tab that has the words, or the one
// before; here counts, too, where that is wanted. It goes round at the end.
func (m *model) nextMatch(by int, here bool) {
	t := &m.detail
	all, n := t.matches(m.hunt)
	if m.hunt.words == "" {
		m.say(dim, term.Safe("/ searches here"))
		return
	}
	if n == 0 {
		m.say(warn, term.Join(term.Safe(" "), term.Safe("not here:"), m.th.quote(m.hunt.words)))
		return
	}
	at, size := t.spot(), len(all)
	if !here {
		at += by
	}
	for ; !all[(at+size)%size]; at += by {
	}
	at = (at + size) % size
	t.goTo(at)
	nth := 0
	for _, hit := range all[:at+1] {
		if hit {
			nth++
		}
	}
	m.say(plain, term.Join(term.Safe(" "), m.th.quote(m.hunt.words), num(int64(nth)), term.Safe("of"), num(int64(n))))
}

// matches says of each line of the tab, and then of each row of its body,
// folded ones included, whether it has the words.
func (t *detail) matches(h hunt) (all []bool, n int) {
	for _, l := range t.lines {
		all = append(all, h.inLine(l))
	}
	if b := t.body(); b != nil {
		for _, r := range b.view.Rows {
			all = append(all, h.in(r.Text))
		}
	}
	for _, hit := range all {
		if hit {
			n++
		}
	}
	return all, n
}

// spot is where the cursor is among the lines and rows of matches.
func (t *detail) spot() int {
	at := t.cursor[t.tab]
	b := t.body()
	switch {
	case b == nil:
		return min(t.at[t.tab], max(0, len(t.lines)-1))
	case at >= len(t.lines) && at-len(t.lines) < len(b.lines):
		return len(t.lines) + b.lines[at-len(t.lines)].row
	}
	return at
}

// goTo puts the cursor there, or the window where there is none.
func (t *detail) goTo(at int) {
	b := t.body()
	switch {
	case b == nil:
		t.at[t.tab] = at
		t.top[t.tab] = at - t.height/2
	case at >= len(t.lines):
		t.cursor[t.tab] = len(t.lines) + b.reveal(at-len(t.lines))
	default:
		t.cursor[t.tab] = at
	}
	t.settle()
}

// found tells whether a line on the screen has the words.
func (t *detail) found(h hunt, at int) bool {
	if h.words == "" {
		return false
	}
	if at < len(t.lines) {
		return h.inLine(t.lines[at])
	}
	b := t.body()
	if b == nil || at-len(t.lines) >= len(b.lines) {
		return false
	}
	return h.in(b.lines[at-len(t.lines)].text)
}
