package store

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// walk is an endpoint with its deliveries, moved at random. What the invariants
// compare with is counted beside it.
type walk struct {
	now        time.Time
	ep         *Endpoint
	schedule   []time.Duration
	pauseAfter int
	disable    time.Duration
	ds         []*walked
	inARow     int  // failed automatic attempts since the last success, resume or edit
	attempted  bool // an automatic attempt began in the last step
}

type walked struct {
	Progress
	outcomes []string // of automatic attempts
	success  bool     // of any
	wasFinal string   // the final status that it had, "" if none
	manual   bool     // the attempt in flight
}

func newWalk(t *rapid.T) *walk {
	w := &walk{now: time.Unix(1e9, 0), ep: &Endpoint{Enabled: true, EventTypes: []string{"*"}}}
	for range rapid.IntRange(0, 5).Draw(t, "delays") {
		w.schedule = append(w.schedule, time.Hour)
	}
	w.pauseAfter = rapid.IntRange(0, 4).Draw(t, "pause after")
	w.disable = time.Duration(rapid.IntRange(0, 6).Draw(t, "disable after")) * time.Hour
	return w
}

// add raises an event that the endpoint wants and holds if it must.
func (w *walk) add(t *rapid.T) {
	if !w.ep.DeletedAt.IsZero() || len(w.ds) > 6 {
		return
	}
	d := &walked{}
	d.Scheduled, d.DueAt = true, w.now
	d.Status, d.Reason = w.ep.Rest(false, "")
	w.ds = append(w.ds, d)
}

func (w *walk) pick(t *rapid.T, fits func(*walked) bool) *walked {
	var some []*walked
	for _, d := range w.ds {
		if fits(d) {
			some = append(some, d)
		}
	}
	if len(some) == 0 {
		return nil
	}
	return rapid.SampledFrom(some).Draw(t, "delivery")
}

func (w *walk) claim(t *rapid.T) {
	d := w.pick(t, func(d *walked) bool { return d.Status == Pending || d.Status == Retrying })
	if d == nil {
		return
	}
	if d.DueAt.IsZero() {
		t.Fatalf("%s without a time", d.Status)
	}
	if !w.ep.Enabled || w.ep.Paused || !w.ep.DeletedAt.IsZero() {
		t.Fatalf("%s at an endpoint that takes nothing: %+v", d.Status, w.ep)
	}
	if w.now.Before(d.DueAt) {
		w.now = d.DueAt
	}
	d.Begin()
	d.manual, w.attempted = false, true
}

func (w *walk) retry(t *rapid.T) {
	d := w.pick(t, func(d *walked) bool { return d.Status != Delivering && d.Status != Succeeded })
	if d == nil || !w.ep.DeletedAt.IsZero() {
		return
	}
	d.BeginManual()
	d.manual = true
}

func (w *walk) finish(t *rapid.T) {
	d := w.pick(t, func(d *walked) bool { return d.Status == Delivering })
	if d == nil {
		return
	}
	w.now = w.now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "minutes")) * time.Minute)
	outcome := rapid.SampledFrom([]string{OutcomeSuccess, OutcomeConflict, OutcomeFailure, OutcomeFailure, OutcomeFailure, OutcomeGone, OutcomeAborted, OutcomeInterrupted}).Draw(t, "outcome")
	r := Result{Outcome: outcome, Ended: w.now, Schedule: len(w.schedule), PauseAfter: w.pauseAfter, DisableAfter: w.disable}
	r.Disable = !d.manual && outcome != OutcomeInterrupted && rapid.IntRange(0, 19).Draw(t, "disable") == 0
	switch {
	case outcome == OutcomeConflict, outcome == OutcomeInterrupted:
		r.Again, r.Due = true, w.now.Add(time.Minute)
	case outcome == OutcomeFailure && d.Failures < len(w.schedule):
		r.Again, r.Due = true, w.now.Add(w.schedule[d.Failures])
	}
	before := *w.ep
	d.Finish(r, w.ep)
	if d.manual {
		if fmt.Sprint(before) != fmt.Sprint(*w.ep) {
			t.Fatalf("a manual attempt changed the endpoint: %+v to %+v", before, *w.ep)
		}
	} else {
		d.outcomes = append(d.outcomes, outcome)
		switch outcome {
		case OutcomeSuccess:
			w.inARow = 0
		case OutcomeFailure, OutcomeGone, OutcomeAborted:
			w.inARow++
		}
	}
	d.success = d.success || outcome == OutcomeSuccess
	if before.Enabled != w.ep.Enabled || before.Paused != w.ep.Paused {
		w.changed()
	}
}

