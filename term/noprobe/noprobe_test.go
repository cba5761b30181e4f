package noprobe

import (
	"os"
	"testing"
)

func TestRestorePutsBackWhatWasThere(t *testing.T) {
	if got := os.Getenv("TERM"); got != "dumb" {
		t.Fatalf("TERM is %q after the initialisation, want dumb", got)
	}
	oldTerm, oldHad := term, had
	t.Cleanup(func() { term, had = oldTerm, oldHad; Restore() })

	term, had = "xterm-256color", true
	Restore()
	if got := os.Getenv("TERM"); got != "xterm-256color" {
		t.Errorf("TERM is %q after Restore, want xterm-256color", got)
	}
	term, had = "", false
	Restore()
	if got, ok := os.LookupEnv("TERM"); ok {
		t.Errorf("TERM is %q after Restore, want it unset", got)
	}
}
