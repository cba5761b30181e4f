package listen

import (
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

const (
	sns       = `{"Type":"Notification","MessageId":"m","TopicArn":"t","Message":"x","Timestamp":"2026-11-21T00:00:00.000Z","SignatureVersion":"1","Signature":"YWJj","SigningCertURL":"https://%s/a.pem"}`
	snsHost   = "sns.us-east-1.amazonaws.com"
	hubHeader = "X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17\r\n" // GitHub's example
	hubSecret = "It's a Secret to Everybody"
	hubBody   = "Hello, World!"
)

// TestJudgesWithoutAKey: what can be said of a message without a key is said,
// and it is never that it is valid, unless the scheme has no key at all.
func TestJudgesWithoutAKey(t *testing.T) {
	const right = "Content-Digest: sha-256=:3/1gIbsr1bCvZ2KQgJ7DpTGR3YHH9wpLKGiKNiGCmG8=:\r\n" // of Hello, World!
	const wrong = "Content-Digest: sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:\r\n"
	tests := []struct {
		name, provider, headers, body string
		verdict, reason, detail       string
	}{
		{"a certificate to fetch", "", "x-amz-sns-message-type: Notification\r\n", strings.Replace(sns, "%s", snsHost, 1), store.Unverified, sign.NoSecret, "the message names https://" + snsHost + "/a.pem"},
		{"a certificate that is not the sender's", "aws-sns", "", strings.Replace(sns, "%s", "evil.example", 1), store.Invalid, sign.UntrustedCert, "https://evil.example/a.pem"},
		{"a digest that is the body's", "content-digest", right, hubBody, store.Valid, "", ""},
		{"a digest that is not", "content-digest", wrong, hubBody, store.Invalid, sign.BodyHashMismatch, "is not the body's"},
		{"a digest of nobody's", "", right, hubBody, store.Unverified, sign.UnknownProvider, "nobody's for certain"},
		{"no signature, and no key", "github", "", hubBody, store.Unverified, sign.NoSecret, "no X-Hub-Signature-256"},
		{"several senders", "", hubHeader, hubBody, store.Unverified, sign.NoSecret, "recognised by X-Hub-Signature-256; meta signs alike"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := start(t, Options{Provider: test.provider, Keys: func(*provider.Profile) Keys { return Keys{} }})
			s.raw(t, post("/", test.headers, test.body))
			if v := s.only(t).Verification; v.Verdict != test.verdict || v.Reason != test.reason || !strings.Contains(v.Detail, test.detail) {
				t.Errorf("%s %s: %s", v.Verdict, v.Reason, v.Detail)
			}
		})
	}
}

// TestWhichKey: where there are several, the record says which one matched.
func TestWhichKey(t *testing.T) {
	tests := []struct {
		secrets []string
		verdict string
		detail  string
	}{
		{[]string{hubSecret}, store.Valid, ""},
		{[]string{hubSecret, "old"}, store.Valid, "signed with secret 1 of 2"},
		{[]string{"new", hubSecret}, store.Valid, "signed with secret 2 of 2"},
		{[]string{"new", "old"}, store.Invalid, "no signature matches; recognised by X-Hub-Signature-256; meta signs alike"},
	}
	for _, test := range tests {
		s := start(t, Options{Keys: func(*provider.Profile) Keys { return Keys{Keys: sign.Keys{Secrets: test.secrets}} }})
		s.raw(t, post("/", hubHeader, hubBody))
		if v := s.only(t).Verification; v.Verdict != test.verdict || v.Detail != test.detail {
			t.Errorf("%q: %s, %q", test.secrets, v.Verdict, v.Detail)
		}
	}
}

// TestMessageOf: a record is judged by the URL that the listener judged by.
func TestMessageOf(t *testing.T) {
	headers := sign.Headers{{Name: "Host", Value: "127.0.0.1:4400"}, {Name: "X-Forwarded-Host", Value: "evil.example"}}
	tests := []struct {
		direction                store.Direction
		target, public, to, want string
	}{
		{store.In, "/hook?a=%20b", "", "", "http://127.0.0.1:4400/hook?a=%20b"},
		{store.In, "/hook", "https://public.example/ignored", "", "https://public.example/hook"},
		{store.In, "http://elsewhere/x", "", "", "http://127.0.0.1:4400/x"},
		{store.In, "/hook", "no URL", "", "http://127.0.0.1:4400/hook"},
		{store.Out, "/in?x", "", "https://***@receiver.example:8443/in", "https://receiver.example:8443/in?x"},
		{store.Out, "/in", "https://public.example", "https://receiver.example/in", "https://public.example/in"},
	}
	for _, test := range tests {
		d := &store.Delivery{Direction: test.direction, Destination: test.to, Request: store.Request{Method: "POST", Target: test.target, Headers: headers}}
		if got := MessageOf(d, test.public); got.URL != test.want || got.Method != "POST" {
			t.Errorf("%s %s with %q: %s, want %s", test.direction, test.target, test.public, got.URL, test.want)
		}
	}
}
