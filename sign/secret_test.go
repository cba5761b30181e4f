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
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"
)

func TestKeyRules(t *testing.T) {
	tests := []struct {
		rule         keyRule
		secret, want string // want in hex, or the reason
	}{
		{keyLiteral, "whsec_AAAA", hex.EncodeToString([]byte("whsec_AAAA"))},
		{keyLiteral, " x ", "207820"},
		{keyLiteral, "", EmptySecret},
		{keyLiteral, "\r\n", EmptySecret},
		{keyWhsec, "whsec_AAEC", "000102"},
		{keyWhsec, "AAEC", "000102"},
		{keyWhsec, "whsec_AAE=", "0001"},
		{keyWhsec, "whsec_AAE", "0001"},
		{keyWhsec, "whsec_AAF", "0001"}, // bits set after the last byte: the senders' libraries take it
		{keyWhsec, "whsec_AA_-", BadSecret},
		{keyWhsec, "whsec_AA EC", BadSecret},
		{keyWhsec, "whsec_AAEC\n", BadSecret},
		{keyWhsec, "whsec_", EmptySecret},
		{keyWhsec, "whsec_====", BadSecret},
		{keyWhsecOrLiteral, "whsec_AAEC", "000102"},
		{keyWhsecOrLiteral, "AAEC", hex.EncodeToString([]byte("AAEC"))},
		{keyWhsecOrLiteral, "whsec_!", BadSecret},
		{keyBase64, "AAEC", "000102"},
		{keyBase64, "whsec_AAEC", BadSecret},
		{keyHex, "00aF", "00af"},
		{keyHex, "00a", BadSecret},
		{keySHA1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
		{keySHA256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
		{keyNFKD, "é", "65cc81"},
		{keyNFKD, "abc", "616263"},
	}
	for _, test := range tests {
		key, err := test.rule.bytes(test.secret)
		got := hex.EncodeToString(key)
		var wrong *KeyError
		if errors.As(err, &wrong) {
			got = wrong.Reason
		}
		if got != test.want {
			t.Errorf("%s of %q = %s, %v, want %s", test.rule, test.secret, got, err, test.want)
		}
		if err != nil && len(test.secret) > 6 && strings.Contains(err.Error(), test.secret) {
			t.Errorf("the error shows the secret: %v", err)
		}
	}
}

func TestCheckSecret(t *testing.T) {
	s := mustNew(t, standardSpec())
	for secret, want := range map[string]string{testSecret: "", "": EmptySecret, " \r\n": EmptySecret, "\ufeff": EmptySecret, "\u200b\u2060": EmptySecret, "\x00": EmptySecret,
		"whsec_": EmptySecret, "whsec_?": BadSecret} {
		got := ""
		var wrong *KeyError
		if errors.As(s.CheckSecret(secret), &wrong) {
			got = wrong.Reason
		}
		if got != want {
			t.Errorf("CheckSecret(%q) = %q, want %q", secret, got, want)
		}
	}
	for secret, weak := range map[string]bool{testSecret: false, "whsec_AAEC": true, "whsec_" + strings.Repeat("AAEC", 22): true} {
		if got := s.WeakSecret(secret); (got != "") != weak {
			t.Errorf("WeakSecret(%q) = %q", secret, got)
		}
	}
	if got := mustNew(t, githubSpec()).WeakSecret("x"); got != "" {
		t.Errorf("WeakSecret of a scheme that takes any text = %q", got)
	}
}

// FuzzSecret: a secret is either refused or makes a key, and what encodes that
// key makes the same one.
func FuzzSecret(f *testing.F) {
	f.Add(uint8(1), testSecret)
	f.Add(uint8(4), "00ff")
	f.Add(uint8(7), "\u00e9\ufeff")
	f.Fuzz(func(t *testing.T, which uint8, secret string) {
		rule := keyRules()[int(which)%len(keyRules())]
		key, err := rule.bytes(secret)
		if err != nil {
			var wrong *KeyError
			if !errors.As(err, &wrong) || key != nil {
				t.Fatalf("%s of %q = %x, %v", rule, secret, key, err)
			}
			return
		}
		if len(key) == 0 || Blank(secret) {
			t.Fatalf("%s of %q is an empty key", rule, secret)
		}
		if rule == keyWhsec {
			again, err := rule.bytes(whsecPrefix + base64.StdEncoding.EncodeToString(key))
			if err != nil || !bytes.Equal(again, key) {
				t.Fatalf("%q and its own encoding differ: %x, %x, %v", secret, key, again, err)
			}
		}
	})
}

// asymmetricCase is one kind of key in every form in which people have it.
type asymmetricCase struct {
	name            string
	alg             string
	private, public []string
}

func pemText(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func certificate(t testing.TB, public, private any) string {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotAfter: time.Unix(2e9, 0)}
	return pemText("CERTIFICATE", must[[]byte](t)(x509.CreateCertificate(rand.Reader, template, template, public, private)))
}

func asymmetricCases(t testing.TB) []asymmetricCase {
	t.Helper()
	der := must[[]byte](t)
	b64 := base64.StdEncoding.EncodeToString

	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	edPub := []byte(ed.Public().(ed25519.PublicKey))
	edSPKI, edPKCS8 := der(x509.MarshalPKIXPublicKey(ed.Public())), der(x509.MarshalPKCS8PrivateKey(ed))

	ec := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	ecSPKI := der(x509.MarshalPKIXPublicKey(&ec.PublicKey))

	rs := must[*rsa.PrivateKey](t)(rsa.GenerateKey(rand.Reader, 2048))
	rsSPKI := der(x509.MarshalPKIXPublicKey(&rs.PublicKey))
	rsa := asymmetricCase{
		"rsa", "rsa-sha256",
		[]string{pemText("PRIVATE KEY", der(x509.MarshalPKCS8PrivateKey(rs))), pemText("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rs))},
		[]string{pemText("PUBLIC KEY", rsSPKI), pemText("RSA PUBLIC KEY", x509.MarshalPKCS1PublicKey(&rs.PublicKey)), b64(rsSPKI), certificate(t, &rs.PublicKey, rs)},
	}
	sha1, pss := rsa, rsa
	sha1.name, sha1.alg = "rsa with SHA-1", "rsa-sha1"
	pss.name, pss.alg = "rsa-pss", "rsa-pss-sha512"
	return []asymmetricCase{
		{"ed25519", "ed25519",
			[]string{"whsk_" + b64(ed), "whsk_" + b64(ed.Seed()), b64(ed.Seed()), hex.EncodeToString(ed.Seed()), hex.EncodeToString(ed), pemText("PRIVATE KEY", edPKCS8), b64(edPKCS8)},
			[]string{"whpk_" + b64(edPub), b64(edPub), hex.EncodeToString(edPub), strings.TrimRight(b64(edPub), "="), b64(edSPKI), hex.EncodeToString(edSPKI), pemText("PUBLIC KEY", edSPKI), certificate(t, ed.Public(), ed), " " + b64(edPub) + "\n"}},
		{"ecdsa", "ecdsa-p256-sha256",
			[]string{pemText("EC PRIVATE KEY", der(x509.MarshalECPrivateKey(ec))), pemText("PRIVATE KEY", der(x509.MarshalPKCS8PrivateKey(ec))), hex.EncodeToString(der(ec.Bytes()))},
			[]string{pemText("PUBLIC KEY", ecSPKI), b64(ecSPKI), hex.EncodeToString(der(ec.PublicKey.Bytes())), certificate(t, &ec.PublicKey, ec)}},
		rsa, sha1, pss,
	}
}

// TestAsymmetric signs with every form of every private key and verifies with
// every form of its public key.
func TestAsymmetric(t *testing.T) {
	for _, c := range asymmetricCases(t) {
		t.Run(c.name, func(t *testing.T) {
			s := mustNew(t, Spec{Alg: []string{c.alg}, Enc: "base64", Content: []string{"{body}"}, Fields: []Field{header("X-Sig", "{sig}")}})
			for i, private := range c.private {
				m := signed(t, s, private)
				for j, text := range c.public {
					key, err := ParsePublicKey(text)
					if err != nil {
						t.Fatalf("public key %d: %v", j, err)
					}
					if v := s.Verify(m, Keys{Public: []crypto.PublicKey{nil, key}}, testTime, nil); !v.OK || v.Key != 1 {
						t.Errorf("private key %d, public key %d: %+v", i, j, v)
					}
				}
				if v := s.Verify(m, Keys{Secrets: []string{private}}, testTime, nil); !v.OK {
					t.Errorf("private key %d alone: %q", i, v.Reason)
				}
				m.Body = []byte("other")
				key, _ := ParsePublicKey(c.public[0])
				if v := s.Verify(m, Keys{Public: []crypto.PublicKey{key}}, testTime, nil); v.Reason != SignatureMismatch {
					t.Errorf("private key %d, another body: %q", i, v.Reason)
				}
			}
			if v := s.Verify(signed(t, s, c.private[0]), Keys{}, testTime, nil); v.Reason != NoSecret {
				t.Errorf("no key: %q", v.Reason)
			}
		})
	}
}

// TestForeignKeys: a key of another kind is refused, never tried.
func TestForeignKeys(t *testing.T) {
	cases := asymmetricCases(t)
	for i, c := range cases[:3] {
		s := mustNew(t, Spec{Alg: []string{c.alg}, Enc: "base64", Content: []string{"{body}"}, Fields: []Field{header("X-Sig", "{sig}")}})
		m := signed(t, s, c.private[0])
		other := cases[(i+1)%3]
		key, err := ParsePublicKey(other.public[0])
		if err != nil {
			t.Fatal(err)
		}
		if v := s.Verify(m, Keys{Public: []crypto.PublicKey{key}}, testTime, nil); v.Reason != BadSecret {
			t.Errorf("%s with a key of %s: %q", c.name, other.name, v.Reason)
		}
		var wrong *KeyError
		if err := s.CheckSecret(other.private[0]); !errors.As(err, &wrong) || wrong.Reason != BadSecret {
			t.Errorf("CheckSecret = %v", err)
		}
	}
	for name, text := range map[string]string{
		"nothing": "", "words": "not a key", "a private key": cases[1].private[1], "half a key": "AAAA",
		"PEM of something": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
	} {
		if key, err := ParsePublicKey(text); err == nil {
			t.Errorf("%s: ParsePublicKey = %T", name, key)
		}
	}
	mixed := bytes.Repeat([]byte{1}, 64)
	ed := mustNew(t, Spec{Alg: []string{"ed25519"}, Enc: "base64", Content: []string{"{body}"}, Fields: []Field{header("X-Sig", "{sig}")}})
	if err := ed.CheckSecret("whsk_" + base64.StdEncoding.EncodeToString(mixed)); err == nil {
		t.Error("a seed with another key's public half is accepted")
	}
}

// TestTokenInHeader: a token that no header can carry is not sent.
func TestTokenInHeader(t *testing.T) {
	place := func(p Place) *Scheme {
		return mustNew(t, Spec{Alg: []string{"equal"}, Fields: []Field{{Place: p, Name: "Token", Templates: []string{"{sig}"}}}})
	}
	for _, token := range []string{"a ", "\ta", "a\n", "a\r\nX-Other: b", "a\x00"} {
		var wrong *KeyError
		if err := place(InHeader).CheckSecret(token); !errors.As(err, &wrong) || wrong.Reason != BadSecret {
			t.Errorf("CheckSecret(%q) = %v", token, err)
		}
		if _, err := place(InHeader).Sign(&Message{}, Keys{Secrets: []string{token}}, Values{}); !errors.As(err, &wrong) {
			t.Errorf("Sign with %q = %v", token, err)
		}
		if err := place(InJSON).CheckSecret(token); err != nil {
			t.Errorf("CheckSecret(%q) of a token in a body = %v", token, err)
		}
	}
	if err := place(InHeader).CheckSecret("a b"); err != nil {
		t.Errorf("CheckSecret of a token with a space inside = %v", err)
	}
}
