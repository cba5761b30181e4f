package tui

import (
	"encoding/json"
	"strings"

	"github.com/hooks-cli/hooks/term"
)

// valueAt is a value that the cursor is on.
type valueAt struct {
	path  string // as in --set; "" is the whole body
	value string // a string without its quotes, else JSON
	plain bool   // it is no object and no list
}

// valueHere is the value of the body under the cursor, as it was recorded.
func (m *model) valueHere() (v valueAt, ok bool) {
	t := &m.detail
	b := t.body()
	if m.focus != inDetail || b == nil || b.view.Form != term.FormJSON {
		return v, false
	}
	at := t.cursor[t.tab] - len(t.lines)
	if at < 0 || at >= len(b.lines) {
		return v, false
	}
	row := b.lines[at].row
	raw, _ := m.bodyAt(t.d, t.tab)
	value, found := descend(raw, b.view.Steps(row))
	if !found {
		return v, false
	}
	v = valueAt{path: b.view.Path(row).String(), value: string(value), plain: true}
	var text string
	switch {
	case json.Unmarshal(value, &text) == nil && value[0] == '"':
		v.value = text
	case len(value) > 0 && (value[0] == '{' || value[0] == '['):
		v.plain = false
	}
	return v, true
}

// descend returns the JSON text of the value that steps lead to. A step is the
// position among the members or items of a value.
func descend(body []byte, steps []int) ([]byte, bool) {
	value := json.RawMessage(body)
	for _, step := range steps {
		d := json.NewDecoder(strings.NewReader(string(value)))
		open, err := d.Token()
		if err != nil {
			return nil, false
		}
		for i := 0; ; i++ {
			if !d.More() {
				return nil, false
			}
			if open == json.Delim('{') {
				d.Token()
			}
			var next json.RawMessage // never the bytes that are recorded
			if d.Decode(&next) != nil {
				return nil, false
			}
			if i == step {
				value = next
				break
			}
		}
	}
	return []byte(strings.TrimSpace(string(value))), true
}

// filterByThis adds what the cursor is on to the filter: a value of the body, a
// header, or the event of the row.
func (m *model) filterByThis() []command {
	r := m.current()
	if r == nil {
		return nil
	}
	words := "event=" + quotedTerm(string(r.event))
	if r.event == "" {
		words = "provider=" + quotedTerm(string(r.provider))
	}
	if v, ok := m.valueHere(); ok {
		if !v.plain {
			m.say(dim, term.Safe("f filters by one value, and this holds several"))
			return nil
		}
		name := "body."
		if m.detail.tab == response {
			name = "response."
		}
		words = name + v.path + "=" + quotedTerm(v.value)
	}
	text := strings.TrimSpace(string(m.bar.text) + " " + words)
	if strings.Contains(string(m.bar.text), "|") {
		text = "(" + string(m.bar.text) + ") " + words
	}
	if err := m.bar.set(raw(text)); err != nil {
		m.fail("filter", err)
		return nil
	}
	m.focus, m.zoomed = inList, false
	return m.refilter()
}

// quotedTerm writes a value of a filter.
func quotedTerm(value string) string {
	if value != "" && strings.Trim(value, plainWord) == "" && !strings.ContainsAny(value, "=:") {
		return value
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}
