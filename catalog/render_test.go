package catalog

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var testTime = time.Date(2026, 11, 21, 3, 4, 5, 678_000_000, time.UTC)

func fixed() time.Time { return testTime }

func seeded(seed int64) *Source { return NewSource(fixed, &seed) }

func find(t testing.TB, ref string) *EventType {
	t.Helper()
	et, err := Open().Find(ref)
	if err != nil {
		t.Fatal(err)
	}
	return et
}

func parseOne(t testing.TB, text string) *EventType {
	t.Helper()
	c, err := Parse("test.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c.Types[0]
}

func render(t testing.TB, et *EventType, o RenderOptions) *Rendered {
	t.Helper()
	if o.Source == nil {
		o.Source = seeded(1)
	}
	r, err := Render(et, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const everyGenerator = `
catalog: acme
id_field: /id
event_types:
  - name: every.generator
    examples:
      - payload: {id: x, other: x, uuid: x, s: 1, ms: 1, t: x, tms: x, uid: sample, n: 0, kept: 1.0}
    dynamic: {/id: "id:evt_", /other: "id:o-", /uuid: uuid, /s: "now:unix", /ms: "now:unixms", /t: "now:rfc3339", /tms: "now:rfc3339ms", /uid: endpoint.uid, /n: counter}
    refresh_on_attempt: [/tms, /n]
`

func TestGenerators(t *testing.T) {
	source := seeded(7)
	r := render(t, parseOne(t, everyGenerator), RenderOptions{Source: source})
	for pointer, want := range map[string]string{
		"/id":   `"evt_` + r.ULID + `"`,
		"/s":    "1795230245",
		"/ms":   "1795230245678",
		"/t":    `"2026-11-21T03:04:05Z"`,
		"/tms":  `"2026-11-21T03:04:05.678Z"`,
		"/uid":  `"sample"`,
		"/n":    "1",
		"/kept": "1.0",
	} {
		if got := at(t, r.Body, pointer).Raw; got != want {
			t.Errorf("%s is %s, want %s", pointer, got, want)
		}
	}
	if r.WireID != "evt_"+r.ULID {
		t.Errorf("the wire id is %s, the event's ULID %s", r.WireID, r.ULID)
	}
	other := at(t, r.Body, "/other").Str
	if !strings.HasPrefix(other, "o-") || len(other) != 28 || other == "o-"+r.ULID {
		t.Errorf("another id is %s", other)
	}
	if uuid := at(t, r.Body, "/uuid").Str; len(uuid) != 36 || uuid[14] != '4' || !strings.Contains("89ab", uuid[19:20]) {
		t.Errorf("%s is not a UUID of version 4", uuid)
	}
	wantLate := []Late{{"/tms", "now:rfc3339ms", true}, {"/uid", "endpoint.uid", false}, {"/n", "counter", true}}
	if diff := cmp.Diff(wantLate, r.Late); diff != "" {
		t.Errorf("late (-want +got):\n%s", diff)
	}
	filled := Fill(r.Body, r.Late, source, "the-uid")
	want := bytes.Replace(r.Body, []byte(`"uid":"sample","n":1`), []byte(`"uid":"the-uid","n":2`), 1)
	if diff := cmp.Diff(string(want), string(filled)); diff != "" {
		t.Errorf("filled (-want +got):\n%s", diff)
	}
	if got := Fill(r.Body, r.Late[1:2], source, ""); !bytes.Equal(got, r.Body) {
		t.Errorf("without an endpoint the sample's value stays, got %s", got)
	}
}

func TestSeed(t *testing.T) {
	et := parseOne(t, everyGenerator)
	one, again, other := render(t, et, RenderOptions{Source: seeded(7)}), render(t, et, RenderOptions{Source: seeded(7)}), render(t, et, RenderOptions{Source: seeded(8)})
	if diff := cmp.Diff(one, again); diff != "" {
		t.Errorf("two events of one seed differ:\n%s", diff)
	}
	if one.ULID == other.ULID || bytes.Equal(one.Body, other.Body) {
		t.Error("two events of two seeds are equal")
	}
	source := seeded(7)
	first := render(t, et, RenderOptions{Source: source}).ULID
	if first == render(t, et, RenderOptions{Source: source}).ULID {
		t.Error("two events of one source have one ULID")
	}
	first = NewSource(fixed, nil).ULID()
	if first == NewSource(fixed, nil).ULID() {
		t.Error("two sources without a seed give the same ULID")
	}
}

// TestCrockford: the bytes and texts are from another implementation, oklog/ulid.
func TestCrockford(t *testing.T) {
	for want, b := range map[string][16]byte{
		"00000000000000000000000000": {},
		"7ZZZZZZZZZZZZZZZZZZZZZZZZZ": {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255},
		"01ARZ3NDEKTSV4RRFFQ69G5FAV": {1, 86, 62, 58, 181, 211, 214, 118, 76, 97, 239, 185, 147, 2, 189, 91},
	} {
		if got := crockford(b); got != want {
			t.Errorf("crockford(%v) = %s, want %s", b, got, want)
		}
	}
	if got := seeded(1).ULID(); got[:10] != "01M7Y0Z8SE" || len(got) != 26 {
		t.Errorf("the ULID is %s, its time ought to be 01M7Y0Z8SE", got)
	}
}

func TestRenderDefault(t *testing.T) {
	r := render(t, find(t, "payment.succeeded"), RenderOptions{})
	if !bytes.HasPrefix(r.Body, []byte(`{"id":"evt_`+r.ULID+`","type":"payment.succeeded","created":1795230245,"livemode":false,"data":{"object":{"id":"pay_`)) {
		t.Errorf("body is %s", r.Body)
	}
	if r.Type != "payment.succeeded" || r.Example != "default" || r.ContentType != "application/json" || len(r.Headers) != 0 || len(r.Channels) != 0 {
		t.Errorf("got %+v", r)
	}
}

// TestUserKeeps: no generator overwrites what the user gave or removed.
func TestUserKeeps(t *testing.T) {
	five := func(b []byte) ([]byte, error) {
		return bytes.Replace(b, []byte("1772355600"), []byte("5"), 1), nil
	}
	for _, c := range []struct {
		name    string
		o       RenderOptions
		pointer string
		want    string
	}{
		{"set", RenderOptions{Edits: []Edit{{Path: "created", Value: "5"}}}, "/created", "5"},
		{"set by pointer", RenderOptions{Edits: []Edit{{Path: "/created", Value: "5"}}}, "/created", "5"},
		{"merge", RenderOptions{Merge: []byte(`{"created":5}`)}, "/created", "5"},
		{"merge of the sample's own value", RenderOptions{Merge: []byte(`{"created":1772355600}`)}, "/created", "1772355600"},
		{"editor", RenderOptions{Edit: five}, "/created", "5"},
		{"set after merge", RenderOptions{Merge: []byte(`{"created":5}`), Edits: []Edit{{Path: "created", Value: "6"}}}, "/created", "6"},
		{"editor after set", RenderOptions{Edits: []Edit{{Path: "livemode", Value: "1772355600"}}, Edit: five}, "/created", "5"},
		{"set elsewhere", RenderOptions{Edits: []Edit{{Path: "data.object.amount", Value: "5"}}}, "/created", "1795230245"},
		{"set of a namesake", RenderOptions{Edits: []Edit{{Path: "data.created", Value: "5"}}}, "/created", "1795230245"},
		{"static", RenderOptions{Static: true}, "/created", "1772355600"},
		{"id", RenderOptions{ID: "evt_mine"}, "/id", `"evt_mine"`},
		{"id of digits", RenderOptions{ID: "17"}, "/id", `"17"`},
		{"static with an id", RenderOptions{Static: true, ID: "evt_mine"}, "/id", `"evt_mine"`},
		{"set of the id", RenderOptions{Edits: []Edit{{Path: "id", Value: "evt_mine"}}}, "/id", `"evt_mine"`},
		{"twenty digits", RenderOptions{Edits: []Edit{{Path: "data.object.amount", Value: "12345678901234567890"}}}, "/data/object/amount", "12345678901234567890"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := render(t, find(t, "payment.succeeded"), c.o)
			if got := at(t, r.Body, c.pointer).Raw; got != c.want {
				t.Errorf("%s is %s, want %s", c.pointer, got, c.want)
			}
			if id := at(t, r.Body, "/id").Str; id != r.WireID {
				t.Errorf("the body has the id %s, the wire id is %s", id, r.WireID)
			}
		})
	}
}

func TestUnsetStaysUnset(t *testing.T) {
	r := render(t, find(t, "payment.succeeded"), RenderOptions{Edits: []Edit{{Path: "created", Unset: true}, {Path: "id", Unset: true}}})
	if hasMember(r.Body, "created") || hasMember(r.Body, "id") {
		t.Errorf("body is %s", r.Body)
	}
	if r.WireID != "evt_"+r.ULID {
		t.Errorf("the wire id, for a header that may want it, is %s", r.WireID)
	}
}

// TestParentSet: who replaces an object means all of it.
func TestParentSet(t *testing.T) {
	r := render(t, find(t, "payout.state-updated"), RenderOptions{Edits: []Edit{{Path: "data", Value: `{"id":"pyt-mine","updated_at":"never"}`}}})
	if got := at(t, r.Body, "/data").Raw; got != `{"id":"pyt-mine","updated_at":"never"}` {
		t.Errorf("data is %s", got)
	}
}

func TestData(t *testing.T) {
	for _, c := range []struct{ name, data, wireID string }{
		{"json with an id", `{ "id": "evt_1", "created": 1 }`, "evt_1"},
		{"json with a number for an id", `{"id":17}`, "17"},
		{"json without an id", `{}`, ""},
		{"form", "a=1&b=2", ""},
		{"bytes", "\xff\x00", ""},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := render(t, find(t, "payment.succeeded"), RenderOptions{Data: []byte(c.data)})
			if string(r.Body) != c.data || len(r.Late) != 0 || r.Example != "" {
				t.Errorf("got %q, late %v, example %q", r.Body, r.Late, r.Example)
			}
			want := c.wireID
			if want == "" {
				want = "evt_" + r.ULID
			}
			if r.WireID != want {
				t.Errorf("the wire id is %s, want %s", r.WireID, want)
			}
		})
	}
	r := render(t, find(t, "payment.succeeded"), RenderOptions{Data: []byte(`{"id":"a", "x":1}`), ID: "b", Edits: []Edit{{Path: "x", Value: "2"}}})
	if string(r.Body) != `{"id":"b", "x":2}` || r.WireID != "b" {
		t.Errorf("got %s, wire id %s", r.Body, r.WireID)
	}
}

