package store

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// raised is an event that was sent by the program, as a notice is or not.
func raised(kind, provider, status string) *Delivery {
	return &Delivery{Direction: Out, Trigger: TriggerAuto, Status: status, Event: &Event{Type: kind, Provider: provider},
		Request: Request{Method: "POST", Target: "/", Body: []byte("{}")}}
}

func TestNotices(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	ctx := context.Background()
	before, err := s.Rev(ctx)
	if err != nil {
		t.Fatal(err)
	}
	received := raised("endpoint.disabled", Notifier, Captured)
	received.Direction = In // by a provider that somebody has called so
	for _, d := range []*Delivery{
		raised("payment.succeeded", "revkeen", Succeeded),
		raised("endpoint.paused", Notifier, Captured),
		raised("endpoint.paused", Notifier, Succeeded), // sent on by hand
		raised("endpoint.resumed", Notifier, Captured),
		received,
		raised("endpoint.enabled", Notifier, Captured),
	} {
		if err := s.Append(d).Indexed(ctx); err != nil {
			t.Fatal(err)
		}
	}
	var seqs []int64
	rev := before
	for {
		found, err := s.Notices(ctx, rev, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(found) == 0 {
			break
		}
		for _, d := range found {
			if !d.IsNotice() {
				t.Errorf("#%d is no notice", d.Seq)
			}
			rev, seqs = d.Rev, append(seqs, d.Seq)
		}
	}
	if diff := cmp.Diff([]int64{2, 4, 6}, seqs); diff != "" {
		t.Error(diff)
	}
	last, err := s.Get(ctx, "@last")
	if err != nil || last.Seq != 5 {
		t.Errorf("@last is %v, %v", last, err)
	}
}

// TestNoticesAreIndexed: a listener looks for them at each change of a large
// store.
func TestNoticesAreIndexed(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	var id, parent, unused int
	var plan string
	err := s.read.QueryRow("EXPLAIN QUERY PLAN "+columns+"WHERE "+noticesSQL+" AND rev > ? ORDER BY rev LIMIT ?", 1, 2).
		Scan(&id, &parent, &unused, &plan)
	if err != nil || !strings.Contains(plan, "deliveries_notices") {
		t.Errorf("%q, %v", plan, err)
	}
}

// TestLastOfNoticesAlone: a store that holds nothing else has no last delivery.
func TestLastOfNoticesAlone(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	ctx := context.Background()
	if err := s.Append(raised("endpoint.paused", Notifier, Captured)).Wait(ctx); err != nil {
		t.Fatal(err)
	}
	if d, err := s.Get(ctx, "@last"); err != ErrNotFound {
		t.Errorf("%v, %v", d, err)
	}
}
