package cmd

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		900 * time.Microsecond:   "900 µs",
		1500 * time.Microsecond:  "2 ms", // as the terminal UI rounds it
		1499 * time.Microsecond:  "1 ms",
		12345 * time.Millisecond: "12.3s",
	} {
		if got := duration(d); got != want {
			t.Errorf("%v is shown as %q, want %q", d, got, want)
		}
	}
}
