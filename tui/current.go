package tui

import (
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// say shows what a key came to.
func (m *model) say(r role, t term.Text) { m.note = span{r, t} }

// fail shows an error.
func (m *model) fail(what text, err error) {
	m.say(bad, m.th.quote(string(what)+": "+err.Error()))
}

// current returns the row that keys are about: that of the detail when it has
// the focus, the selected one in the list.
func (m *model) current() *row {
	if m.focus == inDetail {
		if i, found := m.list.find(m.detail.seq); found {
			return &m.list.rows[i]
		}
		if m.detail.d != nil {
			r := newRow(m.detail.d, interner{})
			return &r
		}
	}
	return m.list.selected()
}

// delivery returns what is loaded of the current row, nil if it is not.
func (m *model) delivery() *store.Delivery {
	if r := m.current(); r != nil && m.detail.seq == r.seq {
		return m.detail.d
	}
	return nil
}
