package sign

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"testing"
)

// keyForms is a key in every form that is read, by the name of the form.
type keyForms struct {
	kind            string
	alg             algorithm
	key             crypto.Signer
	private, public map[string]string
}

func formsOf(t testing.TB, kind string, alg algorithm, key crypto.Signer) keyForms {
	t.Helper()
	der := must[[]byte](t)
	b64 := base64.StdEncoding.EncodeToString
	pkcs8, spki := der(x509.MarshalPKCS8PrivateKey(key)), der(x509.MarshalPKIXPublicKey(key.Public()))
	pkcs8PEM, spkiPEM, cert := pemText("PRIVATE KEY", pkcs8), pemText("PUBLIC KEY", spki), certificate(t, key.Public(), key)
	out := keyForms{kind, alg, key,
		map[string]string{
			"PEM PKCS #8": pkcs8PEM, "PEM with CRLF": strings.ReplaceAll(pkcs8PEM, "\n", "\r\n"), "PEM behind a byte order mark": "\ufeff" + pkcs8PEM,
			`PEM with \n for line ends`: strings.ReplaceAll(pkcs8PEM, "\n", `\n`), "PEM before its certificate": pkcs8PEM + cert,
			"PEM behind its certificate": cert + pkcs8PEM, "base64 of PKCS #8": b64(pkcs8), "hex of PKCS #8": hex.EncodeToString(pkcs8),
		},
		map[string]string{
			"PEM SPKI": spkiPEM, "PEM with CRLF": strings.ReplaceAll(spkiPEM, "\n", "\r\n"), `PEM with \n for line ends`: strings.ReplaceAll(spkiPEM, "\n", `\n`),
			"certificate": cert, "base64 of SPKI": b64(spki), "hex of SPKI": hex.EncodeToString(spki), "base64 on several lines": wrapped(b64(spki)),
		}}
	switch k := key.(type) {
	case ed25519.PrivateKey:
		public := []byte(k.Public().(ed25519.PublicKey))
		out.addRaw(k.Seed(), public)
		out.private["base64 of seed and public key"], out.private["whsk_, seed and public key"] = b64(k), "whsk_"+b64(k)
		out.private["whsk_"], out.public["whpk_"] = "whsk_"+b64(k.Seed()), "whpk_"+b64(public)
	case *ecdsa.PrivateKey:
		sec1 := der(x509.MarshalECPrivateKey(k))
		out.addRaw(der(k.Bytes()), der(k.PublicKey.Bytes()))
		out.private["PEM SEC 1"], out.private["base64 of SEC 1"] = pemText("EC PRIVATE KEY", sec1), b64(sec1)
		out.private["PEM SEC 1 behind its parameters"] = pemText("EC PARAMETERS", []byte{6, 1, 0}) + pemText("EC PRIVATE KEY", sec1)
	case *rsa.PrivateKey:
		public := x509.MarshalPKCS1PublicKey(&k.PublicKey)
		out.private["PEM PKCS #1"] = pemText("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(k))
		out.public["PEM PKCS #1"], out.public["base64 of PKCS #1"] = pemText("RSA PUBLIC KEY", public), b64(public)
	}
	return out
}

func (f keyForms) addRaw(private, public []byte) {
	for name, pair := range map[string][2]string{
		"raw base64": {base64.StdEncoding.EncodeToString(private), base64.StdEncoding.EncodeToString(public)},
		"raw hex":    {hex.EncodeToString(private), hex.EncodeToString(public)},
		"raw HEX":    {strings.ToUpper(hex.EncodeToString(private)), strings.ToUpper(hex.EncodeToString(public))},
	} {
		f.private[name], f.public[name] = pair[0], pair[1]
	}
}

func wrapped(text string) string {
	var lines []string
	for part := range slices.Chunk([]byte(text), 64) {
		lines = append(lines, string(part))
	}
	return strings.Join(lines, "\n")
}

func allKeyForms(t testing.TB) []keyForms {
	t.Helper()
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	out := []keyForms{formsOf(t, "Ed25519", algorithm{name: "ed25519", family: familyEd25519}, ed)}
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		key := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(curve, rand.Reader))
		out = append(out, formsOf(t, curve.Params().Name, algorithm{name: "ECDSA", family: familyECDSARaw, curve: curve}, key))
	}
	key := must[*rsa.PrivateKey](t)(rsa.GenerateKey(rand.Reader, 2048))
	return append(out, formsOf(t, "RSA", algorithm{name: "rsa-sha256", family: familyRSA}, key))
}