func TestWireIDInHeader(t *testing.T) {
	for _, c := range []struct {
		ref        string
		o          RenderOptions
		prefix     string
		length     int
		isOwnULID  bool
		wantStatic string
	}{
		{"standard:webhook.test", RenderOptions{}, "msg_", 30, true, "msg_" + staticULID},
		{"github:push", RenderOptions{}, "", 36, false, staticUUID},
		{"standard:webhook.test", RenderOptions{ID: "mine"}, "mine", 4, false, "mine"},
		{"raas:transaction_completed", RenderOptions{}, "", 36, false, "6f2d8c3a-0b71-4e95-8d46-a9c05e1b7f32"},
	} {
		r := render(t, find(t, c.ref), c.o)
		if !strings.HasPrefix(r.WireID, c.prefix) || len(r.WireID) != c.length || c.isOwnULID && r.WireID != c.prefix+r.ULID {
			t.Errorf("%s: the wire id is %s, the ULID %s", c.ref, r.WireID, r.ULID)
		}
		c.o.Static = true
		if r := render(t, find(t, c.ref), c.o); r.WireID != c.wantStatic {
			t.Errorf("%s, static: the wire id is %s, want %s", c.ref, r.WireID, c.wantStatic)
		}
	}
}

func TestEachAttemptOfRaaS(t *testing.T) {
	now := testTime
	source := NewSource(func() time.Time { return now }, nil)
	r := render(t, find(t, "raas:transaction_completed"), RenderOptions{Source: source})
	first := Fill(r.Body, r.Late, source, "caec6725-bf0a-4ca4-9f8c-153f4da87259")
	now = now.Add(time.Hour)
	second := Fill(r.Body, r.Late, source, "caec6725-bf0a-4ca4-9f8c-153f4da87259")
	want := bytes.Replace(first, []byte("T03:04:05.678Z"), []byte("T04:04:05.678Z"), 1)
	if !bytes.Equal(second, want) || bytes.Equal(first, second) {
		t.Errorf("attempts are\n%s\n%s", first, second)
	}
	if got := at(t, first, "/subscription_id").Str; got != "caec6725-bf0a-4ca4-9f8c-153f4da87259" {
		t.Errorf("the subscription is %s", got)
	}
}

