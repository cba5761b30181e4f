package send

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// memory is a target within the process: its time is that of the bubble in which
// a test runs. It answers the nth request with the nth answer, then with the last.
type memory struct {
	answers []string
	takes   time.Duration // each answer

	mu      sync.Mutex
	arrived []time.Time
	bodies  []string
	now     int // requests that are being answered
	most    int
	running sync.WaitGroup
}

// replies makes a whole answer of a status line and headers.
func replies(head string) string { return "HTTP/1.1 " + head + "\r\nContent-Length: 0\r\n\r\n" }

func (m *memory) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	m.running.Go(func() { m.serve(far) })
	return near, nil
}

func (m *memory) serve(c net.Conn) {
	defer c.Close()
	for in := bufio.NewReader(c); ; {
		request, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		answer := m.take(string(body))
		time.Sleep(m.takes)
		m.mu.Lock()
		m.now--
		m.mu.Unlock()
		if _, err := io.WriteString(c, answer); err != nil || !strings.HasSuffix(answer, "\r\n\r\n") {
			return
		}
	}
}

func (m *memory) take(body string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := min(len(m.arrived), len(m.answers)-1)
	m.arrived, m.bodies = append(m.arrived, time.Now()), append(m.bodies, body)
	m.now++
	m.most = max(m.most, m.now)
	return m.answers[n]
}

// after are the times of arrival since start, to the second.
func (m *memory) after(start time.Time, scale float64) []time.Duration {
	var all []time.Duration
	for _, at := range m.arrived {
		all = append(all, time.Duration(float64(at.Sub(start))*scale).Round(time.Second))
	}
	return all
}

// inBubble runs a test of a dispatcher in time that passes only when everybody
// waits. The store is a real one.
func inBubble(t *testing.T, ep store.Endpoint, m *memory, scale float64, skip bool, test func(t *testing.T, o *outbox)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ep.URL = "http://127.0.0.1:9/in"
		o := newOutbox(t, ep, NewClock(time.Now, time.After, scale, skip))
		o.Dial, o.Wake = m.dial, make(chan struct{})
		test(t, o)
		m.running.Wait()
	})
}

