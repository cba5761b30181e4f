package sign

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func twilioSpec() Spec {
	return Spec{
		Code: "twilio", Alg: []string{"hmac-sha1"}, Enc: "base64", Fields: []Field{header("X-Twilio-Signature", "{sig}")},
		Content: []string{"{url}{form_params}", "{url_without_port}{form_params}", "{url_with_port}{form_params}"},
	}
}

func contentfulSpec() Spec {
	return Spec{
		Code: "contentful", Alg: []string{"hmac-sha256"}, Enc: "hex", Content: []string{`{method}\n{escaped_path}\n{signed_headers}\n{body}`},
		TS:     &TimeSpec{Unit: "ms", Tolerance: 29999 * time.Millisecond, PastOnly: true},
		Fields: []Field{header("x-contentful-timestamp", "{ts}"), header(contentfulSignature, "{sig}")},
	}
}

// TestCodes: the placeholders of a code belong to it alone, and a file that
// leaves out what a code does not decide is refused as any other.
func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range codes() {
		if seen[c.name] {
			t.Errorf("%s is there twice", c.name)
		}
		seen[c.name] = true
		if _, err := New(Spec{Code: c.name}); err == nil && !c.closed {
			t.Errorf("%s needs nothing else", c.name)
		}
		for _, source := range c.sourceNames() {
			var unknown *UnknownError
			if _, err := ParseContent("{" + source + "}"); !errors.As(err, &unknown) {
				t.Errorf("{%s} is everybody's: %v", source, err)
			}
		}
	}
	for name, change := range map[string]func(*Spec){
		"an unknown code": func(s *Spec) { s.Code = "twillio" }, "no algorithm": func(s *Spec) { s.Alg = nil }, "no content": func(s *Spec) { s.Content = nil },
		"no place": func(s *Spec) { s.Fields = nil }, "another code's placeholder": func(s *Spec) { s.Content = []string{"{qsh}"} },
		"its placeholder without it": func(s *Spec) { s.Code = "" },
	} {
		spec := twilioSpec()
		change(&spec)
		if _, err := New(spec); err == nil {
			t.Errorf("%s: New = nil", name)
		}
	}
}

func TestTwilio(t *testing.T) {
	s := mustNew(t, twilioSpec())
	k := Keys{Secrets: []string{"12345"}}
	message := func(url, kind, body string) *Message {
		return &Message{Method: "POST", URL: url, Headers: Headers{{"Content-Type", kind}}, Body: []byte(body)}
	}
	const form, plain = "application/x-www-form-urlencoded", "application/json"
	sign := func(m *Message) *Message {
		out, err := s.Sign(m, k, Values{})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	json := sign(message("https://h/a?b=1", plain, "{}"))
	if want := "https://h/a?b=1&bodySHA256=" + bodySum; json.URL != want {
		t.Errorf("URL = %s, want %s", json.URL, want)
	}
	fields := sign(message("https://h:443/a?b=1", form, "b=2&a=1&b=1&b=2"))
	at := func(m *Message, url, body string) *Message {
		return &Message{Method: m.Method, URL: url, Headers: m.Headers, Body: []byte(body)}
	}
	tests := []struct {
		name   string
		m      *Message
		want   string
		covers []string
	}{
		{"JSON", json, "", []string{CoversBody, CoversURL}},
		{"JSON with a port", at(json, strings.Replace(json.URL, "//h", "//h:443", 1), "{}"), "", []string{CoversBody, CoversURL}},
		{"JSON with another port", at(json, strings.Replace(json.URL, "//h", "//h:8443", 1), "{}"), "", []string{CoversBody, CoversURL}},
		{"another body", at(json, json.URL, "{ }"), BodyHashMismatch, nil},
		{"no digest", at(json, "https://h/a?b=1", "{}"), SignatureMismatch, nil},
		{"two digests", at(json, json.URL+"&bodySHA256=x", "{}"), MalformedHeader, nil},
		{"a digest of nothing", at(json, "https://h/a?b=1&bodySHA256=", "{}"), SignatureMismatch, nil},
		{"a form", fields, "", []string{CoversParts, CoversURL}},
		{"a form without the port", at(fields, "https://h/a?b=1", "b=2&a=1&b=1"), "", []string{CoversParts, CoversURL}},
		{"over plain HTTP", at(fields, "http://h/a?b=1", "b=2&a=1&b=1"), SignatureMismatch, nil},
		{"a field more", at(fields, fields.URL, "b=2&a=1&b=1&c=3"), SignatureMismatch, nil},
		{"a GET", sign(&Message{Method: "GET", URL: "https://h/a?b=1"}), "", []string{CoversParts, CoversURL}},
		{"JSON under a GET's signature", with(at(sign(&Message{Method: "GET", URL: "https://h/a?b=1"}), "https://h/a?b=1", "{}"), "Content-Type", plain), SignatureMismatch, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := s.Verify(test.m, k, testTime, nil)
			if diff := cmp.Diff(test.covers, v.Covers); v.Reason != test.want || diff != "" {
				t.Errorf("Verify = %q (%s), want %q; covers (-want +got):\n%s", v.Reason, v.Detail, test.want, diff)
			}
		})
	}
	for url, want := range map[string][2]string{
		"https://h/":            {"https://h/", "https://h:443/"},
		"http://h":              {"http://h", "http://h:80"},
		"http://h:8080?a":       {"http://h?a", "http://h:8080?a"},
		"https://u:p@h:1/a:2":   {"https://u:p@h/a:2", "https://u:p@h:1/a:2"},
		"https://[::1]/":        {"https://[::1]/", "https://[::1]:443/"},
		"https://[::1]:8/#a://": {"https://[::1]/#a://", "https://[::1]:8/#a://"},
		"/a":                    {"/a", "/a"},
	} {
		if got := [2]string{withoutPort(url), withPort(url)}; got != want {
			t.Errorf("%s: %v, want %v", url, got, want)
		}
	}
}