// TestKeyForms reads every form of every kind of key as the key that it is.
func TestKeyForms(t *testing.T) {
	type equaler interface{ Equal(crypto.PublicKey) bool }
	for _, f := range allKeyForms(t) {
		want := f.key.Public().(equaler)
		for form, text := range f.private {
			key, err := privateKey(" "+text+"\n", []algorithm{f.alg})
			if err != nil || !want.Equal(key.Public()) {
				t.Errorf("private %s, %s: %v", f.kind, form, err)
			}
		}
		for form, text := range f.public {
			key, err := ParsePublicKey(" " + text + "\n")
			if err != nil {
				t.Errorf("public %s, %s: %v", f.kind, form, err)
				continue
			}
			if set, ok := key.(*KeySet); ok {
				key = set.keys[0].public
			}
			if !want.Equal(key) {
				t.Errorf("public %s, %s: another key", f.kind, form)
			}
		}
	}
}

// shortRSA is PKCS #8 of a key of 512 bits, which the standard library does not
// make any more.
const shortRSA = `MIIBVgIBADANBgkqhkiG9w0BAQEFAASCAUAwggE8AgEAAkEAp+EAIx0hm7M63DNbAJ8Djma9JrcvCFNxN8+IEFW/wWNQgS2YNGng2aRf0OCiiK20R62RtjiZTVHmb1SKyfGkIQIDAQABAkAlb2Duc5KI+8CGVdVXIB5U5MgNGBAe1SyL+3Ul31kxMC3Jtiky/TBoVNG5Nx6f8UvAm7n+dPl/f3OlJ6GosTABAiEA1GPPx+7gDvxWAW0QFCLEHKedNM0ZhiOFHVk5PxiaZWECIQDKWXy7wY4ax87pKZtgRgg3122dgwNCCB1hej/AtCD2wQIhAINUJIrwPkOF7Hh9Q8/vn2xIiIC5weqb1BfNsAQ/5liBAiEAlyB8w3INIz1F8OiNTjsf2i0AhlqaLVAIOYxnXxJpaEECIQCqkZMOHafeXQ3fqvTF4pjNIkZ5R622V51eVonHJ0VheQ==`

