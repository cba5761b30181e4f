package listen

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

// answering is an upstream that gives one status after the other, the last for
// ever.
func answering(t testing.TB, statuses ...int) *upstream {
	var n atomic.Int32
	return serveUpstream(t, func(net.Conn) string {
		i := min(int(n.Add(1)), len(statuses)) - 1
		return fmt.Sprintf("HTTP/1.1 %d Status\r\nContent-Length: 0\r\n\r\n", statuses[i])
	})
}

// settled waits until the only delivery of the store has a final status.
func (r *running) settled(t testing.TB) *store.Delivery {
	t.Helper()
	watch, err := r.store.Watch(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Close()
	limit := time.After(20 * time.Second)
	for {
		d := r.only(t)
		switch d.Status {
		case store.Delivering, store.Retrying:
		default:
			return d
		}
		select {
		case <-watch.C:
		case <-limit:
			t.Fatalf("still %s after %d attempts", d.Status, len(d.Attempts))
		}
	}
}

// TestRetry: the sender has its answer at once, and the forward is made again by
// the operator's schedule, with the same bytes.
func TestRetry(t *testing.T) {
	const delay = 20 * time.Millisecond
	for _, test := range []struct {
		name     string
		statuses []int
		want     string
		codes    string
	}{
		{"acknowledged the third time", []int{500, 503, 200}, store.Succeeded, "500 503 200"},
		{"acknowledged at once", []int{204}, store.Succeeded, "204"},
		{"never", []int{500}, store.Dead, "500 500 500"},
		{"a redirect is a failure", []int{302, 200}, store.Succeeded, "302 200"},
	} {
		u := answering(t, test.statuses...)
		s := start(t, Options{Forward: []send.Target{u.Target}, Retry: []time.Duration{delay, delay}})
		answer, _ := s.raw(t, post("/x?y=1", "X-A: b\r\n", "body"))
		if answer == nil || answer.StatusCode != test.statuses[0] {
			t.Errorf("%s: the sender got %v, want %d", test.name, answer, test.statuses[0])
		}
		d := s.settled(t)
		var codes []string
		for i, a := range d.Attempts {
			codes = append(codes, fmt.Sprint(a.StatusCode))
			if request := <-u.requests; !strings.HasPrefix(request, "POST /x?y=1 HTTP/1.1\r\n") || !strings.Contains(request, "\r\nX-A: b\r\n") || !strings.HasSuffix(request, "\r\n\r\nbody") {
				t.Errorf("%s: attempt %d was %q", test.name, a.Number, request)
			}
			if a.Number != i+1 || a.Trigger != store.TriggerAuto {
				t.Errorf("%s: attempt %d is recorded as %d, %s", test.name, i+1, a.Number, a.Trigger)
			}
			if i > 0 && a.StartedAt.Sub(d.Attempts[i-1].StartedAt.Add(d.Attempts[i-1].Duration)) < delay {
				t.Errorf("%s: attempt %d came %v after the one before it", test.name, i+1, a.StartedAt.Sub(d.Attempts[i-1].StartedAt))
			}
		}
		if got := strings.Join(codes, " "); d.Status != test.want || got != test.codes || !d.NextAttemptAt.IsZero() {
			t.Errorf("%s: %s after %s, next at %v; want %s after %s", test.name, d.Status, got, d.NextAttemptAt, test.want, test.codes)
		}
		s.stop()
	}
}

// TestRetryEndsWithTheServer: what still waits is recorded as interrupted, and
// nobody waits for it.
func TestRetryEndsWithTheServer(t *testing.T) {
	u := answering(t, 500)
	s := start(t, Options{Forward: []send.Target{u.Target}, Retry: []time.Duration{time.Hour}})
	s.raw(t, post("/", "", ""))
	if d := s.only(t); d.Status != store.Retrying || time.Until(d.NextAttemptAt) < 59*time.Minute {
		t.Errorf("%s, next at %v", d.Status, d.NextAttemptAt)
	}
	s.stop()
	if d := s.only(t); d.Status != store.Interrupted || !d.NextAttemptAt.IsZero() || len(d.Attempts) != 1 {
		t.Errorf("after the end %s, next at %v, %d attempts", d.Status, d.NextAttemptAt, len(d.Attempts))
	}
}

// TestRetryOfOneTarget: each of several targets has its own retries.
func TestRetryOfOneTarget(t *testing.T) {
	good, bad := answering(t, 200), answering(t, 500, 200)
	s := start(t, Options{Forward: []send.Target{good.Target, bad.Target}, Retry: []time.Duration{time.Millisecond}})
	s.raw(t, post("/", "", ""))
	<-bad.requests
	<-bad.requests
	s.stop()
	attempts := map[string]int{}
	for _, d := range s.recorded(t) {
		attempts[d.Destination] = len(d.Attempts)
		if d.Status != store.Succeeded {
			t.Errorf("%s is %s", d.Destination, d.Status)
		}
	}
	if attempts[good.String()] != 1 || attempts[bad.String()] != 2 {
		t.Errorf("attempts %v", attempts)
	}
}
