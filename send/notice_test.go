package send

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/store"
)

func TestNotices(t *testing.T) {
	on := store.Endpoint{ID: "ep_1", Enabled: true}
	failing := store.Endpoint{ID: "ep_1", Enabled: true, Failing: true, ConsecutiveFailures: 3}
	paused := store.Endpoint{ID: "ep_1", Enabled: true, Failing: true, ConsecutiveFailures: 4, Paused: true}
	off := store.Endpoint{ID: "ep_1", Failing: true, ConsecutiveFailures: 4, DisabledReason: store.DisabledByGone}
	both := off
	both.Paused = true
	for _, test := range []struct {
		name          string
		before, after store.Endpoint
		status        string
		want          []string
	}{
		{"nothing", on, on, store.Succeeded, nil},
		{"a first failure", on, failing, store.Retrying, nil},
		{"the last failure", failing, failing, store.Dead, []string{"delivery.exhausted retries_used_up dlv_1"}},
		{"an answer at last", failing, on, store.Succeeded, []string{"endpoint.recovered  ep_1"}},
		{"a pause", failing, paused, store.Paused, []string{"endpoint.paused failures ep_1"}},
		{"a 410", failing, off, store.Failed, []string{"endpoint.disabled gone ep_1"}},
		{"a 410 of one that is paused for it", failing, both, store.Failed, []string{"endpoint.paused failures ep_1", "endpoint.disabled gone ep_1"}},
		{"a pause by the last failure", failing, paused, store.Dead, []string{"endpoint.paused failures ep_1", "delivery.exhausted retries_used_up dlv_1"}},
		{"enabled by hand", off, failing, "", []string{"endpoint.enabled user ep_1"}},
		{"resumed by hand", paused, failing, "", []string{"endpoint.resumed user ep_1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var d *store.Delivery
			if test.status != "" {
				d = &store.Delivery{ID: "dlv_1", Status: test.status, Event: &store.Event{}}
			}
			var got []string
			for _, n := range Notices(&store.EndpointChange{Before: test.before, After: test.after}, d, time.Unix(0, 0), time.Unix(1, 0)) {
				if !n.IsNotice() || n.Endpoint != "" || n.Scheduled {
					t.Errorf("%s is no notice: %+v", n.Event.Type, n)
				}
				got = append(got, n.Event.Type+" "+n.StatusReason+" "+n.Event.ExternalID)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if got := Notices(nil, &store.Delivery{Status: store.Dead}, time.Time{}, time.Time{}); got != nil {
		t.Errorf("a manual attempt gives %d notices", len(got))
	}
}

// TestNoticeBody: what a notice says, and that it gives no password away.
func TestNoticeBody(t *testing.T) {
	ep := store.Endpoint{ID: "ep_1", Name: "shop", URL: "https://me:secret@shop.example/in?a=1&b=2", Provider: "revkeen", Failing: true, ConsecutiveFailures: 6}
	d := &store.Delivery{ID: "dlv_1", Seq: 7, Status: store.Dead, Event: &store.Event{ID: "evt_1", Type: "payment.succeeded"},
		Attempts: []store.Attempt{{StatusCode: 500}, {ErrorKind: store.ErrTimeout}}}
	c := &store.EndpointChange{Before: ep, After: ep, Held: 2}
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	body := Notices(c, d, at, at)[0].Request.Body
	const want = `{"type":"delivery.exhausted","at":"2026-11-21T10:00:00Z","reason":"retries_used_up",` +
		`"endpoint":{"id":"ep_1","name":"shop","url":"https://me:***@shop.example/in?a=1&b=2","provider":"revkeen"},` +
		`"consecutive_failures":6,"held":2,"released":0,"canceled":0,` +
		`"delivery":{"id":"dlv_1","seq":7,"event_id":"evt_1","event_type":"payment.succeeded","attempts":2,"status_code":0,"error_kind":"timeout"}}`
	if diff := cmp.Diff(want, string(body)); diff != "" || !json.Valid(body) {
		t.Error(diff)
	}
}
