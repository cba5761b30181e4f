package cmd

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/store"
)

func TestRateText(t *testing.T) {
	for _, test := range []struct {
		name                    string
		succeeded, failed, dead int64
		want                    string
	}{
		{"nothing has finished", 0, 0, 0, "–"},
		{"all", 3, 0, 0, "100.0 %"},
		{"none", 0, 1, 1, "0.0 %"},
		{"rounded down", 2, 1, 0, "66.6 %"},
		{"hardly ever failed is not never", 9996, 2, 2, "99.9 %"},
		{"exact", 29, 71, 0, "29.0 %"},
	} {
		counts := store.EndpointCounts{store.Succeeded: test.succeeded, store.Failed: test.failed, store.Dead: test.dead, store.Canceled: 7, store.Pending: 5}
		if got := rateText(counts); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestRank(t *testing.T) {
	var sorted []time.Duration
	for i := range 20 {
		sorted = append(sorted, time.Duration(i+1))
	}
	for _, test := range []struct {
		of      []time.Duration
		percent int
		want    time.Duration
	}{{sorted[:1], 50, 1}, {sorted[:1], 95, 1}, {sorted[:3], 50, 2}, {sorted[:4], 50, 2}, {sorted, 95, 19}, {sorted, 100, 20}} {
		if got := rank(test.of, test.percent); got == nil || *got != test.want {
			t.Errorf("rank %d of %d is %v, want %d", test.percent, len(test.of), got, test.want)
		}
	}
	if rank(nil, 50) != nil {
		t.Error("nothing has a median")
	}
}

// What show prints of a schedule is what --retry takes.
func FuzzScheduleText(f *testing.F) {
	for _, text := range []string{"1m", "5s,5m,30m,2h,24h", "10x1h", "1m,2x5m,1m", "1.5s,100ms", "100x720h"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		delays, err := parseSchedule(text)
		if err != nil {
			t.Skip()
		}
		again, err := parseRetries(scheduleText(delays))
		if err != nil || !slices.Equal(delays, again) {
			t.Errorf("%s is shown as %s, which is %v, %v", text, scheduleText(delays), again, err)
		}
	})
}

func TestWish(t *testing.T) {
	types := []string{"a.one", "a.two", "b.one", "b.two.three"}
	tests := []struct {
		name        string
		flags       subscriptionFlags
		have, muted []string
		want        string // event types; muted types; how many of the catalog's
		err         string
	}{
		{"nothing is asked for", subscriptionFlags{}, []string{"*"}, nil, "*; ; all", ""},
		{"a glob in place of all", subscriptionFlags{events: [][]string{{"a.*"}}}, []string{"*"}, nil, "a.*; ; 2 of 4", ""},
		{"a dot is like every character", subscriptionFlags{events: [][]string{{"b.*"}}}, []string{"*"}, nil, "b.*; ; 2 of 4", ""},
		{"no part of a name", subscriptionFlags{events: [][]string{{"a"}}}, []string{"*"}, nil, "a; ; 1 of 4", ""},
		{"excluded ones are switched off", subscriptionFlags{events: [][]string{{"all", "!a.one"}}}, nil, nil, "*; a.one; 3 of 4", ""},
		{"only excluded ones", subscriptionFlags{events: [][]string{{"!a.*"}}}, []string{"b.one"}, nil, "*; a.*; 2 of 4", ""},
		{"named twice", subscriptionFlags{events: [][]string{{"a.*", "b.one"}, {"a.*"}}}, nil, nil, "a.*,b.one; ; 3 of 4", ""},
		{"replacing keeps what is off", subscriptionFlags{events: [][]string{{"a.*"}}}, []string{"*"}, []string{"a.one"}, "a.*; a.one; 1 of 4", ""},
		{"off wins over a glob", subscriptionFlags{off: [][]string{{"a.one"}}}, []string{"a.*"}, nil, "a.*; a.one; 1 of 4", ""},
		{"off twice", subscriptionFlags{off: [][]string{{"a.one"}}}, []string{"a.*"}, []string{"a.one"}, "a.*; a.one; 1 of 4", ""},
		{"on again", subscriptionFlags{on: [][]string{{"a.one"}}}, []string{"a.*"}, []string{"a.one", "a.two"}, "a.*; a.two; 1 of 4", ""},
		{"on for the first time", subscriptionFlags{on: [][]string{{"b.one"}}}, []string{"a.*"}, nil, "a.*,b.one; ; 3 of 4", ""},
		{"on by a glob", subscriptionFlags{on: [][]string{{"a.*"}}}, []string{"*"}, []string{"a.one", "a.two", "b.one"}, "*; b.one; 3 of 4", ""},
		{"on and another off", subscriptionFlags{on: [][]string{{"a.one"}}, off: [][]string{{"a.two"}}}, []string{"*"}, []string{"a.one"}, "*; a.two; 3 of 4", ""},
		{"on and off", subscriptionFlags{on: [][]string{{"a.one"}}, off: [][]string{{"a.one"}}}, []string{"*"}, nil, "", "on and off at once"},
		{"on under a glob that is off", subscriptionFlags{on: [][]string{{"a.one"}}}, []string{"*"}, []string{"a.*"}, "", "is switched off by a.*"},
		{"not under --on", subscriptionFlags{on: [][]string{{"!a.one"}}}, []string{"*"}, nil, "", "only --event"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			have, muted := slices.Clone(test.have), slices.Clone(test.muted)
			e := &store.Endpoint{EventTypes: test.have, MutedTypes: test.muted}
			wish, err := test.flags.wish()
			if err == nil {
				err = wish.apply(e)
			}
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("got %v, want an error with %q", err, test.err)
				}
				return
			}
			got := strings.Join(e.EventTypes, ",") + "; " + strings.Join(e.MutedTypes, ",") + "; " + subscriptionOf(e, types).String()
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Errorf("%v %s", err, diff)
			}
			if !slices.Equal(have, test.have) || !slices.Equal(muted, test.muted) {
				t.Errorf("the lists that were there became %q and %q", test.have, test.muted)
			}
		})
	}
}

func TestScheduleWords(t *testing.T) {
	if got := scheduleText([]time.Duration{time.Minute, 5 * time.Minute, 5 * time.Minute, time.Hour}); got != "1m,2x5m,1h" {
		t.Error(got)
	}
	if got := scheduleText(nil); got != "none" {
		t.Error(got)
	}
}
