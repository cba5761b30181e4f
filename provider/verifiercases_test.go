package provider

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// verifierCase is one message for a generated verifier, and what the program
// itself says about it.
type verifierCase struct {
	name, provider string
	message        sign.Message
	keys           []string // secrets, or public keys in the provider's form
	params         map[string]string
	now            time.Time
	want           bool
}

// verifierCases are the vectors, and for every provider a signed message with
// all that may be wrong with one. The program's own verdict is the measure.
func verifierCases(t *testing.T) []verifierCase {
	t.Helper()
	var out []verifierCase
	registry := Open()
	for _, v := range loadVectors(t) {
		p, err := registry.Get(v.provider)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, caseOfVector(t, p, v))
	}
	for _, p := range verifiable(t) {
		if _, err := planVerifier(p, "node"); err == nil {
			out = append(out, broken(t, p)...)
		}
	}
	return append(append(out, forged(t, registry)...), spelled(t, registry)...)
}

// verifiable are the providers that come with the program, and some that have
// what none of those has.
func verifiable(t *testing.T) []*Profile {
	t.Helper()
	all, err := Open("testdata/verifier/providers").All()
	if err != nil || len(all) <= len(everyProvider(t)) {
		t.Fatalf("All = %d providers, %v", len(all), err)
	}
	return all
}

// caseOfVector judges a vector by the scheme's own window: a generated verifier
// has no other. Without a clock of its own the vector is read when it was sent.
func caseOfVector(t *testing.T, p *Profile, v vector) verifierCase {
	t.Helper()
	v.keys.Public = withoutIDs(v.keys.Public)
	c := verifierCase{name: v.file, provider: p.ID, message: v.message, params: v.keys.Params, now: v.now}
	if p.ID == "pusher" && c.params == nil {
		key, _ := v.message.Headers.Get("X-Pusher-Key") // a verifier has to be told which is its own
		c.params = map[string]string{"key_id": key}
	}
	if v.tolerance != nil {
		c.now = p.Scheme.Verify(&v.message, v.keys, sentAt, v.tolerance).Time
		if c.now.IsZero() {
			c.now = sentAt
		}
		if got := p.Scheme.Verify(&v.message, v.keys, c.now, nil); v.valid && !got.OK && len(p.Fallback) == 0 && len(v.keys.Params) == len(p.Params) {
			t.Errorf("%s: is not valid when it was sent: %s", v.file, got.Reason)
		}
	}
	c.want = p.Scheme.Verify(joinLines(&v.message), v.keys, c.now, nil).OK
	c.keys = writtenKeys(t, p, v.keys)
	return c
}

// joinLines is m with the lines of a header made one, as servers and gateways
// hand them to an application (RFC 9110, section 5.3).
func joinLines(m *sign.Message) *sign.Message {
	out := *m
	out.Headers = nil
	for _, h := range m.Headers {
		if _, done := out.Headers.Get(h.Name); !done {
			out.Headers = append(out.Headers, sign.Header{Name: h.Name, Value: strings.Join(m.Headers.Values(h.Name), ", ")})
		}
	}
	return &out
}

// withoutIDs are the bare keys: a verifier tries every key it is given.
func withoutIDs(keys []crypto.PublicKey) []crypto.PublicKey {
	var out []crypto.PublicKey
	for _, key := range keys {
		if set, ok := key.(*sign.KeySet); ok {
			out = append(out, set.PublicKeys()...)
		} else {
			out = append(out, key)
		}
	}
	return out
}

// writtenKeys are keys as a verifier of p takes them.
func writtenKeys(t *testing.T, p *Profile, k sign.Keys) []string {
	t.Helper()
	plan, err := planVerifier(p, "node")
	if err != nil || !plan.Public() {
		return k.Secrets
	}
	public := slices.Clone(k.Public)
	for _, secret := range k.Secrets {
		if key := publicHalf(secret, plan.Kind == "ecdsa" || plan.JWT != nil); key != nil {
			public = append(public, key)
		}
	}
	var out []string
	for _, key := range public {
		out = append(out, writtenKey(t, plan.Pub, key))
	}
	return out
}

