package sign

import (
	"crypto"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func messageSpec(h HTTPSpec) Spec { return Spec{Code: codeHTTP, HTTP: &h} }

var messageSecret = base64.StdEncoding.EncodeToString([]byte(sharedSecret))

// TestComponents are the examples of RFC 9421, section 2.
func TestComponents(t *testing.T) {
	m := &Message{
		Method: "POST", URL: "https://WWW.Example.com:443/path?param=value&foo=bar&baz=batman&qux=",
		Headers: Headers{
			{"Host", "www.example.com"}, {"X-OWS-Header", "   Leading and trailing whitespace.   "}, {"Cache-Control", "max-age=60"},
			{"Cache-Control", "    must-revalidate"}, {"Example-Dict", " a=1,    b=2;x=1;y=2,   c=(a   b    c), d"}, {"X-Empty-Header", ""},
			{"Example-Header", "value, with, lots"}, {"Example-Header", "of, commas"}, {"X-Line", "a\nb"},
		},
	}
	other := &Message{Method: "GET", URL: "http://h:8080?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something&a=1&a=2&p=%zz"}
	tests := []struct {
		m         *Message
		component string
		want      string // the value, or the reason
	}{
		{m, `"@method"`, "POST"},
		{m, `"@target-uri"`, "https://WWW.Example.com:443/path?param=value&foo=bar&baz=batman&qux="},
		{m, `"@authority"`, "www.example.com"},
		{m, `"@scheme"`, "https"},
		{m, `"@request-target"`, "/path?param=value&foo=bar&baz=batman&qux="},
		{m, `"@path"`, "/path"},
		{m, `"@query"`, "?param=value&foo=bar&baz=batman&qux="},
		{m, `"@query-param";name="baz"`, "batman"},
		{m, `"@query-param";name="qux"`, ""},
		{m, `"@query-param";name="none"`, SignatureMismatch},
		{other, `"@query-param";name="var"`, "this%20is%20a%20big%0Amultiline%20value"},
		{other, `"@query-param";name="bar"`, "with%20plus%20whitespace"},
		{other, `"@query-param";name="fa%C3%A7ade%22%3A%20"`, "something"},
		{other, `"@query-param";name="p"`, "%25zz"},
		{other, `"@query-param";name="a"`, SignatureMismatch},
		{other, `"@authority"`, "h:8080"},
		{other, `"@path"`, "/"},
		{&Message{Headers: m.Headers}, `"@authority"`, "www.example.com"},
		{&Message{Headers: m.Headers}, `"@target-uri"`, SignatureMismatch},
		{&Message{URL: "https://h/a"}, `"@query"`, "?"},
		{m, `"x-ows-header"`, "Leading and trailing whitespace."},
		{m, `"cache-control"`, "max-age=60, must-revalidate"},
		{m, `"example-dict"`, "a=1,    b=2;x=1;y=2,   c=(a   b    c), d"},
		{m, `"example-dict";sf`, "a=1, b=2;x=1;y=2, c=(a b c), d"},
		{m, `"example-dict";key="a"`, "1"},
		{m, `"example-dict";key="d"`, "?1"},
		{m, `"example-dict";key="b"`, "2;x=1;y=2"},
		{m, `"example-dict";key="c"`, "(a b c)"},
		{m, `"example-dict";key="e"`, MissingHeader},
		{m, `"x-empty-header"`, ""},
		{m, `"example-header";bs`, ":dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:"},
		{m, `"example-header";key="a"`, MissingHeader},
		{m, `"x-ows-header";sf`, MalformedHeader},
		{m, `"x-none"`, MissingHeader},
		{m, `"x-line"`, MalformedHeader},
		{m, `"Cache-Control"`, MalformedHeader},
		{m, `""`, MalformedHeader},
		{m, `token`, MalformedHeader},
		{m, `"@status"`, Unsupported},
		{m, `"@query-param"`, MalformedHeader},
		{m, `"a b"`, Unsupported},
		{m, `"@method";req`, Unsupported},
		{m, `"cache-control";tr`, Unsupported},
		{m, `"@method";sf`, Unsupported},
		{m, `"cache-control";bs;sf`, MalformedHeader},
		{m, `"cache-control";sf=?0`, Unsupported},
		{m, `"cache-control";key=1`, Unsupported},
	}
	for _, test := range tests {
		p := &sfParser{text: test.component}
		item, err := p.item()
		if err != nil {
			t.Fatalf("%s: %v", test.component, err)
		}
		f := validComponent(item)
		got := ""
		if !f.bad() {
			got, f = componentValue(test.m, item)
		}
		if f.bad() {
			got = f.reason
		}
		if got != test.want {
			t.Errorf("%s = %q (%s), want %q", test.component, got, f.detail, test.want)
		}
	}
}

// TestSignatureBase is the text of RFC 9421, appendix B.2.2.
func TestSignatureBase(t *testing.T) {
	m := &Message{Method: "POST", URL: "https://example.com/foo?param=Value&Pet=dog", Headers: Headers{{"Content-Digest", "sha-512=:WZDP:"}}}
	input := `("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example"`
	sigs, f := readLabelled(with(m, inputHeader, "sig-b22="+input), "sig-b22=:AAAA:")
	if f.bad() {
		t.Fatal(f)
	}
	got, f := signatureBase(m, sigs[0].components, sigs[0].input)
	want := "\"@authority\": example.com\n\"content-digest\": sha-512=:WZDP:\n\"@query-param\";name=\"Pet\": dog\n\"@signature-params\": " + input
	if diff := cmp.Diff(want, got); diff != "" || f.bad() {
		t.Errorf("signatureBase (-want +got):\n%s", diff)
	}
}

// TestMessageAlgorithms closes the loop for all six, with the name in the
// message and without, and flips each bit of what is covered.
func TestMessageAlgorithms(t *testing.T) {
	for _, a := range messageAlgorithms() {
		t.Run(a.name, func(t *testing.T) {
			s := mustNew(t, messageSpec(HTTPSpec{Algs: []string{a.name}, Cover: []string{"@method", "@path", "content-digest", "x-id"}, MaxAge: time.Minute}))
			sign, verify := Keys{Secrets: []string{messageSecret}}, Keys{Secrets: []string{messageSecret}}
			if a.asymmetric() {
				sign = Keys{Secrets: []string{privatePEM(t, keyFor(a))}}
				verify = Keys{Public: []crypto.PublicKey{keyFor(a).Public()}}
			}
			body := []byte(`{"a":1}`)
			out, err := s.Sign(&Message{Method: "POST", URL: "https://h/a?b", Headers: Headers{{"X-Id", "7"}}, Body: body}, sign, Values{Time: testTime})
			if err != nil {
				t.Fatal(err)
			}
			v := s.Verify(out, verify, testTime, nil)
			if diff := cmp.Diff([]string{CoversBody, CoversTimestamp, CoversURL}, v.Covers); !v.OK || diff != "" {
				t.Fatalf("Verify = %q (%s), covers (-want +got):\n%s", v.Reason, v.Detail, diff)
			}
			if a.asymmetric() {
				set := must[crypto.PublicKey](t)(ParsePublicKey(strings.Replace(jwkText(t, keyFor(a), "k"), `"use"`, `"alg":"`+a.jwk+`","use"`, 1)))
				if v := s.Verify(out, Keys{Public: []crypto.PublicKey{set}}, testTime, nil); !v.OK {
					t.Errorf("with a JSON web key for %s: %s %s", a.jwk, v.Reason, v.Detail)
				}
			}
			all := mustNew(t, messageSpec(HTTPSpec{}))
			if v := all.Verify(out, verify, testTime, nil); !v.OK {
				t.Errorf("with all algorithms allowed: %s %s", v.Reason, v.Detail)
			}
			for name, want := range map[string]string{"sha1-rsa": UnsupportedAlg, otherAlgorithm(a): UnsupportedAlg} {
				named := with(out, inputHeader, value(out, inputHeader)+`;alg="`+name+`"`)
				if v := all.Verify(named, verify, testTime, nil); v.Reason != want {
					t.Errorf("named %s: %q (%s)", name, v.Reason, v.Detail)
				}
			}
			refused := func(what string, m *Message) {
				if s.Verify(m, verify, testTime, nil).OK {
					t.Errorf("valid with %s", what)
				}
			}
			flipBits(body, func(int) {
				refused("another body", &Message{Method: out.Method, URL: out.URL, Headers: out.Headers, Body: body})
			})
			refused("another method", &Message{Method: "PUT", URL: out.URL, Headers: out.Headers, Body: out.Body})
			refused("another path", &Message{Method: "POST", URL: "https://h/A?b", Headers: out.Headers, Body: out.Body})
			refused("another value", with(out, "X-Id", "8"))
			refused("a second value", with(out, "X-Id", "7", "7"))
			for _, name := range []string{inputHeader, signatureHeader, contentDigestHeader} {
				text := []byte(value(out, name))
				flipBits(text, func(at int) { refused(string(text), with(out, name, string(text))) })
			}
		})
	}
}

// otherAlgorithm is one that needs another kind of key.
func otherAlgorithm(a algorithm) string {
	if a.family == familyEd25519 {
		return "ecdsa-p256-sha256"
	}
	return "ed25519"
}

func TestMessageReasons(t *testing.T) {
	s := mustNew(t, messageSpec(HTTPSpec{Require: []string{"@method", "content-digest"}, MaxAge: time.Minute, Lifetime: 2 * time.Minute}))
	bare := mustNew(t, messageSpec(HTTPSpec{}))
	k := Keys{Secrets: []string{messageSecret}, Params: map[string]string{"key_id": "ours"}}
	good, err := s.Sign(&Message{Method: "POST", URL: "https://h/", Body: []byte("{}")}, k, Values{Time: testTime})
	if err != nil {
		t.Fatal(err)
	}
	input, sig := value(good, inputHeader), value(good, signatureHeader)
	withInput := func(old, new string) *Message { return with(good, inputHeader, strings.Replace(input, old, new, 1)) }
	foreign, err := s.Sign(&Message{Method: "POST", URL: "https://h/", Body: []byte("{}")}, Keys{Secrets: []string{messageSecret[4:]}}, Values{Time: testTime})
	if err != nil {
		t.Fatal(err)
	}
	relabel := func(m *Message, name string) string { return strings.Replace(value(m, name), "sig1=", "theirs=", 1) }
	both := with(with(good, inputHeader, relabel(foreign, inputHeader), input), signatureHeader, relabel(foreign, signatureHeader), sig)
	tests := []struct {
		name string
		m    *Message
		want string
	}{
		{"good", good, ""},
		{"two signatures on two lines", both, ""},
		{"no signature", with(good, signatureHeader), MissingHeader},
		{"no input", with(good, inputHeader), MissingHeader},
		{"another label", with(good, signatureHeader, strings.Replace(sig, "sig1", "sig2", 1)), MalformedHeader},
		{"a label in one header only", with(good, inputHeader, input, "b=()"), MalformedHeader},
		{"a signature that is a token", with(good, signatureHeader, "sig1=abc"), MalformedHeader},
		{"an input that is an item", with(good, inputHeader, "sig1=abc"), MalformedHeader},
		{"a signature that is no field", with(good, signatureHeader, "sig1=:"), MalformedHeader},
		{"an input that is no field", with(good, inputHeader, "sig1=("), MalformedHeader},
		{"a signature of no bytes", with(good, signatureHeader, "sig1=::"), SignatureMismatch},
		{"a component that is not required", with(good, inputHeader, `sig1=("@method");created=1614265330`), Unsupported},
		{"a component twice", withInput(`"@method"`, `"@method" "@method"`), MalformedHeader},
		{"a component of a response", withInput(`"@method"`, `"@method" "@status"`), Unsupported},
		{"a header that is not there", withInput(`"@method"`, `"@method" "x-none"`), MissingHeader},
		{"another key's name", withInput(`"ours"`, `"theirs"`), UnknownKey},
		{"a key's name that is a token", withInput(`"ours"`, `ours`), MalformedHeader},
		{"an algorithm of other keys", with(good, inputHeader, input+`;alg="ed25519"`), UnsupportedAlg},
		{"an unknown algorithm", with(good, inputHeader, input+`;alg="none"`), UnsupportedAlg},
		{"no time", withInput("created=1614265330;", ""), MissingTimestamp},
		{"a time that is text", withInput("created=1614265330", `created="1614265330"`), BadTimestamp},
		{"a time before 1970", withInput("created=1614265330", "created=-1"), BadTimestamp},
		{"no digest", with(good, contentDigestHeader), MissingHeader},
		{"a digest of another body", &Message{Method: "POST", URL: "https://h/", Headers: good.Headers, Body: []byte("{ }")}, BodyHashMismatch},
		{"a digest that is not known", with(good, contentDigestHeader, "md5=:AAAA:"), UnsupportedAlg},
		{"a digest that is no dictionary", with(good, contentDigestHeader, "???"), MalformedHeader},
		{"a hundred and one signatures", with(with(good, inputHeader, manyLabels("=()")), signatureHeader, manyLabels("=:AA==:")), MalformedHeader},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := s.Verify(test.m, k, testTime, nil)
			if v.Reason != test.want || v.OK != (test.want == "") || v.OK == (v.Detail != "") {
				t.Errorf("Verify = %t %q (%s), want %q", v.OK, v.Reason, v.Detail, test.want)
			}
		})
	}
	for late, want := range map[time.Duration]string{0: "", time.Minute: "", 61 * time.Second: TimestampTooOld, -61 * time.Second: TimestampTooNew, 121 * time.Second: TimestampTooOld} {
		if v := s.Verify(good, k, testTime.Add(late), nil); v.Reason != want || want != "" && !strings.HasPrefix(v.Detail, "signature good, but ") {
			t.Errorf("%s late: %q (%s), want %q", late, v.Reason, v.Detail, want)
		}
	}
	off := time.Duration(0)
	if v := s.Verify(good, k, testTime.Add(time.Hour), &off); !v.OK {
		t.Errorf("a tolerance of zero: %s", v.Reason)
	}
	for label, want := range map[string]string{"sig1": "", "theirs": SignatureMismatch, "none": NoSupportedVersion} {
		picked := Keys{Secrets: k.Secrets, Params: map[string]string{"label": label}}
		if v := bare.Verify(both, picked, testTime, nil); v.Reason != want {
			t.Errorf("label %s: %q (%s), want %q", label, v.Reason, v.Detail, want)
		}
	}
}

