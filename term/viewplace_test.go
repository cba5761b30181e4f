package term

import (
	"slices"
	"strings"
	"testing"
)

func TestRowOfAPointer(t *testing.T) {
	v, err := JSONView([]byte(`{"id":"a","data":{"a/b":{"~":1},"list":[{"x":1},[2,3],4]},"\u00e9":5}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		pointer, want string
		found         bool
	}{
		{"", "{", true},
		{"/id", `"id": "a",`, true},
		{"/data/a~1b/~0", `"~": 1`, true},
		{"/data/list/0/x", `"x": 1`, true},
		{"/data/list/1/1", `3`, true},
		{"/data/list/2", `4`, true},
		{"/é", `"\u00e9": 5`, true},
		{"/data/nothing", `"data": {`, false},
		{"/data/list/9", `"list": [`, false},
		{"/id/deeper", `"id": "a",`, false},
	} {
		row, found := v.Row(tt.pointer)
		if got := v.Rows[row].Text.String(); got != tt.want || found != tt.found {
			t.Errorf("%s is row %q, found %t; want %q, %t", tt.pointer, got, found, tt.want, tt.found)
		}
	}
	if row, found := TextView([]byte("a\nb")).Row("/a"); row != 0 || found {
		t.Error("a text has no places")
	}
}

func TestStepsLeadToARow(t *testing.T) {
	v, err := JSONView([]byte(`{"a":1,"a":[{"x":1},[2,3],4],"b":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]int{`"a": 1,`: {0}, `"x": 1`: {1, 0, 0}, "3": {1, 1, 1}, "4": {1, 2}, `"b": {}`: {2}}
	n := 0
	for i, r := range v.Rows {
		if steps, ok := want[r.Text.String()]; ok {
			n++
			if got := v.Steps(i); !slices.Equal(got, steps) {
				t.Errorf("row %d, %s: %v, want %v", i, r.Text, got, steps)
			}
		}
	}
	if n != len(want) || v.Steps(0) != nil || v.Steps(99) != nil {
		t.Errorf("%d rows found of %d", n, len(want))
	}
}

// What was cut goes on where the view ended.
func TestShownIsWhereItGoesOn(t *testing.T) {
	b := []byte(strings.Repeat("a line\n", 3*maxViewRows))
	for rest, parts := b, 0; ; parts++ {
		v := TextView(rest)
		if v.Shown == 0 {
			if parts != 2 || len(v.Rows) != maxViewRows {
				t.Errorf("%d parts before the last, which has %d lines", parts, len(v.Rows))
			}
			break
		}
		if v.Shown != maxViewRows*len("a line\n") {
			t.Fatalf("shown up to %d", v.Shown)
		}
		rest = rest[v.Shown:]
	}
	if v := HexView(make([]byte, 100_000), 16); v.Shown != 16*maxViewRows {
		t.Errorf("hex up to %d", v.Shown)
	}
	if v := TextView([]byte("all")); v.Shown != 0 {
		t.Error("nothing was cut")
	}
}
