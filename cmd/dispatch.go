package cmd

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// dispatchGrace is how long attempts in flight may still take once the
// dispatcher was asked to end.
const dispatchGrace = 5 * time.Second

type dispatchOptions struct {
	timingOptions
	misbehaveOptions
	untilIdle bool
	seed      *int64
}

func newDispatchCmd(a *app) *cobra.Command {
	var o dispatchOptions
	c := &cobra.Command{
		Use:   "dispatch",
		Short: "deliver what is due at the endpoints",
		Long: "Makes the attempts that are due at any endpoint of the store: first sends, retries, released queues. It goes on until it is " +
			"interrupted, then lets what is in flight end (up to 5 s). Any number of them may run on one store. An attempt whose process was " +
			"killed is marked as interrupted and made again. What becomes of endpoints is recorded: hooks help notices.",
		Example: `hooks dispatch
hooks dispatch --until-idle
hooks dispatch --until-idle --skip-waits
hooks dispatch --until-idle --drop 0.2 --duplicate 2 --seed 1`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.dispatch(c, &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.BoolVar(&o.untilIdle, "until-idle", false, "end when nothing is due; exit 0 if everything was acknowledged")
	o.timingOptions.add(flags)
	flags.Var(newValue(&o.seed, "", "int", parseSeed), "seed", "the same jitter, and the same misbehaviour, for the same `N`")
	o.addAttempts(c)
	return c
}

func (a *app) dispatch(c *cobra.Command, o *dispatchOptions) error {
	if err := errors.Join(o.timingOptions.check(c), o.misbehaveOptions.check(c)); err != nil {
		return err
	}
	ctx, stop, end := a.drainable(c.Context(), dispatchGrace)
	defer end()
	st, err := a.openDeclared(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	work := a.dispatcher(st, o.clock(a), catalog.NewSource(a.now, o.seed), sign.Keys{}, o.seed)
	work.onlyFirst = !o.untilIdle
	if sender := o.sender(o.seed); sender != nil {
		work.Build, work.tally.unruly = sender.BuildCopies, true
	}
	if !o.untilIdle {
		defer a.watchSettings(ctx, st)()
		a.note("dispatching from %s; Ctrl-C ends it", st.Dir())
	}
	err = work.Run(ctx, send.Scope{UntilIdle: o.untilIdle, Keep: o.compressed(), MaxWait: o.longest()}, stop)
	if !o.untilIdle && err == nil && context.Cause(ctx) != errInterrupted {
		return work.printErr
	}
	return work.verdict(ctx, err)
}

// drainable is interruptible for what should end in its own time: the first
// interrupt closes stop and ends ctx only after the grace, the second ends it at
// once.
func (e *env) drainable(parent context.Context, grace time.Duration) (ctx context.Context, stop <-chan struct{}, end context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(parent)
	ch, release := e.signals()
	stopping := make(chan struct{})
	go func() {
		if !received(ctx, ch, nil) {
			return
		}
		close(stopping)
		late := time.NewTimer(grace)
		defer late.Stop()
		if received(ctx, ch, late.C) {
			cancel(errInterrupted)
		} else {
			cancel(context.DeadlineExceeded)
		}
	}()
	return ctx, stopping, func() { cancel(context.Canceled); release() }
}

// received waits for a signal; false is that ctx or the time ended before.
func received(ctx context.Context, ch <-chan os.Signal, late <-chan time.Time) bool {
	select {
	case <-ch:
		return true
	case <-ctx.Done():
	case <-late:
	}
	return false
}
