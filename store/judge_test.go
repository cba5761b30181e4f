package store

import (
	"testing"
	"time"
)

// TestJudge holds what a run of outcomes makes of an endpoint.
func TestJudge(t *testing.T) {
	const day = 24 * time.Hour
	failure, conflict := Result{Outcome: OutcomeFailure, PauseAfter: 2}, Result{Outcome: OutcomeConflict, PauseAfter: 2}
	success, interrupted := Result{Outcome: OutcomeSuccess, PauseAfter: 2}, Result{Outcome: OutcomeInterrupted, PauseAfter: 2}
	lasting := Result{Outcome: OutcomeFailure, DisableAfter: 2 * day}
	tests := []struct {
		name     string
		results  []Result // a day apart
		status   string   // of the last delivery, "" retrying
		failures int
		paused   bool
		disabled string
	}{
		{"one failure", []Result{failure}, "", 1, false, ""},
		{"as many as pause", []Result{failure, failure}, "", 2, true, ""},
		{"the last one is the end of its delivery, too", []Result{failure, failure}, Dead, 2, true, ""},
		{"a success between", []Result{failure, success, failure}, "", 1, false, ""},
		{"409 between counts on", []Result{failure, conflict, conflict, failure}, "", 2, true, ""},
		{"an interruption is none", []Result{failure, interrupted, interrupted}, "", 1, false, ""},
		{"a success after the pause", []Result{failure, failure, success}, Succeeded, 0, true, ""},
		{"never", []Result{{Outcome: OutcomeFailure}, {Outcome: OutcomeFailure}, {Outcome: OutcomeFailure}}, "", 3, false, ""},
		{"gone", []Result{{Outcome: OutcomeGone}}, Failed, 1, false, DisabledByGone},
		{"aborted", []Result{{Outcome: OutcomeAborted, PauseAfter: 1}}, Failed, 1, true, ""},
		{"asked for with a 200", []Result{{Outcome: OutcomeSuccess, Disable: true}}, Succeeded, 0, false, DisabledByReceiver},
		{"the first reason stays", []Result{{Outcome: OutcomeGone, Disable: true}}, Failed, 1, false, DisabledByGone},
		{"long enough, and over", []Result{lasting, lasting, lasting}, Dead, 3, false, DisabledByFailing},
		{"long enough, and not over", []Result{lasting, lasting, lasting}, "", 3, false, ""},
		{"over too soon", []Result{lasting, lasting}, Dead, 2, false, ""},
		{"long enough but for a success", []Result{lasting, {Outcome: OutcomeSuccess}, lasting, lasting}, Dead, 2, false, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ep := &Endpoint{Enabled: true}
			now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
			for i, r := range test.results {
				status := Retrying
				if i == len(test.results)-1 && test.status != "" {
					status = test.status
				}
				r.Ended = now
				ep.Judge(r, status)
				now = now.Add(day)
			}
			if ep.ConsecutiveFailures != test.failures || ep.Paused != test.paused || ep.DisabledReason != test.disabled || ep.Enabled != (test.disabled == "") {
				t.Errorf("%d failures in a row, paused %v, enabled %v %q", ep.ConsecutiveFailures, ep.Paused, ep.Enabled, ep.DisabledReason)
			}
		})
	}
}
