package sign

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// captured is a message as a sender sends it, with headers that every request
// has.
func captured(t testing.TB, spec Spec, secret, body string, at time.Time) Message {
	t.Helper()
	m := &Message{Method: "POST", URL: "https://example.com/hook?a=1", Headers: headersOfARequest(), Body: []byte(body)}
	out, err := mustNew(t, spec).Sign(m, Keys{Secrets: []string{secret}}, Values{Time: at, ID: "msg_1", Nonce: "n0nce", Event: "a.b"})
	if err != nil {
		t.Fatal(err)
	}
	return *out
}

func inferSpec(content string, fields ...Field) Spec {
	s := Spec{Alg: []string{"hmac-sha256"}, Enc: "hex", Content: []string{content}, Fields: fields}
	if slices.ContainsFunc(fields, func(f Field) bool { return strings.Contains(f.Templates[0], "{ts}") }) {
		s.TS = &TimeSpec{Unit: "s"}
	}
	return s
}

func TestInfer(t *testing.T) {
	sig := header("X-Acme-Signature", "{sig}")
	with := func(s Spec, change func(*Spec)) Spec {
		change(&s)
		return s
	}
	tests := []struct {
		name   string
		spec   Spec
		secret string // testSecret if empty
		body   string // testBody if empty
		want   string // content, key, encoding, algorithm and template
	}{
		{"github", githubSpec(), "", "", "{body}  hex hmac-sha256 sha256={sig}"},
		{"stripe", stripeSpec(), "", "", "{ts}.{body}  hex hmac-sha256 t={ts},v1={sig}"},
		{"standard", standardSpec(), "", "", "{id}.{ts}.{body} whsec base64 hmac-sha256 v1,{sig}"},
		{"square", squareSpec(), "", "", "{url}{body}  base64 hmac-sha256 {sig}"},
		{"a space behind the comma", with(stripeSpec(), func(s *Spec) { s.Fields = []Field{header("X-A", "t={ts}, v1={sig}")} }), "", "", "{ts}.{body}  hex hmac-sha256 t={ts}, v1={sig}"},
		{"a semicolon", inferSpec("{ts}:{body}", header("Paddle", "ts={ts};h1={sig}")), "", "", "{ts}:{body}  hex hmac-sha256 ts={ts};h1={sig}"},
		{"positional", inferSpec("{ts}.{body}", header("X-A", "{ts},{sig}")), "", "", "{ts}.{body}  hex hmac-sha256 {ts},{sig}"},
		{"the time in its own header", inferSpec("v0:{ts}:{body}", header("X-Time", "{ts}"), header("X-A", "v0={sig}")), "", "", "v0:{ts}:{body}  hex hmac-sha256 v0={sig}"},
		{"milliseconds", with(inferSpec("{ts}{body}", header("X-Time", "{ts}"), sig), func(s *Spec) { s.TS.Unit = "ms" }), "", "", "{ts}{body}  hex hmac-sha256 {sig}"},
		{"RFC 3339", with(inferSpec("{body}{ts}", header("X-Time", "{ts}"), sig), func(s *Spec) { s.TS.Unit = "rfc3339" }), "", "", "{body}{ts}  hex hmac-sha256 {sig}"},
		{"a nonce", inferSpec("{ts}.{nonce}.{body}", header("X-Time", "{ts}"), header("X-Nonce", "{nonce}"), sig), "", "", "{ts}.{nonce}.{body}  hex hmac-sha256 {sig}"},
		{"a word and a space", with(githubSpec(), func(s *Spec) { s.Enc, s.Fields = "base64", []Field{header("Authorization", "HMAC {sig}")} }), "", "", "{body}  base64 hmac-sha256 HMAC {sig}"},
		{"base64url", with(inferSpec("{ts}.{body}", header("X-A", "t={ts},v1={sig}")), func(s *Spec) { s.Enc = "base64url" }), "", `{"a":3}`, "{ts}.{body}  base64url hmac-sha256 t={ts},v1={sig}"},
		{"SHA-1", with(githubSpec(), func(s *Spec) { s.Alg = []string{"hmac-sha1"} }), "", "", "{body}  hex hmac-sha1 sha256={sig}"},
		{"SHA-512 under a hex key", with(githubSpec(), func(s *Spec) { s.Alg, s.Key = []string{"hmac-sha512"}, "hex" }), strings.Repeat("0f", 24), "", "{body} hex hex hmac-sha512 sha256={sig}"},
		{"a hashed key", with(githubSpec(), func(s *Spec) { s.Key = "sha256" }), "", "", "{body} sha256 hex hmac-sha256 sha256={sig}"},
		{"canonical JSON", inferSpec("{ts}.{body|jcs}", header("X-A", "t={ts}, v1={sig}")), "", ` {"b":1,"a":2}`, "{ts}.{body|jcs}  hex hmac-sha256 t={ts}, v1={sig}"},
		{"all inside the body", Spec{Alg: []string{"hmac-sha256"}, Enc: "hex", Content: []string{"{ts}{nonce}"}, TS: &TimeSpec{Unit: "s"}, Fields: []Field{
			{InJSON, "s.timestamp", []string{"{ts}"}}, {InJSON, "s.token", []string{"{nonce}"}}, {InJSON, "s.signature", []string{"{sig}"}}}},
			"", `{"s":{"timestamp":1,"token":"x","signature":""}}`, "{ts}{nonce}  hex hmac-sha256 {sig}"},
		{"cut out of the body", Spec{Alg: []string{"hmac-sha256"}, Enc: "hex", Content: []string{"{body|without:sig}"}, Fields: []Field{{InJSON, "sig", []string{"{sig}"}}}},
			"", `{"a":1,"sig":""}`, "{body|without:sig}  hex hmac-sha256 {sig}"},
		{"two members of the body", Spec{Alg: []string{"hmac-sha256"}, Enc: "hex", Content: []string{"{json.e.time}{json.e.type}"}, Fields: []Field{{InJSON, "e.hash", []string{"{sig}"}}}},
			"", `{"e":{"time":"12","type":"x","hash":""},"n":null}`, "{json.e.time}{json.e.type}  hex hmac-sha256 {sig}"},
		{"a hash of secret and body", Spec{Alg: []string{"sha256"}, Enc: "hex", Content: []string{"{secret}{body}"}, Fields: []Field{sig}}, "", "", "{secret}{body}  hex sha256 {sig}"},
		{"a hash without a secret", Spec{Alg: []string{"sha256"}, Enc: "base64", Content: []string{"{body}"}, Fields: []Field{sig}}, "", "", "{body}  base64 sha256 {sig}"},
		{"a token", Spec{Alg: []string{"equal"}, Fields: []Field{header("X-Token", "{sig}")}}, "", "", "   equal {sig}"},
		{"a bearer token", Spec{Alg: []string{"equal"}, Fields: []Field{header("Authorization", "Bearer {sig}")}}, "", "", "   equal Bearer {sig}"},
		{"basic", Spec{Alg: []string{"equal"}, Enc: "base64", Fields: []Field{header("Authorization", "Basic {sig}")}}, "user:pass", "", "  base64 equal Basic {sig}"},
		{"Ed25519", Spec{Alg: []string{"ed25519"}, Enc: "hex", Content: []string{"{ts}{body}"}, TS: &TimeSpec{Unit: "s"}, Fields: []Field{header("X-Time", "{ts}"), sig}},
			strings.Repeat("07", 32), "", "{ts}{body}  hex ed25519 {sig}"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			secret, text := or(test.secret, testSecret), or(test.body, testBody)
			captures := []Message{captured(t, test.spec, secret, text, testTime), captured(t, test.spec, secret, text+" ", testTime.Add(time.Hour))}
			got, err := Infer(captures, secret, InferOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, shortly(got.Spec)); diff != "" {
				t.Errorf("Infer (-want +got):\n%s", diff)
			}
			if got.Confirmed != 2 || got.Tried > DefaultInferMACs {
				t.Errorf("Infer = %+v", got)
			}
			third := captured(t, mustNew(t, got.Spec).Spec(), secret, text, testTime.Add(time.Minute))
			if v := mustNew(t, test.spec).Verify(&third, Keys{Secrets: []string{secret}}, testTime, new(time.Duration)); !v.OK {
				t.Errorf("what the scheme signs, the sender's own refuses: %s %s", v.Reason, v.Detail)
			}
		})
	}
}

