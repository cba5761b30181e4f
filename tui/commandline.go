package tui

import (
	"strings"

	"github.com/hooks-cli/hooks/term"
)

// lineKind is what a line is typed for.
type lineKind int

const (
	noLine lineKind = iota
	commandLine
	searchLine
	fieldLine
	holdLine
	answerLine
)

// inputLine is the line at the bottom: a command in the words of the program,
// or what is searched.
type inputLine struct {
	editor
	kind   lineKind
	before raw
	prompt text
	done   func(string) error // of a field; an error keeps the line
	find   func(raw)          // of a search
}

func (l *inputLine) open(kind lineKind, start string) {
	*l = inputLine{kind: kind, before: raw(start)}
	l.insert([]rune(start))
}

// prompt asks for the text of a field.
func (m *model) prompt(prompt text, start string, done func(string) error) {
	m.line.open(fieldLine, start)
	m.line.prompt, m.line.done = prompt, done
}

// openSearch asks for the words that the lines of a page must hold.
func (m *model) openSearch(start raw, find func(raw)) {
	m.line.open(searchLine, string(start))
	m.line.find = find
}

// searching takes over what was typed so far.
func (m *model) searching() {
	if m.line.kind == searchLine {
		m.line.find(raw(string(m.line.input)))
	}
}

// endLine runs what was typed, or forgets it.
func (m *model) endLine(a action) []command {
	l := m.line
	m.line = inputLine{}
	switch {
	case l.kind == searchLine && a == doCancelLine:
		l.find(l.before)
	case l.kind == fieldLine && a == doRunLine:
		if err := l.done(string(l.input)); err != nil {
			m.line = l
			m.fail("set", err)
		}
	case l.kind == commandLine && a == doRunLine:
		words, err := split(string(l.input))
		if err != nil {
			m.line = l
			m.fail("command", err)
			return nil
		}
		return m.runWords(words...)
	case (l.kind == holdLine || l.kind == answerLine) && a == doRunLine:
		if err := m.gate.typed(m, l.kind, string(l.input)); err != nil {
			m.line = l
			m.fail(l.kind.prompt(), err)
		}
	}
	return nil
}

// prompt is what stands before the line.
func (k lineKind) prompt() text {
	return [...]text{noLine: "", commandLine: "hooks", searchLine: "/", holdLine: "hold", answerLine: "answer"}[k]
}

// draw writes the line with its caret, the end of it if it is too long.
func (l *inputLine) draw(p *pen) {
	prompt := l.kind.prompt() + " "
	if l.kind == fieldLine {
		prompt = l.prompt
	}
	p.lit(label, prompt)
	l.editor.draw(p, max(1, p.width-p.col-2))
}

// question waits for a yes.
type question struct {
	text  raw
	words []string
}

// wonder asks before a command is run that cannot be undone.
func (m *model) wonder(what string, words ...string) {
	m.asked = &question{raw(what), words}
}

func (m *model) answered(yes bool) []command {
	q := m.asked
	m.asked = nil
	if !yes || q == nil {
		return nil
	}
	return m.runWords(q.words...)
}

func (q *question) draw(p *pen) {
	p.text(warn, term.Join(term.Safe("  "), p.th.line(q.text), term.Safe("y yes, n no")))
}

// plainWord are the characters that mean themselves to every shell.
const plainWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"

// quoted writes words so that split, or a shell, reads them again.
func quoted(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w
		if w == "" || strings.Trim(w, plainWord) != "" {
			out[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return strings.Join(out, " ")
}
