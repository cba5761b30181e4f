package provider

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/sign"
)

func noKeys(*Profile) sign.Keys { return sign.Keys{} }

// TestRecogniseVectors: every valid vector's sender is found when it is the one
// whose key is known. When every provider has that key, one that signs alike
// may come before it: the one it is like, or a pair that is named here.
func TestRecogniseVectors(t *testing.T) {
	pairs := map[string]string{
		"polar": "openai", // a secret without whsec_ is text to both
	}
	registry := Open()
	tried := 0
	for _, v := range loadVectors(t) {
		if !v.valid || v.provider == "content-digest" {
			continue // a checksum says nothing about who made it
		}
		tried++
		mine := func(p *Profile) sign.Keys {
			if p.ID == v.provider {
				return v.keys
			}
			return sign.Keys{Secrets: []string{"bm90IHRoZSBrZXkgb2YgdGhpcw=="}}
		}
		if got, why := registry.Recognise(&v.message, mine, v.now); idOf(got) != v.provider {
			t.Errorf("%s: Recognise with its key = %s, %s", v.file, idOf(got), why)
		}
		p, err := registry.Get(v.provider)
		if err != nil {
			t.Fatal(err)
		}
		everybodys := func(*Profile) sign.Keys { return v.keys }
		if got, why := registry.Recognise(&v.message, everybodys, v.now); idOf(got) != v.provider && idOf(got) != p.Like && idOf(got) != pairs[v.provider] {
			t.Errorf("%s: Recognise = %s, %s", v.file, idOf(got), why)
		}
		if got, why := registry.Recognise(&v.message, noKeys, v.now); got == nil {
			t.Errorf("%s: Recognise without keys = nobody, %s", v.file, why)
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
		{"v1 and not v1a", sign.Headers{{Name: "webhook-id", Value: "m"}, {Name: "webhook-timestamp", Value: "1"}, {Name: "webhook-signature", Value: "v1," + b64}}, "standard", "recognised by webhook-signature; gitlab, openai, polar and 3 more sign alike"},
		{"a garbled list, accompanied", sign.Headers{{Name: "webhook-id", Value: "m"}, {Name: "webhook-timestamp", Value: "1"}, {Name: "webhook-signature", Value: "junk"}}, "standard", "recognised by webhook-signature; gitlab, openai, polar and 4 more sign alike"},
		{"a garbled list alone", sign.Headers{{Name: "webhook-signature", Value: "junk"}}, "nobody", "nobody's for certain: webhook-signature fits none of bigcommerce, gitlab, gocardless and 6 more"},
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
			if idOf(got) != test.want || why.String() != test.why {
				t.Errorf("Recognise = %s, %q, want %s, %q", idOf(got), why, test.want, test.why)
			}
		})
	}
}

