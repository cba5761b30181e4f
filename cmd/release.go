package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// changeLine is what the commands that change an endpoint print with --json.
type changeLine struct {
	endpointLine
	Released int64 `json:"released"` // deliveries that are due now
	Held     int64 `json:"held_now"`
	Canceled int64 `json:"canceled"`
}

// releaseOptions say what becomes of deliveries that a change releases.
type releaseOptions struct{ noDeliver bool }

func (o *releaseOptions) add(flags *pflag.FlagSet) {
	flags.BoolVar(&o.noDeliver, "no-deliver", false, "leave what is released to hooks dispatch")
}

// release delivers what a change of an endpoint has released, one after the
// other, and says what it has moved.
func (a *app) release(ctx context.Context, st *store.Store, change *store.EndpointChange, done string, o releaseOptions) error {
	ctx, stop := a.interruptible(ctx)
	defer stop()
	if err := a.noteChange(ctx, st, change); err != nil {
		return err
	}
	var failed error
	text := a.changeText(change, done)
	if change.Released > 0 && !o.noDeliver {
		work := a.dispatcher(st, send.NewClock(a.now, time.After, 1, false), catalog.NewSource(a.now, nil), sign.Keys{}, nil)
		work.onlyFirst, work.silent = true, !a.verbose
		err := work.Run(ctx, send.Scope{Own: true, Endpoint: change.After.ID, UntilIdle: true, InOrder: true}, nil)
		text += work.came()
		failed = work.verdict(ctx, err)
	}
	v, err := a.viewAfter(context.WithoutCancel(ctx), st, change)
	if err != nil {
		return errors.Join(failed, err)
	}
	switch {
	case a.json:
		err = a.printJSON(changeLine{v.line(v.secretText()), change.Released, change.Held, change.Canceled})
	case a.quiet:
		err = a.println(v.ID)
	case text != "":
		err = a.println(oneLine(done + " " + callIt(v.Endpoint) + ": " + text))
	default:
		err = a.println(oneLine(done + " " + callIt(v.Endpoint)))
	}
	if err != nil {
		return err
	}
	return failed
}

// viewAfter is the endpoint as it is by now: what was delivered may have paused
// it again.
func (a *app) viewAfter(ctx context.Context, st *store.Store, change *store.EndpointChange) (endpointView, error) {
	ep, err := st.Endpoint(ctx, change.After.ID)
	if err != nil {
		return endpointView{}, err
	}
	return a.view(ctx, st, ep)
}

// came is what came of the deliveries, as more of a line.
func (d *dispatching) came() string {
	text := fmt.Sprintf(", %d acknowledged", d.tally.acknowledged)
	if d.later > 0 {
		text += fmt.Sprintf(", %d retrying in %s", d.later, roughly(d.next.Sub(d.now())))
	}
	if n := d.tally.sent - d.tally.acknowledged - d.later; n > 0 {
		text += fmt.Sprintf(", %d failed", n)
	}
	return text
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
	say(done == "edited" && before.ConsecutiveFailures > 0, "the count of %s in a row is cleared", counted(before.ConsecutiveFailures, "failure"))
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
