package provider

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

func noKeys(*Profile) sign.Keys { return sign.Keys{} }

// TestRecogniseVectors: every valid vector's sender is found, with the key and
// without it.
func TestRecogniseVectors(t *testing.T) {
	registry := Open(oddDir)
	tried := 0
	for _, v := range loadVectors(t) {
		if !v.valid {
			continue
		}
		tried++
		got, why := registry.Recognise(&v.message, func(*Profile) sign.Keys { return v.keys }, v.now)
		if got == nil || got.ID != v.provider {
			t.Errorf("%s: Recognise = %s, %s", v.file, idOf(got), why)
		}
		// Without a key, Outpost's one item is as good as its older form's, and a
		// message of the webhook-* names may be anybody's.
		if got, why := registry.Recognise(&v.message, noKeys, v.now); got == nil {
			t.Errorf("%s: Recognise without keys = nothing, %s", v.file, why)
		}
	}
	if tried == 0 {
		t.Error("no valid vector")
	}
}

func idOf(p *Profile) string {
	if p == nil {
		return "nobody"
	}
	return p.ID
}

func TestRecognise(t *testing.T) {
	const hex64 = "b1f8020f5b4cd42042f807dd939015c4a418bc1ff7f604dd55b0a19b5d953d9b"
	const b64 = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	const right = "sha1=126f2c800419c60137ce748d7672e77b65cf16d6" // of {"yo":true} under 0123456789abcdef
	tests := []struct {
		name    string
		headers sign.Headers
		want    string
		why     string
	}{
		{"nothing", nil, "nobody", "no header or field of a known signature"},
		{"a foreign header", sign.Headers{{Name: "X-Unheard-Of", Value: "sha256=" + hex64}}, "nobody", "no header or field of a known signature"},
		{"raas", sign.Headers{{Name: "X-RAAS-Webhook-Signature", Value: hex64}}, "raas", "recognised by x-raas-webhook-signature"},
		{"revkeen by shape", sign.Headers{{Name: "x-revkeen-signature", Value: "sha256=" + hex64}}, "revkeen", "recognised by x-revkeen-signature"},
		{"revkeen-v1 by shape", sign.Headers{{Name: "x-revkeen-signature", Value: "t=1700000000,v1=" + hex64}}, "revkeen-v1", "recognised by X-Revkeen-Signature"},
		{"an alias", sign.Headers{{Name: "x-rk-signature", Value: "t=1700000000,v1=" + hex64}}, "revkeen-v1", "recognised by x-rk-signature"},
		{"github by what it shows", sign.Headers{{Name: "X-Hub-Signature-256", Value: "sha256=" + hex64}, {Name: "X-GitHub-Event", Value: "push"}}, "github", "recognised by X-Hub-Signature-256"},
		{"no lowering to SHA-1", sign.Headers{{Name: "X-Hub-Signature", Value: right}, {Name: "X-Hub-Signature-256", Value: "sha256=" + hex64}, {Name: "X-GitHub-Event", Value: "push"}}, "github", "recognised by X-Hub-Signature-256"},
		{"no lowering by a garbled header", sign.Headers{{Name: "X-Hub-Signature", Value: right}, {Name: "X-Hub-Signature-256", Value: "junk"}, {Name: "X-GitHub-Event", Value: "push"}}, "github", "recognised by X-Hub-Signature-256"},
		{"v1 and not v1a", sign.Headers{{Name: "webhook-id", Value: "m"}, {Name: "webhook-timestamp", Value: "1"}, {Name: "webhook-signature", Value: "v1," + b64}}, "standard", "recognised by webhook-signature"},
		{"a garbled list, accompanied", sign.Headers{{Name: "webhook-id", Value: "m"}, {Name: "webhook-timestamp", Value: "1"}, {Name: "webhook-signature", Value: "junk"}}, "standard", "recognised by webhook-signature; standard-v1a signs alike"},
		{"a garbled list alone", sign.Headers{{Name: "webhook-signature", Value: "junk"}}, "nobody", "nobody's for certain: webhook-signature fits none of standard and standard-v1a"},
		{"a garbled header of one's own", sign.Headers{{Name: "Stripe-Signature", Value: "junk"}}, "stripe", "recognised by Stripe-Signature"},
		{"a truncated signature", sign.Headers{{Name: "X-Slack-Signature", Value: "v0=abc"}, {Name: "X-Slack-Request-Timestamp", Value: "1"}}, "slack", "recognised by X-Slack-Signature"},
		{"websub by its algorithm", sign.Headers{{Name: "X-Hub-Signature", Value: "sha512=" + hex64 + hex64}}, "websub", "recognised by X-Hub-Signature"},
		{"an empty header", sign.Headers{{Name: "Stripe-Signature", Value: ""}}, "nobody", "no header or field of a known signature"},
		{"another name", sign.Headers{{Name: "Stripe_Signature", Value: "t=1,v1=" + hex64}}, "nobody", "no header or field of a known signature"},
	}
	registry := Open()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := &sign.Message{Headers: test.headers, Body: []byte(`{"yo":true}`)}
			got, why := registry.Recognise(m, noKeys, sentAt)
			if idOf(got) != test.want || why != test.why {
				t.Errorf("Recognise = %s, %q, want %s, %q", idOf(got), why, test.want, test.why)
			}
		})
	}
}

