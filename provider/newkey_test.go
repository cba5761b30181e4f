package provider

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/sign"
)

// TestNewKey: what NewKey makes signs and verifies, for every algorithm of
// every provider, and no two keys are one.
func TestNewKey(t *testing.T) {
	pairs := 0
	for _, p := range everyProvider(t) {
		for _, alg := range append([]string{""}, p.Scheme.Spec().Alg...) {
			key, err := p.NewKey(alg, rand.Reader)
			var none *sign.KeyError
			if p.ID == "content-digest" {
				if !errors.As(err, &none) || none.Reason != sign.NoSecret {
					t.Errorf("%s has no key: %v", p.ID, err)
				}
				continue
			}
			if err != nil || (key.Secret == "") == (key.Private == "") || (key.Private == "") != (key.Public == "") {
				t.Errorf("%s %s: %+v, %v", p.ID, alg, key, err)
				continue
			}
			if key.Private != "" {
				pairs++
			}
			tryKey(t, p, alg, key)
			if again, err := p.NewKey(alg, rand.Reader); err != nil || again.Secret == key.Secret && again.Private == key.Private {
				t.Errorf("%s %s: the same key twice, %v", p.ID, alg, err)
			}
		}
	}
	if pairs < 20 {
		t.Errorf("%d pairs were made", pairs)
	}
}

func tryKey(t *testing.T, p *Profile, alg string, key Key) {
	t.Helper()
	m, values := unsigned(p, aBody)
	k := keysOf(t, p, 0)
	k.Secrets = []string{key.Secret + key.Private}
	if weak := p.Scheme.WeakSecret(k.Secrets[0]); weak != "" || len(k.Secrets[0]) < 16 {
		t.Errorf("%s %s: a secret of %d characters: %s", p.ID, alg, len(k.Secrets[0]), weak)
	}
	out, err := p.Scheme.Sign(m, k, values)
	if err != nil {
		t.Errorf("%s %s: Sign: %v", p.ID, alg, err)
		return
	}
	if v := p.Scheme.Verify(out, k, sentAt, nil); !v.OK {
		t.Errorf("%s %s: with its own secret: %s %s", p.ID, alg, v.Reason, v.Detail)
	}
	if key.Public == "" {
		return
	}
	public, err := sign.ParsePublicKey(key.Public)
	if err != nil {
		t.Errorf("%s %s: %v", p.ID, alg, err)
		return
	}
	if v := p.Scheme.Verify(out, sign.Keys{Public: []crypto.PublicKey{public}, Params: k.Params}, sentAt, nil); !v.OK {
		t.Errorf("%s %s: with its public key: %s %s", p.ID, alg, v.Reason, v.Detail)
	}
}

// TestNewKeyForms: prefix, length and alphabet are the sender's own.
func TestNewKeyForms(t *testing.T) {
	const pem = `^-----BEGIN %s KEY-----\n[\s\S]+\n-----END %s KEY-----$`
	private, public := strings.ReplaceAll(pem, "%s", "PRIVATE"), strings.ReplaceAll(pem, "%s", "PUBLIC")
	for _, test := range []struct{ provider, alg, secret, public string }{
		{"standard", "", `^whsec_[A-Za-z0-9+/]{32}$`, `^$`},
		{"stripe", "", `^whsec_[A-Za-z0-9]{32}$`, `^$`},
		{"slack", "", `^[0-9a-f]{32}$`, `^$`},
		{"revkeen", "", `^rk_wh_[A-Za-z0-9_-]{32}$`, `^$`},
		{"adyen", "", `^[0-9a-f]{64}$`, `^$`},
		{"teams", "", `^[A-Za-z0-9+/]{43}=$`, `^$`},
		{"github", "", `^[0-9a-f]{64}$`, `^$`},
		{"standard-v1a", "", `^whsk_[A-Za-z0-9+/]{86}==$`, `^whpk_[A-Za-z0-9+/]{43}=$`},
		{"svix-v1a", "", `^whsk_[A-Za-z0-9+/]{86}==$`, `^whpk_[A-Za-z0-9+/]{43}=$`},
		{"discord", "", `^[0-9a-f]{64}$`, `^[0-9a-f]{64}$`},
		{"telnyx", "", `^[A-Za-z0-9+/]{43}=$`, `^[A-Za-z0-9+/]{43}=$`},
		{"sendgrid", "", private, `^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{86}==$`},
		{"wise", "", private, public},
		{"aws-sns", "rsa-sha256", private, public},
		{"plaid", "", private, `^\{"keys":\[\{"kty":"EC","crv":"P-256","x":"[\w-]{43}","y":"[\w-]{43}","alg":"ES256","use":"sig"\}\]\}$`},
		{"kinde", "", private, `^\{"keys":\[\{"kty":"RSA","n":"[\w-]{342}","e":"AQAB","alg":"RS256","use":"sig"\}\]\}$`},
		{"http-message-signatures", "", `^[A-Za-z0-9+/]{86}==$`, `^$`},
		{"http-message-signatures", "ed25519", private, public},
		{"http-message-signatures", "ecdsa-p384-sha384", private, public},
	} {
		p, err := Open().Get(test.provider)
		if err != nil {
			t.Fatal(err)
		}
		key, err := p.NewKey(test.alg, rand.Reader)
		if err != nil || !regexp.MustCompile(test.secret).MatchString(key.Secret+key.Private) || !regexp.MustCompile(test.public).MatchString(key.Public) {
			t.Errorf("%s %s: %+v, %v", test.provider, test.alg, key, err)
		}
	}
}

// TestNewKeyRandom: the same random numbers make the same key, too few of them
// or zeros alone none.
func TestNewKeyRandom(t *testing.T) {
	for _, id := range []string{"standard", "stripe", "discord", "sendgrid"} {
		p, err := Open().Get(id)
		if err != nil {
			t.Fatal(err)
		}
		stream := func() *bytes.Reader { return bytes.NewReader(bytes.Repeat([]byte{0xff, 7, 9, 250, 3}, 200)) }
		first, err := p.NewKey("", stream())
		again, err2 := p.NewKey("", stream())
		if err != nil || err2 != nil || first != again {
			t.Errorf("%s: %+v and %+v, %v, %v", id, first, again, err, err2)
		}
		if _, err := p.NewKey("", strings.NewReader("short")); err == nil {
			t.Errorf("%s: a key of too few random bytes", id)
		}
	}
	p, err := Open().Get("sendgrid")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.NewKey("", bytes.NewReader(make([]byte, 1<<16))); err == nil {
		t.Error("a key of zeros")
	}
	var unknown interface{ Unknown() (string, []string) }
	if _, err := p.NewKey("ecdsa-p256", rand.Reader); !errors.As(err, &unknown) {
		t.Errorf("an algorithm that the scheme does not have: %v", err)
	}
}