// TestSharedNames: what comes under a name that many senders use is told apart
// by its shape and by the headers beside it; where nothing tells, that is said.
func TestSharedNames(t *testing.T) {
	hex := func(n int) string { return strings.Repeat("a1", n) }
	b64 := func(n int) string { return base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xa1}, n)) }
	header := func(pairs ...string) (h sign.Headers) {
		for i := 0; i < len(pairs); i += 2 {
			h = append(h, sign.Header{Name: pairs[i], Value: pairs[i+1]})
		}
		return h
	}
	standard := func(sig string) sign.Headers {
		return header("webhook-id", "m", "webhook-timestamp", "1700000000", "webhook-signature", sig)
	}
	tests := []struct {
		headers sign.Headers
		body    string
		want    string
		alike   string // who else is named
	}{
		{header("X-Signature", "ts=1,v1="+hex(32), "x-request-id", "r"), "", "mercadopago", ""},
		{header("X-Signature", hex(20)), "", "segment", ""},
		{header("X-Signature", hex(20), "Date", "Tue 14 Nov 2023 22:13:20 UTC"), "", "segment", "scalr"},
		{header("X-Signature", hex(32)), `{"event":"x"}`, "clickup", ""},
		{header("X-Signature", hex(32)), "", "modern-treasury", "clickup and lemonsqueezy"},
		{header("X-Signature", hex(32), "X-Event-Name", "order_created"), "", "lemonsqueezy", ""},
		{header("X-Signature", hex(32), "X-Topic", "t"), "", "modern-treasury", ""},
		{header("X-Signature", hex(32), "x-timestamp", "1700000000123"), `{"name":"n"}`, "airwallex", ""},
		{header("Webhook-Signature", hex(32)), "", "gocardless", ""},
		{standard("v1," + b64(32)), `{"type":"x"}`, "standard", "openai and polar"},
		{standard("v1a," + b64(64)), "", "standard-v1a", ""},
		{append(standard("v1,"+b64(32)), sign.Header{Name: "X-Gitlab-Event", Value: "Push Hook"}), "", "gitlab", ""},
		{standard("v1," + b64(32)), `{"scope":"store/order/created"}`, "bigcommerce", ""},
		{header("X-Hub-Signature", "sha1="+hex(20)), `{"topic":"t"}`, "intercom", ""},
		{header("X-Hub-Signature", "sha1="+hex(20), "X-GitHub-Event", "push"), "", "github-sha1", ""},
		{header("X-Hub-Signature", "sha1="+hex(20)), "", "github-sha1", "websub and intercom"},
		{header("X-Hub-Signature", "sha256="+hex(32), "X-Event-Key", "repo:push"), "", "jira", "bitbucket"},
		{header("X-Hub-Signature", "sha256="+hex(32)), `{"webhookEvent":"w"}`, "jira", ""},
		{header("X-Hub-Signature", "sha384="+hex(48)), "", "websub", ""},
		{header("X-Hub-Signature-256", "sha256="+hex(32)), "", "github", "meta"},
		{header("X-Convoy-Signature", hex(32)), "", "convoy-simple-hex256", ""},
		{header("X-Convoy-Signature", hex(64)), "", "convoy-simple-hex512", ""},
		{header("X-Convoy-Signature", b64(32)), "", "convoy-simple-b64256", ""},
		{header("X-Convoy-Signature", b64(64)), "", "convoy-simple-b64512", ""},
		{header("X-Convoy-Signature", "t=1,v1="+hex(32)), "", "convoy-advanced", ""},
		{header("X-Convoy-Signature", "t=1,v1="+hex(64)), "", "convoy-advanced-hex512", ""},
		{header("X-Convoy-Signature", "t=1,v1="+b64(32)), "", "convoy-advanced-base64256", ""},
		{header("X-Convoy-Signature", "t=1,v1="+b64(64)), "", "convoy-advanced-base64512", ""},
		{header("X-Outpost-Signature", "v0="+hex(32)), "", "outpost", ""},
		{header("X-Outpost-Signature", "t=1,v0="+hex(32)), "", "outpost-legacy", ""},
		{header("X-HubSpot-Signature", hex(32)), `[{"subscriptionType":"s"}]`, "hubspot-v1", ""},
		{header("X-HubSpot-Signature", hex(32)), "", "hubspot-v1", "hubspot-v2"},
		{header("X-HubSpot-Signature", hex(32), "X-HubSpot-Signature-v3", b64(32), "X-HubSpot-Request-Timestamp", "1"), "", "hubspot-v3", ""},
		{header("Signature", "sha256 "+hex(32)), "", "greenhouse", ""},
		{header("Signature", hex(32)), "", "mailersend", ""},
		{header("X-Webhook-Signature", "sha256="+hex(32)), "", "cursor", ""},
		{header("Authorization", "HMAC "+b64(32)), "", "teams", ""},
		{header("Authorization", "Bearer abc"), "", "nobody", ""},
		{header("X-Signature", "junk", "X-Request-Id", "r"), "", "nobody", ""},
		{header("X-Gitea-Signature", hex(32), "X-Gitea-Event", "push", "X-Gitea-Delivery", "1", "X-Gogs-Signature", hex(32), "X-Gogs-Event", "push", "X-Gogs-Delivery", "1",
			"X-GitHub-Event", "push", "X-GitHub-Delivery", "1", "X-Hub-Signature", "sha1="+hex(20), "X-Hub-Signature-256", "sha256="+hex(32)), "", "gitea", "github and gogs"},
		{nil, `{"passcode":"p","event_type":"PING"}`, "figma", ""},
		{nil, `{"pass":"p","event_type":"PING"}`, "nobody", ""},
		{nil, `{"\u0070asscode":"p"}`, "figma", ""},
		{header("X-Line-Signature", b64(32)), `{"passcode":"p"}`, "line", ""},
	}
	registry := Open()
	for _, test := range tests {
		m := &sign.Message{Headers: test.headers, Body: []byte(test.body)}
		got, why := registry.Recognise(m, noKeys, sentAt)
		_, alike, _ := strings.Cut(strings.TrimSuffix(strings.TrimSuffix(why.String(), " sign alike"), " signs alike"), "; ")
		if idOf(got) != test.want || alike != test.alike {
			t.Errorf("%v %s: Recognise = %s, %s; want %s, and %q alike", test.headers, test.body, idOf(got), why, test.want, test.alike)
		}
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
	if idOf(got) != "meta" || why.String() != "recognised by X-Hub-Signature-256 and its key" {
		t.Errorf("Recognise = %s, %s", idOf(got), why)
	}
	everybodys := func(*Profile) sign.Keys { return sign.Keys{Secrets: []string{"app secret"}} }
	got, why = registry.Recognise(m, everybodys, sentAt)
	if idOf(got) != "github" || why.String() != "recognised by X-Hub-Signature-256 and its key; meta signs alike" {
		t.Errorf("with one key for all: Recognise = %s, %s", idOf(got), why)
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
		{"fits", hex64, nil, "modern-treasury"},
		{"fits beside its event", hex64, sign.Headers{{Name: "X-Mine-Event", Value: "a"}}, "mine"},
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

// BenchmarkRecognise: a header of one's own, a name that many share, a body
// that may hold a signature, and a message of nobody's.
func BenchmarkRecognise(b *testing.B) {
	const hex64 = "1693ecb25ecebb58a0e149036b6ae3fa4bdec0b8023c6af7c4d3ac1f8239f813"
	plain := sign.Headers{{Name: "Content-Type", Value: "application/json"}, {Name: "Host", Value: "localhost"}, {Name: "User-Agent", Value: "x"}}
	messages := []struct {
		name    string
		headers sign.Headers
	}{
		{"own", sign.Headers{{Name: "X-Raas-Webhook-Signature", Value: hex64}}},
		{"github", sign.Headers{{Name: "X-GitHub-Event", Value: "push"}, {Name: "X-Hub-Signature-256", Value: "sha256=" + hex64}}},
		{"standard", sign.Headers{{Name: "webhook-id", Value: "m"}, {Name: "webhook-timestamp", Value: "1"}, {Name: "webhook-signature", Value: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="}}},
		{"nobody", nil},
	}
	keys := func(*Profile) sign.Keys { return sign.Keys{Secrets: []string{standardSecret}} }
	for _, size := range []int{1 << 10, 1 << 20} {
		body := []byte(`{"type":"a.b","data":"` + strings.Repeat("x", size) + `"}`)
		for _, test := range messages {
			registry := Open()
			m := &sign.Message{Headers: append(slices.Clone(plain), test.headers...), Body: body}
			registry.Recognise(m, keys, sentAt)
			b.Run(fmt.Sprintf("%s/%d", test.name, size), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					registry.Recognise(m, keys, sentAt)
				}
			})
		}
	}
}

// BenchmarkAll reads every file, as a listener does when it starts.
func BenchmarkAll(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Open().All(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestShapes: who looks alike is looked at once, so that must never be a guess:
// every message that is known fits all of one shape equally.
func TestShapes(t *testing.T) {
	registry := Open()
	profiles, err := registry.All()
	if err != nil {
		t.Fatal(err)
	}
	shapes := map[string][]*Profile{}
	for _, p := range profiles {
		shapes[p.shape] = append(shapes[p.shape], p)
	}
	standard, err := registry.Get("standard")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(shapes[standard.shape]); n < 10 {
		t.Errorf("%d senders look as Standard Webhooks does, want more", n)
	}
	compared := 0
	for _, v := range append(loadVectors(t), loadIndependent(t)...) {
		for _, alike := range shapes {
			for _, p := range alike[1:] {
				compared++
				if got, want := p.Scheme.Fit(&v.message), alike[0].Scheme.Fit(&v.message); got != want {
					t.Errorf("%s: fits %s %v and %s %v", v.file, p.ID, got, alike[0].ID, want)
				}
			}
		}
	}
	if compared == 0 {
		t.Error("nobody looks like anybody")
	}
}
