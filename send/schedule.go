package send

import (
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

// longestWait is the most that a receiver can ask for with Retry-After.
const longestWait = 24 * time.Hour

// Step is what a provider does after an attempt.
type Step struct {
	// Again is true when another attempt follows, Delay after this one ended.
	Again bool
	Delay time.Duration
	// Note says what of the answer was not heeded, "" if nothing.
	Note string
}

// Next says what follows an attempt: a function of what the provider's
// schedule is, of how many attempts of the delivery have failed, this one
// included, and of what came back. roll is between 0 and 1 and places the
// delay within the jitter; 0.5 is the schedule itself. ended is when the
// attempt was over, to which a date in Retry-After is compared.
//
// A conflict is repeated at its own fixed interval for ever: it is no failure.
func Next(b provider.Behaviour, o Outcome, failures int, a *store.Attempt, ended time.Time, roll float64) Step {
	switch {
	case o == Conflict:
		return Step{Again: true, Delay: b.ConflictInterval}
	case o != Failure || failures < 1 || failures > len(b.Retries):
		return Step{}
	}
	delay := b.Retries[failures-1]
	delay += time.Duration(float64(delay) * b.Jitter * (2*roll - 1))
	if a.ErrorKind == store.ErrTimeout || a.StatusCode == 429 {
		delay = max(delay, b.OverloadMin)
	}
	wish, note := retryAfter(a.ResponseHeaders, ended)
	switch {
	case wish == 0:
	case b.RetryAfter == "obey":
		delay = max(delay, wish)
	case b.RetryAfter == "clamp":
		delay = min(max(delay, wish), 2*delay)
	}
	return Step{Again: true, Delay: delay, Note: note}
}
