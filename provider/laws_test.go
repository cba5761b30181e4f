package provider

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// aBody has every member that a provider of the tests looks for.
const aBody = `{"id":"evt_1","type":"a.b","event_name":"a.b","signature":{"token":"x","timestamp":1,"signature":"x"},` +
	`"event":{"event_time":"1","event_type":"x"},"webhookTimestamp":1,"passcode":"x","value":[{"clientState":"x"}],` +
	`"notificationItems":[{"NotificationRequestItem":{"pspReference":"1","additionalData":{"hmacSignature":""}}}]}`

var sentAt = time.Unix(1700000000, 0)

// unsigned is a message as a provider would send it, before it is signed.
func unsigned(p *Profile, body string) (*sign.Message, sign.Values) {
	m := &sign.Message{
		Method: "POST", URL: "https://example.com/hook?data.id=A1&b=2&a=1",
		Headers: sign.Headers{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(body),
	}
	if p.Scheme.Spec().Code == "aws-sns" {
		m.Body = []byte(`{"Type":"Notification","MessageId":"","TopicArn":"arn:aws:sns:us-east-1:1:t","Message":"{\"a\":1}\n"}`)
	}
	form := slices.ContainsFunc(p.Scheme.Spec().Fields, func(f sign.Field) bool { return f.Place == sign.InForm })
	if form {
		m.Headers[0].Value, m.Body = "application/x-www-form-urlencoded", []byte("bt_payload=abc&z=1&a=2")
	}
	return m, sign.Values{Time: sentAt, ID: "msg_1", Nonce: "n0nce", Event: "a.b"}
}

// keysOf returns the keys of a provider's kind, as their owner writes them.
func keysOf(t testing.TB, p *Profile, n int) sign.Keys {
	t.Helper()
	k := sign.Keys{Params: map[string]string{"key_id": "ours", "webhook_id": "4JH86294D6297924G"}}
	for i := range n {
		alg := p.Scheme.Spec().Alg[0]
		if strings.HasPrefix(alg, "rsa") || alg == "RS256" {
			k.Secrets = append(k.Secrets, rsaKeys()[i])
			continue
		}
		random := bytes.NewReader(bytes.Repeat([]byte{byte(i + 1)}, 64))
		text, err := p.SecretFormat.Generate(random)
		if err != nil {
			t.Fatalf("%s: %v", p.ID, err)
		}
		k.Secrets = append(k.Secrets, text)
	}
	return k
}

// rsaKeys are three keys, made once: each takes its time.
var rsaKeys = sync.OnceValue(func() (out []string) {
	for range 3 {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			panic(err)
		}
		out = append(out, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	}
	return out
})

func everyProvider(t testing.TB) []*Profile {
	t.Helper()
	all, err := Open().All()
	if err != nil || len(all) < 140 {
		t.Fatalf("All = %d providers, %v", len(all), err)
	}
	return all
}

// withOneKey is what k is without the others.
func withOneKey(k sign.Keys, i int) sign.Keys {
	return sign.Keys{Secrets: k.Secrets[i : i+1], Params: k.Params}
}

func TestSignThenVerify(t *testing.T) {
	for _, p := range everyProvider(t) {
		t.Run(p.ID, func(t *testing.T) {
			m, values := unsigned(p, aBody)
			before := string(m.Body)
			k := keysOf(t, p, 2)
			for n := 1; n <= 2; n++ {
				out, err := p.Scheme.Sign(m, sign.Keys{Secrets: k.Secrets[:n], Params: k.Params}, values)
				if err != nil {
					t.Fatalf("Sign with %d keys: %v", n, err)
				}
				for i := range n {
					if i > 0 && !p.Scheme.Rotates() {
						continue
					}
					if v := p.Scheme.Verify(out, withOneKey(k, i), sentAt, nil); !v.OK {
						t.Errorf("%d keys, holding key %d: %s %s\n%v\n%s", n, i, v.Reason, v.Detail, out.Headers, out.Body)
					}
				}
				if v := p.Scheme.Verify(out, keysOf(t, p, 3), sentAt, nil); !v.OK || v.Key > 0 {
					t.Errorf("with three keys: %s, key %d matched, want 0", v.Reason, v.Key)
				}
			}
			if string(m.Body) != before {
				t.Errorf("Sign changed the message it was given")
			}
		})
	}
}

// TestWrongKey: no provider's message is valid under a key that did not sign
// it, or without one.
func TestWrongKey(t *testing.T) {
	for _, p := range everyProvider(t) {
		if p.Scheme.Spec().Code == "content-digest" {
			continue // has no key
		}
		m, values := unsigned(p, aBody)
		k := keysOf(t, p, 2)
		out, err := p.Scheme.Sign(m, withOneKey(k, 0), values)
		if err != nil {
			t.Fatalf("%s: %v", p.ID, err)
		}
		for name, other := range map[string]sign.Keys{
			sign.SignatureMismatch: withOneKey(k, 1),
			sign.EmptySecret:       {Secrets: []string{""}, Params: k.Params},
			sign.NoSecret:          {Params: k.Params},
		} {
			if v := p.Scheme.Verify(out, other, sentAt, nil); v.OK || v.Reason != name {
				t.Errorf("%s: Verify = %t %q, want %q", p.ID, v.OK, v.Reason, name)
			}
		}
	}
}

// TestFlippedBits flips each bit of what is covered, and of the headers that
// carry the signature and what is signed.
func TestFlippedBits(t *testing.T) {
	for _, p := range everyProvider(t) {
		m, values := unsigned(p, aBody)
		k := keysOf(t, p, 1)
		out, err := p.Scheme.Sign(m, k, values)
		if err != nil {
			t.Fatalf("%s: %v", p.ID, err)
		}
		if slices.Contains(p.Scheme.Covers(), sign.CoversBody) && !strings.Contains(strings.Join(p.Scheme.Spec().Content, " "), "jcs") {
			flip(out.Body, func(at string) {
				if p.Scheme.Verify(out, k, sentAt, nil).OK {
					t.Errorf("%s: valid with %s of the body", p.ID, at)
				}
			})
		}
	}
}

// TestFlippedParts flips each bit of what is signed where that is not the whole
// body: members, form fields, the values that lie beside the signature.
func TestFlippedParts(t *testing.T) {
	parts := map[string][]string{
		"adyen":        {`"pspReference":"1"`},
		"dropbox-sign": {`"event_time":"1"`, `"event_type":"x"`},
		"mailgun":      {`"n0nce"`, `1700000000`},
		"braintree":    {"abc"},
		"twilio":       {"bt_payload=abc&z=1&a=2"},
		"mandrill":     {"bt_payload=abc&z=1&a=2"},
		"plivo-v3":     {"bt_payload=abc&z=1&a=2"},
		"aws-sns":      {`"Message":"{\"a\":1}\n"`, `"TopicArn":"arn:aws:sns:us-east-1:1:t"`, `"MessageId":"msg_1"`, `"Type":"Notification"`},
	}
	for _, p := range everyProvider(t) {
		covers := p.Scheme.Covers()
		if parts[p.ID] == nil && slices.Contains(covers, sign.CoversParts) {
			t.Errorf("%s signs parts of the body, and no part is named here", p.ID)
		}
		for _, part := range parts[p.ID] {
			m, values := unsigned(p, aBody)
			if slices.Contains([]string{"twilio", "mandrill", "plivo-v3"}, p.ID) {
				m.Headers[0].Value, m.Body = "application/x-www-form-urlencoded", []byte(part)
			}
			k := keysOf(t, p, 1)
			out, err := p.Scheme.Sign(m, k, values)
			if err != nil {
				t.Fatalf("%s: %v", p.ID, err)
			}
			at := bytes.Index(out.Body, []byte(part))
			if at < 0 {
				t.Fatalf("%s: %s is not in %s", p.ID, part, out.Body)
			}
			flip(out.Body[at:at+len(part)], func(where string) {
				if anyTime := time.Duration(0); p.Scheme.Verify(out, k, sentAt, &anyTime).OK {
					t.Errorf("%s: valid with %s", p.ID, where)
				}
			})
		}
	}
}

// TestFlippedURL flips each bit of a URL that is signed as it stands.
func TestFlippedURL(t *testing.T) {
	flipped := 0
	for _, p := range everyProvider(t) {
		content := p.Scheme.Spec().Content
		if len(content) == 0 || !strings.Contains(content[0], "{url}") {
			continue
		}
		m, values := unsigned(p, aBody)
		k := keysOf(t, p, 1)
		out, err := p.Scheme.Sign(m, k, values)
		if err != nil {
			t.Fatalf("%s: %v", p.ID, err)
		}
		text := []byte(out.URL)
		flip(text, func(where string) {
			out.URL = string(text)
			if p.Scheme.Verify(out, k, sentAt, nil).OK {
				t.Errorf("%s: valid with %s", p.ID, where)
			}
			flipped++
		})
	}
	if flipped == 0 {
		t.Error("nothing was flipped")
	}
}

// TestFlippedHeaders does the same to the timestamp and the id that are part of
// the signed text.
func TestFlippedHeaders(t *testing.T) {
	flipped := 0
	for _, p := range everyProvider(t) {
		m, values := unsigned(p, aBody)
		k := keysOf(t, p, 1)
		out, err := p.Scheme.Sign(m, k, values)
		if err != nil {
			t.Fatalf("%s: %v", p.ID, err)
		}
		content := p.Scheme.Spec().Content
		for _, signed := range []string{"1700000000", "msg_1", "n0nce"} {
			role := map[string]string{"1700000000": "{ts}", "msg_1": "{id}", "n0nce": "{nonce}"}[signed]
			for i := range out.Headers {
				value := out.Headers[i].Value
				at := strings.Index(value, signed)
				shown := strings.HasPrefix(out.Headers[i].Name, "x-amz-sns-") // repeats what the body says
				if at < 0 || shown || len(content) == 0 || !strings.Contains(content[0], role) {
					continue
				}
				part := []byte(signed)
				flip(part, func(where string) {
					out.Headers[i].Value = value[:at] + string(part) + value[at+len(signed):]
					if anyTime := time.Duration(0); p.Scheme.Verify(out, k, sentAt, &anyTime).OK {
						t.Errorf("%s: valid with %s, %q", p.ID, where, out.Headers[i].Value)
					}
					flipped++
				})
				out.Headers[i].Value = value
			}
		}
	}
	if flipped == 0 {
		t.Error("nothing was flipped")
	}
}

func flip(b []byte, check func(at string)) {
	for i := range b {
		for bit := range 8 {
			b[i] ^= 1 << bit
			check("bit " + string(rune('0'+bit)) + " of a byte flipped in " + string(b[max(0, i-8):min(len(b), i+8)]))
			b[i] ^= 1 << bit
		}
	}
}

// TestTruncatedSignature: no proper prefix of a signature's value is valid,
// nor is the value with something behind it.
func TestTruncatedSignature(t *testing.T) {
	for _, p := range everyProvider(t) {
		m, values := unsigned(p, aBody)
		k := keysOf(t, p, 1)
		out, err := p.Scheme.Sign(m, k, values)
		if err != nil {
			t.Fatalf("%s: %v", p.ID, err)
		}
		i, template := signatureHeader(p, out)
		if i < 0 {
			continue
		}
		whole := out.Headers[i].Value
		valid := func(value string) bool {
			out.Headers[i].Value = value
			return p.Scheme.Verify(out, k, sentAt, nil).OK
		}
		complete := len(whole)
		if strings.HasPrefix(p.Scheme.Spec().Enc, "base64") {
			complete = len(strings.TrimRight(whole, "=")) // padding is optional
		}
		for n := range len(whole) {
			if got, want := valid(whole[:n]), n == complete; got != want {
				t.Errorf("%s: valid = %t for %q, cut from %q", p.ID, got, whole[:n], whole)
			}
		}
		tails := []string{"0", "00", "==", "AAAA", "ab"}
		if !strings.Contains(template, "{ts}") {
			tails = append(tails, whole) // with a timestamp it is a list of pairs, the second of which counts
		}
		for _, tail := range tails {
			if valid(whole + tail) {
				t.Errorf("%s: valid with %q behind %q", p.ID, tail, whole)
			}
		}
	}
}

// signatureHeader finds the one header that carries the signature, -1 if it is
// elsewhere or there are several.
func signatureHeader(p *Profile, m *sign.Message) (int, string) {
	at, template := -1, ""
	for _, f := range p.Scheme.Spec().Fields {
		if f.Place != sign.InHeader || !strings.Contains(f.Templates[0], "{sig}") {
			continue
		}
		if at >= 0 {
			return -1, ""
		}
		template = f.Templates[0]
		at = slices.IndexFunc(m.Headers, func(h sign.Header) bool {
			return strings.EqualFold(h.Name, strings.Replace(f.Name, "#", "1", 1))
		})
	}
	return at, template
}

// FuzzSignVerify checks the law over bodies, secrets and ids: what is signed
// verifies, and not under another secret.
func FuzzSignVerify(f *testing.F) {
	all, err := Open().All()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint8(0), "secret", "msg_1", []byte(aBody))
	f.Add(uint8(3), "whsec_plJ3nmyCDGBKInavdOK15jsl", "a.b", []byte("\x00\xff"))
	f.Fuzz(func(t *testing.T, which uint8, secret, id string, body []byte) {
		p := all[int(which)%len(all)]
		m := &sign.Message{Method: "POST", URL: "https://example.com/", Body: body}
		out, err := p.Scheme.Sign(m, sign.Keys{Secrets: []string{secret}}, sign.Values{Time: sentAt, ID: id, Event: "a.b"})
		if err != nil {
			return
		}
		v := p.Scheme.Verify(out, sign.Keys{Secrets: []string{secret}}, sentAt, nil)
		if !v.OK && id == strings.TrimSpace(id) {
			t.Fatalf("%s: %s %s\n%q", p.ID, v.Reason, v.Detail, out.Headers)
		}
		if p.Scheme.Spec().Code != "content-digest" && p.Scheme.Verify(out, sign.Keys{Secrets: []string{secret + "Aa0="}}, sentAt, nil).OK {
			t.Fatalf("%s: valid under another secret", p.ID)
		}
	})
}
