package store

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// sample is the delivery that the rows below are about.
func sample() *Delivery {
	d := received("payment.succeeded", []byte(`{"id":"evt_9","data":{"object":{"amount":1000,"note":"Paid in Full","big":9007199254740993,"a.b":[1,{"c":"x"}]}}}`))
	d.ID, d.Seq, d.Event.ID, d.Event.ExternalID = "dlv_01J8ABCDEFGHJKMNPQRSTVWXYZ", 12, "evt_01J8", "msg_7"
	d.Event.Channels = []string{"client_1", "agent_2"}
	d.Request.BodySize = 2000
	d.Request.Headers = append(d.Request.Headers, sign.Header{Name: "User-Agent", Value: "Stripe/1.0"})
	d.Endpoint = "ep_1"
	answered(d, 503, `{"error":"Try again"}`)
	d.Attempts[0].ErrorKind = ErrTimeout
	return d
}

func options() FilterOptions {
	return FilterOptions{
		Now:    func() time.Time { return clock().Add(10 * time.Minute) },
		Marked: func(id string) bool { return strings.HasSuffix(id, "Z") },
	}
}

func TestFilterMatch(t *testing.T) {
	tests := map[string]bool{
		"":                                      true,
		"   ":                                   true,
		"event:payment.*":                       true,
		"event:payment":                         false,
		"event:Payment.*":                       false,
		"event:payment.*,!payment.succeeded":    false,
		"event=payment.succeeded":               true,
		"event!=payment.succeeded":              false,
		"event~^pay":                            true,
		`event~"^(invoice|payment)\\."`:         true,
		"provider:st*":                          true,
		"channel:client_*":                      true,
		"channel:x":                             false,
		"endpoint:ep_1":                         true,
		"method:POST":                           true,
		"path:/hook":                            true,
		"path:/hook?x=1":                        true,
		"path:/h":                               false,
		"/hook?x=1":                             true,
		"status:failed":                         true,
		"status:succeeded":                      false,
		"status!=failed":                        false,
		"verdict:valid":                         true,
		"-verdict:valid":                        false,
		"reason:timestamp_too_old":              false,
		"direction:in":                          true,
		"trigger:received":                      true,
		"error:timeout":                         true,
		"error:*":                               true,
		"header.user-agent:stripe":              true,
		"header.User-Agent:Stripe":              true,
		"header.User-Agent:STRIPE":              false,
		"header.X-None:x":                       false,
		"body:paid":                             true,
		"body:PAID":                             false,
		`body:"in full"`:                        true,
		"body.data.object.amount:100":           true,
		"body.data.object.amount=100":           false,
		"body.data.object.amount=1000":          true,
		"body.data.object.amount>999":           true,
		"body.data.object.amount>=1e3":          true,
		"body.data.object.amount<1000":          false,
		"body.data.object.big=9007199254740993": true,
		"body.data.object.big>9007199254740992": true,
		"body.data.object.note:paid*":           true,
		"body.data.object.note~Full$":           true,
		`body.data.object.a\.b.1.c=x`:           true,
		"body.data.object.none:x":               false,
		"body.data.object.none!=x":              true,
		"response:again":                        true,
		`response.error="Try again"`:            true,
		"id:dlv_01j8":                           true,
		"id:dlv_01J9":                           false,
		"id=msg_7":                              true,
		"code:503":                              true,
		"code:5xx":                              true,
		"code:2xx":                              false,
		"code>=500":                             true,
		"code!=503":                             false,
		"attempts:1":                            true,
		"attempts>1":                            false,
		"seq=12":                                true,
		"size>1kb":                              true,
		"size>1.9kib":                           true,
		"size<=2kb":                             true,
		"size:3kb":                              false,
		"duration<1s":                           true,
		"duration>23ms":                         true,
		"since:15m":                             true,
		"since:5m":                              false,
		"until:5m":                              true,
		"since:2026-11-21T10:00:00Z":            true,
		"until:2026-11-21T10:00:00Z":            false,
		"test:false":                            true,
		"duplicate:true":                        false,
		"mark:true":                             true,
		"succeeded":                             true,
		"msg_7":                                 true,
		"Succeeded":                             false,
		`"event:payment"`:                       false,
		"event:payment.* -verdict:valid (code:5xx | error:timeout)": false,
		"event:payment.* verdict:valid (code:4xx | error:timeout)":  true,
		"code:4xx | code:5xx":                true,
		"code:4xx|code:5xx":                  true,
		"-(code:4xx | code:5xx)":             false,
		"code:4xx event:x | event:payment.*": true,
	}
	for text, want := range tests {
		f, err := ParseFilter(text, options())
		if err != nil {
			t.Errorf("ParseFilter(%q): %v", text, err)
			continue
		}
		if got := f.Match(sample()); got != want {
			t.Errorf("%q chooses the sample: %v, want %v", text, got, want)
		}
		again, err := ParseFilter(f.String(), options())
		if err != nil {
			t.Errorf("%q prints as %q: %v", text, f, err)
		} else if again.String() != f.String() || again.Match(sample()) != want || again.NeedsBody() != f.NeedsBody() {
			t.Errorf("%q prints as %q, which is another filter", text, f)
		}
	}
}

