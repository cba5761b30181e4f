package cmd

import (
	"context"

	"github.com/hooks-cli/hooks/store"
)

// changesAtOnce is how many deliveries one look at the store takes.
const changesAtOnce = 500

// follow calls show for every delivery that changes after rev, by whichever
// process, each time it comes to rest in another state, until ctx ends. What
// the store has by then is still shown.
func follow(ctx context.Context, st *store.Store, rev int64, show func(*store.Delivery) error) error {
	watch, err := st.Watch(ctx)
	if err != nil {
		return err
	}
	defer watch.Close()
	shown := shownStates{}
	reading := context.WithoutCancel(ctx)
	for ended := false; ; {
		changed, err := st.Changes(reading, rev, changesAtOnce)
		if err != nil {
			return err
		}
		for _, d := range changed {
			rev = max(rev, d.Rev)
			if settled(d) && shown.isNews(d) {
				if err := show(d); err != nil {
					return err
				}
			}
		}
		switch {
		case ended:
			return context.Cause(ctx)
		case len(changed) > 0:
		default:
			select {
			case <-watch.C:
			case <-ctx.Done():
				ended = true
			}
		}
	}
}

// shownStates remembers in which state a delivery was shown last.
type shownStates map[int64]state

type state struct {
	status   string
	attempts int
}

// rememberedStates bounds the memory; an older delivery that changes once more
// is shown again, which is what it deserves.
const rememberedStates = 10_000

func (s shownStates) isNews(d *store.Delivery) bool {
	now := state{d.Status, len(d.Attempts)}
	if s[d.Seq] == now {
		return false
	}
	if len(s) >= rememberedStates {
		clear(s)
	}
	s[d.Seq] = now
	return true
}
