package store

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// walk moves an endpoint and its deliveries in a real store at random, as a
// dispatcher, a user and the death of a process do. What the invariants compare
// with is counted beside it.
type walk struct {
	dir        string
	s          *Store
	now        time.Time
	id         string // of the endpoint
	schedule   []time.Duration
	pauseAfter int
	disable    time.Duration
	ds         map[int64]*walked
	inARow     int // failed automatic attempts since the last success, resume or edit
}

type walked struct {
	inFlight *Delivery // as it was claimed
	outcomes []string  // of automatic attempts
	attempts int       // of any kind
	success  bool      // of any
	final    string    // the final status that it had, "" if none
}

func newWalk(t *rapid.T, dir string) *walk {
	w := &walk{dir: dir, now: time.Unix(1e9, 0).UTC(), ds: map[int64]*walked{}}
	w.open(t)
	for range rapid.IntRange(0, 5).Draw(t, "delays") {
		w.schedule = append(w.schedule, time.Hour)
	}
	w.pauseAfter = rapid.IntRange(0, 4).Draw(t, "pause after")
	w.disable = time.Duration(rapid.IntRange(0, 6).Draw(t, "disable after")) * time.Hour
	ep := &Endpoint{URL: "http://localhost:1/", Enabled: true, EventTypes: []string{"*"}, Concurrency: 3}
	w.must(t, w.s.AddEndpoint(t.Context(), ep, func([]*Endpoint) error { return nil }))
	w.id = ep.ID
	return w
}

func (w *walk) open(t *rapid.T) {
	s, err := Open(t.Context(), w.dir, Options{Now: func() time.Time { return w.now }})
	w.must(t, err)
	w.s = s
}

func (w *walk) must(t *rapid.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

func (w *walk) endpoint(t *rapid.T) *Endpoint {
	ep, err := w.s.Endpoint(t.Context(), w.id)
	w.must(t, err)
	return ep
}

func (w *walk) get(t *rapid.T, seq int64) *Delivery {
	d, err := w.s.Get(t.Context(), fmt.Sprint(seq))
	w.must(t, err)
	return d
}

// add raises an event that the endpoint wants and holds if it must.
func (w *walk) add(t *rapid.T) {
	ep := w.endpoint(t)
	if !ep.DeletedAt.IsZero() || len(w.ds) > 6 {
		return
	}
	d := &Delivery{Direction: Out, Trigger: TriggerAuto, Event: &Event{Type: "a.b", ExternalID: fmt.Sprint("msg_", len(w.ds))}, ReceivedAt: w.now,
		Endpoint: w.id, Destination: ep.URL, Request: Request{Method: "POST", Target: "/", Body: []byte("{}")}, Scheduled: true, NextAttemptAt: w.now}
	d.Status, d.StatusReason = ep.Rest(false)
	w.must(t, w.s.Append(d).Wait(t.Context()))
	w.ds[d.Seq] = &walked{}
}

// pick draws one of the deliveries that fit, 0 without any.
func (w *walk) pick(t *rapid.T, fits func(d *Delivery, w *walked) bool) int64 {
	var some []int64
	for seq := int64(1); seq <= int64(len(w.ds)); seq++ {
		if fits(w.get(t, seq), w.ds[seq]) {
			some = append(some, seq)
		}
	}
	if len(some) == 0 {
		return 0
	}
	return rapid.SampledFrom(some).Draw(t, "delivery")
}

// claim lets the time pass until something is due, and takes it up.
func (w *walk) claim(t *rapid.T) {
	busy := 0
	for _, d := range w.ds {
		if d.inFlight != nil {
			busy++
		}
	}
	for range 2 {
		got, err := w.s.Claim(t.Context(), Claim{Now: w.now, Max: rapid.IntRange(1, 4).Draw(t, "max"), Busy: map[string]int{w.id: busy}})
		w.must(t, err)
		if n := len(got.Deliveries); n > 0 && busy+n > 3 {
			t.Fatalf("%d attempts at once", busy+len(got.Deliveries))
		}
		ep := w.endpoint(t)
		for _, d := range got.Deliveries {
			known := w.ds[d.Seq]
			if known.inFlight != nil {
				t.Fatalf("#%d is claimed twice", d.Seq)
			}
			if !ep.Enabled || ep.Paused || !ep.DeletedAt.IsZero() {
				t.Fatalf("#%d is claimed at an endpoint that takes nothing: %+v", d.Seq, ep)
			}
			known.inFlight = d
		}
		if len(got.Deliveries) > 0 || got.Next.IsZero() {
			return
		}
		w.now = got.Next
	}
}

func (w *walk) retry(t *rapid.T) {
	seq := w.pick(t, func(d *Delivery, _ *walked) bool { return d.Status != Delivering && d.Status != Succeeded })
	if seq == 0 || !w.endpoint(t).DeletedAt.IsZero() {
		return
	}
	d, err := w.s.ClaimManual(t.Context(), seq)
	w.must(t, err)
	w.ds[seq].inFlight = d
	if _, err := w.s.ClaimManual(t.Context(), seq); err == nil {
		t.Fatal("two attempts of a delivery at once")
	}
}

func (w *walk) finish(t *rapid.T) {
	seq := w.pick(t, func(_ *Delivery, known *walked) bool { return known.inFlight != nil })
	if seq == 0 {
		return
	}
	w.now = w.now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "minutes")) * time.Minute)
	known := w.ds[seq]
	d := known.inFlight
	known.inFlight = nil
	outcome := rapid.SampledFrom([]string{OutcomeSuccess, OutcomeConflict, OutcomeFailure, OutcomeFailure, OutcomeFailure, OutcomeGone, OutcomeAborted}).Draw(t, "outcome")
	r := Result{Outcome: outcome, Ended: w.now, Schedule: len(w.schedule), PauseAfter: w.pauseAfter, DisableAfter: w.disable}
	manual := d.ReturnsTo != ""
	r.Disable = !manual && rapid.IntRange(0, 19).Draw(t, "disable") == 0
	switch {
	case outcome == OutcomeConflict:
		r.Again, r.Due = true, w.now.Add(time.Minute)
	case outcome == OutcomeFailure && d.Failures < len(w.schedule):
		r.Again, r.Due = true, w.now.Add(w.schedule[d.Failures])
	}
	d.Attempts = append(d.Attempts, Attempt{Number: len(d.Attempts) + 1, StartedAt: w.now, Outcome: outcome, ResponseBody: []byte("no")})
	w.must(t, w.s.Conclude(d, r, rapid.Bool().Draw(t, "keep")).Indexed(t.Context(), d))
	known.attempts++
	known.success = known.success || outcome == OutcomeSuccess
	if stored := w.get(t, seq); stored.Status != d.Status {
		t.Fatalf("#%d is %s, and was said to be %s", seq, stored.Status, d.Status)
	}
	if manual {
		return
	}
	known.outcomes = append(known.outcomes, outcome)
	switch outcome {
	case OutcomeSuccess:
		w.inARow = 0
	case OutcomeFailure, OutcomeGone, OutcomeAborted:
		w.inARow++
	}
}

