package provider

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/sign"
)

// TestTokenAttacks gives every provider whose signature is a token the forgeries
// that libraries for tokens have fallen for. The algorithm, the key and where it
// comes from are the file's and the operator's to say, never the message's.
func TestTokenAttacks(t *testing.T) {
	tried := 0
	for _, p := range everyProvider(t) {
		if p.Scheme.Spec().JWT == nil {
			continue
		}
		t.Run(p.ID, func(t *testing.T) {
			a := newAttack(t, p)
			for name, token := range a.forgeries(t) {
				tried++
				for kind, k := range a.keys {
					if v := p.Scheme.Verify(a.with(token), k, sentAt, nil); v.OK || v.Reason == "" {
						t.Errorf("%s, %s: valid %t, reason %q\n%s", name, kind, v.OK, v.Reason, token)
					}
				}
			}
		})
	}
	if tried < 150 {
		t.Errorf("only %d forgeries were tried", tried)
	}
}

// attack is a genuine token, taken apart.
type attack struct {
	p                         *Profile
	message                   *sign.Message
	token                     string
	header, claims, signature string // still encoded
	keys                      map[string]sign.Keys
	public                    []string // spellings of the public key
}

func newAttack(t *testing.T, p *Profile) *attack {
	t.Helper()
	m, values := unsigned(p, aBody)
	k := keysOf(t, p, 1)
	out, err := p.Scheme.Sign(m, k, values)
	if err != nil {
		t.Fatal(err)
	}
	a := &attack{p: p, message: out, keys: map[string]sign.Keys{"secret": k}}
	if p.Scheme.Spec().JWT.Body {
		a.token = string(out.Body)
	} else {
		i, _ := signatureHeader(p, out)
		fields := strings.Fields(out.Headers[i].Value)
		a.token = fields[len(fields)-1]
	}
	parts := strings.Split(a.token, ".")
	a.header, a.claims, a.signature = parts[0], parts[1], parts[2]
	a.publish(t, k)
	for kind, k := range a.keys {
		if v := p.Scheme.Verify(out, k, sentAt, nil); !v.OK {
			t.Fatalf("the genuine token with the %s: %s %s", kind, v.Reason, v.Detail)
		}
	}
	return a
}

// publish adds the public half of an RSA key, as a verifier holds it.
func (a *attack) publish(t *testing.T, k sign.Keys) {
	t.Helper()
	block, _ := pem.Decode([]byte(k.Secrets[0]))
	if block == nil {
		a.public = []string{"a public key that anybody knows"}
		return
	}
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(private.(crypto.Signer).Public())
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	key, err := sign.ParsePublicKey(text)
	if err != nil {
		t.Fatal(err)
	}
	a.keys["public key"] = sign.Keys{Public: []crypto.PublicKey{key}, Params: k.Params}
	a.public = []string{text, strings.TrimSpace(text), string(der), base64.StdEncoding.EncodeToString(der)}
}

// with is the message with another token.
func (a *attack) with(token string) *sign.Message {
	m := *a.message
	if m.Headers = slices.Clone(m.Headers); a.p.Scheme.Spec().JWT.Body {
		m.Body = []byte(token)
		return &m
	}
	for i := range m.Headers {
		m.Headers[i].Value = strings.Replace(m.Headers[i].Value, a.token, token, 1)
	}
	return &m
}

func encoded(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// head is the genuine token's header with other members.
func (a *attack) head(t *testing.T, other map[string]any) string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(a.header)
	if err != nil {
		t.Fatal(err)
	}
	members := map[string]any{}
	if err := json.Unmarshal(raw, &members); err != nil {
		t.Fatal(err)
	}
	for name, value := range other {
		members[name] = value
	}
	if raw, err = json.Marshal(members); err != nil {
		t.Fatal(err)
	}
	return encoded(raw)
}

