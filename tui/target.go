package tui

import "github.com/hooks-cli/hooks/term"

// head is a listener: where it listens, and where it forwards to, "" for
// nowhere.
type head struct{ addr, target raw }

// target is whether what received deliveries are forwarded to answered last,
// whatever it said.
type target struct {
	rev      int64 // of the delivery that tells, 0: none did
	answered bool
}

// learn takes over what rows tell.
func (t *target) learn(rows []row) {
	for i := range rows {
		r := &rows[i]
		if !r.sent && r.attempts > 0 && r.rev >= t.rev && (r.code != 0 || r.errorKind != "") {
			*t = target{r.rev, r.code != 0}
		}
	}
}

// listeners are who listens, in a line.
func (m *model) listeners() term.Text {
	texts := make([]term.Text, len(m.heads))
	for i, h := range m.heads {
		texts[i] = m.th.cell(h.addr)
		if h.target != "" {
			texts[i] = term.Join(term.Safe(" -> "), texts[i], m.th.cell(h.target))
		}
	}
	return term.Join(term.Safe(", "), texts...)
}

// reached says whether the target of the one listener answered last; "" where
// there are several, or nothing was forwarded yet.
func (m *model) reached() (role, text) {
	switch {
	case len(m.heads) != 1 || m.heads[0].target == "" || m.target.rev == 0:
		return good, ""
	case m.target.answered:
		return good, " (up)"
	}
	return bad, " (down)"
}
