package tui

import (
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/store"
)

// The head line says whether the target answered last: what it said does not
// count, nor what hooks sent by itself.
func TestTargetUpOrDown(t *testing.T) {
	s := newScreen(t, 120, 20, nil)
	says := func(want string) {
		t.Helper()
		s.changed()
		line, _, _ := strings.Cut(s.text(), "\n")
		if got := strings.Contains(line, "(up)"); got != (want == "(up)") {
			t.Errorf("the head line is %q, want %q", line, want)
		}
		if got := strings.Contains(line, "(down)"); got != (want == "(down)") {
			t.Errorf("the head line is %q, want %q", line, want)
		}
	}
	put := func(x sample) {
		x.event, x.provider, x.verdict = "a", "acme", "valid"
		s.src.put(x.delivery())
	}
	says("")
	put(sample{seq: 1}) // not forwarded
	says("")
	put(sample{seq: 2, attempts: 1, errorKind: store.ErrConnect})
	says("(down)")
	put(sample{seq: 3, attempts: 1, code: 500})
	says("(up)")
	put(sample{seq: 4, attempts: 1, errorKind: store.ErrConnect, trigger: store.TriggerAuto})
	says("(up)")
	put(sample{seq: 2, attempts: 2, errorKind: store.ErrTimeout}) // the older one again, later
	says("(down)")
	s.at = s.at.Add(1 << 40)
	s.feed.last = s.at // the listeners are asked for again
	s.src.listeners = append(s.src.listeners, store.Listener{Addr: "127.0.0.1:4500", Forward: []string{"http://localhost:9"}})
	says("")
}
