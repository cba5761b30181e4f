package tui

import (
	"strings"
	"testing"
)

// D asks, and once the store is empty the list is; what comes then is shown.
func TestClearTheStore(t *testing.T) {
	var s *screen
	var ran []string
	s = newScreen(t, 80, 24, func(o *Options) {
		withCommand(o, func(words []string) (string, error) {
			ran = append(ran, strings.Join(words, " "))
			s.src.ds = nil
			return "cleared", nil
		})
	}, many(firstPage+pageSize+7)...)
	s.press("m", "D")
	s.contains("lose all 5,307 deliveries")
	s.press("n")
	s.contains("5,307")
	if len(ran) > 0 {
		t.Fatalf("ran %q", ran)
	}
	s.press("D", "y")
	if len(ran) != 1 || ran[0] != "store clear --yes" {
		t.Errorf("ran %q", ran)
	}
	s.contains("Nothing here yet.")
	s.press("D")
	s.contains("there is nothing to clear")
	s.src.put(sample{seq: 6000, event: "after.all", provider: "acme", verdict: "valid", code: 204, attempts: 1}.delivery())
	s.changed()
	s.contains("▸ #6000")
	s.press("enter")
	s.contains("after.all")
}

// A page that was read before the list began anew is of what may be gone.
func TestPagesOfAnotherListAreDropped(t *testing.T) {
	s := newScreen(t, 80, 24, withPages, samples()...)
	rows := append([]row(nil), s.list.rows...)
	s.list.forget()
	s.pages++
	s.send(pageMsg{rows: rows})
	if len(s.list.rows) != 0 {
		t.Errorf("%d rows came back", len(s.list.rows))
	}
}

func TestRemoves(t *testing.T) {
	for line, want := range map[string]bool{
		"store clear --yes": true, "store prune --keep 1d": true, "store prune --dry-run": false, "store stats": false, "store": false, "log": false,
	} {
		if got := removes(strings.Fields(line)); got != want {
			t.Errorf("%s: %t", line, got)
		}
	}
}
