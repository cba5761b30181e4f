package sign

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"
)

// testKeys are private keys of every kind, made once.
var testKeys = sync.OnceValue(func() map[string]crypto.Signer {
	out := map[string]crypto.Signer{}
	for name, curve := range map[string]elliptic.Curve{"p256": elliptic.P256(), "p384": elliptic.P384(), "p521": elliptic.P521()} {
		out[name] = panicking(ecdsa.GenerateKey(curve, rand.Reader))
	}
	out["rsa"] = panicking(rsa.GenerateKey(rand.Reader, 2048))
	_, out["ed25519"], _ = ed25519.GenerateKey(rand.Reader)
	return out
})

func panicking[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// keyFor returns the private key of an algorithm's kind.
func keyFor(a algorithm) crypto.Signer {
	switch a.family {
	case familyEd25519:
		return testKeys()["ed25519"]
	case familyECDSARaw:
		return testKeys()[strings.ToLower(strings.ReplaceAll(a.curve.Params().Name, "-", ""))]
	}
	return testKeys()["rsa"]
}

func privatePEM(t testing.TB, key crypto.Signer) string {
	t.Helper()
	return pemText("PRIVATE KEY", must[[]byte](t)(x509.MarshalPKCS8PrivateKey(key)))
}

func publicPEM(t testing.TB, key crypto.Signer) string {
	t.Helper()
	return pemText("PUBLIC KEY", must[[]byte](t)(x509.MarshalPKIXPublicKey(key.Public())))
}

// sharedSecret is long enough for every HMAC of tokens.
var sharedSecret = strings.Repeat("0123456789abcdef", 4)

func tokenSpec(algs ...string) Spec {
	return Spec{Code: codeJWT, JWT: &JWTSpec{
		Header: "X-Token", Algs: algs, Claims: []Claim{{"iss", []string{"us"}}, {"sha256", []string{"{body|sha256hex}"}}},
		Require: []string{"exp"}, Key: map[bool]string{true: "literal", false: "pem"}[strings.HasPrefix(algs[0], "HS")],
	}}
}

// makeToken signs any header and payload with HS256, as somebody does who has
// the secret and means no good.
func makeToken(header, payload, secret string) string {
	text := tokenPart([]byte(header)) + "." + tokenPart([]byte(payload))
	sig := panicking(makeSignature(tokenAlgorithms()[0], nil, []byte(secret), []byte(text)))
	return text + "." + tokenPart(sig)
}

const (
	hs256   = `{"alg":"HS256"}`
	bodySum = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" // of {}
)

func claimsAt(exp int64) string {
	return fmt.Sprintf(`{"iss":"us","sha256":"%s","exp":%d}`, bodySum, exp)
}

func TestTokenReasons(t *testing.T) {
	s := mustNew(t, tokenSpec("HS256", "HS512", "ES256"))
	now := testTime.Unix()
	good := makeToken(hs256, claimsAt(now+60), sharedSecret)
	parts := strings.Split(good, ".")
	public := publicPEM(t, testKeys()["p256"])
	token := func(header, claims string) string { return makeToken(header, claims, sharedSecret) }
	tests := []struct{ name, token, want string }{
		{"good", good, ""},
		{"nothing", "", MissingHeader},
		{"a word", "token", MalformedHeader},
		{"two parts", parts[0] + "." + parts[1], MalformedHeader},
		{"four parts", good + ".", MalformedHeader},
		{"a payload left out", parts[0] + ".." + parts[2], MalformedHeader},
		{"padding", parts[0] + "." + parts[1] + "." + parts[2] + "=", MalformedHeader},
		{"the other alphabet", good + "+", MalformedHeader},
		{"a line end in the signature", good[:len(good)-4] + "\n" + good[len(good)-4:], MalformedHeader},
		{"a line end in the claims", parts[0] + "." + parts[1][:4] + "\r\n" + parts[1][4:] + "." + parts[2], MalformedHeader},
		{"unused bits set", good[:len(good)-1] + string(good[len(good)-1]+1), MalformedHeader},
		{"no signature", parts[0] + "." + parts[1] + ".", SignatureMismatch},
		{"a truncated signature", good[:len(good)-3], SignatureMismatch},
		{"another key's", makeToken(hs256, claimsAt(now+60), sharedSecret+"x"), SignatureMismatch},
		{"the other HMAC's name", token(`{"alg":"HS512"}`, claimsAt(now+60)), SignatureMismatch},
		{"alg none", tokenPart([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".", UnsupportedAlg},
		{"alg None", tokenPart([]byte(`{"alg":"None"}`)) + "." + parts[1] + ".", UnsupportedAlg},
		{"no alg", token(`{}`, claimsAt(now+60)), UnsupportedAlg},
		{"an alg that is not in the list", token(`{"alg":"HS384"}`, claimsAt(now+60)), UnsupportedAlg},
		{"an alg that is a number", token(`{"alg":1}`, claimsAt(now+60)), MalformedHeader},
		{"alg twice", token(`{"alg":"none","alg":"HS256"}`, claimsAt(now+60)), MalformedHeader},
		{"alg twice, once escaped", token(`{"alg":"HS256","\u0061lg":"none"}`, claimsAt(now+60)), MalformedHeader},
		{"an algorithm of a key that we do not have", token(`{"alg":"ES256"}`, claimsAt(now+60)), UnsupportedAlg},
		{"HS256 with a public key", makeToken(hs256, claimsAt(now+60), public), SignatureMismatch},
		{"crit", token(`{"alg":"HS256","crit":["exp"]}`, claimsAt(now+60)), Unsupported},
		{"crit that is empty", token(`{"alg":"HS256","crit":[]}`, claimsAt(now+60)), MalformedHeader},
		{"crit that is text", token(`{"alg":"HS256","crit":"exp"}`, claimsAt(now+60)), MalformedHeader},
		{"b64", token(`{"alg":"HS256","b64":false}`, claimsAt(now+60)), Unsupported},
		{"b64 that is text", token(`{"alg":"HS256","b64":"false"}`, claimsAt(now+60)), MalformedHeader},
		{"a header that is a list", token(`["alg"]`, claimsAt(now+60)), MalformedHeader},
		{"claims that are a list", token(hs256, `[]`), MalformedHeader},
		{"claims that are no JSON", token(hs256, `{"iss":`), MalformedHeader},
		{"something behind the claims", token(hs256, claimsAt(now+60)+"{}"), MalformedHeader},
		{"a claim twice", token(hs256, strings.Replace(claimsAt(now+60), `"iss"`, `"iss":"us","iss"`, 1)), MalformedHeader},
		{"another issuer", token(hs256, strings.Replace(claimsAt(now+60), `"us"`, `"them"`, 1)), Unsupported},
		{"no issuer", token(hs256, `{}`), Unsupported},
		{"another body", token(hs256, strings.Replace(claimsAt(now+60), bodySum, strings.Repeat("0", 64), 1)), BodyHashMismatch},
		{"no body", token(hs256, fmt.Sprintf(`{"iss":"us","exp":%d}`, now)), BodyHashMismatch},
		{"no end", token(hs256, `{"iss":"us"}`), MissingTimestamp},
		{"an end that is text", token(hs256, `{"iss":"us","exp":"1"}`), BadTimestamp},
		{"an end with a fraction", token(hs256, `{"iss":"us","exp":1.5e9}`), BadTimestamp},
		{"a negative end", token(hs256, `{"iss":"us","exp":-1}`), BadTimestamp},
		{"an end of many digits", token(hs256, `{"iss":"us","exp":`+strings.Repeat("9", 40)+`}`), BadTimestamp},
		{"ends now", token(hs256, claimsAt(now)), ""},
		{"ended a second ago", token(hs256, claimsAt(now-1)), TimestampTooOld},
		{"begins in a second", token(hs256, strings.Replace(claimsAt(now+60), `"exp"`, fmt.Sprintf(`"nbf":%d,"exp"`, now+1), 1)), TimestampTooNew},
		{"oversized", good + strings.Repeat("A", maxToken), MalformedHeader},
		{"a thousand dots", strings.Repeat(".", 1000), MalformedHeader},
	}
	k := Keys{Secrets: []string{sharedSecret}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := &Message{Headers: Headers{{"X-Token", test.token}}, Body: []byte("{}")}
			v := s.Verify(m, k, testTime, nil)
			if v.Reason != test.want || v.OK != (test.want == "") || v.OK == (v.Detail != "") {
				t.Errorf("Verify = %t %q (%s), want %q", v.OK, v.Reason, v.Detail, test.want)
			}
		})
	}
	m := &Message{Headers: Headers{{"X-Token", token(hs256, claimsAt(now-1))}}, Body: []byte("{}")}
	if off := time.Duration(0); !s.Verify(m, k, testTime, &off).OK {
		t.Error("a tolerance of zero does not switch the window off")
	}
	m = &Message{Headers: Headers{{"X-Token", good}, {"x-token", good}}, Body: []byte("{}")}
	if v := s.Verify(m, k, testTime, nil); v.Reason != DuplicateHeader {
		t.Errorf("two tokens: %q", v.Reason)
	}
}

// TestAlgorithmConfusion: a public key is never a shared secret, in whatever
// form it is configured and whatever the token names.
func TestAlgorithmConfusion(t *testing.T) {
	key := testKeys()["rsa"]
	text := publicPEM(t, key)
	public := must[crypto.PublicKey](t)(ParsePublicKey(text))
	jwks := jwkText(t, key, "k")
	for name, algs := range map[string][]string{"both kinds": {"HS256", "RS256"}, "shared only": {"HS256"}, "public only": {"RS256"}} {
		s := mustNew(t, tokenSpec(algs...))
		for _, secret := range []string{text, strings.TrimSpace(text), text + "\n", jwks} {
			m := &Message{Headers: Headers{{"X-Token", makeToken(hs256, claimsAt(testTime.Unix()+60), secret)}}, Body: []byte("{}")}
			for _, k := range []Keys{{Public: []crypto.PublicKey{public}}, {Secrets: []string{secret}}, {Secrets: []string{secret}, Public: []crypto.PublicKey{public}}} {
				v := s.Verify(m, k, testTime, nil)
				if v.OK || v.Reason != UnsupportedAlg && v.Reason != BadSecret && !(v.Reason == NoSecret && name == "shared only") {
					t.Errorf("%s: Verify = %t %q (%s)", name, v.OK, v.Reason, v.Detail)
				}
			}
			var wrong *KeyError
			if err := s.CheckSecret(secret); !errors.As(err, &wrong) || wrong.Reason != BadSecret {
				t.Errorf("%s: CheckSecret of a public key = %v", name, err)
			}
		}
	}
}

func jwkText(t testing.TB, key crypto.Signer, id string) string {
	t.Helper()
	text := must[[]byte](t)(json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: []byte("a shared secret"), KeyID: id}, {Key: key.Public(), KeyID: id, Use: "sig"},
	}}))
	return string(text)
}

