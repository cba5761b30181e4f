package cmd

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

type waitOptions struct {
	query   store.Query
	count   int
	timeout time.Duration
}

func newWaitCmd(a *app) *cobra.Command {
	o := waitOptions{count: 1, timeout: 30 * time.Second}
	c := &cobra.Command{
		Use:   "wait",
		Short: "wait until the store has the deliveries, and print them",
		Long:  "Deliveries that are there already count; --since 0s waits for new ones only. Exits 1 on time-out.",
		Example: `hooks wait --event payment.succeeded --timeout 30s
hooks wait --event 'invoice.*' --count 3 --json
hooks wait --filter 'verdict:valid code:2xx' --since 1m`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.wait(c.Context(), o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	a.addSelection(flags, &o.query)
	flags.Var(newValue(&o.count, "1", "int", parseCount), "count", "how many: `N`")
	flags.Var(newValue(&o.timeout, "30s", "duration", parseDuration), "timeout", "give up after `DUR`")
	return c
}

// errTimeUp is the cause of a wait that ended without its deliveries.
var errTimeUp = errors.New("time is up")

func (a *app) wait(ctx context.Context, o waitOptions) error {
	ctx, stop := a.interruptible(ctx)
	defer stop()
	st, err := a.readStore(ctx)
	if err != nil {
		return interruptedOr(ctx, err)
	}
	defer st.Close()
	watch, err := st.Watch(ctx)
	if err != nil {
		return interruptedOr(ctx, err)
	}
	defer watch.Close()
	timed, cancel := context.WithTimeoutCause(ctx, o.timeout, errTimeUp)
	defer cancel()
	for {
		found, err := newestSettled(ctx, st, o.query, o.count)
		if err != nil {
			return interruptedOr(ctx, err)
		}
		if len(found) >= o.count {
			return a.printWaited(ctx, found)
		}
		select {
		case <-watch.C:
		case <-timed.Done():
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return answerNo("waited %s: %d of %d deliveries came", o.timeout, len(found), o.count).
				withHint("hooks log shows what did; --timeout waits longer")
		}
	}
}

// newestSettled returns at most n deliveries that are not on their way, unless it
// is those that are asked for, oldest first.
func newestSettled(ctx context.Context, st *store.Store, q store.Query, n int) ([]*store.Delivery, error) {
	var found []*store.Delivery
	for d, err := range st.List(ctx, q) {
		if err != nil {
			return nil, err
		}
		if (settled(d) || d.Status == q.Status) && (!d.IsNotice() || asksForNotices(q)) {
			found = append(found, d)
		}
		if len(found) == n {
			break
		}
	}
	slices.Reverse(found)
	return found, nil
}

// asksForNotices tells whether a query says what is wanted: notices come of
// themselves, and who waits for just any delivery does not mean them.
func asksForNotices(q store.Query) bool {
	return len(q.Events) > 0 || q.Provider != "" || q.Filter != nil
}

func (a *app) printWaited(ctx context.Context, found []*store.Delivery) error {
	for _, d := range found {
		if err := a.printDelivery(ctx, d, nil); err != nil {
			return err
		}
	}
	return nil
}