// TestRecogniseByKey: two senders that look alike are told apart by whose key
// fits.
func TestRecogniseByKey(t *testing.T) {
	registry := Open()
	meta, err := registry.Get("meta")
	if err != nil {
		t.Fatal(err)
	}
	m, err := meta.Scheme.Sign(&sign.Message{Body: []byte("{}")}, sign.Keys{Secrets: []string{"app secret"}}, sign.Values{})
	if err != nil {
		t.Fatal(err)
	}
	keys := func(p *Profile) sign.Keys {
		if p.ID == "meta" {
			return sign.Keys{Secrets: []string{"app secret"}}
		}
		return sign.Keys{Secrets: []string{"another"}}
	}
	got, why := registry.Recognise(m, keys, sentAt)
	if idOf(got) != "meta" || why != "recognised by X-Hub-Signature-256 and its key" {
		t.Errorf("Recognise = %s, %s", idOf(got), why)
	}
}

// TestSharedHeader: a value under a name that everybody uses is somebody's only
// if it fits, or if another header of theirs is there.
func TestSharedHeader(t *testing.T) {
	r := in(t, map[string]string{"mine.yaml": strings.Replace(minimal, "X-Sig:", "X-Mine-Event: \"{event}\", X-Signature:", 1)})
	const hex64 = "b1f8020f5b4cd42042f807dd939015c4a418bc1ff7f604dd55b0a19b5d953d9b"
	tests := []struct {
		name, value string
		event       sign.Headers
		want        string
	}{
		{"fits", hex64, nil, "mine"},
		{"garbled", "junk", nil, "nobody"},
		{"garbled beside its event", "junk", sign.Headers{{Name: "X-Mine-Event", Value: "a"}}, "mine"},
	}
	for _, test := range tests {
		m := &sign.Message{Headers: append(test.event, sign.Header{Name: "X-Signature", Value: test.value})}
		if got, why := r.Recognise(m, noKeys, sentAt); idOf(got) != test.want {
			t.Errorf("%s: Recognise = %s, %s, want %s", test.name, idOf(got), why, test.want)
		}
	}
}

func TestFallback(t *testing.T) {
	registry := Open()
	svix, err := registry.Get("svix")
	if err != nil {
		t.Fatal(err)
	}
	standard, err := registry.Get("standard")
	if err != nil {
		t.Fatal(err)
	}
	k := sign.Keys{Secrets: []string{standardSecret}}
	m, err := standard.Scheme.Sign(&sign.Message{Body: []byte(ping)}, k, sign.Values{ID: "m", Time: sentAt})
	if err != nil {
		t.Fatal(err)
	}
	for name, extra := range map[string]sign.Headers{"none of the three": nil, "one of the three": {{Name: "svix-id", Value: "other"}}} {
		n := &sign.Message{Headers: slices.Concat(m.Headers, extra), Body: m.Body}
		if p, v := registry.Verify(svix, n, k, sentAt, nil); !v.OK || p.ID != "standard" {
			t.Errorf("%s: Verify = %s, %t %s", name, p.ID, v.OK, v.Reason)
		}
	}
	if p, v := registry.Verify(svix, &sign.Message{}, k, sentAt, nil); p.ID != "svix" || v.Reason != sign.MissingHeader {
		t.Errorf("without any header: Verify = %s, %s", p.ID, v.Reason)
	}
	if _, v := registry.Verify(standard, &sign.Message{Headers: sign.Headers{{Name: "svix-id", Value: "m"}}}, k, sentAt, nil); v.Reason != sign.MissingHeader {
		t.Errorf("standard reads svix-*: %s", v.Reason)
	}
}

// TestRecogniseAllocations: a message whose sender is known by its header
// costs no more than looking at it.
func TestRecogniseAllocations(t *testing.T) {
	registry := Open()
	m := &sign.Message{Body: make([]byte, 1024), Headers: sign.Headers{
		{Name: "Host", Value: "localhost"}, {Name: "User-Agent", Value: "GitHub-Hookshot/1"}, {Name: "Content-Type", Value: "application/json"},
		{Name: "X-Raas-Webhook-Signature", Value: "1693ecb25ecebb58a0e149036b6ae3fa4bdec0b8023c6af7c4d3ac1f8239f813"},
	}}
	registry.Recognise(m, noKeys, sentAt)
	if n := testing.AllocsPerRun(100, func() { registry.Recognise(m, noKeys, sentAt) }); n > 20 {
		t.Errorf("Recognise allocates %v times", n)
	}
}

func BenchmarkRecognise(b *testing.B) {
	registry := Open()
	m := &sign.Message{Body: make([]byte, 1024), Headers: sign.Headers{
		{Name: "Content-Type", Value: "application/json"}, {Name: "X-GitHub-Event", Value: "push"},
		{Name: "X-Hub-Signature-256", Value: "sha256=1693ecb25ecebb58a0e149036b6ae3fa4bdec0b8023c6af7c4d3ac1f8239f813"},
	}}
	keys := func(*Profile) sign.Keys { return sign.Keys{Secrets: []string{"secret"}} }
	b.ReportAllocs()
	for b.Loop() {
		registry.Recognise(m, keys, time.Time{})
	}
}