// TestTokenOracle: for every algorithm, what we sign go-jose verifies, and the
// other way round, with keys as PEM and as JSON web keys.
func TestTokenOracle(t *testing.T) {
	for _, a := range tokenAlgorithms() {
		t.Run(a.name, func(t *testing.T) {
			s := mustNew(t, tokenSpec(a.name))
			k, theirs, theirKey := Keys{Secrets: []string{sharedSecret}}, any([]byte(sharedSecret)), any([]byte(sharedSecret))
			verify := k
			if a.asymmetric() {
				key := keyFor(a)
				k = Keys{Secrets: []string{privatePEM(t, key)}}
				theirs, theirKey = key.Public(), key
				verify = Keys{Public: []crypto.PublicKey{must[crypto.PublicKey](t)(ParsePublicKey(jwkText(t, key, "k")))}}
			}
			k.Params = map[string]string{"key_id": "k"}
			out, err := s.Sign(&Message{Body: []byte("{}")}, k, Values{Time: testTime})
			if err != nil {
				t.Fatal(err)
			}
			if v := s.Verify(out, verify, testTime, nil); !v.OK {
				t.Errorf("our own token: %s %s", v.Reason, v.Detail)
			}
			parsed, err := jose.ParseSignedCompact(value(out, "X-Token"), []jose.SignatureAlgorithm{jose.SignatureAlgorithm(a.name)})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parsed.Verify(theirs); err != nil {
				t.Errorf("go-jose refuses our token: %v", err)
			}
			signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(a.name), Key: theirKey}, (&jose.SignerOptions{}).WithHeader("kid", "k"))
			if err != nil {
				t.Fatal(err)
			}
			signed, err := signer.Sign([]byte(claimsAt(testTime.Unix())))
			if err != nil {
				t.Fatal(err)
			}
			text, err := signed.CompactSerialize()
			if err != nil {
				t.Fatal(err)
			}
			if v := s.Verify(with(out, "X-Token", text), verify, testTime, nil); !v.OK {
				t.Errorf("go-jose's token: %s %s", v.Reason, v.Detail)
			}
		})
	}
}

