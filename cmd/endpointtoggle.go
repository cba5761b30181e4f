package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

func newEndpointEnableCmd(a *app) *cobra.Command {
	var o releaseOptions
	discard := false
	c := &cobra.Command{
		Use:   "enable EP",
		Short: "switch an endpoint on, and deliver what was queued",
		Long: "What was queued while the endpoint was disabled is delivered now, one after the other in its order; what fails is retried later. " +
			"An endpoint that is paused as well stays paused. Exits 0 if everything was acknowledged.",
		Example: "hooks endpoint enable shop\nhooks endpoint enable shop --no-deliver\nhooks endpoint enable shop --discard-queued",
		Args:    argsBetween(1, 1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.enableEndpoint(c.Context(), args[0], discard, o)
		},
	}
	c.Flags().BoolVar(&discard, "discard-queued", false, "cancel what is queued instead")
	o.add(c.Flags())
	return c
}

func (a *app) enableEndpoint(ctx context.Context, ref string, discard bool, o releaseOptions) error {
	return a.changeEndpoint(ctx, ref, discard, o, "enabled", func(e *store.Endpoint) error {
		e.Enable()
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
	return a.changeEndpoint(ctx, ref, false, releaseOptions{}, "disabled", func(e *store.Endpoint) error {
		if !e.Enabled {
			return errUnchanged // and keeps the reason that it has
		}
		e.Disable(store.DisabledByUser)
		return nil
	})
}

func newEndpointResumeCmd(a *app) *cobra.Command {
	var o releaseOptions
	c := &cobra.Command{
		Use:   "resume EP",
		Short: "end the pause of an endpoint, and deliver what was held",
		Long: "An endpoint is paused when too many deliveries fail in a row. An accepted edit ends the pause as well. What was held is delivered " +
			"now, one after the other in its order.",
		Example: "hooks endpoint resume shop\nhooks endpoint resume shop --no-deliver",
		Args:    argsBetween(1, 1),
		RunE:    func(c *cobra.Command, args []string) error { return a.resumeEndpoint(c.Context(), args[0], o) },
	}
	o.add(c.Flags())
	return c
}

func (a *app) resumeEndpoint(ctx context.Context, ref string, o releaseOptions) error {
	return a.changeEndpoint(ctx, ref, false, o, "resumed", func(e *store.Endpoint) error {
		if !e.Paused {
			return errUnchanged
		}
		e.Resume()
		return nil
	})
}

// errUnchanged ends a change that would change nothing.
var errUnchanged = errors.New("unchanged")

// changeEndpoint changes the endpoint that ref names and says what that moved.
func (a *app) changeEndpoint(ctx context.Context, ref string, discard bool, o releaseOptions, done string, alter func(*store.Endpoint) error) error {
	st, ep, err := storeWith(ctx, a.openDeclared, ref)
	if err != nil {
		return err
	}
	defer st.Close()
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
	return a.release(ctx, st, change, done, o)
}