// putBack gives up an attempt that could not be made.
func (w *walk) putBack(t *rapid.T) {
	seq := w.pick(t, func(_ *Delivery, known *walked) bool { return known.inFlight != nil })
	if seq == 0 {
		return
	}
	known := w.ds[seq]
	w.must(t, w.s.Unclaim(t.Context(), known.inFlight))
	if d := w.get(t, seq); d.Status != known.inFlight.Status {
		t.Fatalf("#%d is %s, and was said to be %s", seq, d.Status, known.inFlight.Status)
	}
	known.inFlight = nil
}

func (w *walk) change(t *rapid.T) {
	what := rapid.SampledFrom([]string{"disable", "enable", "enable", "enable", "resume", "resume", "discard", "delete"}).Draw(t, "change")
	if what == "delete" && rapid.IntRange(0, 9).Draw(t, "really") > 0 {
		return
	}
	_, err := w.s.ChangeEndpoint(t.Context(), w.id, w.now, what == "discard", func(e *Endpoint, _ []*Endpoint) error {
		switch {
		case what == "delete":
			e.DeletedAt = w.now
		case what == "disable":
			e.Disable(DisabledByUser)
		case what == "resume":
			e.Resume()
			w.inARow = 0
		case e.DeletedAt.IsZero():
			e.Enable()
		}
		return nil
	})
	w.must(t, err)
}

func (w *walk) cancel(t *rapid.T) {
	if seq := w.pick(t, func(d *Delivery, _ *walked) bool { return !Final(d.Status) }); seq != 0 {
		w.must(t, w.s.Cancel(t.Context(), seq))
	}
}

// die ends the process in the midst of what is in flight, and begins another:
// whoever opens the store finds the attempts that it was making.
func (w *walk) die(t *rapid.T) {
	w.s.owner.release()
	if rapid.Bool().Draw(t, "beside") {
		dead := w.s
		w.open(t)
		w.must(t, dead.Close())
	} else {
		w.must(t, w.s.Close())
		w.open(t)
	}
	for _, d := range w.ds {
		if d.inFlight == nil {
			continue
		}
		if d.attempts++; d.inFlight.ReturnsTo == "" {
			d.outcomes = append(d.outcomes, OutcomeInterrupted)
		}
		d.inFlight = nil
	}
}

