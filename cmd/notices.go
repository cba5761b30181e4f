package cmd

import (
	"context"
	"time"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

const (
	// noticesEvery is how often a listener looks for notices: a watch of the store
	// would wake it at each of its own deliveries, thousands of times a second.
	noticesEvery = 500 * time.Millisecond
	// noticesAtOnce is how many one look takes.
	noticesAtOnce = 100
)

// noteChange records what a command has made of an endpoint.
func (a *app) noteChange(ctx context.Context, st *store.Store, change *store.EndpointChange) error {
	for _, n := range send.Notices(change, nil, a.now(), a.now()) {
		if err := st.Append(n).Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

// followNotices calls tell for every notice that any process has recorded after
// the change rev, until ctx ends; what is there by then is still told. What cannot
// be read is read at the next look.
func followNotices(ctx context.Context, st *store.Store, rev int64, tell func(*store.Delivery)) {
	look := func(ctx context.Context) {
		for more := true; more; {
			found, _ := st.Notices(ctx, rev, noticesAtOnce)
			for _, d := range found {
				rev = max(rev, d.Rev)
				tell(d)
			}
			more = len(found) == noticesAtOnce
		}
	}
	again := time.NewTicker(noticesEvery)
	defer again.Stop()
	for ctx.Err() == nil {
		look(ctx)
		select {
		case <-again.C:
		case <-ctx.Done():
		}
	}
	look(context.WithoutCancel(ctx))
}
