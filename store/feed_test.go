package store

import (
	"context"
	"testing"
	"time"
)

// follow reads what is new after rev, waiting for wake-ups, until it has seen
// count deliveries.
func follow(t *testing.T, s *Store, w *Watch, count int) {
	t.Helper()
	deadline := time.After(time.Minute)
	seen, rev := map[int64]bool{}, int64(0)
	for {
		changed, err := s.Changes(t.Context(), rev, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range changed {
			if d.Rev <= rev {
				t.Fatalf("change %d comes after %d", d.Rev, rev)
			}
			rev, seen[d.Seq] = d.Rev, true
		}
		if len(seen) >= count {
			return
		}
		if len(changed) > 0 {
			continue
		}
		select {
		case <-w.C:
		case <-deadline:
			t.Fatalf("a wake-up was lost: %d of %d deliveries seen", len(seen), count)
		}
	}
}

func TestWatchInProcess(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	w, err := s.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	done := make(chan bool)
	go func() {
		defer close(done)
		for range 500 {
			if err := s.Append(received("a", []byte("x"))).Wait(context.Background()); err != nil {
				t.Error(err)
			}
		}
	}()
	follow(t, s, w, 500)
	<-done
}

func TestWatchAcrossProcesses(t *testing.T) {
	for name, o := range map[string]Options{"writer": {}, "reader": {ReadOnly: true}} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			wait(t, open(t, dir, Options{}).Append(received("first", nil)))
			s := open(t, dir, o)
			w, err := s.Watch(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			c := startChild(t, dir, 200, 5000)
			follow(t, s, w, 201)
			c.read(t, 0)
		})
	}
}

func TestWatchEnds(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	ctx, cancel := context.WithCancel(t.Context())
	first, err := s.Watch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Watch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-first.done
	first.Close()
	first.Close()
	if err := s.Close(); err != nil { // closes the second
		t.Fatal(err)
	}
	<-second.done
	if _, err := s.Watch(t.Context()); err == nil {
		t.Error("Watch of a closed store succeeds")
	}
}
