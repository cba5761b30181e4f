package listen

import (
	"fmt"
	"testing"
	"time"
)

func TestRates(t *testing.T) {
	at := time.Unix(1e9, 0)
	r := newRates(100, 2)
	for i, step := range []struct {
		peer  string
		after time.Duration
		ok    bool
	}{
		{"192.0.2.1:1", 0, true},
		{"192.0.2.1:2", 0, true}, // a second's worth at once
		{"192.0.2.1:3", 0, false},
		{"192.0.2.2:1", 0, true},
		{"[::ffff:192.0.2.2]:1", 0, true}, // the same address
		{"192.0.2.2:2", 0, false},
		{"[2001:db8::1]:1", 0, true},
		{"[2001:db8::2]:1", 0, true}, // the same /64
		{"[2001:db8::3]:1", 0, false},
		{"[2001:db8:0:1::3]:1", 0, true},
		{"192.0.2.1:4", 400 * time.Millisecond, false},
		{"192.0.2.1:5", 100 * time.Millisecond, true},
		{"@", 0, true}, // no address at all has a rate, too
		{"@", 0, true},
		{"@", 0, false},
	} {
		at = at.Add(step.after)
		wait, flag := r.wait(step.peer, at)
		if (wait == 0) != step.ok || wait > 0 && flag != "--rate-per-ip" {
			t.Errorf("step %d, %s: waits %v for %s", i, step.peer, wait, flag)
		}
	}
}

// TestRatesForget: a flood of addresses has a bound, and silent ones make room.
func TestRatesForget(t *testing.T) {
	at := time.Unix(1e9, 0)
	r := newRates(0, 1)
	peer := func(i int) string { return fmt.Sprintf("10.%d.%d.%d:1", i>>16, i>>8&255, i&255) }
	for i := range maxAddresses {
		if wait, _ := r.wait(peer(i), at); wait > 0 {
			t.Fatalf("address %d waits", i)
		}
	}
	if wait, _ := r.wait(peer(maxAddresses), at); wait > 0 {
		t.Error("the first beyond the bound waits")
	}
	if wait, _ := r.wait(peer(maxAddresses+1), at); wait == 0 {
		t.Error("those beyond the bound do not share a rate")
	}
	at = at.Add(2 * time.Second)
	if wait, _ := r.wait(peer(maxAddresses+1), at); wait > 0 || len(r.byIP) != 1 {
		t.Errorf("after a silence it waits %v beside %d addresses", wait, len(r.byIP))
	}
}
