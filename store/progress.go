package store

import "time"

// How far a sent delivery has come is moved by the rules in this file: retries,
// pause, queue, cancelling. They do no I/O and read no clock. What an attempt
// means for its delivery is decided by the process that made it; what it means
// for the endpoint, and where the delivery rests then, in the transaction that
// records it.

// Result is what came of an attempt and what the provider's rules make of it.
type Result struct {
	Outcome string // OutcomeSuccess and the others below
	// Again and Due are when the next attempt would be.
	Again bool
	Due   time.Time
	// Ended is when the attempt was over, in the time that the schedule lives in.
	Ended time.Time
	// Schedule is how many retries there are.
	Schedule int
	// PauseAfter and DisableAfter are the provider's knobs; 0 is never.
	PauseAfter   int
	DisableAfter time.Duration
	// Disable tells that the receiver has asked to be disabled.
	Disable bool
}

// The outcomes of an attempt.
const (
	OutcomeSuccess     = "success"
	OutcomeConflict    = "conflict"
	OutcomeGone        = "gone"
	OutcomeAborted     = "aborted"
	OutcomeFailure     = "failure"
	OutcomeInterrupted = "interrupted"
)

// Final tells whether a status is one that only a manual attempt can change.
func Final(status string) bool {
	switch status {
	case Pending, Delivering, Retrying, Queued, Paused:
		return false
	}
	return true
}

// Begin starts an automatic attempt.
func (d *Delivery) Begin() {
	d.Status, d.StatusReason, d.ReturnsTo, d.Tried = Delivering, "", "", true
}

// Finish ends the attempt in flight. An open delivery is left Retrying, or as it
// was before a manual attempt: where it rests, its endpoint decides.
func (d *Delivery) Finish(r Result) {
	if d.ReturnsTo != "" {
		before := d.ReturnsTo
		if d.Status, d.ReturnsTo = before, ""; r.Outcome == OutcomeSuccess {
			d.end(Succeeded, "")
		}
		return
	}
	switch r.Outcome {
	case OutcomeSuccess:
		d.end(Succeeded, "")
	case OutcomeConflict:
		d.Conflicts++
		d.again(r)
	case OutcomeInterrupted:
		d.Interruptions++
		if d.Endpoint == "" || !d.Scheduled {
			d.end(Interrupted, "")
			return
		}
		if !d.NextAttemptAt.IsZero() && d.NextAttemptAt.Before(r.Due) {
			r.Due = d.NextAttemptAt // it keeps its place before those that came later
		}
		d.again(r)
	default:
		d.fail(r)
	}
}

// fail counts a failure and finds what follows.
func (d *Delivery) fail(r Result) {
	d.Failures++
	switch {
	case r.Outcome == OutcomeGone, r.Outcome == OutcomeAborted:
		d.end(Failed, r.Outcome)
	case d.Scheduled && r.Schedule == 0:
		d.end(Failed, "no_retries")
	case d.Scheduled && !r.Again:
		d.end(Dead, "")
	default:
		d.again(r)
	}
}

// again leaves the delivery open until it is due.
func (d *Delivery) again(r Result) {
	if !d.Scheduled {
		d.end(Failed, "one_attempt")
		return
	}
	d.Status, d.NextAttemptAt = Retrying, r.Due
}

func (d *Delivery) end(status, reason string) {
	d.Status, d.StatusReason, d.NextAttemptAt, d.ReturnsTo = status, reason, time.Time{}, ""
}

// settle puts a delivery that is not in flight where it belongs. canceled is why
// it was given up meanwhile, "" if it was not: an acknowledgement counts all the
// same. A delivery without an endpoint stays where it is.
func (d *Delivery) settle(ep *Endpoint, canceled string) {
	if canceled != "" && d.Status != Succeeded {
		d.end(Canceled, canceled)
		return
	}
	if ep == nil || Final(d.Status) || d.Status == Delivering {
		return
	}
	status, reason := ep.Rest(d.Tried)
	if Final(status) {
		d.end(status, reason)
		return
	}
	d.Status, d.StatusReason = status, reason
}

// Judge counts what came of an automatic attempt of any of the endpoint's
// deliveries, and decides whether the endpoint goes on. status is the one in
// which the delivery was left.
func (e *Endpoint) Judge(r Result, status string) {
	switch r.Outcome {
	case OutcomeSuccess:
		e.ConsecutiveFailures, e.FirstFailureAt, e.Failing = 0, time.Time{}, false
	case OutcomeConflict, OutcomeInterrupted:
	default:
		e.failed(r, status == Dead)
	}
	if r.Disable {
		e.Disable(DisabledByReceiver)
	}
}

func (e *Endpoint) failed(r Result, dead bool) {
	e.ConsecutiveFailures++
	e.Failing = true
	if e.FirstFailureAt.IsZero() {
		e.FirstFailureAt = r.Ended
	}
	if r.PauseAfter > 0 && e.ConsecutiveFailures >= r.PauseAfter {
		e.Paused = true
	}
	if r.Outcome == OutcomeGone {
		e.Disable(DisabledByGone)
	}
	if dead && r.DisableAfter > 0 && r.Ended.Sub(e.FirstFailureAt) >= r.DisableAfter {
		e.Disable(DisabledByFailing)
	}
}

// Disable disables the endpoint; the first reason is kept.
func (e *Endpoint) Disable(reason string) {
	if e.Enabled {
		e.Enabled, e.DisabledReason = false, reason
	}
}

// Enable undoes Disable.
func (e *Endpoint) Enable() { e.Enabled, e.DisabledReason, e.FirstFailureAt = true, "", time.Time{} }

// Resume ends a pause, as every accepted edit does.
func (e *Endpoint) Resume() {
	e.Paused, e.ConsecutiveFailures, e.FirstFailureAt = false, 0, time.Time{}
}

// Rest is the status of an open delivery of the endpoint that is not in flight.
// Whatever leaves a delivery open ends with it, and so does every change of an
// endpoint for all that is open there. tried tells whether the delivery had an
// automatic attempt.
func (e *Endpoint) Rest(tried bool) (status, reason string) {
	switch {
	case !e.DeletedAt.IsZero():
		return Canceled, "endpoint_deleted"
	case !e.Enabled:
		return Queued, ""
	case e.Paused:
		return Paused, ""
	case tried:
		return Retrying, ""
	}
	return Pending, ""
}