func TestPlivo(t *testing.T) {
	s := mustNew(t, Spec{Code: "plivo-v3", Alg: []string{"hmac-sha256"}, Enc: "base64", List: ",", Content: []string{"{request}.{nonce}", "{request_as_sent}.{nonce}"},
		Fields: []Field{header("X-Nonce", "{nonce}"), header("X-Sig", "{sig}")}})
	form := Headers{{"Content-Type", "application/x-www-form-urlencoded"}}
	for _, test := range []struct {
		name string
		m    Message
		want string
		out  outcome
	}{
		{"POST", Message{Method: "POST", URL: "https://h/a", Headers: form, Body: []byte("b=2&a=%20&b=1")}, "https://h/a?a b1b2", rendered},
		{"POST with a query", Message{Method: "POST", URL: "https://h/a?d=%2B&c=3", Headers: form, Body: []byte("b=2")}, "https://h/a?c=3&d=+.b2", rendered},
		{"POST without fields", Message{Method: "POST", URL: "https://h/a?c=3"}, "https://h/a?c=3", rendered},
		{"POST of nothing", Message{Method: "POST", URL: "https://h/a"}, "https://h/a", rendered},
		{"GET", Message{Method: "GET", URL: "https://h/a?c=3&b=2", Headers: form, Body: []byte("a=1")}, "https://h/a?a=1&b=2&c=3", rendered},
		{"JSON", Message{Method: "POST", URL: "https://h/a", Headers: Headers{{"Content-Type", "application/json"}}, Body: []byte("{}")}, "", absent},
	} {
		got, out := s.coded.value("request", &test.m)
		if string(got) != test.want || out != test.out {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	raw, _ := s.coded.value("request_as_sent", &Message{Method: "GET", URL: "https://h/a?d=%2B"})
	if string(raw) != "https://h/a?d=%2B" {
		t.Errorf("as sent: %s", raw)
	}
	k := Keys{Secrets: []string{"token"}}
	m := &Message{Method: "POST", URL: "https://h/a?d=%2B", Headers: form, Body: []byte("b=2")}
	out, err := s.Sign(m, Keys{Secrets: []string{"old", "token"}}, Values{Nonce: "n"})
	if err != nil || !s.Verify(out, k, testTime, nil).OK {
		t.Errorf("the second of two signatures: %v", err)
	}
	if v := s.Verify(with(out, "X-Nonce", "m"), k, testTime, nil); v.Reason != SignatureMismatch {
		t.Errorf("another nonce: %q", v.Reason)
	}
}

func TestContentful(t *testing.T) {
	s := mustNew(t, contentfulSpec())
	k := Keys{Secrets: []string{strings.Repeat("a", 64)}}
	m := &Message{Method: "POST", URL: "https://h/a%20b/c?x=1 &y", Headers: Headers{{"Content-Type", "t"}, {"X-Contentful-Crn", "c"}}, Body: []byte("{}")}
	out, err := s.Sign(m, k, Values{Time: testTime})
	if err != nil {
		t.Fatal(err)
	}
	if want := "x-contentful-crn,x-contentful-signed-headers,x-contentful-timestamp"; value(out, contentfulList) != want {
		t.Errorf("signed headers: %s, want %s", value(out, contentfulList), want)
	}
	listed, err := s.Sign(with(m, contentfulList, " Content-Type ,content-type"), k, Values{Time: testTime})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		m    *Message
		want string
	}{
		{"good", out, ""},
		{"an unsigned header changed", with(out, "Content-Type", "u"), ""},
		{"a signed header changed", with(out, "X-Contentful-Crn", "d"), SignatureMismatch},
		{"a header of the message's list", listed, ""},
		{"that header changed", with(listed, "Content-Type", "u"), SignatureMismatch},
		{"a listed header gone", with(listed, "Content-Type"), SignatureMismatch},
		{"no list", with(out, contentfulList), MissingHeader},
		{"two lists", with(out, contentfulList, "a", "a"), DuplicateHeader},
		{"a list without end", with(out, contentfulList, strings.Repeat("a,", 101)), MalformedHeader},
		{"another list", with(out, contentfulList, "content-type"), SignatureMismatch},
		{"another query", &Message{Method: "POST", URL: "https://h/a%20b/c?x=1 &z", Headers: out.Headers, Body: m.Body}, SignatureMismatch},
		{"another host", &Message{Method: "POST", URL: "https://i/a%20b/c?x=1 &y", Headers: out.Headers, Body: m.Body}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if v := s.Verify(test.m, k, testTime, nil); v.Reason != test.want {
				t.Errorf("Verify = %q (%s), want %q", v.Reason, v.Detail, test.want)
			}
		})
	}
	for late, want := range map[time.Duration]string{29 * time.Second: "", 30 * time.Second: TimestampTooOld, -time.Hour: ""} {
		if v := s.Verify(out, k, testTime.Add(late), nil); v.Reason != want {
			t.Errorf("%s late: %q, want %q", late, v.Reason, want)
		}
	}
	for url, want := range map[string]string{
		"https://h/p?a=b": "/p?a%253Db", "https://h/p": "/p", "https://h/a%20b": "/a%2520b", "https://h/é?q=é?": "/%C3%A9?q%253D%25C3%25A9%253F", "https://h": "/",
	} {
		if got := escapedPath(&Message{URL: url}); got != want {
			t.Errorf("%s: %s, want %s", url, got, want)
		}
	}
}

