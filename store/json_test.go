package store

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/sign"
)

func TestDeliveryObject(t *testing.T) {
	d := &Delivery{
		ID: "dlv_01J", Seq: 12, Direction: In, Trigger: TriggerReceived,
		Event:      &Event{ID: "evt_01J", ExternalID: "msg_1", Type: "payment.succeeded", Provider: "standard"},
		ReceivedAt: time.Date(2026, 11, 21, 1, 0, 0, 123456789, time.FixedZone("", 3600)),
		Request: Request{
			Method: "POST", Target: "/hook?x=1", BodySize: 1234, BodySHA256: "ab", ContentType: "application/json",
			Headers:    sign.Headers{{Name: "Content-Type", Value: "application/json"}, {Name: "X-Name", Value: "caf\xe9"}},
			RemoteAddr: "127.0.0.1:5555",
		},
		Verification: &Verification{Verdict: Valid, Provider: "standard", Covers: []string{"body", "timestamp", "id"}},
		Destination:  "http://localhost:3000/hook", Status: Succeeded,
		Attempts: []Attempt{{
			Number: 1, Trigger: TriggerAuto, URL: "http://localhost:3000/hook", StartedAt: time.Unix(0, 0),
			Duration: 23*time.Millisecond + 100*time.Microsecond, StatusCode: 200, ResponseSize: 2,
		}},
		Answer: &Answer{StatusCode: 200},
	}
	want := `{"type":"delivery","id":"dlv_01J","seq":12,"direction":"in","trigger":"received",` +
		`"event":{"id":"evt_01J","external_id":"msg_1","type":"payment.succeeded","provider":"standard","channels":[],"test":false},` +
		`"received_at":"2026-11-21T00:00:00.123456Z",` +
		`"request":{"method":"POST","target":"/hook?x=1","headers":[["Content-Type","application/json"],["X-Name","caf\ufffd","Y2Fm6Q=="]],` +
		`"body_size":1234,"body_sha256":"ab","content_type":"application/json","remote_addr":"127.0.0.1:5555"},` +
		`"verification":{"verdict":"valid","provider":"standard","reason":"","detail":"","covers":["body","timestamp","id"],"duplicate_of":null},` +
		`"endpoint":null,"destination":"http://localhost:3000/hook","status":"succeeded","next_attempt_at":null,` +
		`"attempts":[{"number":1,"trigger":"auto","url":"http://localhost:3000/hook","started_at":"1970-01-01T00:00:00.000000Z","duration_ms":23.1,"status_code":200,` +
		`"error_kind":"","error":"","response_size":2,"response_truncated":false}],` +
		`"answer":{"status_code":200}}`
	got, err := d.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("Delivery object (-want +got):\n%s\n%s", diff, got)
	}
}

func TestDeliveryObjectOfNothing(t *testing.T) {
	got, err := (&Delivery{}).MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`"channels":[]`, `"received_at":null`, `"headers":[]`, `"verification":null`, `"endpoint":null`,
		`"destination":null`, `"next_attempt_at":null`, `"attempts":[]`, `"answer":null`,
	} {
		if !strings.Contains(string(got), part) {
			t.Errorf("%s is missing in %s", part, got)
		}
	}
}

func TestDeliveryObjectEscapes(t *testing.T) {
	d := received("<&>\x7f\u009b31m\u2028\u202e\ufeff\U000e0041\x1b\"é", nil)
	d.Request.Headers = sign.Headers{{Name: "X", Value: "<&>\u200f"}}
	d.Request.Target = "/\xff"
	got, err := d.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`"<&>\u007f\u009b31m\u2028\u202e\ufeff\udb40\udc41\u001b\"é"`, `["X","<&>\u200f"]`, `"target":"/\ufffd","target_base64":"L/8="`,
	} {
		if !strings.Contains(string(got), part) {
			t.Errorf("%s is missing in %s", part, got)
		}
	}
}

func TestDeliveryObjectIsRefused(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, `{"type":"ready"}`, `{"type":"delivery","seq":"1"}`, `{"type":"delivery","received_at":"today"}`,
		`{"type":"delivery","request":{"headers":[["X"]]}}`, `{"type":"delivery","request":{"headers":[["X","y","!"]]}}`,
		`{"type":"delivery","request":{"target_base64":"!"}}`, `{"type":"delivery","attempts":[{"duration_ms":1e300}]}`,
	} {
		if err := json.Unmarshal([]byte(text), new(Delivery)); err == nil {
			t.Errorf("%s is read as a delivery", text)
		}
	}
}

// FuzzDeliveryObject: what is read is written so that it reads the same, as
// one line of visible characters.
func FuzzDeliveryObject(f *testing.F) {
	for _, d := range []*Delivery{{}, sample()} {
		b, err := d.MarshalJSON()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"type":"delivery","attempts":[{"duration_ms":0.0005}],"request":{"headers":[["a","b","4pij"]]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var first, second Delivery
		if json.Unmarshal(text, &first) != nil {
			return
		}
		written, err := first.MarshalJSON()
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if err := json.Unmarshal(written, &second); err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		again, err := second.MarshalJSON()
		if err != nil || !bytes.Equal(written, again) {
			t.Fatalf("%s\nbecomes\n%s, %v", written, again, err)
		}
		if bytes.IndexFunc(written, hidden) >= 0 || bytes.ContainsAny(written, "\n\x1b") {
			t.Fatalf("%q has hidden characters", written)
		}
	})
}
