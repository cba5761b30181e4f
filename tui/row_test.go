package tui

import (
	"testing"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// A filter says the same of a row as of the delivery that the row was taken
// from, for every key that the list answers by itself.
func TestMatchOfARowIsThatOfItsDelivery(t *testing.T) {
	filters := []string{
		"event:invoice.*", "provider:stripe", "channel:client_1", "endpoint:ep_1", "method:POST", "path:/hooks/s*",
		"code:200", "code:4xx", "code>=500", "status:failed", "status:succeeded", "verdict:valid", "verdict:invalid", "reason:timestamp_too_old",
		"direction:out", "trigger:replay", "error:connect", "attempts>1", "attempts:0", "seq>1280", "size>1kb", "duration>10ms",
		"since:5m", "until:1h", "since:2026-11-21T14:02:58Z", "test:true", "duplicate:true", "id:dlv_01HZX", "id:evt_sample77", "paid", "stripe", "-verdict:valid (code:5xx | paid)",
	}
	ds := samples()
	ds[0].Event.Channels, ds[0].Endpoint, ds[0].Event.Test = []string{"client_1"}, "ep_1", true
	ds[1].Verification.DuplicateOf = ds[0].ID
	ds[2].NextAttemptAt = noon
	taken := 0
	for _, text := range filters {
		f, err := store.ParseFilter(text, store.FilterOptions{Now: func() time.Time { return noon }})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if deep(f) {
			t.Errorf("%s is asked of the store", text)
		}
		m := matcher{filter: f}
		for _, d := range ds {
			r := newRow(d, interner{})
			got, want := m.match(&r), f.Match(d)
			if got != want {
				t.Errorf("%s: row #%d %t, delivery %t", text, d.Seq, got, want)
			}
			if got {
				taken++
			}
		}
	}
	if taken == 0 {
		t.Error("no filter took anything")
	}
}

// Every key of the language is either answered from rows, and then in the
// test above, or asked of the store.
func TestFiltersOnBodiesAndHeadersAreDeep(t *testing.T) {
	for _, text := range []string{"body:x", "body.data.id:x", "response:x", "response.error~x", "header.x-sig:abc", "paid -header.a:b"} {
		f, err := store.ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		if !deep(f) {
			t.Errorf("%s is answered from rows, which hold neither bodies nor headers", text)
		}
	}
}

func TestInternerIsBounded(t *testing.T) {
	in := interner{}
	for i := range 3 * maxTraits {
		in.one(traits{event: raw(rune(i + 0x100))})
	}
	if len(in) > maxTraits {
		t.Errorf("%d words", len(in))
	}
}
