package tui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/hooks-cli/hooks/term"
)

// guest is a program that gets the terminal for a while. The view stands
// still meanwhile, and since nobody sends to it, nobody waits for it.
type guest struct {
	program *exec.Cmd
	done    func(error) message
}

// launch gives the terminal to a program of the user's, started without a
// shell, with a file as its last argument. The file is one that others cannot
// read; done gets its path's content back, and it is removed.
func (m *model) launch(line, name string, content []byte, done func(after []byte, err error) message) {
	words, err := shellWords(line)
	if err == nil && len(words) == 0 {
		err = errNoWords
	}
	if err != nil {
		m.fail("start", fmt.Errorf("%q is no command: %w", line, err))
		return
	}
	dir, err := os.MkdirTemp("", "hooks-") // with mode 0700
	if err != nil {
		m.fail("make a file", err)
		return
	}
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		os.RemoveAll(dir)
		m.fail("make a file", err)
		return
	}
	c := exec.Command(words[0], append(words[1:], file)...)
	c.Stdin, c.Stdout, c.Stderr = m.o.In, m.o.Out, m.o.Out
	g := &guest{c, func(err error) message {
		defer os.RemoveAll(dir)
		if err != nil {
			return done(nil, fmt.Errorf("%s: %w", words[0], err))
		}
		after, err := os.ReadFile(file)
		return done(after, err)
	}}
	m.guest = g
	m.outside = func() message { return g.done(g.program.Run()) }
}

// amendedMsg brings what was edited.
type amendedMsg struct {
	shown, after []byte
	err          error
}

// amend shows the payload in the user's editor, indented if it is JSON.
func (m *model) amend() []command {
	s, body := m.sending, m.payload()
	if m.o.Actions.Revise != nil && len(s.edits) > 0 {
		if revised, err := m.o.Actions.Revise(body, s.edits); err == nil {
			body = revised
		}
	}
	if body == nil && s.seq == 0 {
		m.say(dim, term.Safe("there is no sample to edit"))
		return nil
	}
	shown, name := body, "payload.txt"
	var out bytes.Buffer
	if json.Indent(&out, body, "", "  ") == nil {
		shown, name = append(out.Bytes(), '\n'), "payload.json"
	}
	m.launch(m.o.Editor, name, shown, func(after []byte, err error) message {
		return amendedMsg{shown, after, err}
	})
	return nil
}

func (msg amendedMsg) apply(m *model) []command {
	s := m.sending
	switch {
	case s == nil || m.over != sendOverlay:
		return nil
	case msg.err != nil:
		m.fail("edit", msg.err)
		return nil
	case bytes.Equal(msg.shown, msg.after):
		m.say(dim, term.Safe("nothing was changed"))
		return nil
	}
	before := m.payload()
	after := msg.after
	var compact, was bytes.Buffer
	if json.Compact(&compact, after) == nil && json.Compact(&was, before) == nil && bytes.Equal(was.Bytes(), before) {
		after = compact.Bytes() // as compact as it was recorded
	} else if json.Valid(before) && !json.Valid(after) {
		m.say(warn, term.Safe("what was edited is not JSON any more: it goes out as it is"))
	}
	edits, err := m.o.Actions.Edits(before, after)
	if err != nil {
		m.fail("edit", err)
		return nil
	}
	s.edits = edits
	m.review()
	return nil
}

// openPager shows the body of the detail's tab in the user's pager. What a pager
// gets is escaped as on the screen: not all of them do that.
func (m *model) openPager() []command {
	d := m.detail.d
	if d == nil {
		return nil
	}
	body, _ := m.bodyAt(d, m.detail.tab)
	if len(body) == 0 {
		m.say(dim, term.Safe("there is no body"))
		return nil
	}
	var out bytes.Buffer
	if json.Indent(&out, body, "", "  ") != nil {
		out.Reset()
		out.Write(body)
	}
	text := term.SafeBody(out.String()).String() + "\n"
	m.launch(m.o.Pager, "body.txt", []byte(text), func(_ []byte, err error) message { return pagedMsg{err} })
	return nil
}

// pagedMsg says that the pager is gone.
type pagedMsg struct{ err error }

func (msg pagedMsg) apply(m *model) []command {
	if msg.err != nil {
		m.fail("page", msg.err)
	}
	return nil
}
