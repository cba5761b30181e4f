package tui

import (
	"time"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// revealed is how long a secret stays on the screen.
const revealed = 10 * time.Second

// reveal shows a secret for a while.
func (m *model) reveal(id string) []command {
	if m.o.Actions.Command == nil {
		return nil
	}
	run := m.o.Actions.Command
	return []command{{do: func() message {
		out, err := run(m.ctx, []string{"secret", "show", id, "--reveal"})
		return secretMsg{of: id, text: out, err: err}
	}}}
}

// revealKey shows the secret of the delivery in the detail for a while.
func (m *model) revealKey() []command {
	d, find := m.detail.d, m.o.Actions.Secret
	if d == nil {
		return nil
	}
	m.detail.tab = signature
	return []command{{do: func() message {
		secret, which, err := find(m.ctx, d)
		return secretMsg{of: d.ID, text: secret, which: which, err: err}
	}}}
}

// secretMsg carries a secret that is to be seen for a while.
type secretMsg struct {
	of    string
	text  string
	which string
	err   error
}

func (msg secretMsg) apply(m *model) []command {
	if msg.err != nil {
		m.fail("secret", msg.err)
		return nil
	}
	m.reveals++
	m.secretOf, m.secretIs = msg.of, m.th.line(raw(msg.which))
	m.secret = m.th.line(raw(trimmed(msg.text)))
	return []command{later(m.ctx, revealed, hideMsg{m.reveals})}
}

// hideMsg takes a secret from the screen.
type hideMsg struct{ nth int }

func (msg hideMsg) apply(m *model) []command {
	if msg.nth == m.reveals {
		m.secret = term.Text{}
	}
	return nil
}

// writeSecret writes what is known of the secret of a delivery, or for a while
// the secret itself.
func writeSecret(m *model, s *sheet, d *store.Delivery) {
	if !m.secret.Empty() && m.secretOf == d.ID {
		s.fields("secret", span{warn, m.secret}, span{plain, m.secretIs}, lit(dim, "shown for 10 s"))
		return
	}
	parts := []span{lit(plain, masked), lit(dim, "never part of the record")}
	if m.offered(doRevealKey) {
		parts = append(parts, lit(dim, "s reveal"))
	}
	s.fields("secret", parts...)
}
