package cmd

import (
	"context"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/crash"
	"github.com/hooks-cli/hooks/store"
)

// pruneEvery is how often a listener looks for what its store need not keep.
const pruneEvery = time.Minute

// addRetention adds the flags that say how much of the record is kept. The
// default is all of it: what to forget is the user's choice.
func addRetention(flags *pflag.FlagSet, keep *store.Retention) {
	flags.Var(newValue(&keep.Age, "", "duration", parseAge), "keep-age", "forget finished deliveries after `DUR`, as in 12h or 30d (default: never)")
	flags.Var(newValue(&keep.Count, "", "int", parseKeep), "keep-count", "keep the last `N` deliveries (default: all)")
	flags.Var(newValue(&keep.Size, "", "size", parseKeepSize), "keep-size", "keep at most `SIZE` of records, and the 64 MiB that are being written (default: all)")
	configurable(flags, "keep-age", "keep-count", "keep-size")
}

// retain prunes the store until the returned function is called: at once, and
// then each minute.
func (a *app) retain(parent context.Context, st *store.Store, keep store.Retention) (stop func()) {
	if !keep.Limits() {
		return func() {}
	}
	ctx, cancel := context.WithCancel(parent)
	var running sync.WaitGroup
	running.Go(func() {
		defer crash.Catch(ctx)
		ticker := time.NewTicker(pruneEvery)
		defer ticker.Stop()
		warned := false
		for ctx.Err() == nil {
			if _, err := st.Prune(ctx, keep, false); err != nil && ctx.Err() == nil && !warned {
				a.warn("old deliveries cannot be removed: %s", err)
				warned = true
			}
			select {
			case <-ctx.Done():
			case <-ticker.C:
			}
		}
	})
	return func() { cancel(); running.Wait() }
}
