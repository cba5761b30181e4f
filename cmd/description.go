package cmd

import (
	"fmt"
	"strings"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/term"
)

// description is text in sections, as the show commands print it.
type description struct{ strings.Builder }

func (t *description) row(name, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if text != "" {
		fmt.Fprintf(t, "%-12s %s\n", name, term.Safe(text))
	}
}

func (t *description) headers(headers sign.Headers) {
	for _, line := range headers {
		fmt.Fprintf(t, "  %s\n", term.Safe(line.Name+": "+line.Value))
	}
}

func (t *description) body(body []byte, encoding string) {
	if len(body) == 0 {
		t.WriteString("\n  (empty)\n")
		return
	}
	t.WriteString("\n")
	for _, line := range bodyView(body, encoding) {
		t.WriteString("  " + line + "\n")
	}
}

// bodyView is a body as lines for people: decoded, indented, bounded and
// escaped, with notes on what was done to it.
func bodyView(body []byte, encoding string) []string {
	decoded, note := term.Decode(body, encoding)
	view := term.NewView(decoded, "")
	var lines []string
	for _, row := range view.Rows {
		lines = append(lines, strings.Repeat("  ", row.Depth)+row.Text.String())
	}
	if !note.Empty() {
		lines = append(lines, "("+note.String()+")")
	}
	for _, n := range view.Notes {
		lines = append(lines, "("+n.String()+")")
	}
	return lines
}
