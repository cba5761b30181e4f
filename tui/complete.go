package tui

import (
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

const (
	// maxChoices is how many completions are offered.
	maxChoices = 50
	// knownRows is how many of the newest rows are asked for values.
	knownRows = 20_000
)

// completion is what tab offers for the word before the caret.
type completion struct {
	choices []string
	at      int // the one in the input, -1 before the second tab
	from    int // where the word begins
}

// complete puts what all choices begin with in the place of the word, and from
// the second tab on the choices themselves, in turn.
func (m *model) complete(by int) bool {
	b := &m.bar
	if len(b.offered.choices) > 1 {
		n := len(b.offered.choices)
		if b.offered.at += by; b.offered.at < 0 {
			b.offered.at = n - 1
		}
		b.offered.at %= n
		b.replace(b.offered.from, b.offered.choices[b.offered.at])
		return true
	}
	from := wordStart(b.input, b.caret)
	word := string(b.input[from:b.caret])
	choices := m.choicesFor(word)
	b.offered = completion{choices: choices, at: -1, from: from}
	if len(choices) == 0 {
		return false
	}
	b.replace(from, commonStart(choices))
	return true
}

// replace puts text in the place of what stands between from and the caret.
func (b *filterBar) replace(from int, text string) {
	b.input = slices.Concat(b.input[:from], []rune(text), b.input[b.caret:])
	b.input = b.input[:min(len(b.input), maxInput)]
	b.caret = min(from+len([]rune(text)), len(b.input))
}

// wordStart is where the word before the caret begins: behind a space, a
// bracket, a bar, and a minus that says not.
func wordStart(input []rune, caret int) int {
	from, quoted := 0, false
	for i, r := range input[:caret] {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case strings.ContainsRune(" (|", r):
			from = i + 1
		case r == '-' && from == i:
			from = i + 1
		}
	}
	return from
}

// choicesFor are the keys that begin with a word, or the values of its key.
func (m *model) choicesFor(word string) []string {
	at := strings.IndexAny(word, ":=!<>~")
	if at < 0 {
		return m.keysFor(word)
	}
	key, op := word[:at], word[at:at+1]
	if op != ":" && op != "=" && op != "!" {
		return nil
	}
	begun := strings.TrimPrefix(word[at:], op)
	if op == "!" {
		op, begun = "!=", strings.TrimPrefix(begun, "=")
	}
	values := store.FilterWords(key)
	if values == nil {
		values = m.valuesOf(key)
	}
	var choices []string
	for _, v := range values {
		if v = quotedTerm(v); strings.HasPrefix(v, begun) && len(choices) < maxChoices {
			choices = append(choices, key+op+v)
		}
	}
	return choices
}

// keysFor are the keys, and before anything is typed the kept filters.
func (m *model) keysFor(word string) []string {
	var choices []string
	if word == "" && len(m.bar.input) == 0 {
		choices = append(choices, m.memory.presets...)
	}
	for _, key := range store.FilterKeys() {
		if !strings.HasPrefix(key, word) {
			continue
		}
		switch key {
		case "header":
			key += "."
		case "attempts", "seq", "size", "duration":
			key += ">"
		default:
			key += ":"
		}
		choices = append(choices, key)
	}
	return choices
}

// valuesOf are the values that the newest rows have of a key, the latest first.
func (m *model) valuesOf(key string) []string {
	var values []string
	seen := map[raw]bool{}
	rows := m.list.rows
	for i := len(rows) - 1; i >= max(0, len(rows)-knownRows) && len(values) < maxChoices; i-- {
		r := &rows[i]
		value := map[string]raw{"event": r.event, "provider": r.provider, "endpoint": r.endpoint, "method": r.method,
			"path": r.target, "reason": r.reason}[key]
		if key == "code" && r.code != 0 {
			value = raw(num(int64(r.code)).String())
		}
		if key == "channel" && len(r.channels) > 0 {
			value = raw(r.channels[0])
		}
		if value != "" && !seen[value] {
			seen[value] = true
			values = append(values, string(value))
		}
	}
	return values
}

// commonStart is what all texts begin with.
func commonStart(all []string) string {
	start := all[0]
	for _, s := range all[1:] {
		for !strings.HasPrefix(s, start) {
			start = start[:len(start)-1]
		}
	}
	return strings.ToValidUTF8(start, "")
}

// drawChoices writes what tab offers, the one that is taken in reverse.
func (b *filterBar) drawChoices(p *pen) {
	c := &b.offered
	p.to(1)
	from := max(0, c.at-2)
	for i := from; i < len(c.choices); i++ {
		t := p.th.cell(raw(c.choices[i]))
		if p.col+term.Width(t) > p.width-1 {
			break
		}
		if i == c.at {
			p.put(reverse, t.String(), term.Width(t))
		} else {
			p.text(dim, t)
		}
		p.to(p.col + 2)
	}
}