func (a *attack) forgeries(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, none := range []string{"none", "None", "NONE", "nOnE", "", " HS256", "hs256", "HS256\x00", "dir"} {
		head := a.head(t, map[string]any{"alg": none})
		out["alg "+none+" and no signature"] = head + "." + a.claims + "."
		out["alg "+none+" and the old signature"] = head + "." + a.claims + "." + a.signature
	}
	shared := func(name, head, key string) {
		text := head + "." + a.claims
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(text))
		if a.claims == "" {
			mac.Write(a.message.Body)
		}
		out[name] = text + "." + encoded(mac.Sum(nil))
	}
	hs := map[string]any{"alg": "HS256"}
	for _, text := range a.public {
		shared("HS256 with the public key "+text[:min(9, len(text))], a.head(t, hs), text)
	}
	shared("HS256 with an empty key", a.head(t, hs), "")
	for _, id := range []string{"../../../../dev/null", "' UNION SELECT '", "", "file:///dev/null"} {
		shared("HS256 with an empty key, called "+id, a.head(t, map[string]any{"alg": "HS256", "kid": id}), "")
		shared("HS256 with its name for a key, "+id, a.head(t, map[string]any{"alg": "HS256", "kid": id}), id)
	}
	zero := encoded(make([]byte, 64))
	out["ES256 with zeros"] = a.head(t, map[string]any{"alg": "ES256"}) + "." + a.claims + "." + zero
	a.ownKeys(t, out)
	a.payloads(t, out)
	return out
}

// ownKeys are tokens that bring the key with them that they were signed with.
func (a *attack) ownKeys(t *testing.T, out map[string]string) {
	t.Helper()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := ec.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	jwk := map[string]any{"kty": "EC", "crv": "P-256", "kid": "theirs", "x": encoded(point[1:33]), "y": encoded(point[33:])}
	for name, extra := range map[string]map[string]any{
		"jwk": {"jwk": jwk, "kid": "theirs"}, "jku": {"jku": "https://evil.example/jwks", "kid": "theirs"}, "x5u": {"x5u": "https://evil.example/c.pem"},
	} {
		extra["alg"] = "ES256"
		text := a.head(t, extra) + "." + a.claims
		sum := sha256.Sum256(a.signedText(text))
		r, s, err := ecdsa.Sign(rand.Reader, ec, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		out["ES256 with a key in "+name] = text + "." + encoded(fixed(r, s))
	}
	block, _ := pem.Decode([]byte(rsaKeys()[2]))
	private, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	text := a.head(t, map[string]any{"alg": "RS256", "kid": "theirs", "jwk": map[string]any{
		"kty": "RSA", "e": "AQAB", "n": encoded(private.(*rsa.PrivateKey).N.Bytes()),
	}}) + "." + a.claims
	sum := sha256.Sum256(a.signedText(text))
	sig, err := rsa.SignPKCS1v15(nil, private.(*rsa.PrivateKey), crypto.SHA256, sum[:])
	if err != nil {
		t.Fatal(err)
	}
	out["RS256 with a key in jwk"] = text + "." + encoded(sig)
}

// signedText is text, and the body behind it where the payload is not in the
// token.
func (a *attack) signedText(text string) []byte {
	if a.claims == "" {
		return append([]byte(text), a.message.Body...)
	}
	return []byte(text)
}

func fixed(r, s *big.Int) []byte {
	out := make([]byte, 64)
	r.FillBytes(out[:32])
	s.FillBytes(out[32:])
	return out
}

// payloads are other claims under the old signature, and other readings of it.
func (a *attack) payloads(t *testing.T, out map[string]string) {
	t.Helper()
	out["other claims"] = a.header + "." + encoded([]byte(`{"exp":9999999999}`)) + "." + a.signature
	out["a second dot"] = a.header + "." + a.claims + ".." + a.signature
	out["no signature"] = a.header + "." + a.claims + "."
	out["only dots"] = ".."
	out["a list of one"] = "[" + a.token + "]"
	out["a payload as it stands"] = a.head(t, map[string]any{"b64": a.claims == "", "crit": []string{"b64"}}) + "." + a.claims + "." + a.signature
	out["an unknown extension"] = a.head(t, map[string]any{"crit": []string{"exp"}}) + "." + a.claims + "." + a.signature
	out["two tokens"] = a.token + "," + a.token
}