func TestFilterErrors(t *testing.T) {
	tests := []struct {
		text    string
		pos     int
		unknown string
	}{
		{"evnt:x", 0, "evnt"},
		{"code:5xx evnt:x", 9, "evnt"},
		{"http://x", 0, "http"},
		{"status:failled", 7, "failled"},
		{"test:yes", 5, "yes"},
		{"(code:5xx", 0, ""},
		{"code:5xx)", 8, ""},
		{"()", 1, ""},
		{"a |", 3, ""},
		{"| a", 0, ""},
		{"- a", 1, ""},
		{"--a", 1, ""}, // a word may begin with a minus only in quotes
		{`body:"x`, 5, ""},
		{"code:", 5, ""},
		{"code:5", 5, ""},
		{"code:x00", 5, ""},
		{"size:10zb", 5, ""},
		{"size:-1", 5, ""},
		{"duration:2", 9, ""},
		{"attempts:one", 9, ""},
		{"since:yesterday", 6, ""},
		{"since>5m", 5, ""},
		{"event>x", 5, ""},
		{"event~(", 6, ""},
		{`event~"("`, 6, ""},
		{"body>x", 5, ""},
		{"header:x", 6, ""},
		{"body.:x", 4, ""},
		{"event.x:y", 5, ""},
		{"event~" + strings.Repeat("a", maxRegexp+1), 6, ""},
		{strings.Repeat("a", maxFilter+1), maxFilter, ""},
		{strings.Repeat("(", maxFilterDepth+1) + "a", maxFilterDepth, ""},
	}
	for _, test := range tests {
		f, err := ParseFilter(test.text, options())
		var at *FilterError
		if !errors.As(err, &at) || f != nil {
			t.Errorf("ParseFilter(%.40q) is %v, %v; want a *FilterError", test.text, f, err)
			continue
		}
		if at.Pos != test.pos {
			t.Errorf("ParseFilter(%.40q): %v, want position %d", test.text, err, test.pos+1)
		}
		var word *UnknownWordError
		if errors.As(err, &word) != (test.unknown != "") {
			t.Errorf("ParseFilter(%.40q): %v, an unknown word or not", test.text, err)
		} else if word != nil {
			if got, known := word.Unknown(); got != test.unknown || len(known) < 2 {
				t.Errorf("ParseFilter(%.40q): unknown %q of %v", test.text, got, known)
			}
		}
	}
}

func TestFilterNeedsItsOptions(t *testing.T) {
	for _, text := range []string{"mark:true", "since:5m"} {
		if _, err := ParseFilter(text); err == nil {
			t.Errorf("ParseFilter(%q) without options succeeds", text)
		}
	}
	if _, err := ParseFilter("since:2026-11-21T10:00:00Z"); err != nil {
		t.Errorf("a time needs no clock: %v", err)
	}
}

func TestFilterKeysAllWork(t *testing.T) {
	values := []string{"true", "1", "1s", "valid", "in", "failed", "received", "timeout", "200", "x"}
	for _, key := range FilterKeys() {
		if key == "header" {
			key += ".x"
		}
		works := false
		for _, value := range values {
			f, err := ParseFilter(key+":"+value, options())
			if err == nil {
				works = true
				f.Match(sample())
				f.Match(&Delivery{Event: &Event{}})
			}
		}
		if !works {
			t.Errorf("no value fits the key %s", key)
		}
	}
}

// FuzzFilter: what parses prints to something that parses to the same.
func FuzzFilter(f *testing.F) {
	for _, seed := range []string{
		"event:payment.* -verdict:valid (code:5xx | error:timeout)", `body.a\.b:"x y" | -("a|b" c)`, `"-a" "" "\"\\"`,
		"a -(b | -c) (d e)", "size>=1.5kib since:5m", "((a))|(b|c)", "\xff:x", "x\u2003y",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		first, err := ParseFilter(text, options())
		if err != nil {
			return
		}
		second, err := ParseFilter(first.String(), options())
		if err != nil {
			if len(first.String()) > maxFilter || strings.Contains(err.Error(), "nested") {
				return // quotes made it longer
			}
			t.Fatalf("%q prints as %q: %v", text, first, err)
		}
		if first.String() != second.String() {
			t.Fatalf("%q prints as %q, that as %q", text, first, second)
		}
		if d := sample(); first.Match(d) != second.Match(d) || first.NeedsBody() != second.NeedsBody() {
			t.Fatalf("%q and %q differ", text, first)
		}
	})
}