// publicHalf is the public key of a private one, nil for what is none.
func publicHalf(secret string, curve bool) crypto.PublicKey {
	raw, err := hex.DecodeString(secret)
	if block, _ := pem.Decode([]byte(secret)); block != nil {
		raw = block.Bytes
	} else if err != nil {
		raw, _ = base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsk_"))
	}
	if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw); err == nil && curve {
		return key.Public()
	}
	if len(raw) == ed25519.SeedSize || len(raw) == ed25519.PrivateKeySize {
		return ed25519.NewKeyFromSeed(raw[:ed25519.SeedSize]).Public()
	}
	if key, err := x509.ParsePKCS8PrivateKey(raw); err == nil {
		return key.(crypto.Signer).Public()
	}
	if key, err := x509.ParseECPrivateKey(raw); err == nil {
		return key.Public()
	}
	return nil
}

func writtenKey(t *testing.T, form string, key crypto.PublicKey) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	switch form {
	case "ed25519-hex":
		return hex.EncodeToString(key.(ed25519.PublicKey))
	case "ed25519-b64":
		return base64.StdEncoding.EncodeToString(key.(ed25519.PublicKey))
	case "spki-b64":
		return base64.StdEncoding.EncodeToString(der)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

// broken is a message of p, signed, and what somebody could make of it.
func broken(t *testing.T, p *Profile) []verifierCase {
	t.Helper()
	m, values := unsigned(p, aBody)
	k := keysOf(t, p, 3)
	params := map[string]string{"key_id": "ours", "access_key": "access"}
	signed, err := p.Scheme.Sign(m, sign.Keys{Secrets: k.Secrets[:2], Params: params}, values)
	if err != nil {
		t.Fatalf("%s: %v", p.ID, err)
	}
	b := &breaker{t: t, p: p, params: params, keys: k.Secrets, sent: signed}
	b.add("as it was sent", signed, k.Secrets[:1], sentAt)
	b.add("during a rotation", signed, []string{k.Secrets[2], k.Secrets[0]}, sentAt)
	b.add("with the second key", signed, k.Secrets[1:2], sentAt)
	b.add("with another key", signed, k.Secrets[2:], sentAt)
	b.add("with an empty key", signed, []string{""}, sentAt)
	b.add("with a blank key", signed, []string{" \n"}, sentAt)
	b.add("with whsec_ alone", signed, []string{"whsec_"}, sentAt)
	b.add("with an empty key and the right one", signed, []string{"", k.Secrets[0]}, sentAt)
	b.add("without a key", signed, nil, sentAt)
	b.clocks()
	b.headers()
	b.body()
	return b.out
}

type breaker struct {
	t      *testing.T
	p      *Profile
	params map[string]string
	keys   []string
	sent   *sign.Message
	out    []verifierCase
}

func (b *breaker) add(name string, m *sign.Message, secrets []string, now time.Time) {
	copied := *m
	copied.Headers, copied.Body = slices.Clone(m.Headers), bytes.Clone(m.Body)
	keys := sign.Keys{Secrets: secrets, Params: b.params}
	joined := joinLines(m)
	b.out = append(b.out, verifierCase{
		name: b.p.ID + ": " + name, provider: b.p.ID, message: copied, keys: writtenKeys(b.t, b.p, keys), params: b.params, now: now,
		want: b.p.Scheme.Verify(joined, keys, now, nil).OK,
	})
}

// clocks reads the message at the edges of every window.
func (b *breaker) clocks() {
	for _, off := range []time.Duration{time.Second, 5 * time.Second, time.Minute, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute} {
		for _, d := range []time.Duration{off, off + time.Millisecond, -off, -off - time.Millisecond} {
			b.add("read "+d.String()+" later", b.sent, b.keys[:1], sentAt.Add(d))
		}
	}
}

// headers changes one header after the other.
func (b *breaker) headers() {
	for i, h := range b.sent.Headers {
		with := func(name string, values ...string) {
			m := *b.sent
			m.Headers = slices.Clone(b.sent.Headers[:i])
			for _, v := range values {
				m.Headers = append(m.Headers, sign.Header{Name: h.Name, Value: v})
			}
			m.Headers = append(m.Headers, b.sent.Headers[i+1:]...)
			b.add(fmt.Sprintf("%s %s: %.80q", name, h.Name, values), &m, b.keys[:1], sentAt)
		}
		v := h.Value
		with("without")
		with("empty", "")
		with("blank", " \t")
		with("spaces around", " "+v+"\t")
		with("twice", v, v)
		with("other before", "x", v)
		with("other case", strings.ToUpper(v))
		with("other case", strings.ToLower(v))
		with("letters beyond ASCII", v+"é")
		with("glued", v+v)
		for _, tail := range []string{"0", "=", "==", "AAAA", " x", ",x", ", x=1", ";", "&", "\x00", "-1", ".5", "e3"} {
			with("tail", v+tail)
		}
		for _, head := range []string{"0", "+", "-", " 0x", "v9,x ", "v9=x,", "\ufeff"} {
			with("head", head+v)
		}
		for n := 0; n < len(v); n += 1 + len(v)/6 {
			with("cut", v[:n])
			flipped := []byte(v)
			flipped[n] ^= 1
			with("flipped", string(flipped))
		}
		with("last flipped", v[:len(v)-1]+string(v[len(v)-1]^2))
		if unpadded := strings.TrimRight(v, "="); unpadded != v {
			with("unpadded", unpadded)
		}
		with("many", strings.Repeat(v+",", 120)+v)
		with("many", strings.Repeat(v+" ", 120)+v)
		with("many", strings.Repeat("v1=a,", 120)+v)
	}
}

// body changes what was sent, and where it was sent to.
func (b *breaker) body() {
	body := b.sent.Body
	for n := 0; n < len(body); n += 1 + len(body)/24 {
		m := *b.sent
		m.Body = bytes.Clone(body)
		m.Body[n] ^= 1
		b.add(fmt.Sprintf("byte %d of the body flipped", n), &m, b.keys[:1], sentAt)
	}
	for name, other := range map[string][]byte{
		"empty": nil, "longer": append(bytes.Clone(body), '\n'), "cut": body[:len(body)-1], "not UTF-8": []byte("\xff\xfe{"),
		"null": []byte("null"), "a list": []byte("[]"), "a text": []byte(`"x"`), "deep": bytes.Repeat([]byte("["), 20000),
		"escapes": bytes.ReplaceAll(body, []byte("evt_1"), []byte(`\ud800`)), "percent": append(bytes.Clone(body), "&%zz=%"...),
	} {
		m := *b.sent
		m.Body = other
		b.add("body "+name, &m, b.keys[:1], sentAt)
	}
	for _, url := range []string{"", "https://example.com/hook", "https://example.org/hook?data.id=A1&b=2&a=1", b.sent.URL + "&c=~*'%20+%zz", b.sent.URL + "#x", b.sent.URL + "&data.id=2"} {
		m := *b.sent
		m.URL = url
		b.add("url "+url, &m, b.keys[:1], sentAt)
	}
	m := *b.sent
	m.Method = "GET"
	b.add("GET", &m, b.keys[:1], sentAt)
}

// line writes a case as the runners read it: base64 words between tabs.
func (c verifierCase) line(plan *verifier) string {
	word := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	var args, params, keys, headers []string
	for _, name := range plan.Params {
		args = append(args, name)
		params = append(params, word(name)+":"+word(c.params[name]))
	}
	for name, used := range map[string]bool{"method": plan.Method(), "url": plan.URL(), "now": plan.Now()} {
		if used {
			args = append(args, name)
		}
	}
	for _, k := range c.keys {
		keys = append(keys, "."+word(k)) // so that an empty one is seen
	}
	for _, h := range c.message.Headers {
		headers = append(headers, word(h.Name)+":"+word(h.Value))
	}
	if plan.Kind == "digest" {
		keys = []string{"-"} // it takes none
	}
	return strings.Join([]string{
		c.provider, fmt.Sprint(c.now.UnixMilli()), word(c.message.Method), word(c.message.URL), word(string(c.message.Body)),
		strings.Join(keys, " "), strings.Join(params, " "), strings.Join(headers, " "), strings.Join(args, ","), plan.Class,
	}, "\t")
}
