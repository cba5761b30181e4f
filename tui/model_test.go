package tui

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/store"
)

func TestNewRowsAppearAndFollow(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.contains("following")
	s.src.put(sample{seq: 1285, event: "order.created", provider: "acme", verdict: "valid", code: 204, attempts: 1}.delivery())
	s.changed()
	s.contains("▸ #1285")
	s.press("k")
	for seq := int64(1286); seq < 1310; seq++ {
		s.src.put(sample{seq: seq, event: "order.created", provider: "acme", verdict: "valid", code: 204, attempts: 1}.delivery())
	}
	s.changed()
	s.contains("▸ #1284")
	s.contains("17 below")
	s.press("G")
	s.contains("▸ #1309")
}

func TestAChangedRowIsReplaced(t *testing.T) {
	s := newScreen(t, 120, 35, nil, samples()...)
	s.open(1277)
	s.contains("Att 3")
	d := sample{seq: 1277, event: "invoice.paid", provider: "stripe", verdict: "valid", code: 200, attempts: 4, answer: 200, size: 1843}.delivery()
	s.src.put(d)
	s.changed()
	s.contains("#1277 14:02:56 < 200 ok  invoice.paid          stripe   4")
	s.contains("Att 4")
}

func TestFilterIsValidatedWhileTyping(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.press("/")
	s.write("verdict:inval")
	s.contains("keeping last valid: 9")
	s.write("id")
	s.contains("2 of 9")
	if text := s.text(); strings.Contains(text, "payment.succeeded") {
		t.Errorf("the filter is not in force:\n%s", text)
	}
	s.press("backspace")
	s.contains("keeping last valid: 2")
	s.press("enter")
	if !s.bar.typing {
		t.Error("a wrong filter was kept")
	}
	s.press("esc")
	s.contains("payment.succeeded")
	s.press("/")
	s.write("invoice")
	s.press("enter", "esc")
	if s.bar.inForce != nil {
		t.Error("esc does not clear the filter")
	}
}

func TestDeepFilterAsksTheStore(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.press("/")
	s.write("body.id:evt_sample79")
	s.contains("1 of 9")
	s.contains("transaction_completed")
	s.src.put(sample{seq: 1379, event: "late.one", provider: "acme", verdict: "valid", code: 204, attempts: 1}.delivery())
	s.src.put(sample{seq: 1380, event: "late.two", provider: "acme", verdict: "valid", code: 204, attempts: 1}.delivery())
	s.changed()
	s.contains("late.one")
	if text := s.text(); strings.Contains(text, "late.two") {
		t.Errorf("a delivery that does not match is shown:\n%s", text)
	}
	s.press("ctrl+u")
	s.contains("late.two")
}

func TestDeepFilterGoesThroughManyPages(t *testing.T) {
	s := newScreen(t, 80, 24, nil, many(3*searchPage)...)
	s.press("/")
	s.write("header.authorization:hunter2")
	if s.list.len() != 3*searchPage || s.search.running {
		t.Errorf("%d of %d found, running %t", s.list.len(), 3*searchPage, s.search.running)
	}
}

func TestOlderRowsAreLoaded(t *testing.T) {
	s := newScreen(t, 80, 24, nil, many(firstPage+pageSize+7)...)
	if n := len(s.list.rows); n != firstPage+pageSize+7 || s.loading || s.older {
		t.Errorf("%d rows, loading %t, older %t", n, s.loading, s.older)
	}
}

func TestReplayIsOneAtATime(t *testing.T) {
	var asked []string
	result := errors.New("connection refused \x1b]0;x\x07")
	s := newScreen(t, 80, 24, func(o *Options) {
		o.Actions.Replay = func(_ context.Context, id string) (string, error) {
			asked = append(asked, id)
			return "", result
		}
	}, samples()...)
	first := s.update(keyMsg{runes: []rune("r")})
	second := s.update(keyMsg{runes: []rune("r")})
	if len(second) != 0 {
		t.Error("a second replay began before the first was done")
	}
	s.contains("still replaying dlv_")
	s.run(first)
	s.contains(`replay: connection refused \x1b]0;x\x07`)
	result = nil
	s.press("r")
	if len(asked) != 2 {
		t.Errorf("asked for %v", asked)
	}
}

func TestReplayIsNotOfferedWithoutIt(t *testing.T) {
	s := newScreen(t, 120, 35, nil, samples()...)
	s.press("r")
	if strings.Contains(s.text(), "replay  ") || s.busy != "" {
		t.Errorf("replay is offered:\n%s", s.text())
	}
	s.press("?")
	if strings.Contains(s.text(), "replay, signed afresh") {
		t.Errorf("the help offers replay:\n%s", s.text())
	}
}

