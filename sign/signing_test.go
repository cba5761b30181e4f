package sign

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func headerNames(h Headers) []string {
	var out []string
	for _, line := range h {
		out = append(out, line.Name)
	}
	return out
}

// TestHeaderOrder: headers are sent in file order behind those the message
// has; one that is there already keeps its place and is not doubled.
func TestHeaderOrder(t *testing.T) {
	s := mustNew(t, githubSpec())
	v := Values{Event: "push", ID: "d1"}
	m := &Message{Headers: Headers{{"Content-Type", "application/json"}, {"x-github-event", "old"}, {"X-Trace", "1"}, {"x-hub-signature-256", "old"}, {"X-GitHub-Event", "older"}}}
	out, err := s.Sign(m, Keys{Secrets: []string{"secret"}}, v)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"Content-Type", "x-github-event", "X-Trace", "x-hub-signature-256", "X-GitHub-Delivery"}
	if diff := cmp.Diff(want, headerNames(out.Headers)); diff != "" {
		t.Errorf("Sign (-want +got):\n%s", diff)
	}
	if got := value(out, "X-GitHub-Event"); got != "push" || value(m, "X-GitHub-Event") != "old" {
		t.Errorf("event = %q; before: %v", got, m.Headers)
	}
	out, err = s.Sign(&Message{}, Keys{Secrets: []string{"secret"}}, Values{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"X-Hub-Signature-256"}, headerNames(out.Headers)); diff != "" {
		t.Errorf("values that nobody gave are sent (-want +got):\n%s", diff)
	}
}

// TestSignAgain: a message that was received is signed afresh with its own id.
func TestSignAgain(t *testing.T) {
	s := mustNew(t, standardSpec())
	old := signed(t, s, testSecret)
	later := testTime.Add(24 * time.Hour)
	out, err := s.Sign(old, Keys{Secrets: []string{testSecret}}, Values{Time: later})
	if err != nil {
		t.Fatal(err)
	}
	if v := s.Verify(out, Keys{Secrets: []string{testSecret}}, later, nil); !v.OK || value(out, "webhook-id") != "msg_1" || len(out.Headers) != 3 {
		t.Errorf("Verify = %+v, %v", v, out.Headers)
	}
}