func TestHeadersAndChannels(t *testing.T) {
	et := parseOne(t, `
catalog: acme
event_types:
  - name: a
    headers: {X-A: type, X-B: type, content-type: application/vnd.acme+json}
    examples:
      - {payload: 1, headers: {x-a: example}, channels: [one]}
      - {name: plain, payload: 2}
`)
	r := render(t, et, RenderOptions{})
	if diff := cmp.Diff([]Header{{"X-B", "type"}, {"x-a", "example"}}, r.Headers); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	if r.ContentType != "application/vnd.acme+json" {
		t.Errorf("content type is %s", r.ContentType)
	}
	if diff := cmp.Diff([]string{"one"}, r.Channels); diff != "" {
		t.Errorf("channels (-want +got):\n%s", diff)
	}
	if r := render(t, et, RenderOptions{Channels: []string{}}); len(r.Channels) != 0 {
		t.Errorf("channels are %q though none were wanted", r.Channels)
	}
	if len(et.Headers) != 3 {
		t.Error("rendering changed the type")
	}
	push := render(t, find(t, "github:issues.opened"), RenderOptions{})
	if diff := cmp.Diff([]Header{{"X-GitHub-Event", "issues"}}, push.Headers); diff != "" {
		t.Errorf("headers of GitHub (-want +got):\n%s", diff)
	}
}

