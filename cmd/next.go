package cmd

import (
	"fmt"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

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