// changed is what the store does in the same transaction.
func (w *walk) changed() {
	for _, d := range w.ds {
		d.EndpointChanged(w.ep, w.now)
	}
}

func (w *walk) change(t *rapid.T) {
	switch rapid.SampledFrom([]string{"disable", "enable", "enable", "resume", "resume", "delete"}).Draw(t, "change") {
	case "disable":
		w.ep.disable(DisabledByUser)
	case "enable":
		if w.ep.DeletedAt.IsZero() {
			w.ep.Enabled, w.ep.DisabledReason, w.ep.FirstFailureAt = true, "", time.Time{}
		}
	case "resume":
		w.ep.Paused, w.ep.ConsecutiveFailures, w.inARow = false, 0, 0
	case "delete":
		if rapid.IntRange(0, 9).Draw(t, "really") == 0 {
			w.ep.DeletedAt = w.now
		}
	}
	w.changed()
}

func (w *walk) cancel(t *rapid.T) {
	if d := w.pick(t, func(d *walked) bool { return !Final(d.Status) }); d != nil {
		d.CancelFor("user")
	}
}

// check holds the walk against what is true at every moment.
func (w *walk) check(t *rapid.T) {
	if w.ep.ConsecutiveFailures != w.inARow {
		t.Fatalf("%d failures in a row, counted %d", w.inARow, w.ep.ConsecutiveFailures)
	}
	for _, d := range w.ds {
		if d.Status == Delivering {
			continue
		}
		if d.Before != "" {
			t.Fatalf("%s remembers %s", d.Status, d.Before)
		}
		if (d.Status == Succeeded) != d.success {
			t.Fatalf("%s, acknowledged %v", d.Status, d.success)
		}
		if status, _ := w.ep.Rest(d.Tried, ""); !Final(d.Status) && d.Status != status {
			t.Fatalf("%s rests where it should be %s: %+v", d.Status, status, w.ep)
		}
		w.checkCounts(t, d)
		if scheduled := d.Status == Pending || d.Status == Retrying; scheduled && d.DueAt.IsZero() || Final(d.Status) && !d.DueAt.IsZero() {
			t.Fatalf("%s, due at %v", d.Status, d.DueAt)
		}
		if d.wasFinal != "" && d.Status != d.wasFinal && d.Status != Succeeded {
			t.Fatalf("%s became %s", d.wasFinal, d.Status)
		}
		if Final(d.Status) {
			d.wasFinal = d.Status
		}
	}
}

func (w *walk) checkCounts(t *rapid.T, d *walked) {
	count := map[string]int{}
	for _, o := range d.outcomes {
		count[o]++
	}
	failures := count[OutcomeFailure] + count[OutcomeGone] + count[OutcomeAborted]
	switch {
	case d.Failures != failures || d.Conflicts != count[OutcomeConflict] || d.Interruptions != count[OutcomeInterrupted]:
		t.Fatalf("counts %+v of %v", d.Progress, d.outcomes)
	case failures > len(w.schedule)+1:
		t.Fatalf("%d failures with %d delays", failures, len(w.schedule))
	case d.Status == Dead && (failures != len(w.schedule)+1 || len(w.schedule) == 0):
		t.Fatalf("dead after %d failures with %d delays", failures, len(w.schedule))
	case len(d.outcomes) > 1+len(w.schedule)+d.Conflicts+d.Interruptions:
		t.Fatalf("%d automatic attempts: %+v", len(d.outcomes), d.Progress)
	}
}

// TestProgressWalk moves an endpoint and its deliveries at random and holds them
// against the invariants after every step.
func TestProgressWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWalk(t)
		steps := []func(*rapid.T){w.add, w.claim, w.claim, w.finish, w.finish, w.finish, w.retry, w.change, w.cancel}
		for range rapid.IntRange(1, 120).Draw(t, "steps") {
			steps[rapid.IntRange(0, len(steps)-1).Draw(t, "step")](t)
			w.check(t)
		}
	})
}