func TestRenderErrors(t *testing.T) {
	boom := errors.New("the editor ended with 1")
	et := find(t, "payout.state-updated")
	none := parseOne(t, "{catalog: c, event_types: [{name: a}]}")
	for _, c := range []struct {
		name string
		et   *EventType
		o    RenderOptions
		want string
	}{
		{"unknown example", et, RenderOptions{Example: "snet"}, `unknown example of payout.state-updated "snet"`},
		{"example and data", et, RenderOptions{Example: "sent", Data: []byte("{}")}, `event type "payout.state-updated" takes an example or data, not both`},
		{"no example", none, RenderOptions{}, `event type "a" has no example: give the payload`},
		{"path", et, RenderOptions{Edits: []Edit{{Path: "dta.id"}}}, `path "dta.id": there is no key "dta"`},
		{"patch", et, RenderOptions{Merge: []byte("{")}, "merge patch: not JSON"},
		{"set in a form", et, RenderOptions{Data: []byte("a=1"), Edits: []Edit{{Path: "a", Value: "2"}}}, "not JSON"},
		{"id in a form", et, RenderOptions{Data: []byte("a=1"), ID: "x"}, "not JSON"},
		{"id with a line feed", et, RenderOptions{ID: "a\nX-Evil: 1"}, `event type "payout.state-updated" takes an id of visible ASCII characters, not "a\nX-Evil: 1"`},
		{"long id", et, RenderOptions{ID: strings.Repeat("a", 257)}, `event type "payout.state-updated" takes an id of at most 256 characters`},
		{"editor", et, RenderOptions{Edit: func([]byte) ([]byte, error) { return nil, boom }}, boom.Error()},
		{"too large", et, RenderOptions{Data: make([]byte, maxBody+1)}, `event type "payout.state-updated" becomes larger than 32 MiB`},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.o.Source = seeded(1)
			r, err := Render(c.et, c.o)
			if err == nil || err.Error() != c.want || r != nil {
				t.Errorf("got %v, error %v, want %s", r, err, c.want)
			}
		})
	}
	if _, err := Render(et, RenderOptions{}); err == nil {
		t.Error("no source, and no error")
	}
}

// TestExamples: each is found by its name, and rendering leaves it as it was.
func TestExamples(t *testing.T) {
	et := find(t, "payout.state-updated")
	for i, want := range []string{"sent", "pending", "failed", "reversed", "cancelled"} {
		before := bytes.Clone(et.Examples[i].Payload)
		r := render(t, et, RenderOptions{Example: want})
		if code := at(t, r.Body, "/data/state/code").Str; code != strings.ToUpper(want) || r.Example != want {
			t.Errorf("example %s has the state %s", want, code)
		}
		if !bytes.Equal(before, et.Examples[i].Payload) {
			t.Errorf("rendering changed the example to %s", et.Examples[i].Payload)
		}
	}
}

func TestNothingExpands(t *testing.T) {
	et := parseOne(t, `{catalog: c, event_types: [{name: a, examples: [{payload: {v: "${HOME} ${.env:KEY} $(id) {{now}}"}}]}]}`)
	if got := string(render(t, et, RenderOptions{}).Body); got != `{"v":"${HOME} ${.env:KEY} $(id) {{now}}"}` {
		t.Errorf("body is %s", got)
	}
}

func TestSchemaDocument(t *testing.T) {
	for _, c := range []struct{ schema, want string }{
		{`{"$ref":"#/$defs/x"}`, `{"$schema":"https://json-schema.org/draft/2020-12/schema","$defs":{"x":true},"$ref":"#/$defs/x"}`},
		{`{}`, `{"$schema":"https://json-schema.org/draft/2020-12/schema","$defs":{"x":true}}`},
		{`false`, `{"$schema":"https://json-schema.org/draft/2020-12/schema","$defs":{"x":true},"allOf":[false]}`},
		{`{"$schema":"http://json-schema.org/draft-07/schema#"}`, `{"$defs":{"x":true},"$schema":"http://json-schema.org/draft-07/schema#"}`},
	} {
		et := parseOne(t, `{"catalog":"c","$defs":{"x":true},"event_types":[{"name":"a","schema":`+c.schema+`}]}`)
		if got := string(et.SchemaDocument()); got != c.want {
			t.Errorf("document of %s is\n%s, want\n%s", c.schema, got, c.want)
		}
	}
	if got := parseOne(t, `{catalog: c, event_types: [{name: a}]}`).SchemaDocument(); got != nil {
		t.Errorf("document of a type without a schema is %s", got)
	}
}
