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
	switch send.Judge(b, last) {
	case send.Success:
		return ""
	case send.Conflict:
		return "again in " + shortDuration(b.ConflictInterval) + " (409)"
	case send.Gone:
		return "the endpoint would be disabled"
	case send.Aborted:
		return "no more retries: aborted"
	}
	if n > len(b.Retries) {
		return "no more retries"
	}
	return fmt.Sprintf("retry %d of %d in %s", n, len(b.Retries), shortDuration(b.Retries[n-1]))
}
