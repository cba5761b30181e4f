package tui

import (
	"bytes"
	"os"
	"strings"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// copiedMsg says what came of copying.
type copiedMsg struct {
	what  text
	bytes int
	place raw // the file where it went, "" is the clipboard
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
	id, src, ctx := r.id, m.src, m.ctx
	at, here := m.valueHere()
	switch {
	case a != doCopyPath && a != doCopyValue:
	case !here:
		m.say(dim, term.Safe("put the cursor on a value of the body first"))
		return nil
	case a == doCopyPath:
		return m.copyText("path", []byte(at.path))
	default:
		return m.copyText("value", []byte(at.value))
	}
	put := m.putter()
	return []command{{do: func() message {
		msg := copiedMsg{}
		d, err := src.Get(ctx, string(id))
		if err != nil {
			msg.err = err
			return msg
		}
		var b []byte
		msg.what, b = excerpt(d, a)
		msg.bytes = len(b)
		msg.place, msg.err = put(b)
		return msg
	}}}
}

// copyText puts a text of the view into the clipboard.
func (m *model) copyText(what text, b []byte) []command {
	put := m.putter()
	return []command{{do: func() message {
		msg := copiedMsg{what: what, bytes: len(b)}
		msg.place, msg.err = put(b)
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
	case doCopySignature:
		return "signature", signatureOf(d)
	}
	return "curl", []byte(store.Curl(d, false))
}

func (msg copiedMsg) apply(m *model) []command {
	switch {
	case msg.err != nil:
		m.fail("copy", msg.err)
	case msg.place != "":
		m.say(warn, term.Join(term.Safe(" "), term.Safe("too large for the clipboard: written to"), m.th.line(msg.place)))
	default:
		m.say(good, term.Join(term.Safe(" "), term.Safe("copied "+string(msg.what)+","), size(int64(msg.bytes), true)))
	}
	return nil
}

// signatureOf are the values of the headers that sign a request.
func signatureOf(d *store.Delivery) []byte {
	var values []string
	for _, h := range d.Request.Headers {
		if signing(h.Name) && !secretHeader(h.Name) {
			values = append(values, h.Name+": "+h.Value)
		}
	}
	if len(values) == 1 {
		_, value, _ := strings.Cut(values[0], ": ")
		return []byte(value)
	}
	return []byte(strings.Join(values, "\n"))
}

// putter returns what puts bytes into the clipboards there are: the terminal's,
// which may be another machine's, and the system's. What is too large for them
// goes into a file that nobody else can read, whose path it returns. It is for
// a command: the system's clipboard is a program that may take a while.
func (m *model) putter() func([]byte) (raw, error) {
	out, native, ctx, dir := m.out, m.o.Clipboard, m.ctx, m.o.TraceDir
	return func(b []byte) (raw, error) {
		fits, err := out.copy(b)
		if native != nil && native(ctx, b) == nil || fits || err != nil {
			return "", err
		}
		f, err := os.CreateTemp(dir, "hooks-copied-*")
		if err != nil {
			return "", err
		}
		_, err = f.Write(b)
		if closed := f.Close(); err == nil {
			err = closed
		}
		return raw(f.Name()), err
	}
}
