package tui

import "github.com/hooks-cli/hooks/term"

// replayedMsg says what came of a replay.
type replayedMsg struct {
	id   raw
	text string
	err  error
}

func (msg replayedMsg) apply(m *model) []command {
	m.busy = ""
	if msg.err != nil {
		m.fail("replay", msg.err)
		return nil
	}
	m.say(good, m.th.line(raw(msg.text)))
	return nil
}

// replay sends the selected delivery again. One at a time: a key that is held
// down does not flood a target.
func (m *model) replay() []command {
	r := m.current()
	if r == nil || m.o.Actions.Replay == nil {
		return nil
	}
	if m.busy != "" {
		m.say(dim, term.Join(term.Safe(" "), term.Safe("still replaying"), m.th.line(m.busy)))
		return nil
	}
	id := r.id
	m.busy = id
	m.say(plain, term.Join(term.Text{}, term.Safe("replaying #"), num(r.seq)))
	return []command{{do: func() message {
		said, err := m.o.Actions.Replay(m.ctx, string(id))
		return replayedMsg{id: id, text: said, err: err}
	}}}
}