// TestDetachedOracle does the same to the form without payload (RFC 7797).
func TestDetachedOracle(t *testing.T) {
	key := testKeys()["rsa"]
	s := mustNew(t, Spec{Code: codeJWT, JWT: &JWTSpec{Header: "X-Token", Detached: true, Algs: []string{"RS256"}, Key: "jwks"}})
	body := []byte("{\"a\": 1}\n\xff.")
	k := Keys{Public: []crypto.PublicKey{key.Public()}}
	out, err := s.Sign(&Message{Body: body}, Keys{Secrets: []string{privatePEM(t, key)}}, Values{})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jose.ParseDetached(value(out, "X-Token"), body, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		t.Fatal(err)
	}
	if err := parsed.DetachedVerify(body, key.Public()); err != nil {
		t.Errorf("go-jose refuses our signature: %v", err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, (&jose.SignerOptions{}).WithBase64(false))
	if err != nil {
		t.Fatal(err)
	}
	theirs := must[*jose.JSONWebSignature](t)(signer.Sign(body))
	text := must[string](t)(theirs.DetachedCompactSerialize())
	if v := s.Verify(with(out, "X-Token", text), k, testTime, nil); !v.OK {
		t.Errorf("go-jose's signature: %s %s", v.Reason, v.Detail)
	}
	flipBits(out.Body, func(at int) {
		if s.Verify(out, k, testTime, nil).OK {
			t.Errorf("valid with byte %d flipped", at)
		}
	})
}

// flipBits flips each bit of b, one at a time.
func flipBits(b []byte, check func(at int)) {
	for i := range b {
		for bit := range 8 {
			b[i] ^= 1 << bit
			check(i)
			b[i] ^= 1 << bit
		}
	}
}

// TestFlippedToken: no bit of a token can be changed.
func TestFlippedToken(t *testing.T) {
	s := mustNew(t, tokenSpec("HS256"))
	k := Keys{Secrets: []string{sharedSecret}}
	text := []byte(makeToken(hs256, claimsAt(testTime.Unix()), sharedSecret))
	flipBits(text, func(at int) {
		m := &Message{Headers: Headers{{"X-Token", string(text)}}, Body: []byte("{}")}
		if s.Verify(m, k, testTime, nil).OK {
			t.Errorf("valid with byte %d flipped: %s", at, text)
		}
	})
}

func TestKeyByID(t *testing.T) {
	a, b := testKeys()["p256"], must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	set := must[[]byte](t)(json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: b.Public(), KeyID: "b"}, {Key: a.Public(), KeyID: "a"}, {Key: a.Public(), KeyID: "enc", Use: "enc"}, {Key: a.Public(), KeyID: "es384", Algorithm: "ES384"},
	}}))
	named := strings.Replace(publicPEM(t, a), "KEY-----\n", "KEY-----\nKid: a\n\n", 1)
	s := mustNew(t, tokenSpec("ES256"))
	tests := []struct{ name, keys, id, want string }{
		{"by its id", string(set), "a", ""},
		{"by another's id", string(set), "b", SignatureMismatch},
		{"by nobody's id", string(set), "c", UnknownKey},
		{"by the id of a key that encrypts", string(set), "enc", UnknownKey},
		{"by the id of a key for another algorithm", string(set), "es384", SignatureMismatch},
		{"without an id", string(set), "", ""},
		{"PEM has no id", publicPEM(t, a), "c", ""},
		{"PEM with an id", named, "a", ""},
		{"PEM with another id", named, "b", UnknownKey},
		{"two PEM blocks", publicPEM(t, b) + named, "a", ""},
		{"a key on another curve", publicPEM(t, testKeys()["p384"]), "a", BadSecret},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out, err := s.Sign(&Message{Body: []byte("{}")}, Keys{Secrets: []string{privatePEM(t, a)}, Params: map[string]string{"key_id": test.id}}, Values{Time: testTime})
			if err != nil {
				t.Fatal(err)
			}
			key := must[crypto.PublicKey](t)(ParsePublicKey(test.keys))
			v := s.Verify(out, Keys{Public: []crypto.PublicKey{nil, key}}, testTime, nil)
			if v.Reason != test.want || v.OK != (test.want == "") || v.OK && v.Key != 1 {
				t.Errorf("Verify = %t %q (%s), key %d, want %q", v.OK, v.Reason, v.Detail, v.Key, test.want)
			}
		})
	}
}