// check holds the walk against what is true at every moment.
func (w *walk) check(t *rapid.T) {
	ep := w.endpoint(t)
	if ep.ConsecutiveFailures != w.inARow {
		t.Fatalf("%d failures in a row, counted %d", w.inARow, ep.ConsecutiveFailures)
	}
	for seq, known := range w.ds {
		d := w.get(t, seq)
		if (d.Status == Delivering) != (known.inFlight != nil) {
			t.Fatalf("#%d is %s, in flight %v", seq, d.Status, known.inFlight != nil)
		}
		for i, a := range d.Attempts {
			if a.Number != i+1 {
				t.Fatalf("attempt %d of #%d has the number %d", i+1, seq, a.Number)
			}
		}
		if known.inFlight != nil {
			continue
		}
		w.checkAtRest(t, ep, d, known)
		w.checkCounts(t, d, known)
		if Final(d.Status) {
			known.final = d.Status
		}
	}
}

func (w *walk) checkAtRest(t *rapid.T, ep *Endpoint, d *Delivery, known *walked) {
	waits := d.Status == Pending || d.Status == Retrying
	switch status, _ := ep.Rest(d.Tried); {
	case d.ReturnsTo != "":
		t.Fatalf("#%d is %s and remembers %s", d.Seq, d.Status, d.ReturnsTo)
	case len(d.Attempts) != known.attempts:
		t.Fatalf("#%d has %d attempts, %d were made", d.Seq, len(d.Attempts), known.attempts)
	case (d.Status == Succeeded) != known.success:
		t.Fatalf("#%d is %s, acknowledged %v", d.Seq, d.Status, known.success)
	case !Final(d.Status) && d.Status != status:
		t.Fatalf("#%d is %s where it should be %s: %+v", d.Seq, d.Status, status, ep)
	case waits && d.NextAttemptAt.IsZero(), Final(d.Status) && !d.NextAttemptAt.IsZero(), waits == d.Due().IsZero():
		t.Fatalf("#%d is %s, due at %v", d.Seq, d.Status, d.NextAttemptAt)
	case known.final != "" && d.Status != known.final && d.Status != Succeeded:
		t.Fatalf("#%d was %s and became %s", d.Seq, known.final, d.Status)
	case string(d.Request.Body) != "{}":
		t.Fatalf("the body of #%d became %q", d.Seq, d.Request.Body)
	}
}

func (w *walk) checkCounts(t *rapid.T, d *Delivery, known *walked) {
	count := map[string]int{}
	for _, o := range known.outcomes {
		count[o]++
	}
	failures := count[OutcomeFailure] + count[OutcomeGone] + count[OutcomeAborted]
	switch {
	case d.Failures != failures || d.Conflicts != count[OutcomeConflict] || d.Interruptions != count[OutcomeInterrupted]:
		t.Fatalf("#%d counts %d, %d and %d of %v", d.Seq, d.Failures, d.Conflicts, d.Interruptions, known.outcomes)
	case failures > len(w.schedule)+1:
		t.Fatalf("%d failures with %d delays", failures, len(w.schedule))
	case d.Status == Dead && (failures != len(w.schedule)+1 || len(w.schedule) == 0):
		t.Fatalf("dead after %d failures with %d delays", failures, len(w.schedule))
	case len(known.outcomes) > 1+len(w.schedule)+d.Conflicts+d.Interruptions:
		t.Fatalf("%d automatic attempts of #%d", len(known.outcomes), d.Seq)
	}
}

// TestWalk moves an endpoint and its deliveries at random and holds them against
// the invariants after every step.
func TestWalk(t *testing.T) {
	n := 0
	base := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		n++
		w := newWalk(t, fmt.Sprint(base, "/", n))
		defer func() { w.s.Close() }()
		steps := []func(*rapid.T){w.add, w.add, w.claim, w.claim, w.claim, w.finish, w.finish, w.finish, w.finish, w.putBack, w.retry, w.change, w.cancel}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			step := rapid.IntRange(0, len(steps)+1).Draw(t, "step")
			if step < len(steps) {
				steps[step](t)
			} else if rapid.IntRange(0, 3).Draw(t, "die") == 0 {
				w.die(t)
			}
			w.check(t)
		}
	})
}
