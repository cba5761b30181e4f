package store

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLowerASCII(t *testing.T) {
	all := make([]byte, 0, 300)
	for i := range 300 {
		all = append(all, byte(i))
	}
	want := bytes.Clone(all)
	for i, c := range want {
		if 'A' <= c && c <= 'Z' {
			want[i] = c + 'a' - 'A'
		}
	}
	for n := range all {
		if got := lowerASCII(nil, all[n:]); !bytes.Equal(got, want[n:]) {
			t.Fatalf("from %d: %q", n, got)
		}
	}
}

// TestSearchBodies: sifting passes over nothing that matches.
func TestSearchBodies(t *testing.T) {
	s := open(t, t.TempDir(), Options{})
	bodies := []string{"Kelvin \u212a and Needle", "NEEDLE", "needle", "hay", "\u0130stanbul", "x needle y", "", "{\"a\":\"\\u006eeedle\"}"}
	noneIsEmpty := cmp.Transformer("", func(list []int64) string { return fmt.Sprint(list) })
	for i := range 2500 {
		d := received("a", []byte(bodies[i%len(bodies)]))
		if i == 1234 {
			answered(d, 500, "a Response of its own")
		}
		wait(t, s.Append(d))
	}
	var whole []*Delivery
	for _, d := range list(t, s, Query{}) {
		d, err := s.Get(t.Context(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		whole = append(whole, d)
	}
	for _, filter := range []string{
		"body:needle", "body:Needle", "body=needle", "body:k", "body:i", "body:hay | body:stanbul", "body:hay | seq:7",
		"body.a:needle", "-body:needle", "body:absent", "response:response", "response:Response body:needle", "body:nee*", "body:é",
	} {
		f, err := ParseFilter(filter)
		if err != nil {
			t.Fatal(err)
		}
		var want []int64
		for _, d := range whole {
			if f.Match(d) {
				want = append(want, d.Seq)
			}
		}
		if diff := cmp.Diff(want, seqs(list(t, s, Query{Filter: f})), noneIsEmpty); diff != "" {
			t.Errorf("%s (-matching each one +listing):\n%s", filter, diff)
		}
		slices.Reverse(want)
		if diff := cmp.Diff(want, seqs(list(t, s, Query{Filter: f, Ascending: true})), noneIsEmpty); diff != "" {
			t.Errorf("%s ascending (-matching each one +listing):\n%s", filter, diff)
		}
		if got := list(t, s, Query{Filter: f, Limit: 3}); len(got) != min(3, len(want)) {
			t.Errorf("%s finds %d of 3", filter, len(got))
		}
	}
}