func TestContentDigest(t *testing.T) {
	s := mustNew(t, Spec{Code: "content-digest"})
	out, err := s.Sign(&Message{Body: []byte("{}")}, Keys{}, Values{})
	if err != nil {
		t.Fatal(err)
	}
	good := value(out, contentDigestHeader)
	for value, want := range map[string]string{
		good: "", good + ", md5=:AAAA:": "", strings.Replace(good, "sha-256", "sha-512", 1): BodyHashMismatch, "sha-256=abc": MalformedHeader,
		"sha-256=(:AAAA:)": MalformedHeader, "sha-256": MalformedHeader, "SHA-256=:AAAA:": MalformedHeader, "md5=:AAAA:": UnsupportedAlg, "sha-256=:AAAA:": BodyHashMismatch,
	} {
		if v := s.Verify(with(out, contentDigestHeader, value), Keys{}, testTime, nil); v.Reason != want || v.OK != (want == "") {
			t.Errorf("%s: %t %q (%s), want %q", value, v.OK, v.Reason, v.Detail, want)
		}
	}
	if v := s.Verify(&Message{}, Keys{}, testTime, nil); v.Reason != MissingHeader {
		t.Errorf("nothing: %q", v.Reason)
	}
	if diff := cmp.Diff([]string{"integrity only", "replay not limited"}, s.limits()); diff != "" {
		t.Errorf("Limits (-want +got):\n%s", diff)
	}
	if s.Fit(out) != Unfit {
		t.Error("a checksum is taken for somebody's message")
	}
}

// TestExplainCode: where code decides, the explanation says what it found, and
// what else would be needed.
func TestExplainCode(t *testing.T) {
	s := mustNew(t, tokenSpec("HS256"))
	k := Keys{Secrets: []string{sharedSecret}}
	out, err := s.Sign(&Message{Body: []byte("{}")}, k, Values{Time: testTime})
	if err != nil {
		t.Fatal(err)
	}
	for class, m := range map[string]*Message{
		ClassBody: {Headers: out.Headers, Body: []byte("{ }")}, ClassHeader: {Body: []byte("{}")},
		ClassSecret: with(out, "X-Token", makeToken(hs256, claimsAt(testTime.Unix()), "another")), ClassAlgorithm: with(out, "X-Token", makeToken(`{"alg":"HS512"}`, "{}", "x")),
	} {
		got := s.Explain(m, k, testTime, ExplainOptions{})
		if got.Class != class || got.Summary == "" || got.Fix == "" || strings.Contains(got.Summary, sharedSecret) {
			t.Errorf("%s: %+v", class, got)
		}
	}
	if got := s.Explain(out, k, testTime.Add(time.Hour), ExplainOptions{}); got.Class != ClassTimestamp || !got.Found {
		t.Errorf("too old: %+v", got)
	}
}
