package listen

import (
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

// route decides where an event goes: to the targets of the routes that match
// its type, else to those that take everything. A reason means that it is not
// wanted.
func (c *call) route() (targets []send.Target, reason string) {
	if len(c.o.Events) > 0 && !store.MatchGlobs(c.o.Events, c.event.Type) {
		return nil, ReasonEvents
	}
	for _, r := range c.o.Routes {
		if store.MatchGlobs([]string{r.Glob}, c.event.Type) {
			targets = append(targets, r.Target)
		}
	}
	if len(targets) > 0 {
		return targets, ""
	}
	return c.o.Forward, ""
}
