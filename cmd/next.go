package cmd

import (
	"fmt"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

// followUp says what becomes of a sent delivery after its last attempt, and how
// much time has passed where that was not the wall's.
func followUp(d *store.Delivery) string {
	text := ""
	last := lastAttempt(d)
	if last != nil && !last.VirtualAt.IsZero() {
		if after := last.VirtualAt.Sub(d.ReceivedAt); after >= time.Second {
			text = ", after " + roughly(after)
		}
	}
	switch {
	case d.Status == store.Retrying && last != nil:
		began := last.VirtualAt
		if began.IsZero() {
			began = last.StartedAt
		}
		return text + ", again in " + roughly(d.NextAttemptAt.Sub(began.Add(last.Duration)))
	case d.Status == store.Dead:
		return text + ", retries used up"
	case d.Status == store.Queued:
		return text + ", held: the endpoint is disabled"
	case d.Status == store.Paused:
		return text + ", held: the endpoint is paused"
	case d.Status == store.Filtered && d.Direction == store.Out:
		return text + ": " + routeText(d.StatusReason)
	}
	return text
}

// statusText is how far a delivery has come, as people are told.
func statusText(d *store.Delivery) string {
	if d.Status == store.Dead {
		return "failed (retries used up)"
	}
	return d.Status
}

// nextStep says what a provider would do after its n-th attempt of an event
// was answered so.
func nextStep(b provider.Behaviour, last *store.Attempt, n int) string {
	outcome := send.Judge(b, last)
	switch outcome {
	case send.Success:
		return ""
	case send.Gone:
		return "the endpoint would be disabled"
	case send.Aborted:
		return "no more retries: aborted"
	}
	step := send.Next(b, outcome, n, last, last.StartedAt.Add(last.Duration), 0.5)
	switch {
	case !step.Again:
		return "no more retries"
	case outcome == send.Conflict:
		return "again in " + shortDuration(step.Delay) + " (409)"
	}
	return fmt.Sprintf("retry %d of %d in %s", n, len(b.Retries), shortDuration(step.Delay))
}
