package send

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// outbox is a store with an endpoint, and a dispatcher of what is due there.
type outbox struct {
	*Dispatcher
	ep   *store.Endpoint
	seen atomic.Int64 // reports
}

func newOutbox(t testing.TB, ep store.Endpoint, clock *Clock) *outbox {
	st, err := store.Open(context.Background(), t.TempDir(), store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	ep.Enabled, ep.EventTypes = true, []string{"*"}
	if err := st.AddEndpoint(context.Background(), &ep, func([]*store.Endpoint) error { return nil }); err != nil {
		t.Fatal(err)
	}
	o := &outbox{ep: &ep}
	o.Dispatcher = &Dispatcher{
		Store: st, Clock: clock, Wall: time.Now, Profile: provider.Open().Get, UserAgent: "hooks/test",
		Keys: func(_ context.Context, _ *store.Endpoint, p *provider.Profile, _ time.Time) (sign.Keys, error) {
			if p.ID == "standard" {
				return sign.Keys{Secrets: []string{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}}, nil
			}
			return sign.Keys{Secrets: []string{"rk_wh_test_secret"}}, nil
		},
		Fill:   func(body []byte, _ []store.Late, _ *store.Endpoint) []byte { return body },
		Roll:   func() float64 { return 0.5 },
		Report: func(Report) { o.seen.Add(1) },
	}
	return o
}

// raise puts n events for the endpoint into the queue.
func (o *outbox) raise(t testing.TB, n int) {
	var last *store.Commit
	for range n {
		now := time.Now().UTC()
		last = o.Store.Append(&store.Delivery{Direction: store.Out, Trigger: store.TriggerAuto, ReceivedAt: now, NextAttemptAt: now,
			Event: &store.Event{Type: "payment.succeeded", Provider: "revkeen", ExternalID: "evt_1"}, Endpoint: o.ep.ID, Destination: o.ep.URL,
			Status: store.Pending, Scheduled: true, Request: store.Request{Method: "POST", Target: "/", ContentType: "application/json",
				Body: []byte(`{"id":"evt_1","type":"payment.succeeded","data":{"object":{"id":"pay_1","amount":2500}}}`)}})
	}
	if err := last.Wait(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func replying(t testing.TB, status int) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server
}

// BenchmarkDispatch is one signed delivery from the queue to a trivial target on
// this machine, and its record.
func BenchmarkDispatch(b *testing.B) {
	o := newOutbox(b, store.Endpoint{URL: replying(b, 200).URL, Provider: "revkeen", Concurrency: 64}, NewClock(time.Now, time.After, 1, false))
	o.raise(b, b.N)
	b.ResetTimer()
	if err := o.Run(context.Background(), Scope{UntilIdle: true}, nil); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	if n := o.seen.Load(); n != int64(b.N) {
		b.Fatalf("%d attempts of %d", n, b.N)
	}
}

// BenchmarkSchedule is one event whose six attempts fail over 26 h 36 m.
func BenchmarkSchedule(b *testing.B) {
	o := newOutbox(b, store.Endpoint{URL: replying(b, 500).URL, Provider: "revkeen"}, NewClock(time.Now, time.After, 1, true))
	o.raise(b, b.N)
	b.ResetTimer()
	if err := o.Run(context.Background(), Scope{UntilIdle: true, Keep: true}, nil); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	if n := o.seen.Load(); n != int64(6*b.N) {
		b.Fatalf("%d attempts of %d", n, 6*b.N)
	}
}
