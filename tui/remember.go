package tui

import (
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/term"
)

// Memory keeps texts of the user's between sessions, by name. What cannot be
// read is as if it were empty.
type Memory struct {
	Read  func(name string) ([]byte, error)
	Write func(name string, content []byte) error
}

// The names of what is kept, a filter a line.
const (
	historyName = "filter-history"
	presetsName = "filters"
	maxHistory  = 200
)

// filterMemory are the filters that were used, the latest last, and those that
// the user keeps.
type filterMemory struct {
	history, presets []string
	at               int // how far back the history was gone through, 0 is not
	typed            raw // before that
}

// recall reads what was kept.
func (m *model) recall() {
	m.memory = filterMemory{history: m.linesOf(historyName), presets: m.linesOf(presetsName)}
}

func (m *model) linesOf(name string) []string {
	if m.o.Memory.Read == nil {
		return nil
	}
	content, err := m.o.Memory.Read(name)
	if err != nil {
		return nil
	}
	var lines []string
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimSpace(line); line != "" && len(line) <= maxInput {
			lines = append(lines, line)
		}
	}
	return lines[max(0, len(lines)-maxHistory):]
}

// keep writes lines for the next session.
func (m *model) keep(name string, lines []string) []command {
	if m.o.Memory.Write == nil {
		return nil
	}
	write, content := m.o.Memory.Write, []byte(strings.Join(lines, "\n")+"\n")
	return []command{{do: func() message { return keptMsg{write(name, content)} }}}
}

// keptMsg says whether something was kept.
type keptMsg struct{ err error }

func (msg keptMsg) apply(m *model) []command {
	if msg.err != nil {
		m.fail("keep the filter", msg.err)
	}
	return nil
}

// used notes a filter that was kept in force.
func (m *model) used(filter string) []command {
	k := &m.memory
	k.at = 0
	if filter = strings.TrimSpace(filter); filter == "" {
		return nil
	}
	k.history = append(slices.DeleteFunc(slices.Clone(k.history), func(h string) bool { return h == filter }), filter)
	k.history = k.history[max(0, len(k.history)-maxHistory):]
	return m.keep(historyName, k.history)
}

// preset keeps the filter that is typed, or lets go of it.
func (m *model) preset() []command {
	filter := strings.TrimSpace(string(m.bar.input))
	if filter == "" || !m.bar.problem.Empty() {
		m.say(dim, term.Safe("there is no right filter to keep"))
		return nil
	}
	k := &m.memory
	if i := slices.Index(k.presets, filter); i >= 0 {
		k.presets = slices.Delete(slices.Clone(k.presets), i, i+1)
		m.say(plain, term.Safe("no longer kept"))
	} else {
		k.presets = append(slices.Clone(k.presets), filter)
		m.say(good, term.Safe("kept: tab offers it in an empty filter"))
	}
	return m.keep(presetsName, k.presets)
}

// backIn goes through the history, back or forth again.
func (m *model) backIn(by int) []command {
	k, b := &m.memory, &m.bar
	if k.at == 0 {
		k.typed = raw(string(b.input))
	}
	at := min(max(k.at+by, 0), len(k.history))
	if at == k.at {
		return nil
	}
	k.at = at
	text := string(k.typed)
	if at > 0 {
		text = k.history[len(k.history)-at]
	}
	b.input = []rune(text)
	b.caret = len(b.input)
	return m.typed()
}
