package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fill records 60 deliveries that differ in everything a query looks at. The
// number n is the n-th.
func fill(t *testing.T, s *Store) {
	t.Helper()
	for n := 1; n <= 60; n++ {
		d := received([]string{"payment.succeeded", "payment.failed", "invoice.paid"}[n%3], fmt.Appendf(nil, `{"n":%d}`, n))
		d.ReceivedAt = clock().Add(time.Duration(n) * time.Minute)
		d.Event.Provider = []string{"stripe", "github"}[n%2]
		d.Event.Channels = []string{fmt.Sprint("client_", n%4)}
		d.Endpoint = []string{"", "ep_1"}[n%2]
		d.Verification.Verdict = []string{Valid, Invalid, Unverified}[n%3]
		if n%5 == 0 {
			d.Direction, d.Verification = Out, nil
		}
		switch n % 4 {
		case 1:
			answered(d, 200, "fine")
		case 2:
			answered(d, 503, "sorry")
		case 3:
			answered(d, 404, "where")
			d.Status = Dead
		}
		wait(t, s.Append(d))
	}
}

func TestListChooses(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	fill(t, s)
	filter := func(text string) *Filter {
		f, err := ParseFilter(text, options())
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	tests := map[string]struct {
		q    Query
		want func(n int) bool
	}{
		"all":             {Query{}, func(int) bool { return true }},
		"type":            {Query{Events: []string{"invoice.paid"}}, func(n int) bool { return n%3 == 2 }},
		"glob":            {Query{Events: []string{"payment.*"}}, func(n int) bool { return n%3 != 2 }},
		"globs":           {Query{Events: []string{"payment.*", "!payment.failed"}}, func(n int) bool { return n%3 == 0 }},
		"excluded":        {Query{Events: []string{"!payment.failed"}}, func(n int) bool { return n%3 != 1 }},
		"all types":       {Query{Events: []string{"all"}}, func(n int) bool { return true }},
		"no such type":    {Query{Events: []string{"payment"}}, func(n int) bool { return false }},
		"status":          {Query{Status: Captured}, func(n int) bool { return n%4 == 0 }},
		"failed or dead":  {Query{Status: Failed}, func(n int) bool { return n%4 >= 2 }},
		"dead":            {Query{Status: Dead}, func(n int) bool { return n%4 == 3 }},
		"quote in status": {Query{Status: "x'y"}, func(n int) bool { return false }},
		"verdict":         {Query{Verdict: Invalid}, func(n int) bool { return n%3 == 1 && n%5 != 0 }},
		"valid":           {Query{Verdict: Valid}, func(n int) bool { return n%3 == 0 && n%5 != 0 }},
		"provider":        {Query{Provider: "github"}, func(n int) bool { return n%2 == 1 }},
		"endpoint":        {Query{Endpoint: "ep_1"}, func(n int) bool { return n%2 == 1 }},
		"code":            {Query{Code: "404"}, func(n int) bool { return n%4 == 3 }},
		"class":           {Query{Code: "5xx"}, func(n int) bool { return n%4 == 2 }},
		"no code":         {Query{Code: "0"}, func(n int) bool { return n%4 == 0 }},
		"channel":         {Query{Channel: "client_1"}, func(n int) bool { return n%4 == 1 }},
		"channel glob":    {Query{Channel: "client_*"}, func(n int) bool { return true }},
		"direction":       {Query{Direction: Out}, func(n int) bool { return n%5 == 0 }},
		"since":           {Query{Since: clock().Add(50 * time.Minute)}, func(n int) bool { return n >= 50 }},
		"until":           {Query{Until: clock().Add(50 * time.Minute)}, func(n int) bool { return n < 50 }},
		"after":           {Query{AfterSeq: 50}, func(n int) bool { return n > 50 }},
		"before":          {Query{BeforeSeq: 50}, func(n int) bool { return n < 50 }},
		"between":         {Query{AfterSeq: 10, BeforeSeq: 20}, func(n int) bool { return n > 10 && n < 20 }},
		"filter":          {Query{Filter: filter("code:5xx provider:stripe")}, func(n int) bool { return n%4 == 2 }},
		"body":            {Query{Filter: filter("body.n>=58")}, func(n int) bool { return n >= 58 }},
		"response":        {Query{Filter: filter("response:sorry | body.n=1")}, func(n int) bool { return n%4 == 2 || n == 1 }},
		"several":         {Query{Events: []string{"payment.*"}, Status: Failed, Provider: "github", Code: "4xx"}, func(n int) bool { return n%3 != 2 && n%4 == 3 }},
	}
	for name, test := range tests {
		var want []int64
		for n := 60; n >= 1; n-- {
			if test.want(n) {
				want = append(want, int64(n))
			}
		}
		if diff := cmp.Diff(want, seqs(list(t, s, test.q))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		test.q.Limit = 3
		if diff := cmp.Diff(want[:min(3, len(want))], seqs(list(t, s, test.q))); diff != "" && len(want) > 0 {
			t.Errorf("%s, three (-want +got):\n%s", name, diff)
		}
		slices.Reverse(want)
		test.q.Ascending = true
		if diff := cmp.Diff(want[:min(3, len(want))], seqs(list(t, s, test.q))); diff != "" && len(want) > 0 {
			t.Errorf("%s, the first three (-want +got):\n%s", name, diff)
		}
	}
	for _, code := range []string{"5", "5xxx", "-1x", "abc", "99x"} {
		for _, err := range s.List(t.Context(), Query{Code: code}) {
			if err == nil {
				t.Errorf("the code %q is accepted", code)
			}
		}
	}
}

func seqs(ds []*Delivery) []int64 {
	var list []int64
	for _, d := range ds {
		list = append(list, d.Seq)
	}
	return list
}

// TestListPages: more than a page, with appends in between, gives each
// delivery once.
func TestListPages(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	const count = 3*page + 10
	add := func() { s.Append(received("a", nil)) }
	for range count {
		add()
	}
	wait(t, s.Append(received("a", nil)))
	next := int64(count + 1)
	for d, err := range s.List(t.Context(), Query{}) {
		if err != nil || d.Seq != next {
			t.Fatalf("delivery %d comes where %d belongs, %v", d.Seq, next, err)
		}
		if next--; next%100 == 0 {
			add()
		}
	}
	if next != 0 {
		t.Errorf("the list ends before %d", next)
	}
}

func TestRefs(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	for _, ref := range []string{"@last", "@failed", "1"} {
		if _, err := s.Get(t.Context(), ref); !errors.Is(err, ErrNotFound) {
			t.Errorf("Get(%s) of an empty store: %v", ref, err)
		}
	}
	ids := []string{"dlv_01J8AAAAAAAAAAAAAAAAAAAAAA", "dlv_01J8AAAAAAAAAAAAAAAAAAAAAB", "dlv_01J8BBBBBBBBBBBBBBBBBBBBBB", "dlv_01J9CCCCCCCCCCCCCCCCCCCCCC"}
	for i, id := range ids {
		d := received("a", nil)
		d.ID = id
		d.Status = []string{Captured, Failed, Interrupted, Captured}[i]
		wait(t, s.Append(d))
	}
	var bad *BadRefError
	var ambiguous *AmbiguousError
	for ref, want := range map[string]any{
		ids[0]: ids[0], "dlv_01J9": ids[3], "dlv_01j9cc": ids[3], "dlv_01J8B": ids[2], "1": ids[0], "#2": ids[1],
		"@last": ids[3], "@failed": ids[2], "dlv_01J8AAAAAAAAAAAAAAAAAAAAAB": ids[1],
		"dlv_01J8": &ambiguous, "dlv_01J8A": &ambiguous, "dlv_01": &ambiguous, "dlv_0": &ambiguous,
		"dlv_1": ErrNotFound, "dlv_Z": ErrNotFound, "dlv_": &bad, "": &bad, "#": &bad, "@first": &bad, "evt_01J8AAAA": &bad, "-1": &bad, "1.5": &bad, "+1": &bad, "0x1": &bad,
		"##1": &bad, "01J8AAAA": &bad,
		"dlv_01J7": ErrNotFound, "dlv_01J8U": ErrNotFound, "dlv_ZZZZ": ErrNotFound, ids[0] + "A": ErrNotFound, "dlv_01J8'--": ErrNotFound,
		"5": ErrNotFound, "0": ErrNotFound, "99999999999999999999": ErrNotFound,
	} {
		d, err := s.Get(t.Context(), ref)
		switch want := want.(type) {
		case string:
			if err != nil || d.ID != want {
				t.Errorf("Get(%s) = %v, %v; want %s", ref, d, err, want)
			}
		case error:
			if !errors.Is(err, want) {
				t.Errorf("Get(%s): %v, want %v", ref, err, want)
			}
		default:
			if !errors.As(err, want) {
				t.Errorf("Get(%s): %v, want %T", ref, err, want)
			}
		}
	}
	if _, err := s.Get(t.Context(), "dlv_01J8"); !errors.As(err, &ambiguous) || len(ambiguous.IDs) != 3 || !strings.Contains(err.Error(), ids[2]) {
		t.Errorf("an ambiguous prefix gives %v", err)
	}
}

// FuzzRef: no reference makes Get fail in another way than those it promises.
func FuzzRef(f *testing.F) {
	s, err := Open(f.Context(), f.TempDir(), Options{Now: clock})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close() })
	d := received("a", nil)
	wait(f, s.Append(d))
	for _, seed := range []string{d.ID, d.ID[:9], "#1", "@last", "dlv_8ZZZ", "dlv_%", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		var bad *BadRefError
		var ambiguous *AmbiguousError
		got, err := s.Get(t.Context(), ref)
		if err == nil && got.ID != d.ID || err != nil && !errors.Is(err, ErrNotFound) && !errors.As(err, &bad) && !errors.As(err, &ambiguous) {
			t.Fatalf("Get(%q) = %v, %v", ref, got, err)
		}
	})
}