// TestKeyMistakes: the wrong one of a pair, another kind, another format. Each
// error says what it is and what to do, and never shows the key.
func TestKeyMistakes(t *testing.T) {
	forms := allKeyForms(t)
	ed, p256, p384, rs := forms[0], forms[1], forms[2], forms[4]
	x25519 := must[*ecdh.PrivateKey](t)(ecdh.X25519().GenerateKey(rand.Reader))
	x25519DER := must[[]byte](t)(x509.MarshalPKCS8PrivateKey(x25519))
	short := must[[]byte](t)(base64.StdEncoding.DecodeString(shortRSA))
	old := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Headers: map[string]string{"Proc-Type": "4,ENCRYPTED", "DEK-Info": "AES-128-CBC,00"}, Bytes: make([]byte, 64)}))
	binary := string(must[[]byte](t)(base64.StdEncoding.DecodeString(rs.private["base64 of PKCS #8"])))
	tests := []struct {
		name, text string
		private    *algorithm // nil is a public key
		what, fix  string
	}{
		{"a private key behind a passphrase", pemText("ENCRYPTED PRIVATE KEY", make([]byte, 64)), &ed.alg, "behind a passphrase", "openssl pkey"},
		{"the same in the older form", old, &rs.alg, "behind a passphrase", "openssl pkey"},
		{"a public key to sign with", ed.public["PEM SPKI"], &ed.alg, "it is a public key", "the private key that belongs to it"},
		{"a certificate to sign with", rs.public["certificate"], &rs.alg, "it is a certificate", "the private key that belongs to it"},
		{"whpk_ to sign with", ed.public["whpk_"], &ed.alg, "whpk_ is a public key", "the private key that belongs to it"},
		{"whsec_ to sign with", "whsec_AAAA", &ed.alg, "whsec_ is a shared secret", "whsk_"},
		{"a JSON web key to sign with", `{"kty":"OKP"}`, &ed.alg, "JSON web key", "as PEM"},
		{"OpenSSH's private key", pemText("OPENSSH PRIVATE KEY", make([]byte, 64)), &ed.alg, "OpenSSH", "ssh-keygen"},
		{"DER", binary, &rs.alg, "binary", "-inform DER"},
		{"half a file", ed.private["PEM PKCS #8"][:60], &ed.alg, "cut off", "file:PATH"},
		{"PEM on one line", strings.ReplaceAll(ed.private["PEM PKCS #8"], "\n", " "), &ed.alg, "line ends", "file:PATH"},
		{"parameters alone", pemText("DSA PARAMETERS", []byte{1}), &p256.alg, "a DSA PARAMETERS", "EC PRIVATE KEY"},
		{"PEM of nothing", pemText("PRIVATE KEY", []byte{1}), &p256.alg, "not PKCS #8", ""},
		{"an RSA key for Ed25519", rs.private["PEM PKCS #8"], &ed.alg, "an RSA key is no key for ed25519", "give an Ed25519 key"},
		{"another curve", p384.private["PEM SEC 1"], &p256.alg, "an ECDSA key on P-384 is no key", "an ECDSA key on P-256"},
		{"another curve, raw", p384.private["raw hex"], &p256.alg, "its 48 bytes are neither a raw key on P-256 (32 bytes) nor DER", "PEM"},
		{"a key to agree with", pemText("PRIVATE KEY", x25519DER), &ed.alg, "an X25519 key is no key to sign with", ""},
		{"a short RSA key", pemText("PRIVATE KEY", short), &rs.alg, "an RSA key of 512 bits is too short", "2048"},
		{"another public half", hex.EncodeToString(bytes.Repeat([]byte{1}, 64)), &ed.alg, "does not belong to its seed", ""},
		{"a raw key that RSA does not have", ed.private["raw hex"], &rs.alg, "RSA does not have", "PEM"},
		{"words to sign with", "not a key", &ed.alg, "neither PEM nor hex nor base64", "whsk_"},

		{"a private key to verify with", p256.private["PEM SEC 1"], nil, "it is a private key", "-pubout"},
		{"one behind a passphrase", pemText("ENCRYPTED PRIVATE KEY", []byte{1}), nil, "it is a private key", "-pubout"},
		{"base64 of a private key", rs.private["base64 of PKCS #8"], nil, "it is a private key", "public half"},
		{"whsk_ to verify with", ed.private["whsk_"], nil, "whsk_ is a private key", "whpk_"},
		{"seed and public key", ed.private["base64 of seed and public key"], nil, "as long as an Ed25519 private key", "whpk_"},
		{"whsec_ to verify with", "whsec_AAAA", nil, "whsec_ is a shared secret", "as the secret"},
		{"a request for a certificate", pemText("CERTIFICATE REQUEST", []byte{1}), nil, "request for a certificate", "-pubkey"},
		{"OpenSSH's public key", "ssh-ed25519 AAAA me", nil, "OpenSSH", "ssh-keygen -e"},
		{"DER to verify with", "\x30\x82\x01\x00\xff", nil, "binary", "-pubin"},
		{"half a public file", ed.public["PEM SPKI"][:50], nil, "cut off", "file:PATH"},
		{"few bytes", "AAAA", nil, "its 2 bytes are neither", "SPKI"},
		{"words to verify with", "not a key", nil, "neither PEM nor hex nor base64", "whpk_"},
	}
	for _, test := range tests {
		var err error
		if test.private != nil {
			_, err = privateKey(test.text, []algorithm{*test.private})
		} else {
			_, err = ParsePublicKey(test.text)
		}
		var wrong *KeyError
		if !errors.As(err, &wrong) || wrong.Reason != BadSecret {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if !strings.Contains(wrong.Detail, test.what) || !strings.Contains(wrong.Fix, test.fix) || (test.fix == "") != (wrong.Fix == "") {
			t.Errorf("%s: %q, fix %q; want %q, %q", test.name, wrong.Detail, wrong.Fix, test.what, test.fix)
		}
		if len(test.text) > 16 && strings.Contains(wrong.Detail+wrong.Fix, test.text[len(test.text)-16:]) {
			t.Errorf("%s: the error shows the key: %v", test.name, err)
		}
	}
}

// FuzzKeyText: no text makes the readers fail otherwise than in words, and a
// key that signs has a public half that verifies.
func FuzzKeyText(f *testing.F) {
	for _, forms := range allKeyForms(f) {
		for _, text := range forms.private {
			f.Add(text)
		}
		for _, text := range forms.public {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		var wrong *KeyError
		if _, err := ParsePublicKey(text); err != nil && !errors.As(err, &wrong) {
			t.Fatalf("ParsePublicKey: %v", err)
		}
		algs := []algorithm{{name: "ed25519", family: familyEd25519}}
		key, err := privateKey(text, algs)
		if err != nil {
			if !errors.As(err, &wrong) {
				t.Fatalf("privateKey: %v", err)
			}
			return
		}
		sig, err := algs[0].signWith(key, []byte("m"))
		if err != nil || !algs[0].verifies(key.Public(), []byte("m"), sig) {
			t.Fatalf("the key does not verify what it signs: %v", err)
		}
	})
}
