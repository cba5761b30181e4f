package cmd

import (
	"strings"

	"github.com/hooks-cli/hooks/term"
)

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
