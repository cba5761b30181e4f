package tui

import "testing"

// A type counts as often as it was received or sent, whichever is more, and a
// delivery whose state changes is counted once.
func TestCensus(t *testing.T) {
	paid := &traits{event: "invoice.paid", provider: "stripe"}
	l := list{}
	l.put([]row{{traits: paid, seq: 3, sent: true}, {traits: paid, seq: 4}})
	l.put([]row{{traits: paid, seq: 4, rev: 7}, {traits: paid, seq: 5}, {traits: wordless, seq: 6}})
	l.prepend([]row{{traits: paid, seq: 1}, {traits: paid, seq: 2, sent: true}})
	for _, c := range []struct{ name, catalog, want string }{
		{"invoice.paid", "stripe", "seen 3x"},
		{"invoice.paid", "revkeen", "never seen"},
		{"", "", "never seen"},
	} {
		if got := l.seen.of(&EventType{Name: c.name, Catalog: c.catalog}).String(); got != c.want {
			t.Errorf("%s of %s: %q, want %q", c.name, c.catalog, got, c.want)
		}
	}
	l.forget()
	if got := l.seen.of(&EventType{Name: "invoice.paid", Catalog: "stripe"}).String(); got != "never seen" {
		t.Errorf("of a store that was cleared: %q", got)
	}
}