func manyLabels(value string) string {
	var items []string
	for i := range 101 {
		items = append(items, "a"+strings.Repeat("b", i)+value)
	}
	return strings.Join(items, ", ")
}

// TestBodyNotCovered: without the digest among the components any body passes,
// and the verdict says so.
func TestBodyNotCovered(t *testing.T) {
	s := mustNew(t, messageSpec(HTTPSpec{Cover: []string{"@method"}}))
	k := Keys{Secrets: []string{messageSecret}}
	out, err := s.Sign(&Message{Method: "POST", URL: "https://h/", Body: []byte("{}")}, k, Values{Time: testTime})
	if err != nil {
		t.Fatal(err)
	}
	out.Body = []byte("other")
	if v := s.Verify(out, k, testTime, nil); !v.OK || slices.Contains(v.Covers, CoversBody) {
		t.Errorf("Verify = %t, covers %v", v.OK, v.Covers)
	}
	if diff := cmp.Diff([]string{"body not covered", "replay not limited"}, s.limits()); diff != "" {
		t.Errorf("Limits (-want +got):\n%s", diff)
	}
}

func TestMessageSpecs(t *testing.T) {
	for name, h := range map[string]HTTPSpec{
		"an algorithm of tokens": {Algs: []string{"HS256"}}, "an unknown component": {Require: []string{"@status"}},
		"a component that cannot be read": {Cover: []string{`"a`}}, "a key rule that does not exist": {Key: "rot13"}, "an empty list": {Algs: []string{}},
	} {
		if _, err := New(messageSpec(h)); err == nil {
			t.Errorf("%s: New = nil", name)
		}
	}
	s := mustNew(t, messageSpec(HTTPSpec{}))
	for _, secret := range []string{"", "not base64!", publicPEM(t, testKeys()["rsa"]), jwkText(t, testKeys()["rsa"], "k")} {
		if s.CheckSecret(secret) == nil {
			t.Errorf("CheckSecret(%q) = nil", clip(secret))
		}
	}
}