func TestKeySetsThatAreNone(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "{}", "no keys": `{"keys":[]}`, "a shared secret": `{"kty":"oct","k":"AAAA"}`, "no JSON": "{",
		"an even exponent out of range": `{"kty":"RSA","n":"AQAB","e":"AQ"}`, "no modulus": `{"kty":"RSA","e":"AQAB"}`,
		"a point that is not on the curve": `{"kty":"EC","crv":"P-256","x":"` + strings.Repeat("A", 43) + `","y":"` + strings.Repeat("A", 43) + `"}`,
		"an unknown curve":                 `{"kty":"EC","crv":"P-192","x":"AA","y":"AA"}`,
		"a short Ed25519 key":              `{"kty":"OKP","crv":"Ed25519","x":"AA"}`,
		"too many":                         `{"keys":[` + strings.Repeat(`{"kty":"oct"},`, 200) + `{"kty":"oct"}]}`,
		"too long":                         `{"keys":"` + strings.Repeat("A", maxKeyText) + `"}`,
	} {
		if key, err := ParsePublicKey(text); err == nil {
			t.Errorf("%s: ParsePublicKey = %T", name, key)
		}
	}
}

func TestTokenSpecs(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Spec)
		field  string
	}{
		{"none in the list", func(s *Spec) { s.JWT.Algs = []string{"none"} }, "jwt.algs"},
		{"no list", func(s *Spec) { s.JWT.Algs = nil }, "jwt.algs"},
		{"no settings", func(s *Spec) { s.JWT = nil }, "jwt"},
		{"another code", func(s *Spec) { s.Code, s.JWT = "magic", nil }, "code"},
		{"settings without their code", func(s *Spec) { s.Code = "" }, "jwt"},
		{"nowhere", func(s *Spec) { s.JWT.Header = "" }, "jwt.header"},
		{"in two places", func(s *Spec) { s.JWT.Body = true }, "jwt.header"},
		{"a claim that cannot be read", func(s *Spec) { s.JWT.Claims = []Claim{{"a", []string{"{bdoy}"}}} }, "jwt.claims.a"},
		{"a shared secret in PEM", func(s *Spec) { s.JWT.Key = "pem" }, "jwt.key"},
		{"claims of a detached token", func(s *Spec) { s.JWT.Detached = true }, "jwt.claims"},
		{"a claim about nothing, if there is a body", func(s *Spec) { s.JWT.ClaimsIfBody = []Claim{{"a", []string{"b"}}} }, "jwt.claims_if_body"},
		{"an algorithm beside the settings", func(s *Spec) { s.Alg = []string{"hmac-sha256"} }, "alg"},
		{"a signature beside the settings", func(s *Spec) { s.Fields = []Field{header("X-Sig", "{sig}")} }, "headers.X-Sig"},
	}
	for _, test := range tests {
		spec := tokenSpec("HS256")
		test.change(&spec)
		_, err := New(spec)
		var wrong *SpecError
		if !errors.As(err, &wrong) || wrong.Field != test.field {
			t.Errorf("%s: New = %v, want an error about %s", test.name, err, test.field)
		}
	}
	s := mustNew(t, tokenSpec("HS256"))
	again := mustNew(t, s.Spec())
	if diff := cmp.Diff(s.Spec(), again.Spec()); diff != "" {
		t.Errorf("New of what Spec returns (-was +is):\n%s", diff)
	}
}

