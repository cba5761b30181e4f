package cmd

import (
	"context"
	"errors"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

// lines prints what listen receives. It reads the store like everybody else,
// so that a slow or missing reader of stdout holds up no delivery.
type lines struct {
	*app
	st       *store.Store
	registry *provider.Registry
	rev      int64

	attempts map[string]int // failed deliveries by event, for what comes next
	stop     context.CancelFunc
	done     chan struct{}
}

// lastLines is how long the lines of the last deliveries may take once the
// listener has ended.
const lastLines = time.Second

// rememberedEvents bounds the memory of what failed before.
const rememberedEvents = 10_000

func (l *lines) start(parent context.Context) {
	ctx, cancel := context.WithCancel(parent)
	l.stop, l.done, l.attempts = cancel, make(chan struct{}), map[string]int{}
	go func() {
		defer close(l.done)
		err := follow(ctx, l.st, l.rev, l.print)
		if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, errQuiet) {
			l.warn("the lines end here, the listener goes on: %s", asFailure(err).message)
		}
	}()
}

// finish prints what came last and ends.
func (l *lines) finish() {
	if l.done == nil {
		return
	}
	l.stop()
	select {
	case <-l.done:
	case <-time.After(lastLines): // nobody reads: the lines are lost, the record is not
	}
}

func (l *lines) print(d *store.Delivery) error {
	if d.Direction != store.In {
		return nil
	}
	switch {
	case l.json:
		return l.printJSON(d)
	case l.quiet:
		return l.println(d.ID)
	}
	if err := l.println(l.deliveryLine(d)); err != nil {
		return err
	}
	if second := l.second(d); second != "" {
		return l.println(second)
	}
	return nil
}

// second is the line below a delivery that failed: what came back, and what
// its provider would do next.
func (l *lines) second(d *store.Delivery) string {
	last := lastAttempt(d)
	if last == nil || d.Status == store.Succeeded {
		return failureLine(d, nil)
	}
	full, err := l.st.Get(context.Background(), d.ID)
	if err != nil {
		return failureLine(d, nil)
	}
	line := failureLine(d, lastAttempt(full).ResponseBody)
	next := l.next(d)
	if next == "" {
		return line
	}
	return orElse(line, " ") + "  (" + next + ")"
}

// next says what the provider would do after this answer.
func (l *lines) next(d *store.Delivery) string {
	p, err := l.registry.Get(d.Event.Provider)
	if err != nil {
		return ""
	}
	key := orElse(d.Event.ExternalID, d.ID)
	if len(l.attempts) >= rememberedEvents {
		clear(l.attempts)
	}
	l.attempts[key]++
	return nextStep(p.Behaviour, lastAttempt(d), l.attempts[key])
}
