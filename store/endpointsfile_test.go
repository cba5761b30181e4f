package store

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestLostIndexKeepsEndpoints: endpoints, and what waits for them, outlive the
// index.
func TestLostIndexKeepsEndpoints(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, Options{Now: clock})
	ep := &Endpoint{Name: "shop", URL: "http://localhost:1/", Enabled: true, EventTypes: []string{"a.*"}, Retries: []time.Duration{}}
	if err := s.AddEndpoint(t.Context(), ep, func([]*Endpoint) error { return nil }); err != nil {
		t.Fatal(err)
	}
	d := &Delivery{Direction: Out, Trigger: TriggerAuto, Event: &Event{Type: "a.b"}, ReceivedAt: clock(), Endpoint: ep.ID, Destination: ep.URL,
		Status: Pending, Scheduled: true, NextAttemptAt: clock(), Request: Request{Method: "POST", Target: "/", Body: []byte("{}")}}
	if err := s.Append(d).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	change, err := s.ChangeEndpoint(t.Context(), ep.ID, clock(), false, func(e *Endpoint, _ []*Endpoint) error {
		e.Disable(DisabledByUser)
		return nil
	})
	if err != nil || change.Held != 1 {
		t.Fatalf("%v, held %d", err, change.Held)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	removeIndex(dir)
	again := open(t, dir, Options{Now: clock})
	restored, err := again.Endpoint(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&change.After, restored); diff != "" {
		t.Errorf("endpoint (-before +after):\n%s", diff)
	}
	if got, err := again.Get(t.Context(), d.ID); err != nil || got.Status != Queued || got.Endpoint != ep.ID {
		t.Errorf("%v, the delivery is %s at %q", err, got.Status, got.Endpoint)
	}
}

// removeIndex leaves of a store what a lost index does: the rest.
func removeIndex(dir string) {
	for _, suffix := range []string{"", "-wal", "-shm"} {
		os.Remove(filepath.Join(dir, fileName+suffix))
	}
}