func shortly(s Spec) string {
	content := ""
	if len(s.Content) > 0 {
		content = s.Content[0]
	}
	template := ""
	for _, f := range s.Fields {
		if strings.Contains(f.Templates[0], "{sig}") {
			template = f.Templates[0]
		}
	}
	return strings.Join([]string{content, s.Key, s.Enc, s.Alg[0], template}, " ")
}

// TestInferConfirms: a capture that another scheme signed, or another secret,
// refutes what the first one suggests.
func TestInferConfirms(t *testing.T) {
	first := captured(t, githubSpec(), testSecret, testBody, testTime)
	other := captured(t, githubSpec(), "another-secret", testBody, testTime)
	// A body that is empty makes {body} and {ts}{body} alike for nobody, but
	// {url} and {url}{body}: the second capture tells them apart.
	empty := captured(t, squareSpec(), testSecret, "", testTime)
	full := captured(t, squareSpec(), testSecret, testBody, testTime)
	if _, err := Infer([]Message{first, other}, testSecret, InferOptions{}); err == nil {
		t.Error("two captures under different secrets have one scheme")
	}
	got, err := Infer([]Message{empty, full}, testSecret, InferOptions{})
	if err != nil || got.Spec.Content[0] != "{url}{body}" {
		t.Errorf("Infer = %v, %v", got.Spec.Content, err)
	}
}

