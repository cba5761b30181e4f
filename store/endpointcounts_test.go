package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEndpointStats(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	for _, d := range []struct {
		endpoint, trigger, status string
		n                         int
	}{
		{"ep_1", TriggerAuto, Succeeded, 2}, {"ep_1", TriggerRecover, Succeeded, 1}, {"ep_1", TriggerAuto, Dead, 1},
		{"ep_1", TriggerAuto, Filtered, 1}, {"ep_1", TriggerTest, Failed, 1}, {"ep_1", TriggerReplay, Failed, 1},
		{"ep_2", TriggerAuto, Canceled, 3}, {"", TriggerManual, Succeeded, 1}, {"", TriggerAuto, Failed, 1},
	} {
		for range d.n {
			sent := received("payment.succeeded", nil)
			sent.Direction, sent.Verification, sent.Endpoint, sent.Trigger, sent.Status = Out, nil, d.endpoint, d.trigger, d.status
			if err := s.Append(sent).Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	got, err := s.EndpointStats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]EndpointCounts{"ep_1": {Succeeded: 3, Dead: 1, Filtered: 1}, "ep_2": {Canceled: 3}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if rate, ok := got["ep_1"].SuccessRate(); !ok || rate != 0.75 {
		t.Errorf("the rate of ep_1 is %v, %v", rate, ok)
	}
	if _, ok := got["ep_2"].SuccessRate(); ok {
		t.Error("what was canceled counts as finished")
	}
	if open := (EndpointCounts{Pending: 1, Delivering: 2, Retrying: 4, Queued: 8, Paused: 16}).Open(); open != 7 {
		t.Errorf("%d are open", open)
	}
}
