package cmd

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

type retryOptions struct {
	force, yes bool
}

func newRetryCmd(a *app) *cobra.Command {
	var o retryOptions
	c := &cobra.Command{
		Use:   "retry ID...",
		Short: "make one more attempt of deliveries to endpoints",
		Long: "One attempt each, now, at the endpoint's present URL and with its present secrets. If it fails no new schedule begins, and one that " +
			"waits for its next attempt goes on waiting. What was received or had no endpoint is sent again by hooks replay.",
		Example: `hooks retry @failed
hooks retry 12 13
hooks retry 12 --force`,
		Args: argsBetween(1, -1),
		RunE: func(c *cobra.Command, args []string) error { return a.retry(c, args, &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.BoolVar(&o.force, "force", false, "also what has succeeded, and at an endpoint that is disabled")
	flags.BoolVar(&o.yes, "yes", false, "retry more than 20 without asking")
	return c
}

func (a *app) retry(c *cobra.Command, refs []string, o *retryOptions) error {
	if len(refs) > askAbove && !o.yes {
		return usageError("%d deliveries would be retried", len(refs)).withHint("add --yes")
	}
	ctx, stop := a.interruptible(c.Context())
	defer stop()
	st, err := a.openDeclared(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	var chosen []retried
	for _, ref := range refs {
		d, err := st.Get(ctx, ref)
		if err != nil {
			return err
		}
		ep, err := a.retriable(ctx, st, d, o)
		if err != nil {
			return err
		}
		chosen = append(chosen, retried{d, ep})
	}
	return a.retryAll(ctx, st, chosen)
}

// retried is a delivery that gets one more attempt at its endpoint.
type retried struct {
	d  *store.Delivery
	ep *store.Endpoint
}

// retriable tells whether an attempt may be made by hand, and returns the
// endpoint.
func (a *app) retriable(ctx context.Context, st *store.Store, d *store.Delivery, o *retryOptions) (*store.Endpoint, error) {
	switch {
	case d.Status == store.Captured, d.Status == store.Rejected, d.Status == store.Filtered:
		return nil, usageError("#%d is %s: there is no attempt to make again", d.Seq, d.Status).withHint("hooks replay %d", d.Seq)
	case d.Endpoint == "":
		return nil, usageError("#%d was sent to no endpoint", d.Seq).withHint("hooks replay %d", d.Seq)
	case d.Status == store.Delivering:
		return nil, usageError("an attempt of #%d is in flight already", d.Seq)
	case d.Status == store.Succeeded && !o.force:
		return nil, usageError("#%d has succeeded already", d.Seq).withHint("--force sends it once more")
	}
	return a.againTo(ctx, st, d, o.force)
}

// againTo is the endpoint of a delivery that is sent once more, by hand.
func (a *app) againTo(ctx context.Context, st *store.Store, d *store.Delivery, force bool) (*store.Endpoint, error) {
	ep, err := st.Endpoint(ctx, d.Endpoint)
	if err != nil {
		return nil, err
	}
	switch {
	case !ep.DeletedAt.IsZero():
		return nil, usageError("the endpoint of #%d is deleted", d.Seq).withHint("hooks replay %d --to URL", d.Seq)
	case !ep.Enabled && !force:
		return nil, usageError("endpoint is disabled: %s", orElse(ep.Name, ep.ID)).withHint("hooks endpoint enable %s, or --force", orElse(ep.Name, ep.ID))
	case ep.Paused:
		a.note("endpoint %s is paused", ep.ID)
	}
	return ep, nil
}

// retryAll makes an attempt of each, in the order given.
func (a *app) retryAll(ctx context.Context, st *store.Store, chosen []retried) error {
	work := a.dispatcher(st, send.NewClock(a.now, time.After, 1, false), catalog.NewSource(a.now, nil), sign.Keys{}, nil)
	work.onlyFirst = true
	for _, r := range chosen {
		d, err := st.ClaimManual(ctx, r.d.Seq)
		var busy *store.StateError
		if errors.As(err, &busy) {
			return usageError("an attempt of #%d is in flight already", r.d.Seq)
		}
		if err == nil {
			err = work.Manual(ctx, d, r.ep)
		}
		if err != nil || ctx.Err() != nil {
			return work.verdict(ctx, err)
		}
	}
	return work.verdict(ctx, nil)
}