func TestInferFails(t *testing.T) {
	m := captured(t, stripeSpec(), testSecret, testBody, testTime)
	_, err := Infer([]Message{m}, "not-the-secret", InferOptions{})
	var failed *InferError
	if !errors.As(err, &failed) || failed.Truncated || failed.Tried == 0 || !slices.Contains(failed.Signatures, "Stripe-Signature") || !slices.Contains(failed.Times, "Stripe-Signature") {
		t.Errorf("Infer = %+v", err)
	}
	if strings.Contains(err.Error(), "not-the-secret") {
		t.Errorf("the error holds the secret: %v", err)
	}
	if _, err = Infer([]Message{m}, "not-the-secret", InferOptions{MaxMACs: 7}); !errors.As(err, &failed) || !failed.Truncated || failed.Tried != 7 {
		t.Errorf("with 7 MACs: %+v", err)
	}
	if _, err = Infer([]Message{{Body: []byte(testBody)}}, testSecret, InferOptions{}); !errors.As(err, &failed) || len(failed.Signatures) > 0 {
		t.Errorf("without a signature: %+v", err)
	}
	if _, err = Infer(nil, testSecret, InferOptions{}); err == nil {
		t.Error("nothing has a scheme")
	}
	var key *KeyError
	if _, err = Infer([]Message{m}, " \n", InferOptions{}); !errors.As(err, &key) || key.Reason != EmptySecret {
		t.Errorf("without a secret: %v", err)
	}
}

func TestInferKnown(t *testing.T) {
	o := InferOptions{Schemes: func() []NamedScheme {
		return []NamedScheme{{"stripe", mustNew(t, stripeSpec())}, {"github", mustNew(t, githubSpec())}}
	}}
	got, err := Infer([]Message{captured(t, githubSpec(), testSecret, testBody, testTime)}, testSecret, o)
	if err != nil || got.Known != "github" || got.Tried > 2 {
		t.Errorf("Infer = %+v, %v", got, err)
	}
}

// FuzzInfer: what is inferred verifies what it was inferred from, and never
// holds the secret.
func FuzzInfer(f *testing.F) {
	f.Add("X-Sig", "sha256=", "topsecret", []byte(testBody))
	f.Add("X-topsecret", "topsecret=", "topsecret", []byte(`{"sig":"x"}`))
	f.Add("webhook-signature", "v1,", testSecret, []byte("a=1&b=2"))
	f.Fuzz(func(t *testing.T, name, prefix, secret string, body []byte) {
		s, err := New(inferSpec("{body}", header(name, prefix+"{sig}")))
		if err != nil {
			return
		}
		m, err := s.Sign(&Message{Method: "POST", URL: "https://example.com/", Body: body}, Keys{Secrets: []string{secret}}, Values{Time: testTime})
		if err != nil {
			return
		}
		got, err := Infer([]Message{*m}, secret, InferOptions{MaxMACs: 300})
		if err != nil {
			return
		}
		found, err := New(got.Spec)
		if err != nil {
			t.Fatalf("%+v: %v", got.Spec, err)
		}
		if v := found.Verify(m, Keys{Secrets: []string{secret}}, testTime, new(time.Duration)); !v.OK {
			t.Fatalf("%+v: %s", got.Spec, v.Reason)
		}
		for _, field := range got.Spec.Fields {
			if strings.Contains(field.Name+field.Templates[0], secret) {
				t.Fatalf("%+v holds the secret", got.Spec)
			}
		}
	})
}
