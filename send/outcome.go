package send

import (
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// Outcome is what an attempt means to the provider that made it.
type Outcome string

// The outcomes of an attempt.
const (
	Success  Outcome = store.OutcomeSuccess  // acknowledged
	Conflict Outcome = store.OutcomeConflict // not now: again after a fixed interval, no failure
	Gone     Outcome = store.OutcomeGone     // the receiver wants nothing more
	Aborted  Outcome = store.OutcomeAborted  // the receiver does not want this one again
	Failure  Outcome = store.OutcomeFailure
	// Interrupted is not for Judge to say: nobody knows what came.
	Interrupted Outcome = store.OutcomeInterrupted
)

// Judge says what an attempt means: a function of what the provider calls an
// acknowledgement and of what came back, and of nothing else. The first rule
// that fits decides. An answer that did not come whole is a failure whatever
// its status; redirects are never acknowledgements.
func Judge(b provider.Behaviour, a *store.Attempt) Outcome {
	switch {
	case a.StatusCode == 0 || a.ErrorKind != "":
		return Failure
	case acknowledges(b.Ack, a.StatusCode):
		return Success
	case a.StatusCode == 409 && b.ConflictInterval > 0:
		return Conflict
	case a.StatusCode == 410 && b.GoneDisables:
		return Gone
	case b.ReceiverControl && wants(a.ResponseHeaders, "abort-message"):
		return Aborted
	default:
		return Failure
	}
}

// acknowledges tells whether a status is among codes (200) and classes (2xx).
func acknowledges(ack []string, status int) bool {
	if status < 100 || status > 599 {
		return false
	}
	code := string([]byte{'0' + byte(status/100), '0' + byte(status/10%10), '0' + byte(status%10)})
	return slices.ContainsFunc(ack, func(a string) bool { return a == code || a == code[:1]+"xx" })
}

// wants tells whether the receiver said word in the header webhook-delivery.
func wants(headers sign.Headers, word string) bool {
	for _, value := range headers.Values("webhook-delivery") {
		if strings.EqualFold(strings.TrimSpace(value), word) {
			return true
		}
	}
	return false
}
