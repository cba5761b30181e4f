package send

import (
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

var endedAt = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func behaviourOf(t *testing.T, id string) provider.Behaviour {
	t.Helper()
	p, err := provider.Open().Get(id)
	if err != nil {
		t.Fatal(err)
	}
	return p.Behaviour
}

// TestSchedules: the sums that the providers publish.
func TestSchedules(t *testing.T) {
	for _, test := range []struct {
		id       string
		attempts int
		total    time.Duration
	}{
		{"standard", 8, 27*time.Hour + 35*time.Minute + 5*time.Second},
		{"revkeen", 6, 26*time.Hour + 36*time.Minute},
		{"revkeen-v1", 6, 34*time.Hour + 35*time.Minute},
		{"raas", 11, 10 * time.Hour},
		{"rafiki", 8, 27*time.Hour + 35*time.Minute + 5*time.Second},
	} {
		b := behaviourOf(t, test.id)
		attempts, total := 0, time.Duration(0)
		for step := (Step{Again: true}); step.Again; attempts++ {
			step = Next(b, Failure, attempts+1, &store.Attempt{StatusCode: 500}, endedAt, 0.5)
			total += step.Delay
		}
		if attempts != test.attempts || total != test.total {
			t.Errorf("%s: %d attempts in %v, want %d in %v", test.id, attempts, total, test.attempts, test.total)
		}
	}
}

func TestNext(t *testing.T) {
	plain := provider.Behaviour{Retries: []time.Duration{time.Minute, time.Hour}, RetryAfter: "ignore"}
	obeying, clamping, cautious, raas := plain, plain, plain, plain
	obeying.RetryAfter, clamping.RetryAfter = "obey", "clamp"
	cautious.OverloadMin, cautious.Jitter = 2*time.Minute, 0.2
	raas.ConflictInterval = time.Minute
	asks := func(value string) store.Attempt {
		return store.Attempt{StatusCode: 503, ResponseHeaders: sign.Headers{{Name: "Retry-After", Value: value}}}
	}
	failed := store.Attempt{StatusCode: 500}
	for _, test := range []struct {
		name     string
		b        provider.Behaviour
		o        Outcome
		failures int
		a        store.Attempt
		roll     float64
		want     time.Duration // negative: nothing follows
		note     string
	}{
		{"first failure", plain, Failure, 1, failed, 0, time.Minute, ""},
		{"second failure", plain, Failure, 2, failed, 1, time.Hour, ""},
		{"schedule used up", plain, Failure, 3, failed, 0.5, -1, ""},
		{"no failure counted", plain, Failure, 0, failed, 0.5, -1, ""},
		{"no schedule", provider.Behaviour{}, Failure, 1, failed, 0.5, -1, ""},
		{"acknowledged", plain, Success, 0, store.Attempt{StatusCode: 200}, 0.5, -1, ""},
		{"gone", plain, Gone, 1, store.Attempt{StatusCode: 410}, 0.5, -1, ""},
		{"aborted", plain, Aborted, 1, failed, 0.5, -1, ""},
		{"conflict", raas, Conflict, 0, store.Attempt{StatusCode: 409}, 0.5, time.Minute, ""},
		{"conflict after failures", raas, Conflict, 7, store.Attempt{StatusCode: 409}, 0.5, time.Minute, ""},
		{"earliest of the jitter", cautious, Failure, 2, failed, 0, 48 * time.Minute, ""},
		{"latest of the jitter", cautious, Failure, 2, failed, 1, 72 * time.Minute, ""},
		{"time-out", cautious, Failure, 1, store.Attempt{ErrorKind: store.ErrTimeout}, 0, 2 * time.Minute, ""},
		{"429", cautious, Failure, 1, store.Attempt{StatusCode: 429}, 1, 2 * time.Minute, ""},
		{"429 on a longer delay", cautious, Failure, 2, store.Attempt{StatusCode: 429}, 0.5, time.Hour, ""},
		{"ignored wish", plain, Failure, 1, asks("7200"), 0.5, time.Minute, ""},
		{"wish", obeying, Failure, 1, asks("120"), 0.5, 2 * time.Minute, ""},
		{"wish for less", obeying, Failure, 1, asks("5"), 0.5, time.Minute, ""},
		{"fraction", obeying, Failure, 1, asks("120.1"), 0.5, 121 * time.Second, ""},
		{"date", obeying, Failure, 1, asks("Sat, 21 Nov 2026 12:05:00 GMT"), 0.5, 5 * time.Minute, ""},
		{"far date", obeying, Failure, 1, asks("Tue, 24 Nov 2026 12:00:00 GMT"), 0.5, 24 * time.Hour, ""},
		{"eons", obeying, Failure, 1, asks("1000000000000"), 0.5, 24 * time.Hour, ""},
		{"past date", obeying, Failure, 1, asks("Fri, 20 Nov 2026 12:00:00 GMT"), 0.5, time.Minute, "Retry-After is in the past and was ignored"},
		{"negative", obeying, Failure, 1, asks("-1"), 0.5, time.Minute, "Retry-After is negative and was ignored"},
		{"soon", obeying, Failure, 1, asks("soon"), 0.5, time.Minute, "Retry-After is neither seconds nor a date and was ignored"},
		{"infinity", obeying, Failure, 1, asks("Inf"), 0.5, time.Minute, "Retry-After is neither seconds nor a date and was ignored"},
		{"wish within bounds", clamping, Failure, 1, asks("90"), 0.5, 90 * time.Second, ""},
		{"wish beyond them", clamping, Failure, 1, asks("900"), 0.5, 2 * time.Minute, ""},
		{"wish below them", clamping, Failure, 1, asks("1"), 0.5, time.Minute, ""},
	} {
		want := Step{Again: test.want >= 0, Delay: max(test.want, 0), Note: test.note}
		if got := Next(test.b, test.o, test.failures, &test.a, endedAt, test.roll); got != want {
			t.Errorf("%s: %+v, want %+v", test.name, got, want)
		}
	}
}

// TestNextBounds: whatever a receiver writes, the next attempt is neither
// before the schedule nor more than a day after it.
func TestNextBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := provider.Behaviour{
			Retries:    []time.Duration{time.Duration(rapid.Int64Range(1, int64(48*time.Hour)).Draw(t, "delay"))},
			RetryAfter: rapid.SampledFrom([]string{"obey", "clamp", "ignore"}).Draw(t, "rule"),
		}
		value := rapid.OneOf(rapid.StringMatching(`[-+]?[0-9.eE]{0,20}`), rapid.String()).Draw(t, "value")
		a := store.Attempt{StatusCode: 503, ResponseHeaders: sign.Headers{{Name: "retry-after", Value: value}}}
		got := Next(b, Failure, 1, &a, endedAt, 0.5)
		latest := map[string]time.Duration{"obey": max(b.Retries[0], longestWait), "clamp": 2 * b.Retries[0], "ignore": b.Retries[0]}
		if !got.Again || got.Delay < b.Retries[0] || got.Delay > latest[b.RetryAfter] {
			t.Fatalf("%q with %s gives %+v after %v", value, b.RetryAfter, got, b.Retries[0])
		}
	})
}

func TestRetryAfterNotANumber(t *testing.T) {
	for _, value := range []string{"NaN", "nan", strings.Repeat("9", 400), "", "0x10"} {
		wait, _ := retryAfter(sign.Headers{{Name: "Retry-After", Value: value}}, endedAt)
		if wait < 0 || wait > longestWait || math.IsNaN(wait.Seconds()) {
			t.Errorf("%q waits %v", value, wait)
		}
	}
}
