package cmd

import (
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/handshake"
)

// The topic has a row for every handshake, with the marks that it explains, and
// no other.
func TestHandshakeTopic(t *testing.T) {
	text, ok := topic("handshakes")
	if !ok {
		t.Fatal("there is no topic")
	}
	_, rest, _ := strings.Cut(text, "what is to go back\n")
	table, _, _ := strings.Cut(rest, "\n\n")
	var rows []string
	for line := range strings.SplitSeq(table, "\n") {
		rows = append(rows, strings.Join(strings.Fields(line[2:19]), " "))
	}
	var want []string
	for _, h := range handshake.All() {
		name := h.Name
		if h.Keyed {
			name += " *"
		}
		if h.Assumed {
			name += " ?"
		}
		want = append(want, name)
	}
	if strings.Join(rows, "\n") != strings.Join(want, "\n") {
		t.Errorf("the topic lists %q, the program knows %q", rows, want)
	}
}
