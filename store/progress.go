package store

import "time"

// Progress is how far a sent delivery has come: the part of it that the rules
// of retries, pause, queue and cancelling move. Its methods are those rules; they
// do no I/O and read no clock, and whoever calls them writes delivery and
// endpoint in one transaction.
type Progress struct {
	Status string
	Reason string

	// Scheduled tells that failures lead to further attempts.
	Scheduled bool
	// Tried tells that an automatic attempt was begun.
	Tried bool
	// Failures counts the automatic attempts that failed, Conflicts those that
	// were answered with "not now", Interruptions those of which nobody knows
	// what came.
	Failures, Conflicts, Interruptions int
	// DueAt is when the next automatic attempt is due, kept while the delivery
	// is held.
	DueAt time.Time
	// Cancel is why an attempt in flight is the last one, "" if it is not.
	Cancel string
	// Before is the status to which a manual attempt returns if it fails, ""
	// for an automatic one.
	Before string
}

// Result is what came of an attempt and what the provider's rules make of it.
type Result struct {
	Outcome string // Success and the others below
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
func (p *Progress) Begin() { p.Status, p.Reason, p.Before, p.Tried = Delivering, "", "", true }

// BeginManual starts an attempt that somebody has asked for.
func (p *Progress) BeginManual() { p.Before, p.Status = p.Status, Delivering }

// Finish ends the attempt in flight. ep is the delivery's endpoint, nil without
// one, and changes with it.
func (p *Progress) Finish(r Result, ep *Endpoint) {
	if p.Before != "" {
		p.finishManual(r, ep)
		return
	}
	switch r.Outcome {
	case OutcomeSuccess:
		p.end(Succeeded, "")
		if ep != nil {
			ep.ConsecutiveFailures, ep.FirstFailureAt = 0, time.Time{}
		}
	case OutcomeConflict:
		p.Conflicts++
		p.rest(r, ep)
	case OutcomeInterrupted:
		p.interrupted(r, ep)
	default:
		p.fail(r, ep)
	}
	if r.Disable && ep != nil {
		ep.disable(DisabledByReceiver)
		p.settle(ep)
	}
}

// finishManual ends an attempt that leaves schedule and endpoint alone.
func (p *Progress) finishManual(r Result, ep *Endpoint) {
	before := p.Before
	p.Before = ""
	switch {
	case r.Outcome == OutcomeSuccess:
		p.end(Succeeded, "")
	case Final(before):
		p.Status, p.Cancel = before, ""
	default:
		p.Status = before
		p.settle(ep)
	}
}

// fail counts a failure and finds what follows.
func (p *Progress) fail(r Result, ep *Endpoint) {
	p.Failures++
	switch {
	case p.Cancel != "":
		p.end(Canceled, p.Cancel)
	case r.Outcome == OutcomeGone, r.Outcome == OutcomeAborted:
		p.end(Failed, r.Outcome)
	case !p.Scheduled:
		p.end(Failed, "one_attempt")
	case r.Schedule == 0:
		p.end(Failed, "no_retries")
	case !r.Again:
		p.end(Dead, "")
	}
	if ep != nil {
		ep.failed(r, p.Status == Dead)
	}
	if p.Status == Delivering {
		p.rest(r, ep)
	}
}

// rest leaves the delivery open until it is due again.
func (p *Progress) rest(r Result, ep *Endpoint) {
	p.DueAt = r.Due
	if !p.Scheduled {
		p.end(Failed, "one_attempt")
		return
	}
	p.Status = Retrying
	p.settle(ep)
}

// interrupted is an attempt whose process ended: it is neither a success nor a
// failure, and is made again where there is a schedule that outlives a process.
func (p *Progress) interrupted(r Result, ep *Endpoint) {
	p.Interruptions++
	if !p.Scheduled || ep == nil {
		p.end(Interrupted, "")
		return
	}
	p.rest(r, ep)
}

// settle puts an open delivery that is not in flight where it belongs.
func (p *Progress) settle(ep *Endpoint) {
	if Final(p.Status) || p.Status == Delivering {
		return
	}
	if ep == nil {
		ep = &Endpoint{Enabled: true}
	}
	status, reason := ep.Rest(p.Tried, p.Cancel)
	if Final(status) {
		p.end(status, reason)
		return
	}
	p.Status, p.Reason = status, reason
}

// EndpointChanged follows a change of the delivery's endpoint. What was held
// and is released is due at now. Whether a type is switched off or a channel
// changed does not matter: that is about new events only.
func (p *Progress) EndpointChanged(ep *Endpoint, now time.Time) {
	if p.Status == Delivering {
		if !ep.DeletedAt.IsZero() {
			p.Cancel = "endpoint_deleted"
		}
		return
	}
	held := p.Status == Queued || p.Status == Paused
	p.settle(ep)
	if held && (p.Status == Pending || p.Status == Retrying) {
		p.DueAt = now
	}
}

// CancelFor gives the delivery up; an attempt in flight is not torn down, but is
// the last. It reports false for a delivery that was over already.
func (p *Progress) CancelFor(reason string) bool {
	switch {
	case Final(p.Status):
		return false
	case p.Status == Delivering:
		p.Cancel = reason
	default:
		p.end(Canceled, reason)
	}
	return true
}

func (p *Progress) end(status, reason string) {
	p.Status, p.Reason, p.DueAt, p.Cancel, p.Before = status, reason, time.Time{}, "", ""
}

// failed counts a failed automatic attempt, whichever delivery it was of, and
// judges whether the endpoint goes on. dead tells that the delivery has used its
// schedule up.
func (e *Endpoint) failed(r Result, dead bool) {
	e.ConsecutiveFailures++
	if e.FirstFailureAt.IsZero() {
		e.FirstFailureAt = r.Ended
	}
	if r.PauseAfter > 0 && e.ConsecutiveFailures >= r.PauseAfter {
		e.Paused = true
	}
	if r.Outcome == OutcomeGone {
		e.disable(DisabledByGone)
	}
	if dead && r.DisableAfter > 0 && r.Ended.Sub(e.FirstFailureAt) >= r.DisableAfter {
		e.disable(DisabledByFailing)
	}
}

// disable keeps the first reason.
func (e *Endpoint) disable(reason string) {
	if e.Enabled {
		e.Enabled, e.DisabledReason = false, reason
	}
}
