package store

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/sign"
)

func TestCompareJSON(t *testing.T) {
	tests := []struct {
		name, a, b string
		want       []string // kind path before -> after
		notJSON    bool
	}{
		{name: "equal", a: `{"a":1}`, b: `{"a":1}`},
		{name: "white space and order", a: `{"a":1,"b":[1,2]}`, b: "{ \"b\": [1, 2],\n\"a\": 1 }"},
		{name: "escapes", a: `"é"`, b: `"\u00e9"`},
		{name: "digits count", a: `{"a":1.0}`, b: `{"a":1}`, want: []string{"changed a 1.0 -> 1"}},
		{name: "big numbers keep theirs", a: `[9007199254740993]`, b: `[9007199254740992]`, want: []string{"changed 0 9007199254740993 -> 9007199254740992"}},
		{name: "member", a: `{"a":{"b":1},"x":{"y":[]}}`, b: `{"a":{"c":2},"x":null}`,
			want: []string{"removed a.b 1 -> ", "added a.c  -> 2", `changed x {"y":[]} -> null`}},
		{name: "a dot in a name", a: `{"a.b":1,"/x":1}`, b: `{"a.b":2,"/x":2}`, want: []string{`changed a\.b 1 -> 2`, `changed \/x 1 -> 2`}},
		{name: "item in front", a: `[{"i":1},{"i":2}]`, b: `[{"i":0},{"i":1},{"i":2}]`, want: []string{`added 0  -> {"i":0}`}},
		{name: "item in the middle is gone", a: `[1,2,3]`, b: `[1,3]`, want: []string{`removed 1 2 -> `}},
		{name: "items changed and added", a: `[1,2]`, b: `[1,3,4,5]`, want: []string{`changed 1 2 -> 3`, `added 2  -> 4`, `added 3  -> 5`}},
		{name: "name twice", a: `{"a":1,"a":2}`, b: `{"a":1,"a":3}`, want: []string{`changed  {"a":1,"a":2} -> {"a":1,"a":3}`}},
		{name: "other kinds", a: `{}`, b: `[]`, want: []string{`changed  {} -> []`}},
		{name: "not JSON", a: `{}`, b: `x=1`, notJSON: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			changes, ok := CompareJSON([]byte(tt.a), []byte(tt.b))
			if ok == tt.notJSON {
				t.Fatalf("ok is %t", ok)
			}
			var got []string
			for _, c := range changes {
				got = append(got, c.Kind+" "+c.Path+" "+c.Before+" -> "+c.After)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func compared(body string, headers ...string) *Delivery {
	d := &Delivery{Event: &Event{Type: "a", Provider: "p", ExternalID: "evt_0123456789"}, Status: Succeeded}
	d.Request.Method, d.Request.Body = "POST", []byte(body)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		d.Request.Headers = append(d.Request.Headers, sign.Header{Name: name, Value: value})
	}
	return d
}

func TestCompareDeliveries(t *testing.T) {
	a := compared(`{"id":"evt_01J00000000000000000000001","at":1795219351,"amount":5}`, "X-Signature: abc", "X-Tag: one", "X-Tag: two", "Authorization: Bearer A", "Via: 1")
	b := compared("{\n  \"id\": \"evt_01J00000000000000000000002\",\n  \"at\": 1795219399,\n  \"amount\": 6\n}\n", "x-signature: def", "X-Tag: one", "Authorization: Bearer B", "New: 1")
	b.Attempts = []Attempt{{StatusCode: 500, ResponseBody: []byte("oops")}}
	b.Status = Failed
	want := []Change{
		{PartDelivery, "status", ChangeChanged, Succeeded, Failed},
		{PartDelivery, "attempts", ChangeChanged, "0", "1"},
		{PartDelivery, "status_code", ChangeAdded, "", "500"},
		{PartHeader, "x-tag", ChangeChanged, "one, two", "one"},
		{PartHeader, "authorization", ChangeChanged, "***", "***"},
		{PartHeader, "via", ChangeRemoved, "1", ""},
		{PartHeader, "new", ChangeAdded, "", "1"},
		{PartBody, "amount", ChangeChanged, "5", "6"},
		{PartResponse, "", ChangeAdded, "", "4 bytes: oops"},
	}
	if diff := cmp.Diff(want, Compare(a, b, CompareOptions{IgnoreVolatile: true}).Changes); diff != "" {
		t.Errorf("without ids and times: %s", diff)
	}
	all := Compare(a, b, CompareOptions{Reveal: true}).Changes
	if len(all) != len(want)+3 { // the signature and two places of the body
		t.Errorf("%d differences: %+v", len(all), all)
	}
}

// The same JSON in other bytes is no change of a value: it is named beside.
func TestCompareNamesTheForm(t *testing.T) {
	c := Compare(compared(`{"a":1}`), compared("{\n  \"a\": 1\n}\n"), CompareOptions{})
	if len(c.Changes) != 0 || c.SameBytes || c.Form != "compact, 7 bytes -> indented by 2 spaces, a newline at the end, 13 bytes" {
		t.Errorf("%+v", c)
	}
	if c := Compare(compared("x"), compared("x"), CompareOptions{}); !c.SameBytes || c.Form != "" {
		t.Errorf("%+v", c)
	}
}

// Nothing differs from itself, what one has more the other has less, and no
// input panics.
func FuzzCompareJSON(f *testing.F) {
	f.Add(`{"a":[1,{"b":2}],"c":"d"}`, `{"a":[{"b":3}],"e":null}`)
	f.Add(`[1,2,3]`, `[3]`)
	f.Add(`{"a":1,"a":2}`, `1`)
	f.Fuzz(func(t *testing.T, a, b string) {
		if same, ok := CompareJSON([]byte(a), []byte(a)); ok && len(same) > 0 {
			t.Errorf("%q differs from itself: %+v", a, same)
		}
		there, ok := CompareJSON([]byte(a), []byte(b))
		back, _ := CompareJSON([]byte(b), []byte(a))
		if ok && len(there) != len(back) {
			t.Errorf("%d differences one way, %d the other", len(there), len(back))
		}
	})
}