// FuzzSignatureBase: whatever a message covers, the text has one line for each
// component and one for the parameters, and two messages with the same text
// have the same values.
func FuzzSignatureBase(f *testing.F) {
	f.Add(`sig1=("@method" "x-a" "@query-param";name="a");created=1`, "POST", "https://h/?a=b", "1", "2")
	f.Add(`sig1=("x-a";sf "x-a";key="a" "x-a";bs);alg="x"`, "GET", "http://[::1]:80", "a=1", "b")
	f.Fuzz(func(t *testing.T, input, method, url, first, second string) {
		m := &Message{Method: method, URL: url, Headers: Headers{{inputHeader, input}, {"X-A", first}, {"X-A", second}}}
		sigs, bad := readLabelled(m, "sig1=:AAAA:")
		if bad.bad() {
			return
		}
		scheme, err := New(messageSpec(HTTPSpec{}))
		if err != nil {
			t.Fatal(err)
		}
		if scheme.coded.(*messageSignatures).covered(sigs[0]).bad() {
			return
		}
		base, bad := signatureBase(m, sigs[0].components, sigs[0].input)
		if bad.bad() {
			return
		}
		lines := strings.Split(base, "\n")
		if len(lines) != len(sigs[0].components)+1 || strings.Contains(base, "\r") {
			t.Fatalf("%d components make %d lines: %q", len(sigs[0].components), len(lines), base)
		}
		for i, c := range sigs[0].components {
			if !strings.HasPrefix(lines[i], c.serialized()+": ") {
				t.Fatalf("line %d is %q, want %s", i, lines[i], c.serialized())
			}
		}
		if lines[len(lines)-1] != `"@signature-params": `+sigs[0].input {
			t.Fatalf("the last line is %q", lines[len(lines)-1])
		}
	})
}