func (o *outbox) all(t testing.TB) []*store.Delivery {
	t.Helper()
	var all []*store.Delivery
	for d, err := range o.Store.List(context.Background(), store.Query{Ascending: true, Endpoint: o.ep.ID}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

var revkeenTimes = []time.Duration{0, time.Minute, 6 * time.Minute, 36 * time.Minute, 156 * time.Minute, 1596 * time.Minute}

// TestScheduleInTime: the six attempts of RevKeen to the second, in each kind of
// time; in the record they are as far apart in all of them.
func TestScheduleInTime(t *testing.T) {
	for _, test := range []struct {
		name  string
		scale float64
		skip  bool
	}{{"real", 1, false}, {"an hour a second", 3600, false}, {"skipping", 1, true}} {
		t.Run(test.name, func(t *testing.T) {
			m := &memory{answers: []string{replies("500 Oops")}}
			inBubble(t, store.Endpoint{Provider: "revkeen"}, m, test.scale, test.skip, func(t *testing.T, o *outbox) {
				start := time.Now()
				o.raise(t, 1)
				if err := o.Run(context.Background(), Scope{UntilIdle: true, Keep: true}, nil); err != nil {
					t.Fatal(err)
				}
				d := o.all(t)[0]
				if d.Status != store.Dead {
					t.Errorf("it is %s", d.Status)
				}
				if test.skip {
					if took := time.Since(start); took > time.Second {
						t.Errorf("skipping took %v", took)
					}
				} else if diff := cmp.Diff(revkeenTimes, m.after(start, test.scale)); diff != "" {
					t.Error(diff)
				}
				var recorded []time.Duration
				for _, a := range d.Attempts {
					at := a.StartedAt
					if !a.VirtualAt.IsZero() {
						at = a.VirtualAt
					}
					recorded = append(recorded, at.Sub(start).Round(time.Second))
				}
				if diff := cmp.Diff(revkeenTimes, recorded); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// TestAnswersMoveTheSchedule: what the receiver says of the next attempt.
func TestAnswersMoveTheSchedule(t *testing.T) {
	const s = time.Second
	for _, test := range []struct {
		name, provider string
		answers        []string
		want           []time.Duration
	}{
		{"a wish", "standard", []string{replies("429 Wait\r\nRetry-After: 120"), replies("200 OK")}, []time.Duration{0, 120 * s}},
		{"a wish for less than the schedule", "standard", []string{replies("503 Wait\r\nRetry-After: 1"), replies("204 OK")}, []time.Duration{0, 5 * s}},
		{"409s at their interval, then the schedule", "raas", []string{replies("409 No"), replies("409 No"), replies("500 No"), replies("409 No"), replies("200 OK")},
			[]time.Duration{0, 60 * s, 120 * s, 3720 * s, 3780 * s}},
		{"a connection that breaks off", "revkeen", []string{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal", replies("200 OK")}, []time.Duration{0, 60 * s}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := &memory{answers: test.answers}
			inBubble(t, store.Endpoint{Provider: test.provider}, m, 1, false, func(t *testing.T, o *outbox) {
				start := time.Now()
				o.raise(t, 1)
				if err := o.Run(context.Background(), Scope{UntilIdle: true, Keep: true}, nil); err != nil {
					t.Fatal(err)
				}
				if d := o.all(t)[0]; d.Status != store.Succeeded {
					t.Errorf("it is %s", d.Status)
				}
				if diff := cmp.Diff(test.want, m.after(start, 1)); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// TestThrottleAndConcurrency: attempts at an endpoint begin as far apart, and as
// many at a time, as it says.
func TestThrottleAndConcurrency(t *testing.T) {
	for _, test := range []struct {
		name string
		ep   store.Endpoint
		most int
		last time.Duration // when the last of eight arrives
	}{
		{"one at a time", store.Endpoint{Concurrency: 1}, 1, 70 * time.Second},
		{"four at a time", store.Endpoint{}, 4, 10 * time.Second},
		{"one in four seconds", store.Endpoint{Throttle: 0.25}, 3, 28 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := &memory{answers: []string{replies("200 OK")}, takes: 10 * time.Second}
			test.ep.Provider, test.ep.Timeout = "revkeen", time.Minute
			inBubble(t, test.ep, m, 1, false, func(t *testing.T, o *outbox) {
				start := time.Now()
				o.raise(t, 8)
				if err := o.Run(context.Background(), Scope{UntilIdle: true, Keep: true}, nil); err != nil {
					t.Fatal(err)
				}
				at := m.after(start, 1)
				if len(at) != 8 || at[7] != test.last || m.most != test.most {
					t.Errorf("they arrive at %v, %d at a time", at, m.most)
				}
			})
		})
	}
}

// TestStop: what is in flight comes to its end, and nothing new begins.
func TestStop(t *testing.T) {
	m := &memory{answers: []string{replies("200 OK")}, takes: 3 * time.Second}
	inBubble(t, store.Endpoint{Provider: "revkeen", Concurrency: 2}, m, 1, false, func(t *testing.T, o *outbox) {
		start, stop := time.Now(), make(chan struct{})
		o.raise(t, 5)
		time.AfterFunc(time.Second, func() { close(stop) })
		if err := o.Run(context.Background(), Scope{}, stop); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start).Round(time.Second); took != 3*time.Second {
			t.Errorf("it ended after %v", took)
		}
		var got []string
		for _, d := range o.all(t) {
			got = append(got, d.Status)
		}
		if diff := cmp.Diff([]string{store.Succeeded, store.Succeeded, store.Pending, store.Pending, store.Pending}, got); diff != "" {
			t.Error(diff)
		}
	})
}

// TestCanceled: an attempt that is cut short is no failure, and is made again by
// the next run.
func TestCanceled(t *testing.T) {
	m := &memory{answers: []string{replies("200 OK")}, takes: 8 * time.Second}
	inBubble(t, store.Endpoint{Provider: "revkeen"}, m, 1, false, func(t *testing.T, o *outbox) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		o.raise(t, 1)
		if err := o.Run(ctx, Scope{}, nil); err != nil {
			t.Fatal(err)
		}
		d := o.all(t)[0]
		if d.Status != store.Retrying || d.Failures != 0 || d.Interruptions != 1 || d.Attempts[0].Outcome != store.OutcomeInterrupted {
			t.Errorf("%s, %d failures, %d interruptions, %+v", d.Status, d.Failures, d.Interruptions, d.Attempts)
		}
		if err := o.Run(context.Background(), Scope{UntilIdle: true, Keep: true}, nil); err != nil {
			t.Fatal(err)
		}
		if d = o.all(t)[0]; d.Status != store.Succeeded || len(d.Attempts) != 2 {
			t.Errorf("%s after %d attempts", d.Status, len(d.Attempts))
		}
	})
}

// TestMaxWait: a receiver that says "not now" for ever does not keep a clock that
// jumps for ever.
func TestMaxWait(t *testing.T) {
	m := &memory{answers: []string{replies("409 No")}}
	inBubble(t, store.Endpoint{Provider: "raas"}, m, 1, true, func(t *testing.T, o *outbox) {
		o.raise(t, 1)
		err := o.Run(context.Background(), Scope{UntilIdle: true, Keep: true, MaxWait: time.Hour}, nil)
		if late := new(MaxWaitError); !errors.As(err, &late) || late.Wait != time.Hour {
			t.Errorf("it ends with %v", err)
		}
		d := o.all(t)[0]
		if d.Status != store.Retrying || d.Failures != 0 || d.Conflicts != len(d.Attempts) || len(d.Attempts) < 59 || len(d.Attempts) > 61 {
			t.Errorf("%s, %d failures, %d conflicts, %d attempts", d.Status, d.Failures, d.Conflicts, len(d.Attempts))
		}
	})
}

// TestKeysThatCannotBeHad: nothing is sent unsigned, and the delivery stays as it
// was; other endpoints are not held up.
func TestKeysThatCannotBeHad(t *testing.T) {
	m := &memory{answers: []string{replies("200 OK")}}
	inBubble(t, store.Endpoint{Provider: "revkeen"}, m, 1, false, func(t *testing.T, o *outbox) {
		o.raise(t, 2)
		before := o.all(t)
		first := o.ep
		other := store.Endpoint{URL: "http://127.0.0.1:10/in", Provider: "revkeen", Enabled: true, EventTypes: []string{"*"}}
		if err := o.Store.AddEndpoint(context.Background(), &other, func([]*store.Endpoint) error { return nil }); err != nil {
			t.Fatal(err)
		}
		o.ep = &other
		o.raise(t, 1)
		locked := errors.New("the keyring is locked")
		keys := o.Keys
		o.Keys = func(ctx context.Context, ep *store.Endpoint, p *provider.Profile, now time.Time) (sign.Keys, error) {
			if ep.ID == first.ID {
				return sign.Keys{}, locked
			}
			return keys(ctx, ep, p, now)
		}
		err := o.Run(context.Background(), Scope{UntilIdle: true, Keep: true}, nil)
		var failed *KeysError
		if !errors.As(err, &failed) || failed.Endpoint.ID != first.ID || !errors.Is(err, locked) {
			t.Errorf("it ends with %v", err)
		}
		if d := o.all(t)[0]; d.Status != store.Succeeded || len(m.arrived) != 1 {
			t.Errorf("the other one is %s, %d arrived", d.Status, len(m.arrived))
		}
		o.ep = first
		after := o.all(t)
		for i := range after {
			after[i].Rev = before[i].Rev
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Error(diff)
		}
	})
}

// TestBodiesOfAttempts: where each attempt has a body of its own, each of them is
// in the record as it arrived.
func TestBodiesOfAttempts(t *testing.T) {
	m := &memory{answers: []string{replies("500 No"), replies("500 No"), replies("200 OK")}}
	inBubble(t, store.Endpoint{Provider: "raas"}, m, 1, false, func(t *testing.T, o *outbox) {
		n := 0
		o.Fill = func([]byte, []store.Late, *store.Endpoint) []byte {
			n++
			return fmt.Appendf(nil, `{"timestamp":%d}`, n)
		}
		o.raise(t, 1)
		if err := o.Run(context.Background(), Scope{UntilIdle: true, Keep: true}, nil); err != nil {
			t.Fatal(err)
		}
		d, err := o.Store.Get(context.Background(), "1")
		if err != nil {
			t.Fatal(err)
		}
		var recorded []string
		for _, a := range d.Attempts {
			recorded = append(recorded, string(a.RequestBody))
		}
		if diff := cmp.Diff(m.bodies, recorded); diff != "" || len(recorded) != 3 || string(d.Request.Body) != recorded[2] {
			t.Errorf("%d are recorded, the last is %s\n%s", len(recorded), d.Request.Body, diff)
		}
	})
}

// TestJitterBounds: the next attempt is within the jitter of its delay, for every
// provider and every throw of the dice.
func TestJitterBounds(t *testing.T) {
	profiles, err := provider.Open().All()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(profiles).Draw(t, "provider")
		b := p.Behaviour
		if len(b.Retries) == 0 {
			return
		}
		n := rapid.IntRange(1, len(b.Retries)).Draw(t, "failures")
		roll := rapid.Float64Range(0, 1).Draw(t, "roll")
		got := Next(b, Failure, n, &store.Attempt{StatusCode: 500}, endedAt, roll)
		delay := b.Retries[n-1]
		spread := time.Duration(float64(delay)*b.Jitter) + time.Millisecond
		if !got.Again || got.Delay < delay-spread || got.Delay > delay+spread {
			t.Fatalf("%s waits %v after failure %d, not %v ± %v", p.ID, got.Delay, n, delay, spread)
		}
	})
}
