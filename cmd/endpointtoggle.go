package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

func newEndpointEnableCmd(a *app) *cobra.Command {
	discard := false
	c := &cobra.Command{
		Use:     "enable EP",
		Short:   "switch an endpoint on, and release what was queued",
		Long:    "What was queued while the endpoint was disabled is due at once, in its order. An endpoint that is paused as well stays paused.",
		Example: "hooks endpoint enable shop\nhooks endpoint enable shop --discard-queued",
		Args:    argsBetween(1, 1),
		RunE:    func(c *cobra.Command, args []string) error { return a.enableEndpoint(c.Context(), args[0], discard) },
	}
	c.Flags().BoolVar(&discard, "discard-queued", false, "cancel what is queued instead")
	return c
}

func (a *app) enableEndpoint(ctx context.Context, ref string, discard bool) error {
	return a.changeEndpoint(ctx, ref, discard, "enabled", func(e *store.Endpoint) error {
		e.Enabled, e.DisabledReason, e.FirstFailureAt = true, "", time.Time{}
		return nil
	})
}

func newEndpointDisableCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "disable EP",
		Short: "switch an endpoint off",
		Long: "Deliveries on their way are queued; an attempt that is being made is finished. New events are queued or not sent at all, as the provider does it and " +
			"--on-disabled of add and edit may say otherwise.",
		Example: "hooks endpoint disable shop",
		Args:    argsBetween(1, 1),
		RunE:    func(c *cobra.Command, args []string) error { return a.disableEndpoint(c.Context(), args[0]) },
	}
}

func (a *app) disableEndpoint(ctx context.Context, ref string) error {
	return a.changeEndpoint(ctx, ref, false, "disabled", func(e *store.Endpoint) error {
		if !e.Enabled {
			return errUnchanged // and keeps the reason that it has
		}
		e.Enabled, e.DisabledReason = false, store.DisabledByUser
		return nil
	})
}

func newEndpointResumeCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "resume EP",
		Short:   "end the pause of an endpoint, and release what was held",
		Long:    "An endpoint is paused when too many deliveries fail in a row. An accepted edit ends the pause as well.",
		Example: "hooks endpoint resume shop",
		Args:    argsBetween(1, 1),
		RunE:    func(c *cobra.Command, args []string) error { return a.resumeEndpoint(c.Context(), args[0]) },
	}
}

func (a *app) resumeEndpoint(ctx context.Context, ref string) error {
	return a.changeEndpoint(ctx, ref, false, "resumed", func(e *store.Endpoint) error {
		if !e.Paused {
			return errUnchanged
		}
		e.Paused, e.ConsecutiveFailures, e.FirstFailureAt = false, 0, time.Time{}
		return nil
	})
}

// errUnchanged ends a change that would change nothing.
var errUnchanged = errors.New("unchanged")

// changeEndpoint changes the endpoint that ref names and says what that moved.
func (a *app) changeEndpoint(ctx context.Context, ref string, discard bool, done string, alter func(*store.Endpoint) error) error {
	st, err := a.openStore(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	ep, err := liveEndpoint(ctx, st, ref)
	if err != nil {
		return err
	}
	change, err := st.ChangeEndpoint(ctx, ep.ID, a.now(), discard, func(e *store.Endpoint, _ []*store.Endpoint) error {
		if !e.DeletedAt.IsZero() {
			return deletedEndpoint(e)
		}
		return alter(e)
	})
	if errors.Is(err, errUnchanged) {
		change, err = &store.EndpointChange{Before: *ep, After: *ep}, nil
	}
	if err != nil {
		return err
	}
	return a.release(ctx, st, change, done)
}

// changeLine is what the commands that change an endpoint print with --json.
type changeLine struct {
	endpointLine
	Released int64 `json:"released"` // deliveries that are due now
	Held     int64 `json:"held_now"`
	Canceled int64 `json:"canceled"`
}

// release says what a change of an endpoint has moved. What it has released is
// due, and delivered by whoever works off the store.
func (a *app) release(ctx context.Context, st *store.Store, change *store.EndpointChange, done string) error {
	v, err := a.view(ctx, st, &change.After)
	if err != nil {
		return err
	}
	switch {
	case a.json:
		return a.printJSON(changeLine{v.line(v.secretText()), change.Released, change.Held, change.Canceled})
	case a.quiet:
		return a.println(v.ID)
	}
	line := done + " " + callIt(v.Endpoint)
	if text := a.changeText(change, done); text != "" {
		line += ": " + text
	}
	return a.println(oneLine(line))
}

// changeText is what happened to the endpoint, and to its deliveries.
func (a *app) changeText(change *store.EndpointChange, done string) string {
	before, after := change.Before, change.After
	var parts []string
	say := func(when bool, format string, args ...any) {
		if when {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	say(done == "enabled" && before.Enabled, "it was already")
	say(done == "disabled" && !before.Enabled, "it was already")
	say(done == "resumed" && !before.Paused, "not paused")
	say(done == "edited" && before.Paused, "no longer paused")
	say(done == "edited" && before.ConsecutiveFailures > 0, "the count of %d failures in a row is cleared", before.ConsecutiveFailures)
	say(change.Canceled > 0, "%d canceled", change.Canceled)
	say(change.Held > 0, "%d held", change.Held)
	say(change.Released > 0 || done == "enabled" && !after.Paused || done == "resumed" && before.Paused && after.Enabled, "%d released", change.Released)
	say(done == "enabled" && after.Paused, "still paused")
	say(done == "resumed" && !after.Enabled, "still disabled")
	say(done == "disabled", "%s", a.newEventsText(&after))
	return strings.Join(parts, ", ")
}

// newEventsText says what becomes of events while the endpoint is disabled.
func (a *app) newEventsText(ep *store.Endpoint) string {
	if _, rules, err := a.endpointRules(ep); err == nil && rules.OnDisabled == "drop" {
		return "new events are not sent"
	}
	return "new events are queued"
}
