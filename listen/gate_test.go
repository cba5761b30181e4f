package listen

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// gated is a server that holds what the filter takes, and what its gate says.
func gated(t *testing.T, filter string, limit time.Duration, targets ...send.Target) (*running, *Gate, <-chan struct{}) {
	t.Helper()
	f, err := store.ParseFilter(filter)
	if err != nil {
		t.Fatal(err)
	}
	changed := make(chan struct{}, 1)
	g := &Gate{Limit: limit, Changed: func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}}
	g.Hold(f)
	return start(t, Options{Forward: targets, Gate: g}), g, changed
}

// answerOf sends a request beside the test.
func (r *running) answerOf(t *testing.T, request string) <-chan *http.Response {
	got := make(chan *http.Response, 1)
	go func() {
		answer, _ := r.raw(t, request)
		got <- answer
	}()
	return got
}

// waiting waits until so many requests are held.
func waiting(t *testing.T, g *Gate, changed <-chan struct{}, n int) []Held {
	t.Helper()
	for {
		if all := g.Held(); len(all) == n {
			return all
		}
		select {
		case <-changed:
		case <-time.After(10 * time.Second):
			t.Fatalf("%d are held, want %d", len(g.Held()), n)
		}
	}
}

func TestGateReleases(t *testing.T) {
	u := newUpstream(t, "HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\ndone")
	s, g, changed := gated(t, "event:payment.*", time.Minute, u.Target)
	if answer, _ := s.raw(t, signed(t, `{"type":"other"}`)); answer.StatusCode != 201 {
		t.Errorf("what the filter does not take is answered %d", answer.StatusCode)
	}
	got := s.answerOf(t, signed(t, `{"type":"payment.succeeded"}`))
	h := waiting(t, g, changed, 1)[0]
	d, err := s.store.Get(t.Context(), h.ID)
	if err != nil || d.Status != store.Delivering || d.StatusReason != ReasonHeld || len(d.Attempts) != 0 {
		t.Fatalf("while it is held: %+v, %v", d, err)
	}
	<-u.requests
	if len(u.requests) != 0 {
		t.Error("it was forwarded before it was released")
	}
	if err := g.Release(h.ID, nil); err != nil {
		t.Fatal(err)
	}
	if answer := <-got; answer == nil || answer.StatusCode != 201 {
		t.Errorf("the sender got %v", answer)
	}
	list := s.recorded(t)
	if d := list[1]; d.Status != store.Succeeded || d.StatusReason != "" || len(d.Attempts) != 1 || d.Answer.StatusCode != 201 {
		t.Errorf("recorded %s %q, %d attempts, answer %v", d.Status, d.StatusReason, len(d.Attempts), d.Answer)
	}
	if err := g.Release(h.ID, nil); !errors.Is(err, ErrNotHeld) {
		t.Errorf("a second release: %v", err)
	}
}

// What was edited is a delivery of its own; the record of what was received
// stays as it is.
func TestGateReleasesEdited(t *testing.T) {
	for name, limit := range map[string]time.Duration{"in time": time.Minute, "late": time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			u := newUpstream(t, "HTTP/1.1 202 Later\r\nContent-Length: 2\r\n\r\nok")
			s, g, changed := gated(t, "event:*", limit, u.Target)
			got := s.answerOf(t, signed(t, `{"type":"a","n":1}`))
			h := waiting(t, g, changed, 1)[0]
			want := 202
			if limit == time.Millisecond {
				want = 200
				for !waiting(t, g, changed, 1)[0].Answered {
					<-changed
				}
			}
			edit := &Edited{Headers: sign.Headers{{Name: "X-Signature", Value: "afresh"}}, Body: []byte(`{"type":"a","n":2}`)}
			if err := g.Release(h.ID, edit); err != nil {
				t.Fatal(err)
			}
			if answer := <-got; answer == nil || answer.StatusCode != want {
				t.Errorf("the sender got %v, want %d", answer, want)
			}
			if request := <-u.requests; !strings.Contains(request, `"n":2`) || !strings.Contains(request, "X-Signature: afresh\r\n") || strings.Contains(request, "Webhook-Signature") {
				t.Errorf("forwarded\n%s", request)
			}
			s.stop()
			list := s.recorded(t)
			if len(list) != 2 {
				t.Fatalf("%d deliveries", len(list))
			}
			if d := list[0]; d.Status != store.Canceled || d.StatusReason != ReasonEdited || string(d.Request.Body) != `{"type":"a","n":1}` || d.Answer.StatusCode != want {
				t.Errorf("received: %s %s, %s, answer %v", d.Status, d.StatusReason, d.Request.Body, d.Answer)
			}
			if d := list[1]; d.Status != store.Succeeded || d.ReplayOf != h.ID || string(d.Request.Body) != `{"type":"a","n":2}` {
				t.Errorf("sent: %s, replay of %s, %s", d.Status, d.ReplayOf, d.Request.Body)
			}
		})
	}
}