// TestCanonicalRequest holds the hash of Atlassian's tokens to the examples of
// developer.atlassian.com/cloud/bitbucket/query-string-hash, and to its rules.
func TestCanonicalRequest(t *testing.T) {
	for _, test := range []struct{ method, url, want string }{
		{"get", "https://h/?param=foo", "GET&/&param=foo"},
		{"POST", "https://h/user", "POST&/user&"},
		{"GET", "https://h", "GET&/&"},
		{"GET", "https://h/a/", "GET&/a&"},
		{"GET", "https://h/a&b", "GET&/a%26b&"},
		{"GET", "https://h/a?b=2&b=1&a-b=~*&a=%20+x&jwt=t", "GET&/a&a=%20%20x&a-b=~%2A&b=1,2"},
	} {
		if got := canonicalRequest(&Message{Method: test.method, URL: test.url}); got != test.want {
			t.Errorf("%s %s = %s, want %s", test.method, test.url, got, test.want)
		}
	}
}

// FuzzToken: a token that can be read has one reading, which is that of
// encoding/json, and what it says is signed is what stands before its last dot.
func FuzzToken(f *testing.F) {
	f.Add(makeToken(hs256, claimsAt(1), "s"), false)
	f.Add(makeToken(`{"alg":"HS256","kid":"\u006b","crit":["b64"],"b64":false}`, `{"a":{"a":1}}`, "s"), false)
	f.Add("e30..", true)
	f.Add("e30.e30.", false)
	f.Fuzz(func(t *testing.T, text string, detached bool) {
		tok, bad := parseToken(text, detached)
		if bad.bad() {
			if bad.reason != MalformedHeader || bad.detail == "" {
				t.Fatalf("parseToken = %+v", bad)
			}
			return
		}
		if tok.signed+"."+tokenPart(tok.signature) != text {
			t.Fatalf("%q reads as %q and %x", text, tok.signed, tok.signature)
		}
		raw, err := base64.RawURLEncoding.DecodeString(strings.Split(text, ".")[0])
		if err != nil {
			t.Fatal(err)
		}
		var header map[string]any
		if err := json.Unmarshal(raw, &header); err != nil {
			t.Fatalf("%q is no header for encoding/json: %v", raw, err)
		}
		if alg, _ := header["alg"].(string); alg != tok.alg && utf8.Valid(raw) {
			t.Fatalf("alg is %q, for encoding/json %q", tok.alg, alg)
		}
		if _, both := header["b64"].(bool); both && header["b64"] != tok.encoded {
			t.Fatalf("b64 is %t, for encoding/json %v", tok.encoded, header["b64"])
		}
	})
}