// TestFilterInSQL: what List passes over in SQL, the filter does not choose.
func TestFilterInSQL(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	fill(t, s)
	wait(t, s.Append(&Delivery{Direction: In, Event: &Event{}})) // everything that can be empty
	all := list(t, s, Query{})
	for i, d := range all {
		var err error
		if all[i], err = s.Get(t.Context(), d.ID); err != nil {
			t.Fatal(err)
		}
	}
	for _, text := range []string{
		"event:payment.*", "event:*", "event:payment.*,!payment.failed", "event:!payment.failed", "event=invoice.paid", "event!=invoice.paid",
		"event~paid", "-event:payment.*", "provider:*", "provider:s*", "provider=stripe", "-provider:stripe", "endpoint:*", "endpoint:ep_1",
		`endpoint=""`, "status:failed", "status=failed", "status:dead", "status:succeeded", "status:*e*", "-status:failed", "verdict:valid",
		"verdict!=valid", "verdict:in*", "direction:out", "trigger:received", "code:200", "code:5xx", "code=404", "code>404", "code>=5xx",
		"code<5xx", "code<=4xx", "code!=200", "-code:5xx", "size>8", "size:7", "size<8", "size<=0", "seq>58", "seq:3", "seq<3 | seq>=60",
		"since:2026-11-21T10:30:00Z", "until:2026-11-21T10:30:00Z", "since:0001-01-01T00:00:00Z", "until:9999-01-01T00:00:00Z", "since:10m",
		"until:10m", "code:5xx | payment", "code:5xx | event:invoice.*", "(code:5xx | status:dead) provider:github", "-(code:5xx | status:dead)",
		"event:payment.* -verdict:valid (code:5xx | error:timeout)", "body.n>50 code:2xx", `event:"pay?ent.*"`, `event:"[p]ayment.*"`,
	} {
		f, err := ParseFilter(text, FilterOptions{Now: func() time.Time { return clock().Add(time.Hour) }})
		if err != nil {
			t.Errorf("ParseFilter(%q): %v", text, err)
			continue
		}
		var want []int64
		for _, d := range all {
			if f.Match(d) {
				want = append(want, d.Seq)
			}
		}
		if diff := cmp.Diff(want, seqs(list(t, s, Query{Filter: f}))); diff != "" {
			t.Errorf("%q (-chosen +listed):\n%s", text, diff)
		}
	}
}
