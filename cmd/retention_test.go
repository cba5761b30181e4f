package cmd

import (
	"testing"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// TestRetain: a listener forgets beside its work, and stops with it.
func TestRetain(t *testing.T) {
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for range 5 {
		d := &store.Delivery{Direction: store.In, Status: store.Captured, Event: &store.Event{Type: "a"}}
		if err := st.Append(d).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	a := &app{}
	a.retain(t.Context(), st, store.Retention{})() // nothing to do
	defer a.retain(t.Context(), st, store.Retention{Count: 2})()
	for deadline := time.Now().Add(waitLimit); ; time.Sleep(time.Millisecond) {
		s, err := st.Stats(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if s.Deliveries == 2 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d deliveries are left", s.Deliveries)
		}
	}
}

func TestParseAge(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"30d": 720 * time.Hour, "1.5d": 36 * time.Hour, "12h": 12 * time.Hour,
		"0": 0, "0d": 0, "-1d": 0, "d": 0, "1e3d": 0, "NaNd": 0, "99999d": 0, "soon": 0,
	} {
		got, err := parseAge(text)
		if got != want || (err != nil) != (want == 0) {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
}
