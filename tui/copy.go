package tui

import (
	"bytes"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// copiedMsg says what came of copying.
type copiedMsg struct {
	what  text
	bytes int
	fits  bool
	seq   int64
	err   error
}

// copy puts a part of the current delivery into the clipboard. It reads the
// delivery anew, so that what is copied is what is recorded.
func (m *model) copy(a action) []command {
	m.over = noOverlay
	r := m.current()
	if r == nil {
		return nil
	}
	id, seq, src, out, ctx := r.id, r.seq, m.src, m.out, m.ctx
	return []command{{do: func() message {
		msg := copiedMsg{seq: seq}
		d, err := src.Get(ctx, string(id))
		if err != nil {
			msg.err = err
			return msg
		}
		var b []byte
		msg.what, b = excerpt(d, a)
		msg.bytes = len(b)
		msg.fits, msg.err = out.copy(b)
		return msg
	}}}
}

// copyText puts a text of the view into the clipboard.
func (m *model) copyText(what text, b []byte) []command {
	out := m.out
	return []command{{do: func() message {
		msg := copiedMsg{what: what, bytes: len(b)}
		msg.fits, msg.err = out.copy(b)
		return msg
	}}}
}

// excerpt returns what an action copies. Headers and curl are masked as in
// exports.
func excerpt(d *store.Delivery, a action) (text, []byte) {
	switch a {
	case doCopyBody:
		return "body", d.Request.Body
	case doCopyHeaders:
		var b bytes.Buffer
		for _, h := range d.Request.Headers {
			value := h.Value
			if secretHeader(h.Name) {
				value = masked
			}
			b.WriteString(h.Name + ": " + value + "\n")
		}
		return "headers", b.Bytes()
	case doCopyURL:
		if d.Destination != "" {
			return "URL", []byte(d.Destination)
		}
		return "URL", []byte(d.Request.Target)
	case doCopyID:
		return "id", []byte(d.ID)
	}
	return "curl", []byte(store.Curl(d, false))
}

func (msg copiedMsg) apply(m *model) []command {
	switch {
	case msg.err != nil:
		m.fail("copy", msg.err)
	case !msg.fits:
		command := term.Join(term.Safe(" "), term.Safe("too large for the clipboard: hooks show"), num(msg.seq))
		m.say(warn, term.Join(term.Text{}, command, term.Safe(showFlag(msg.what))))
	default:
		m.say(good, term.Join(term.Safe(" "), term.Safe("copied "+string(msg.what)+","), size(int64(msg.bytes), true)))
	}
	return nil
}

// showFlag names the flag of hooks show that writes what was to be copied.
func showFlag(what text) string {
	switch what {
	case "body":
		return " --body > FILE"
	case "curl":
		return " --as curl > FILE"
	}
	return " --headers > FILE"
}
