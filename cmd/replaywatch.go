package cmd

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/watch"
)

// tryAfter is when deliveries are sent again after a change: the program that was
// mended may take a while to start, and the old one may answer until then.
func tryAfter() []time.Duration {
	return []time.Duration{0, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second}
}

const (
	// knockEvery is how often it is looked whether a target listens.
	knockEvery = 50 * time.Millisecond
	// knockLimit is how long one look may take.
	knockLimit = time.Second
	// sayAbsent is after how long a target that does not listen is spoken of.
	sayAbsent = 500 * time.Millisecond
)

// checkWatch refuses what makes no sense with --watch.
func (o *replayOptions) checkWatch(c *cobra.Command) error {
	for _, other := range []string{"dry-run", "as"} {
		if err := exclusive(c, "watch", other); err != nil {
			return err
		}
	}
	return nil
}

// mending is a replay that goes on until everything is acknowledged.
type mending struct {
	*app
	store   *store.Store
	o       *replayOptions
	refs    []string // of deliveries that are not acknowledged
	changes <-chan watch.Change
	client  *send.Client // that knocks
}

// replayWatching sends deliveries, and again whenever a file changes, until all
// are acknowledged.
func (a *app) replayWatching(ctx context.Context, st *store.Store, refs []string, o *replayOptions) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	changes, err := watch.Tree(ctx, o.watch...)
	var missing *fs.PathError
	if errors.As(err, &missing) {
		return usageError("--watch %s: %s", missing.Path, cause(err)).withHint("name the files or folders of the program's source")
	}
	if err != nil {
		return err
	}
	m := &mending{app: a, store: st, o: o, changes: changes,
		client: send.NewClient(send.Options{Timeout: knockLimit, Insecure: true, Now: a.now})}
	defer m.client.Close()
	for _, ref := range refs { // @failed is another one after the first try
		d, err := a.find(ctx, st, ref)
		if err != nil {
			return interruptedOr(ctx, err)
		}
		m.refs = append(m.refs, d.ID)
	}
	changed, err := m.try(ctx)
	for err == nil && len(m.refs) > 0 {
		if !changed {
			a.note("waiting for a change; Ctrl-C ends")
			if err = m.wait(ctx); err != nil {
				break
			}
		}
		changed, err = m.series(ctx)
	}
	return err
}

// wait is until a file changes.
func (m *mending) wait(ctx context.Context) error {
	select {
	case c, ok := <-m.changes:
		if ok {
			m.note("changed: %s", c)
		}
	case <-ctx.Done():
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// series tries several times after a change. It ends early when another comes.
func (m *mending) series(ctx context.Context) (changed bool, err error) {
	for _, pause := range tryAfter() {
		if changed, err = m.pause(ctx, pause); changed || err != nil {
			return changed, err
		}
		if changed, err = m.try(ctx); changed || err != nil || len(m.refs) == 0 {
			return changed, err
		}
	}
	return false, nil
}

// pause lets a while pass, and tells whether a file has changed meanwhile.
func (m *mending) pause(ctx context.Context, d time.Duration) (changed bool, err error) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return false, nil
	case c, ok := <-m.changes:
		if ok {
			m.note("changed: %s", c)
			return true, nil
		}
	case <-ctx.Done():
	}
	return false, context.Cause(ctx)
}

// try sends what is not acknowledged, each as soon as its target listens.
func (m *mending) try(ctx context.Context) (changed bool, err error) {
	jobs, err := m.again(ctx, m.store, m.refs, m.o)
	if err != nil {
		return false, interruptedOr(ctx, err)
	}
	refs := m.refs
	m.refs = nil
	for i, j := range jobs {
		if changed, err = m.knock(ctx, j.target); changed || err != nil {
			m.refs = append(m.refs, refs[i:]...)
			return changed, err
		}
		n := &tally{}
		client := m.o.client(m.app, j.profile)
		err := m.deliver(ctx, m.store, client, j, n)
		client.Close()
		if err != nil {
			return false, err
		}
		if n.acknowledged == 0 {
			m.refs = append(m.refs, refs[i])
		}
	}
	return false, nil
}

// knock waits until a target listens, and tells whether a file has changed
// meanwhile.
func (m *mending) knock(ctx context.Context, t send.Target) (changed bool, err error) {
	begun := m.now()
	for said := false; ; {
		if m.client.Reach(ctx, t) == nil {
			return false, nil
		}
		if ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		if !said && m.now().Sub(begun) > sayAbsent {
			said = true
			m.note("waiting for %s to listen", t)
		}
		if changed, err := m.pause(ctx, knockEvery); changed || err != nil {
			return changed, err
		}
	}
}
