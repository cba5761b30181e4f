package store

import (
	"fmt"
	"testing"
	"time"
)

func TestFinish(t *testing.T) {
	failure := Result{Outcome: OutcomeFailure, Again: true, Due: time.Unix(60, 0), Schedule: 2}
	last := Result{Outcome: OutcomeFailure, Schedule: 2}
	for _, test := range []struct {
		name string
		run  func(d *Delivery, ep *Endpoint) Result
		want string // status, reason
		ep   string // what became of the endpoint
	}{
		{"acknowledged", func(d *Delivery, ep *Endpoint) Result {
			ep.ConsecutiveFailures = 3
			return Result{Outcome: OutcomeSuccess}
		}, "succeeded ", "0 in a row"},
		{"one attempt only", func(d *Delivery, ep *Endpoint) Result { d.Scheduled = false; return failure }, "failed one_attempt", "1 in a row"},
		{"an empty schedule", func(d *Delivery, ep *Endpoint) Result { return Result{Outcome: OutcomeFailure} }, "failed no_retries", "1 in a row"},
		{"a conflict is no failure", func(d *Delivery, ep *Endpoint) Result {
			ep.ConsecutiveFailures = 2
			return Result{Outcome: OutcomeConflict, Again: true, Due: time.Unix(60, 0)}
		}, "retrying ", "2 in a row"},
		{"the last retry pauses", func(d *Delivery, ep *Endpoint) Result {
			ep.ConsecutiveFailures = 4
			return Result{Outcome: OutcomeFailure, Schedule: 2, PauseAfter: 5}
		}, "dead ", "5 in a row, paused"},
		{"the failure that pauses", func(d *Delivery, ep *Endpoint) Result {
			r := failure
			r.PauseAfter = 1
			return r
		}, "paused ", "1 in a row, paused"},
		{"a success beside a pause", func(d *Delivery, ep *Endpoint) Result {
			ep.Paused, ep.ConsecutiveFailures = true, 5
			return Result{Outcome: OutcomeSuccess}
		}, "succeeded ", "0 in a row, paused"},
		{"disabled in flight", func(d *Delivery, ep *Endpoint) Result { ep.Disable(DisabledByUser); return failure }, "queued ", "1 in a row, disabled: user"},
		{"410", func(d *Delivery, ep *Endpoint) Result { return Result{Outcome: OutcomeGone, Schedule: 2} }, "failed gone", "1 in a row, disabled: gone"},
		{"the receiver asks to be disabled with its 200", func(d *Delivery, ep *Endpoint) Result {
			return Result{Outcome: OutcomeSuccess, Disable: true}
		}, "succeeded ", "0 in a row, disabled: receiver"},
		{"failing for days", func(d *Delivery, ep *Endpoint) Result {
			ep.FirstFailureAt = time.Unix(1, 0)
			return Result{Outcome: OutcomeFailure, Schedule: 2, Ended: time.Unix(1, 0).Add(120 * time.Hour), DisableAfter: 120 * time.Hour}
		}, "dead ", "1 in a row, disabled: failing"},
		{"failing not long enough", func(d *Delivery, ep *Endpoint) Result {
			ep.FirstFailureAt = time.Unix(1, 0)
			return Result{Outcome: OutcomeFailure, Schedule: 2, Ended: time.Unix(0, 0).Add(120 * time.Hour), DisableAfter: 120 * time.Hour}
		}, "dead ", "1 in a row"},
		{"a manual attempt of a dead one fails", func(d *Delivery, ep *Endpoint) Result {
			d.Status = Dead
			beginManual(d)
			return last
		}, "dead ", "0 in a row"},
		{"a manual attempt of a waiting one fails", func(d *Delivery, ep *Endpoint) Result {
			d.Status, d.Tried = Pending, false
			beginManual(d)
			return failure
		}, "pending ", "0 in a row"},
		{"interrupted without a schedule", func(d *Delivery, ep *Endpoint) Result {
			d.Scheduled = false
			return Result{Outcome: OutcomeInterrupted}
		}, "interrupted ", "0 in a row"},
		{"interrupted with one", func(d *Delivery, ep *Endpoint) Result {
			return Result{Outcome: OutcomeInterrupted, Due: time.Unix(7, 0)}
		}, "retrying ", "0 in a row"},
	} {
		d, ep := &Delivery{Endpoint: "ep_1", Status: Pending, Scheduled: true, NextAttemptAt: time.Unix(1, 0)}, &Endpoint{Enabled: true}
		d.Begin()
		r := test.run(d, ep)
		manual := d.ReturnsTo != ""
		d.Finish(r)
		if !manual {
			ep.Judge(r, d.Status)
		}
		d.settle(ep, "")
		became := fmt.Sprintf("%d in a row", ep.ConsecutiveFailures)
		if ep.Paused {
			became += ", paused"
		}
		if !ep.Enabled {
			became += ", disabled: " + ep.DisabledReason
		}
		if got := d.Status + " " + d.StatusReason; got != test.want || became != test.ep {
			t.Errorf("%s: %q, endpoint %q; want %q, endpoint %q", test.name, got, became, test.want, test.ep)
		}
	}
}

// beginManual is what ClaimManual makes of a delivery.
func beginManual(d *Delivery) { d.ReturnsTo, d.Status = d.Status, Delivering }