func TestSignRefuses(t *testing.T) {
	url := githubSpec()
	url.Content = []string{"{method}{url}{body}"}
	keyed := githubSpec()
	keyed.Fields = append(keyed.Fields, header("X-Key", "{key_id}"))
	constant := githubSpec()
	constant.Fields = append(constant.Fields, header("X-Shop", "{param.shop}"))
	tests := []struct {
		name string
		spec Spec
		m    Message
		k    Keys
		v    Values
		want error
	}{
		{"no time", standardSpec(), Message{}, Keys{Secrets: []string{testSecret}}, Values{ID: "m"}, &MissingValueError{"time"}},
		{"no id", standardSpec(), Message{}, Keys{Secrets: []string{testSecret}}, Values{Time: testTime}, &MissingValueError{"id"}},
		{"no URL", url, Message{Method: "POST"}, Keys{Secrets: []string{"s"}}, Values{}, &MissingValueError{"url"}},
		{"no method", url, Message{URL: "http://h/"}, Keys{Secrets: []string{"s"}}, Values{}, &MissingValueError{"method"}},
		{"no key id", keyed, Message{}, Keys{Secrets: []string{"s"}}, Values{}, &MissingValueError{"param.key_id"}},
		{"no parameter", constant, Message{}, Keys{Secrets: []string{"s"}}, Values{}, &MissingValueError{"param.shop"}},
		{"no key", githubSpec(), Message{}, Keys{}, Values{}, &KeyError{Reason: NoSecret, Detail: "there is no key to sign with"}},
		{"an empty key", githubSpec(), Message{}, Keys{Secrets: []string{""}}, Values{}, &KeyError{Reason: EmptySecret, Detail: "the secret is empty"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out, err := mustNew(t, test.spec).Sign(&test.m, test.k, test.v)
			if out != nil {
				t.Errorf("Sign = %v", out)
			}
			var missing *MissingValueError
			var key *KeyError
			switch {
			case errors.As(err, &missing):
				err = missing
			case errors.As(err, &key):
				err = key
			}
			if diff := cmp.Diff(test.want, err); diff != "" {
				t.Errorf("Sign (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSignInBody: values inside the body are set in place and every other
// byte stays.
func TestSignInBody(t *testing.T) {
	in := func(place Place, name, template string) Field {
		return Field{Place: place, Name: name, Templates: []string{template}}
	}
	tests := []struct {
		name       string
		spec       Spec
		body, want string // {sig} stands for the signature, which is checked by Verify
	}{
		{"signature cut out of what it signs", Spec{Content: []string{"{body|without:signature}"}, Fields: []Field{in(InJSON, "signature", "{sig}")}},
			`{ "a" : 1.0 , "signature" : "old" }`, `{ "a" : 1.0 , "signature" : "`},
		{"a token", Spec{Alg: []string{"equal"}, Fields: []Field{in(InJSON, "token", "{sig}")}}, `{"token":"","a":1e2}`, `{"token":"secret","a":1e2}`},
		{"a number stays a number", Spec{Content: []string{"{body}"}, TS: &TimeSpec{Unit: "ms", Optional: true}, Fields: []Field{header("S", "{sig}"), in(InJSON, "at", "{ts}")}},
			`{"at": 1,"a":1}`, `{"at": 1614265330000,"a":1}`},
		{"text stays text", Spec{Content: []string{"{body}"}, TS: &TimeSpec{Unit: "s"}, Fields: []Field{header("S", "{sig}"), in(InJSON, "at", "{ts}")}},
			`{"at":"1","a":1}`, `{"at":"1614265330","a":1}`},
		{"an optional time is not added", Spec{Content: []string{"{body}"}, TS: &TimeSpec{Unit: "ms", Optional: true}, Fields: []Field{header("S", "{sig}"), in(InJSON, "at", "{ts}")}},
			`{"a":1}`, `{"a":1}`},
		{"an event that is only shown stays", Spec{Content: []string{"{body}"}, Fields: []Field{header("S", "{sig}"), in(InJSON, "type", "{event}"), in(InJSON, "id", "{id}")}},
			`{"type":"x"}`, `{"type":"x"}`},
		{"a form", Spec{Content: []string{"{form.a}"}, Fields: []Field{in(InForm, "s", "<{sig}>")}}, `b=%20&a=1&s=old&c`, `b=%20&a=1&s=%3C`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.spec.Alg == nil {
				test.spec.Alg, test.spec.Enc = []string{"hmac-sha256"}, "hex"
			}
			s, k := mustNew(t, test.spec), Keys{Secrets: []string{"secret"}}
			out, err := s.Sign(&Message{Body: []byte(test.body)}, k, Values{Time: testTime, Event: "y", ID: "z"})
			if err != nil {
				t.Fatal(err)
			}
			if got := string(out.Body); got[:min(len(got), len(test.want))] != test.want {
				t.Errorf("body = %s, want %s…", got, test.want)
			}
			if v := s.Verify(out, k, testTime, nil); !v.OK {
				t.Errorf("Verify = %q %s of %s", v.Reason, v.Detail, out.Body)
			}
		})
	}
}

// TestSignInQuery: a signature in the URL's query leaves the rest of it alone.
func TestSignInQuery(t *testing.T) {
	s := mustNew(t, Spec{
		Alg: []string{"hmac-sha256"}, Enc: "base64", Content: []string{"{base}{body}"},
		Fields: []Field{{Place: InQuery, Name: "sig", Templates: []string{"{sig}"}}},
	})
	k := Keys{Secrets: []string{"secret"}}
	for url, want := range map[string]string{
		"https://h/p": "https://h/p?sig=", "https://h/p?a=%20b&sig=old&c#f": "https://h/p?a=%20b&sig=", "https://h?a": "https://h?a&sig=",
	} {
		out, err := s.Sign(&Message{URL: url, Body: []byte(testBody)}, k, Values{})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(out.URL, want) || strings.HasSuffix(url, "&c#f") != strings.HasSuffix(out.URL, "&c#f") {
			t.Errorf("URL = %s, want %s…", out.URL, want)
		}
		if v := s.Verify(out, k, testTime, nil); !v.OK {
			t.Errorf("Verify = %q of %s", v.Reason, out.URL)
		}
		if v := s.Verify(&Message{URL: url + "x", Body: out.Body}, k, testTime, nil); v.OK {
			t.Error("valid without its signature")
		}
	}
}

func TestGeneric(t *testing.T) {
	m := &Message{Method: "POST", Body: []byte(testBody)}
	k := Keys{Secrets: []string{"c2VjcmV0"}}
	for name, test := range map[string]struct {
		o    GenericOptions
		want []string
	}{
		"the least":              {GenericOptions{Header: "X-Sig"}, []string{"X-Sig"}},
		"the example":            {GenericOptions{Header: "X-Sig", Algorithm: "sha256", Encoding: "hex", Prefix: "sha256=", Content: "{timestamp}.{body}"}, []string{"X-Sig-Timestamp", "X-Sig"}},
		"names of its own":       {GenericOptions{Header: "S", Content: "{id}{ts}{body}", TimestampHeader: "T", IDHeader: "I", Encoding: "base64", SecretForm: "base64"}, []string{"I", "T", "S"}},
		"the time in the header": {GenericOptions{Header: "S", Algorithm: "hmac-sha512", Prefix: "t={timestamp},v1=", Content: "{ts}.{body}"}, []string{"S"}},
		"a nonce":                {GenericOptions{Header: "S", Algorithm: "md5", Content: "{nonce}{body}", Encoding: "base64url"}, []string{"S-Nonce", "S"}},
	} {
		s, err := Generic(test.o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out, err := s.Sign(m, k, Values{Time: testTime, ID: "m", Nonce: "n"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want, headerNames(out.Headers)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if v := s.Verify(out, k, testTime.Add(1e6*time.Second), nil); !v.OK {
			t.Errorf("%s: Verify = %q", name, v.Reason)
		}
		minute := time.Minute
		if v := s.Verify(out, k, testTime.Add(time.Hour), &minute); v.OK == (test.o.Content != "" && !slices.Contains(test.want, "S-Nonce")) {
			t.Errorf("%s, an hour later: Verify = %t %q", name, v.OK, v.Reason)
		}
	}
	for name, o := range map[string]GenericOptions{
		"no header": {}, "no header name": {Header: "X Sig"}, "unknown hash": {Header: "S", Algorithm: "sha3"}, "unknown encoding": {Header: "S", Encoding: "base32"},
		"unknown content": {Header: "S", Content: "{bdoy}"}, "unknown prefix": {Header: "S", Prefix: "{x}"}, "unknown form": {Header: "S", SecretForm: "rot13"},
	} {
		if _, err := Generic(o); err == nil {
			t.Errorf("%s: Generic accepts it", name)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	change := func(f func(*Spec)) Spec {
		s := standardSpec()
		f(&s)
		return s
	}
	for want, spec := range map[string]Spec{
		"alg":                change(func(s *Spec) { s.Alg = []string{"hmac-sha3"} }),
		"enc":                change(func(s *Spec) { s.Enc = "" }),
		"key":                change(func(s *Spec) { s.Key = "whsecret" }),
		"pub":                change(func(s *Spec) { s.Pub = "jwk" }),
		"content":            change(func(s *Spec) { s.Content = []string{"{nonce}"} }),
		"ts":                 change(func(s *Spec) { s.TS = nil }),
		"ts.unit":            change(func(s *Spec) { s.TS.Unit = "days" }),
		"ts.tolerance":       change(func(s *Spec) { s.TS.Tolerance = -1 }),
		"headers":            change(func(s *Spec) { s.Fields = s.Fields[:2] }),
		"headers.webhook-id": change(func(s *Spec) { s.Fields[0].Templates = nil }),
		"headers.a b":        change(func(s *Spec) { s.Fields[0].Name = "a b" }),
		"send_headers.X":     change(func(s *Spec) { s.SendExtra = []Field{header("X", "{id}")} }),
		"check.header.X":     change(func(s *Spec) { s.Checks = []Field{header("X", "{")} }),
	} {
		_, err := New(spec)
		var wrong *SpecError
		if !errors.As(err, &wrong) || wrong.Field != want {
			t.Errorf("New = %v, want an error in %s", err, want)
		}
	}
	several := change(func(s *Spec) { s.Alg = []string{"hmac-sha256", "hmac-sha1"} })
	mixed := change(func(s *Spec) { s.Alg = []string{"hmac-sha256", "sha256"} })
	for _, spec := range []Spec{several, mixed} {
		if _, err := New(spec); err == nil {
			t.Errorf("New accepts %v without {alg}", spec.Alg)
		}
	}
}

func TestDisagreement(t *testing.T) {
	spec := githubSpec()
	spec.Fields = append(spec.Fields, Field{InJSON, "kind", []string{"{event}"}})
	s := mustNew(t, spec)
	m := signed(t, s, "secret")
	for body, want := range map[string]string{
		`{"kind":"a.b"}`: "", `{}`: "", `not JSON`: "", `{"kind":"c"}`: "X-GitHub-Event says a.b, json.kind says c",
	} {
		m.Body = []byte(body)
		if got := s.Disagreement(m); got != want {
			t.Errorf("%s: Disagreement = %q, want %q", body, got, want)
		}
	}
}
