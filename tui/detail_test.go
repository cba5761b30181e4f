package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestNeighboursFromTheDetail(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.open(1278)
	s.press("]")
	for _, step := range []struct {
		key  string
		want int64
	}{{"J", 1279}, {"J", 1280}, {"K", 1279}} {
		s.press(step.key)
		if s.detail.seq != step.want || s.detail.d == nil || s.detail.tab != request {
			t.Errorf("%s: #%d, want #%d", step.key, s.detail.seq, step.want)
		}
	}
}

func TestDetailStaysWhenTheRowLeaves(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.open(1277)
	s.list.rows = s.list.rows[3:]
	s.send(tickMsg{})
	s.contains("invoice.paid  #1277")
	s.contains("not in the list")
}

func TestGoneFromTheStore(t *testing.T) {
	s := newScreen(t, 80, 24, nil, samples()...)
	s.src.ds = nil
	s.press("enter")
	s.contains("no such delivery")
}

// While the cursor follows a stream, the detail turns at most four times a
// second, and it arrives at the last one.
func TestDetailTurnsCalmly(t *testing.T) {
	s := newScreen(t, 120, 35, nil, samples()...)
	loads := s.detail.asked
	for i := range 20 {
		s.at = s.at.Add(10 * time.Millisecond)
		s.src.put(sample{seq: int64(1285 + i), event: "order.created", provider: "acme", verdict: "valid", code: 204, attempts: 1}.delivery())
		s.changed()
	}
	if n := s.detail.asked - loads; n > 1 {
		t.Errorf("%d loads in 200 ms", n)
	}
	s.at = s.at.Add(turnPause)
	s.send(turnMsg{})
	if s.detail.seq != 1304 || s.detail.d == nil {
		t.Errorf("the detail shows #%d", s.detail.seq)
	}
}

func TestFoldingKeepsTheCursorOnTheContainer(t *testing.T) {
	s := newScreen(t, 80, 35, nil, samples()...)
	s.open(1278)
	s.press("]")
	at := func() string {
		for l := range strings.SplitSeq(s.text(), "\n") {
			if strings.HasPrefix(l, " ▸") {
				return strings.TrimRight(l[len(" ▸"):], " ")
			}
		}
		return "no cursor"
	}
	s.press("G", "k", "k")
	steps := []struct{ key, want string }{
		{"h", ` │ │ ▸ "lines": [ 2 items ]`},
		{"l", ` │ │ ▾ "lines": [`},
		{"j", ` │ │ │ ▾ {`},
		{"h", ` │ │ │ ▸ { 1 key },`},
		{"h", ` │ │ ▸ "lines": [ 2 items ]`},
		{"enter", ` │ │ ▾ "lines": [`},
		{"H", ` │ ▸ "data": { 4 keys }`},
		{"L", ` │ ▾ "data": {`},
	}
	for i, step := range steps {
		s.press(step.key)
		if got := at(); got != step.want {
			t.Errorf("step %d, %s: cursor on %q, want %q", i, step.key, got, step.want)
		}
	}
	s.contains("data ")
}

func TestManyHeadersAreFolded(t *testing.T) {
	d := samples()[0]
	for i := range 12 {
		d.Request.Headers = append(d.Request.Headers, d.Request.Headers[0])
		d.Request.Headers[len(d.Request.Headers)-1].Name = fmt.Sprintf("X-Extra-%d", i)
	}
	s := newScreen(t, 80, 24, nil, d)
	s.press("enter", "]")
	s.contains("13 more headers")
	for !strings.Contains(s.text(), "▸ ▸ 13 more") {
		s.press("j")
	}
	s.press("l")
	s.contains("X-Extra-7: application/json")
}

func TestAttemptsAndTheirResponses(t *testing.T) {
	d := samples()[1]
	d.Attempts[0].ResponseBody = []byte(`{"error":"the first one"}`)
	s := newScreen(t, 80, 24, nil, d)
	s.press("enter", "[", "[", "k", "k", "k")
	s.contains("▸ 1 ")
	s.press("[", "[")
	s.contains("attempt 1 of 3")
	s.contains("the first one")
}
