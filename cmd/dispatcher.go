package cmd

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// dispatching is a run of attempts by one command: how they are made, and what
// is said of them.
type dispatching struct {
	*send.Dispatcher
	*app
	tally tally
	// open are the deliveries of which more is to come, by their numbers.
	open map[int64]left
	// held are the endpoints that hold a delivery, said those of which the user
	// knows.
	held, said map[string]bool
	// onlyFirst counts every delivery by its first report.
	onlyFirst bool
	silent    bool               // no lines of attempts
	did       map[int64][]string // what is wrong with deliveries on purpose, by their numbers
	later     int                // deliveries of which another attempt is due
	next      time.Time          // the earliest next attempt
	printErr  error
}

// dispatcher makes the attempts of a command. named, if it has any, signs in
// place of the endpoints' own secrets; source makes the late values of bodies.
func (a *app) dispatcher(st *store.Store, clock *send.Clock, source *catalog.Source, named sign.Keys, seed *int64) *dispatching {
	d := &dispatching{app: a, open: map[int64]left{}, held: map[string]bool{}, said: map[string]bool{}, did: map[int64][]string{}}
	keys := &endpointKeys{app: a, store: st, named: named}
	roll := rand.Float64
	if seed != nil {
		roll = rand.New(rand.NewPCG(uint64(*seed), 0)).Float64
	}
	d.Dispatcher = &send.Dispatcher{
		Store: st, Clock: clock, Wall: a.now, Profile: a.providers().Get, Keys: keys.of, UserAgent: a.userAgent(), Roll: roll, Proxy: a.proxy,
		Fill: func(body []byte, late []store.Late, ep *store.Endpoint) []byte {
			return catalog.Fill(body, lateOf(late), source, ep.UID)
		},
		Report: d.report,
	}
	return d
}

func lateOf(recorded []store.Late) []catalog.Late {
	late := make([]catalog.Late, len(recorded))
	for i, l := range recorded {
		late[i] = catalog.Late{Pointer: l.Pointer, Generator: catalog.Generator(l.Generator), PerAttempt: l.PerAttempt}
	}
	return late
}

// report counts and prints an attempt that is over.
func (d *dispatching) report(r send.Report) {
	one := r.Delivery
	if last := lastAttempt(one); last != nil && !unreachable(last) {
		d.tally.connected = true
	}
	if store.Final(one.Status) || d.onlyFirst {
		delete(d.open, one.Seq)
		d.tally.count(one)
	} else {
		d.open[one.Seq] = leftAs(one)
	}
	if one.Status == store.Queued || one.Status == store.Paused {
		d.held[one.Endpoint] = true
	}
	if due := one.Due(); !due.IsZero() {
		if d.later++; d.next.IsZero() || due.Before(d.next) {
			d.next = due
		}
	}
	if d.silent {
	} else if err := d.printUnruly(one, append(slices.Clone(d.did[one.Seq]), r.Did...)); err != nil && d.printErr == nil {
		d.printErr = err
	}
	if r.Note != "" {
		d.note("#%d: %s", one.Seq, r.Note)
	}
	d.sayChange(r.Change)
}

// sayChange says what an attempt made of its endpoint.
func (d *dispatching) sayChange(c *store.EndpointChange) {
	if c == nil {
		return
	}
	name := orElse(c.After.Name, c.After.ID)
	switch before, after := &c.Before, &c.After; {
	case before.Enabled && !after.Enabled:
		d.said[after.ID] = true
		d.warn("endpoint %s is disabled: %s; hooks endpoint enable %s", name, disabledText(after.DisabledReason), name)
	case !before.Paused && after.Paused:
		d.said[after.ID] = true
		d.warn("endpoint %s is paused after %s in a row; hooks endpoint resume %s", name, counted(after.ConsecutiveFailures, "failure"), name)
	}
}

// verdict is the exit of the run. What is still open was not acknowledged.
func (d *dispatching) verdict(ctx context.Context, err error) error {
	attempts := d.conflicts()
	for _, one := range d.open {
		d.tally.sent++
		if one.unreachable {
			d.tally.unreachable++
		}
		d.held[one.endpoint] = true // if it is: another process may have switched it off
	}
	d.sayHeld(ctx)
	clear(d.open)
	var keys *send.KeysError
	var late *send.MaxWaitError
	switch {
	case d.printErr != nil:
		return d.printErr
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &keys):
		return secretError("%s", keys)
	case errors.As(err, &late) && attempts > 0:
		return answerNo("still refused with 409 after %s (%s)", shortDuration(late.Wait), counted(attempts, "attempt")).withHint("--max-wait DUR waits longer")
	case errors.As(err, &late):
		f := answerNo("still not acknowledged after %s", shortDuration(late.Wait)).withHint("--max-wait DUR waits longer")
		if d.tally.nobodyThere() {
			f.exit = exitUnreachable
		}
		return f
	case err != nil:
		return err
	}
	return d.conclude(&d.tally)
}

// left is what a run of attempts remembers of a delivery that is still open.
type left struct {
	endpoint    string
	unreachable bool // its last attempt got no connection
	conflict    bool // it was refused with 409
	attempts    int
}

func leftAs(d *store.Delivery) left {
	l := left{endpoint: d.Endpoint, attempts: len(d.Attempts)}
	if last := lastAttempt(d); last != nil {
		l.unreachable, l.conflict = unreachable(last), last.StatusCode == http.StatusConflict
	}
	return l
}

// conflicts is how many attempts were made of what is open, 0 unless all of it
// was refused with 409.
func (d *dispatching) conflicts() int {
	n := 0
	for _, one := range d.open {
		if !one.conflict {
			return 0
		}
		n += one.attempts
	}
	return n
}

// sayHeld says what releases deliveries whose endpoint has been switched off or
// paused meanwhile, whoever did that.
func (d *dispatching) sayHeld(ctx context.Context) {
	for _, id := range sortedKeys(d.held) {
		if id == "" || d.said[id] {
			continue
		}
		d.said[id] = true
		ep, err := d.Store.Endpoint(ctx, id)
		if err != nil || !ep.DeletedAt.IsZero() {
			continue
		}
		switch name := orElse(ep.Name, ep.ID); {
		case !ep.Enabled:
			d.warn("endpoint %s is disabled; hooks endpoint enable %s", name, name)
		case ep.Paused:
			d.warn("endpoint %s is paused; hooks endpoint resume %s", name, name)
		}
	}
}

// sayLater says who makes the attempts that are still to come.
func (d *dispatching) sayLater() {
	if d.later > 0 {
		d.note("%d to be tried again, from %s on: hooks dispatch does it", d.later, d.clock(d.next))
	}
}
