package tui

import (
	"context"
	"strings"

	"github.com/hooks-cli/hooks/term"
)

// output is a command that was run from here, and what it said.
type output struct {
	words  []string
	lines  []term.Text
	failed bool
	top    int
	cancel context.CancelFunc // nil once it is over
}

// outputMsg says what a command came to.
type outputMsg struct {
	text string
	err  error
}

// maxOutput is how many lines of what a command said are kept.
const maxOutput = 5_000

// runWords runs a command of the program, one at a time.
func (m *model) runWords(words ...string) []command { return m.runShown(words, words) }

// runShown is runWords for words that may not be shown as they are.
func (m *model) runShown(words, shown []string) []command {
	if m.o.Actions.Command == nil || len(words) == 0 {
		return nil
	}
	if m.said.cancel != nil {
		m.say(dim, term.Join(term.Safe(" "), term.Safe("still running: hooks"), m.th.quote(quoted(m.said.words))))
		return nil
	}
	ctx, cancel := context.WithCancel(m.ctx)
	m.said = output{words: shown, cancel: cancel}
	m.say(plain, term.Join(term.Safe(" "), term.Safe("$ hooks"), m.th.quote(quoted(shown))))
	run := m.o.Actions.Command
	return []command{{do: func() message {
		defer cancel()
		text, err := run(ctx, words)
		return outputMsg{text, err}
	}}}
}

// apply shows one line where it was, and more in a window.
func (msg outputMsg) apply(m *model) []command {
	o := &m.said
	o.cancel = nil
	if m.form != nil && m.form.running && m.form.ended(m, msg) {
		m.note = span{}
		return nil
	}
	text := msg.text
	if msg.err != nil {
		o.failed = true
		text += msg.err.Error()
	}
	for l := range strings.SplitSeq(trimmed(text), "\n") {
		if len(o.lines) == maxOutput {
			break
		}
		o.lines = append(o.lines, m.th.line(raw(l)))
	}
	r := good
	if o.failed {
		r = bad
	}
	m.say(r, o.lines[0])
	if len(o.lines) > 1 {
		m.over = outputOverlay
	}
	if msg.err == nil && removes(o.words) {
		return append(m.startAnew(), m.console.refresh(m)...)
	}
	return m.console.refresh(m)
}

// stop ends a command that is still running.
func (o *output) stop() bool {
	if o.cancel == nil {
		return false
	}
	o.cancel()
	return true
}

func (o *output) scroll(n, height int) {
	o.top = min(max(o.top+n, 0), max(0, len(o.lines)-height))
}

// drawOutput draws what a command said over the whole screen.
func (m *model) drawOutput() []string {
	p, o := &m.pen, &m.said
	o.scroll(0, m.h-4)
	lines := make([]string, 0, m.h)
	for y := range m.h {
		p.begin(m.w, "")
		if m.margin() && y != 1 && y != m.h-2 && y != m.h-1 {
			p.to(1)
		}
		switch at := y - 2 + o.top; {
		case y == 0:
			p.lit(title, "$ hooks ")
			p.text(title, m.th.line(raw(quoted(o.words))))
		case y == 1 || y == m.h-2:
			p.fill(dim, p.th.rule, m.w)
		case y == m.h-1:
			m.drawHints(p)
		case at < len(o.lines):
			r := plain
			if o.failed {
				r = bad
			}
			p.text(r, o.lines[at])
		}
		lines = append(lines, p.end())
	}
	return lines
}