// FuzzKeySet: whatever stands in a file of keys, it is refused or makes keys to
// verify with.
func FuzzKeySet(f *testing.F) {
	f.Add(`{"kty":"OKP","crv":"Ed25519","kid":"test-key-ed25519","x":"JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}`)
	f.Add(`{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"}]}`)
	f.Add("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----")
	f.Fuzz(func(t *testing.T, text string) {
		key, err := ParsePublicKey(text)
		if err != nil {
			return
		}
		for _, k := range everyKey([]crypto.PublicKey{key}) {
			if _, err := usablePublic(k.public, nil); err != nil {
				t.Fatalf("%T: %v", k.public, err)
			}
			for _, a := range tokenAlgorithms() {
				if fits(k.public, a) == nil && a.verifies(k.public, a.digest([]byte("x")), bytes.Repeat([]byte{1}, 64)) {
					t.Fatal("a key verifies anything")
				}
			}
		}
	})
}

// TestRawECDSA: r and s are padded to the curve's size, whatever they are.
func TestRawECDSA(t *testing.T) {
	a := tokenAlgorithms()[11]
	key := testKeys()["p521"]
	for range 20 {
		sig, err := a.signWith(key, a.digest([]byte("x")))
		if err != nil || len(sig) != 132 || !a.verifies(key.Public(), a.digest([]byte("x")), sig) {
			t.Fatalf("%d bytes, %v", len(sig), err)
		}
	}
	zero := make([]byte, 132)
	if a.verifies(key.Public(), a.digest([]byte("x")), zero) || new(big.Int).SetBytes(zero).Sign() != 0 {
		t.Error("r and s of zero verify")
	}
}

// TestTokenShownID: an id that is shown from beside the token is not covered by
// it.
func TestTokenShownID(t *testing.T) {
	spec := Spec{Code: "jwt", JWT: &JWTSpec{Header: "X-Token", Algs: []string{"HS256"}, Key: "literal", ID: "jti"}}
	if s := mustNew(t, spec); !slices.Contains(s.Covers(), CoversID) {
		t.Errorf("the id in the token is not covered: %v", s.Covers())
	}
	spec.Fields = []Field{header("X-Id", "{id}")}
	if s := mustNew(t, spec); slices.Contains(s.Covers(), CoversID) {
		t.Errorf("the id in a header is covered: %v", s.Covers())
	}
}