func TestProgress(t *testing.T) {
	failure := Result{Outcome: OutcomeFailure, Again: true, Due: time.Unix(60, 0), Schedule: 2}
	for _, test := range []struct {
		name string
		run  func(p *Progress, ep *Endpoint)
		want string // status, reason
		ep   string // what became of the endpoint
	}{
		{"one attempt only", func(p *Progress, ep *Endpoint) { p.Scheduled = false; p.Begin(); p.Finish(failure, ep) }, "failed one_attempt", "1 in a row"},
		{"an empty schedule", func(p *Progress, ep *Endpoint) { p.Begin(); p.Finish(Result{Outcome: OutcomeFailure}, ep) }, "failed no_retries", "1 in a row"},
		{"the last retry pauses", func(p *Progress, ep *Endpoint) {
			ep.ConsecutiveFailures = 4
			p.Begin()
			p.Finish(Result{Outcome: OutcomeFailure, Schedule: 2, PauseAfter: 5}, ep)
		}, "dead ", "5 in a row, paused"},
		{"a success beside a pause", func(p *Progress, ep *Endpoint) {
			ep.Paused, ep.ConsecutiveFailures = true, 5
			p.Begin()
			p.Finish(Result{Outcome: OutcomeSuccess}, ep)
		}, "succeeded ", "0 in a row, paused"},
		{"disabled in flight", func(p *Progress, ep *Endpoint) { p.Begin(); ep.disable(DisabledByUser); p.Finish(failure, ep) }, "queued ", "1 in a row, disabled: user"},
		{"410", func(p *Progress, ep *Endpoint) { p.Begin(); p.Finish(Result{Outcome: OutcomeGone, Schedule: 2}, ep) }, "failed gone", "1 in a row, disabled: gone"},
		{"the receiver asks to be disabled with its 200", func(p *Progress, ep *Endpoint) {
			p.Begin()
			p.Finish(Result{Outcome: OutcomeSuccess, Disable: true}, ep)
		}, "succeeded ", "0 in a row, disabled: receiver"},
		{"failing for days", func(p *Progress, ep *Endpoint) {
			ep.FirstFailureAt = time.Unix(1, 0)
			p.Begin()
			p.Finish(Result{Outcome: OutcomeFailure, Schedule: 2, Ended: time.Unix(1, 0).Add(120 * time.Hour), DisableAfter: 120 * time.Hour}, ep)
		}, "dead ", "1 in a row, disabled: failing"},
		{"canceled in flight", func(p *Progress, ep *Endpoint) { p.Begin(); p.CancelFor("user"); p.Finish(failure, ep) }, "canceled user", "1 in a row"},
		{"canceled in flight, acknowledged", func(p *Progress, ep *Endpoint) {
			p.Begin()
			p.CancelFor("user")
			p.Finish(Result{Outcome: OutcomeSuccess}, ep)
		}, "succeeded ", "0 in a row"},
		{"a manual attempt fails", func(p *Progress, ep *Endpoint) { p.Status = Dead; p.BeginManual(); p.Finish(failure, ep) }, "dead ", "0 in a row"},
		{"a manual attempt of a waiting one fails", func(p *Progress, ep *Endpoint) { p.BeginManual(); p.Finish(failure, ep) }, "pending ", "0 in a row"},
		{"released", func(p *Progress, ep *Endpoint) {
			ep.disable(DisabledByUser)
			p.EndpointChanged(ep, time.Unix(5, 0))
			ep.Enabled = true
			p.EndpointChanged(ep, time.Unix(9, 0))
		}, "pending ", "0 in a row"},
		{"interrupted without a schedule", func(p *Progress, ep *Endpoint) {
			p.Scheduled = false
			p.Begin()
			p.Finish(Result{Outcome: OutcomeInterrupted}, ep)
		}, "interrupted ", "0 in a row"},
		{"interrupted with one", func(p *Progress, ep *Endpoint) {
			p.Begin()
			p.Finish(Result{Outcome: OutcomeInterrupted, Due: time.Unix(7, 0)}, ep)
		}, "retrying ", "0 in a row"},
	} {
		p, ep := &Progress{Status: Pending, Scheduled: true, DueAt: time.Unix(1, 0)}, &Endpoint{Enabled: true}
		test.run(p, ep)
		became := fmt.Sprintf("%d in a row", ep.ConsecutiveFailures)
		if ep.Paused {
			became += ", paused"
		}
		if !ep.Enabled {
			became += ", disabled: " + ep.DisabledReason
		}
		if got := p.Status + " " + p.Reason; got != test.want || became != test.ep {
			t.Errorf("%s: %q, endpoint %q; want %q, endpoint %q", test.name, got, became, test.want, test.ep)
		}
	}
}
