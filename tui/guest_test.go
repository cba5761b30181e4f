package tui

import (
	"strings"
	"testing"
)

func TestNoProgram(t *testing.T) {
	for line, why := range map[string]string{" ": `" " is no command: it has no words`, `vi "x`: `"vi \"x" is no command: a quote is not closed`} {
		s := newScreen(t, 100, 24, nil)
		s.launch(line, "payload.txt", nil, nil)
		if frame := uncoloured(s.view()); !strings.Contains(frame, why) || s.outside != nil {
			t.Errorf("%q: %s is not said in\n%s", line, why, frame)
		}
	}
}