func TestGateAnswersAndDrops(t *testing.T) {
	u := newUpstream(t, okAnswer)
	s, g, changed := gated(t, "event:*", time.Minute, u.Target)
	got := s.answerOf(t, signed(t, `{"type":"a"}`))
	if err := g.Answer(waiting(t, g, changed, 1)[0].ID, 418, nil, []byte("teapot")); err != nil {
		t.Fatal(err)
	}
	if answer := <-got; answer == nil || answer.StatusCode != 418 {
		t.Errorf("the sender got %v", answer)
	}
	got = s.answerOf(t, signed(t, `{"type":"a"}`))
	if err := g.Drop(waiting(t, g, changed, 1)[0].ID); err != nil {
		t.Fatal(err)
	}
	if answer := <-got; answer != nil {
		t.Errorf("the sender of what was dropped got %v", answer)
	}
	list := s.recorded(t)
	if a, d := list[0], list[1]; a.Status != store.Canceled || a.StatusReason != ReasonAnswered || a.Answer.StatusCode != 418 || d.StatusReason != ReasonDropped || d.Answer != nil {
		t.Errorf("recorded %s %s %v, %s %v", a.Status, a.StatusReason, a.Answer, d.Status, d.Answer)
	}
	if len(u.requests) != 0 {
		t.Error("something was forwarded")
	}
}

// When its time is up the sender is told that the delivery was received. It
// stays held, and goes on when it is released.
func TestGateAnswersInTime(t *testing.T) {
	u := newUpstream(t, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
	s, g, changed := gated(t, "event:*", 10*time.Millisecond, u.Target)
	if answer, _ := s.raw(t, signed(t, `{"type":"a"}`)); answer == nil || answer.StatusCode != 200 {
		t.Fatalf("the sender got %v", answer)
	}
	h := waiting(t, g, changed, 1)[0]
	if !h.Answered || len(u.requests) != 0 {
		t.Errorf("%+v, %d forwarded", h, len(u.requests))
	}
	if err := g.Answer(h.ID, 500, nil, nil); !errors.Is(err, ErrAnswered) {
		t.Errorf("a second answer: %v", err)
	}
	if err := g.Release(h.ID, nil); err != nil {
		t.Fatal(err)
	}
	<-u.requests
	s.stop()
	if d := s.only(t); d.Status != store.Failed || d.Answer == nil || d.Answer.StatusCode != 200 || d.Attempts[0].StatusCode != 503 {
		t.Errorf("recorded %s, answer %v, attempts %+v", d.Status, d.Answer, d.Attempts)
	}
}

// A sender that goes leaves what it sent.
func TestGateKeepsWhatASenderLeft(t *testing.T) {
	u := newUpstream(t, okAnswer)
	s, g, changed := gated(t, "event:*", time.Minute, u.Target)
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write([]byte(signed(t, `{"type":"a"}`))); err != nil {
		t.Fatal(err)
	}
	waiting(t, g, changed, 1)
	conn.Close()
	for !waiting(t, g, changed, 1)[0].Answered {
		<-changed
	}
	if err := g.Release(waiting(t, g, changed, 1)[0].ID, nil); err != nil {
		t.Fatal(err)
	}
	<-u.requests
	s.stop()
	if d := s.only(t); d.Status != store.Succeeded || d.Answer != nil {
		t.Errorf("recorded %s, answer %v", d.Status, d.Answer)
	}
}

// The end of the listener lets everything go, whether its sender waits or not.
func TestGateOpensAtTheEnd(t *testing.T) {
	u := newUpstream(t, okAnswer)
	s, g, changed := gated(t, "event:*", time.Minute, u.Target)
	got := s.answerOf(t, signed(t, `{"type":"a"}`))
	waiting(t, g, changed, 1)
	s.stop()
	if answer := <-got; answer == nil || answer.StatusCode != 200 {
		t.Errorf("the sender got %v", answer)
	}
	if d := s.only(t); d.Status != store.Succeeded || len(u.requests) != 1 {
		t.Errorf("recorded %s, %d forwarded", d.Status, len(u.requests))
	}
}

// No more than so many are held; the rest goes through and is warned of.
func TestGateIsBounded(t *testing.T) {
	u := newUpstream(t, okAnswer)
	s, g, changed := gated(t, "event:*", time.Millisecond, u.Target)
	for range maxHeld {
		s.raw(t, signed(t, `{"type":"a"}`))
	}
	waiting(t, g, changed, maxHeld)
	s.raw(t, signed(t, `{"type":"a"}`))
	if len(u.requests) != 1 || len(g.Held()) != maxHeld {
		t.Errorf("%d forwarded, %d held", len(u.requests), len(g.Held()))
	}
	g.Open()
	for range maxHeld {
		<-u.requests
	}
}
