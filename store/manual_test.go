package store

import (
	"testing"
	"time"
)

// TestCanceledInFlightStaysCanceled cancels a delivery while it is claimed, and
// then no attempt can be made: it must not be sent later, not even when the index
// was lost.
func TestCanceledInFlightStaysCanceled(t *testing.T) {
	for _, manual := range []bool{false, true} {
		dir, now := t.TempDir(), time.Unix(1e9, 0).UTC()
		s := open(t, dir, Options{Now: func() time.Time { return now }})
		ep := &Endpoint{URL: "http://localhost:1/", Enabled: true, EventTypes: []string{"*"}}
		if err := s.AddEndpoint(t.Context(), ep, func([]*Endpoint) error { return nil }); err != nil {
			t.Fatal(err)
		}
		d := received("payment.succeeded", nil)
		d.Direction, d.Verification, d.Endpoint, d.Trigger, d.Status = Out, nil, ep.ID, TriggerAuto, Pending
		d.Scheduled, d.NextAttemptAt = true, now
		if err := s.Append(d).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		claimed := take(t, s, d.Seq, manual)
		if err := s.Cancel(t.Context(), d.Seq); err != nil {
			t.Fatal(err)
		}
		if err := s.Unclaim(t.Context(), claimed); err != nil {
			t.Fatal(err)
		}
		statusIs(t, s, "1", Canceled, "user")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		removeIndex(dir)
		statusIs(t, open(t, dir, Options{}), "1", Canceled, "user")
	}
}

// take claims the only delivery there is.
func take(t *testing.T, s *Store, seq int64, manual bool) *Delivery {
	t.Helper()
	if manual {
		d, err := s.ClaimManual(t.Context(), seq)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	got, err := s.Claim(t.Context(), Claim{Now: s.now(), Max: 1})
	if err != nil || len(got.Deliveries) != 1 {
		t.Fatalf("claimed %v, %v", got, err)
	}
	return got.Deliveries[0]
}

func statusIs(t *testing.T, s *Store, ref, status, reason string) {
	t.Helper()
	d, err := s.Get(t.Context(), ref)
	if err != nil {
		t.Fatal(err)
	}
	if d.Status != status || d.StatusReason != reason || !d.NextAttemptAt.IsZero() {
		t.Errorf("it is %s (%s), due %v, want %s (%s)", d.Status, d.StatusReason, d.NextAttemptAt, status, reason)
	}
}
