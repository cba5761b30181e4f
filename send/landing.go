package send

import (
	"context"
	"errors"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// soon is how long a run waits for an attempt before it looks what else will be
// due, and between two looks because something has changed: much of that is its
// own doing.
const soon = 20 * time.Millisecond

// await waits for one attempt to be over, and takes all that are. known tells that
// next is what comes next.
func (r *dispatch) await(ctx context.Context, next time.Time, known bool) {
	var due <-chan time.Time
	watch := r.watch
	switch {
	case !known:
		due, watch = r.Clock.after(soon), nil
	case !next.IsZero() && !r.Clock.skip:
		due = r.Clock.after(max(soon, time.Duration(float64(next.Sub(r.Clock.Now()))/r.Clock.scale)))
	}
	r.look = false
	select {
	case f := <-r.over:
		r.land(f)
	case <-watch:
		r.Clock.pause(ctx, soon)
		r.look = true
	case <-due:
		r.look = true
	case <-r.stop:
		return
	}
	r.gather()
}

// gather takes the attempts that are over by now or as good as over: one claim for
// several costs little more than one for each, so it waits about as long as a
// claim takes until half of what was under way is done.
func (r *dispatch) gather() {
	half := r.inFlight / 2
	var late <-chan time.Time
	for r.inFlight > 0 {
		select {
		case f := <-r.over:
			r.land(f)
			continue
		default:
		}
		if r.inFlight <= half {
			return
		}
		if late == nil {
			late = r.Clock.after(aboutAClaim)
		}
		select {
		case f := <-r.over:
			r.land(f)
		case <-late:
			return
		}
	}
}

// aboutAClaim is how long a claim takes, which is a transaction (measured).
const aboutAClaim = 250 * time.Microsecond

// land frees the place of an attempt and hands on what came of it.
func (r *dispatch) land(f *flight) {
	r.inFlight--
	r.busy[f.ep.ID]--
	if f.err != nil {
		r.skip[f.ep.ID] = &KeysError{f.ep, f.err}
	}
	if f.err == nil {
		shown := *f.d
		f.shown = &shown
		r.queue.landed(f.d)
	}
	r.reports <- f
}

// report tells what became of the attempts when that is known: the loop does
// not wait for it.
func (r *dispatch) report(ctx context.Context) {
	var failed error
	var noticed *store.Commit // the last one
	for f := range r.reports {
		if f.err != nil {
			failed = errors.Join(failed, r.queue.unclaim(ctx, f.d))
			continue
		}
		if err := f.commit.Indexed(ctx, f.shown); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		change := f.commit.Change()
		for _, n := range Notices(change, f.shown, f.begun, r.Wall()) {
			noticed = r.Store.Append(n)
		}
		r.Report(Report{Delivery: f.shown, Note: f.note, Did: f.did, Change: change})
	}
	if noticed != nil {
		failed = errors.Join(failed, noticed.Wait(ctx))
	}
	r.reported <- failed
}