func TestCopy(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.open(1277)
	for key, want := range map[string]string{"b": `{"id":"evt_sample77"`, "h": "Authorization: ***\n", "u": "http://localhost:3000/hooks/stripe", "i": "dlv_01HZX", "c": "curl"} {
		s.press("y", key)
		if !strings.Contains(string(s.copied), want) {
			t.Errorf("y %s copies %q, want %q in it", key, s.copied, want)
		}
		if strings.Contains(string(s.copied), "hunter2") {
			t.Errorf("y %s copies a secret: %q", key, s.copied)
		}
	}
	s.press("Y")
	s.contains("copied curl")
	big := samples()[0]
	big.Seq, big.ID, big.Request.Body = 2000, "dlv_big", make([]byte, maxClipboard)
	s.src.put(big)
	s.changed()
	s.press("q", "G", "y", "b")
	s.contains("too large for the clipboard: written to")
}

func TestPasteIsNeverAKey(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.send(keyMsg{runes: []rune("q"), pasted: true})
	s.send(keyMsg{runes: []rune("/verdict:valid"), pasted: true})
	if s.request != nothing || s.bar.typing {
		t.Error("pasted letters were taken as keys")
	}
	s.press("/")
	s.send(keyMsg{runes: []rune(strings.Repeat("x\x1b[2J\n", 1<<17)), pasted: true})
	if len(s.bar.input) != maxInput {
		t.Errorf("the input has %d characters", len(s.bar.input))
	}
	s.text()
}

func TestBackAndQuit(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.press("enter", "?", "q", "q")
	if s.request != nothing || s.focus != inList {
		t.Errorf("request %d, focus %d after the way back", s.request, s.focus)
	}
	s.press("q")
	if s.request != quit {
		t.Errorf("q at the root: request %d", s.request)
	}
	s = newScreen(t, 80, 24, nil, samples()...)
	s.press("/", "ctrl+c")
	if s.request != interrupt {
		t.Errorf("ctrl+c: request %d", s.request)
	}
}

func TestMouse(t *testing.T) {
	s := newScreen(t, 120, 35, withReplay, samples()...)
	s.send(mouseMsg{x: 5, y: topLines + 1, click: true})
	if s.list.cursor != 1276 || s.focus != inList {
		t.Errorf("a click selects #%d", s.list.cursor)
	}
	s.send(mouseMsg{x: 5, y: topLines + 1, click: true})
	if s.focus != inDetail {
		t.Error("a second click does not open")
	}
	spot := s.tabStrip(s.lay.detail.w)[signature]
	s.send(mouseMsg{x: s.lay.detail.x + spot.from, y: s.lay.detail.y, click: true})
	if s.detail.tab != signature {
		t.Errorf("a click on a tab chooses %d", s.detail.tab)
	}
	s.send(mouseMsg{x: 5, y: topLines + 4, wheel: 1})
	if s.list.cursor != 1279 {
		t.Errorf("the wheel moves to #%d", s.list.cursor)
	}
	s.press("q")
	for _, h := range s.hints(s.w) {
		if h.action == doHelp {
			s.send(mouseMsg{x: h.from, y: s.hintLine(), click: true})
		}
	}
	s.contains("keys: Deliveries")
}

func TestRate(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	for range 5 {
		s.at = s.at.Add(time.Second)
		for range 10 {
			s.src.put(&store.Delivery{Event: &store.Event{Type: "x"}, ReceivedAt: s.at, Seq: int64(2000 + len(s.src.ds))})
		}
		s.changed()
	}
	s.at = s.at.Add(time.Second)
	s.send(tickMsg{})
	s.contains("10/s")
	if !s.activity.ticking {
		t.Error("no tick while there is a rate")
	}
	s.at = s.at.Add(time.Minute)
	s.send(tickMsg{})
	if strings.Contains(s.text(), "/s") || s.activity.ticking {
		t.Errorf("a rate without arrivals:\n%s", s.text())
	}
}

func TestAWrongFilterIsRefusedAtTheStart(t *testing.T) {
	_, err := newModel(t.Context(), Options{Filter: "code>=five", Now: func() time.Time { return noon }}, newMemory(), nil)
	var wrong *store.FilterError
	if !errors.As(err, &wrong) {
		t.Errorf("got %v", err)
	}
}

func TestListening(t *testing.T) {
	s := newScreen(t, 120, 35, func(o *Options) {
		o.Listening = func() string { return "draining, 2 in flight\x1b[0m" }
	}, samples()...)
	s.contains(`● draining, 2 in flight\x1b[0m`)
	s = newScreen(t, 80, 24, nil, samples()...)
	s.src.listeners = nil
	s.at = s.at.Add(2 * time.Second)
	s.feed.last = s.at
	s.changed()
	s.contains("nobody listens")
}
