package tui

import (
	"slices"

	"github.com/hooks-cli/hooks/term"
)

// askToClear asks before every delivery is removed.
func (m *model) askToClear() {
	if m.began && len(m.list.rows) == 0 {
		m.say(dim, term.Safe("there is nothing to clear"))
		return
	}
	m.wonder("lose all "+m.total().String()+" deliveries, the unfinished ones too?", "store", "clear", "--yes")
}

// removes tells a command that takes deliveries away. The store tells of those
// that come and change, not of those that go.
func removes(words []string) bool {
	return len(words) > 1 && words[0] == "store" && (words[1] == "clear" || words[1] == "prune") && !slices.Contains(words, "--dry-run")
}

// startAnew reads the list again, after deliveries were taken away.
func (m *model) startAnew() []command {
	m.pages++
	nth := m.pages
	m.list.forget()
	m.target = target{}
	m.detail = detail{asked: m.detail.asked + 1, tab: m.detail.tab}
	m.focus, m.zoomed, m.began, m.loading = inList, false, false, false
	return []command{{do: func() message { return m.readPage(nth, 0, firstPage) }}}
}

// readPage reads a page for the list as it is now, which is its nth.
func (m *model) readPage(nth int, before int64, limit int) message {
	msg := m.feed.page(m.ctx, before, limit)
	msg.nth = nth
	return msg
}
