package sign

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"
)

// authority makes certificates, with keys that are never written anywhere.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

func newAuthority(t testing.TB, name string, above *authority) *authority {
	t.Helper()
	key := must[*rsa.PrivateKey](t)(rsa.GenerateKey(rand.Reader, 2048))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: testTime.Add(-time.Hour), NotAfter: testTime.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a := &authority{template, key}
	if above == nil {
		above = a
	}
	der := must[[]byte](t)(x509.CreateCertificate(rand.Reader, template, above.cert, key.Public(), above.key))
	a.cert = must[*x509.Certificate](t)(x509.ParseCertificate(der))
	return a
}

func (a *authority) pem() string { return pemText("CERTIFICATE", a.cert.Raw) }

// issue makes the certificate of a sender's key.
func (a *authority) issue(t testing.TB, name string, key crypto.Signer, from, to time.Time) string {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: to}
	return pemText("CERTIFICATE", must[[]byte](t)(x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)))
}

func payPalSpec() Spec {
	return Spec{
		Code: "paypal", Alg: []string{"rsa-sha256"}, Enc: "base64", Content: []string{"{nonce}|{ts}|{param.webhook_id}|{body|crc32}"}, TS: &TimeSpec{Unit: "rfc3339"},
		Fields:    []Field{header("PAYPAL-TRANSMISSION-ID", "{nonce}"), header("PAYPAL-TRANSMISSION-TIME", "{ts}"), header("PAYPAL-TRANSMISSION-SIG", "{sig}")},
		SendExtra: []Field{header(payPalAlgo, payPalAlgoRSA), header(payPalCertURL, "https://api.paypal.com/cert")},
	}
}

func TestPayPalCertificate(t *testing.T) {
	root, between := newAuthority(t, "root", nil), (*authority)(nil)
	between = newAuthority(t, "between", root)
	stranger := newAuthority(t, "root", nil)
	key := testKeys()["rsa"]
	hour := time.Hour
	issue := func(name string, from, to time.Duration) string {
		return between.issue(t, name, key, testTime.Add(from), testTime.Add(to))
	}
	const name = "messageverificationcerts.paypal.com"
	leaf := issue(name, -hour, hour)
	tests := []struct{ name, keys, want string }{
		{"a bare key", publicPEM(t, key), ""},
		{"a certificate", leaf, ""},
		{"with its chain", leaf + between.pem() + root.pem(), ""},
		{"without what is between", leaf + root.pem(), UntrustedCert},
		{"another root of the same name", leaf + between.pem() + stranger.pem(), UntrustedCert},
		{"expired", issue(name, -2*hour, -hour), UntrustedCert},
		{"not valid yet", issue(name, hour, 2*hour), UntrustedCert},
		{"of somebody else", issue("paypal.com.example.net", -hour, hour), UntrustedCert},
		{"of a name that only ends alike", issue("evilpaypal.com", -hour, hour), UntrustedCert},
		{"of another key", root.pem(), UntrustedCert},
		{"of another key, by name PayPal's", between.issue(t, name, between.key, testTime.Add(-hour), testTime.Add(hour)), SignatureMismatch},
	}
	s := mustNew(t, payPalSpec())
	params := map[string]string{"webhook_id": "W"}
	out, err := s.Sign(&Message{Body: []byte("{}")}, Keys{Secrets: []string{privatePEM(t, key)}, Params: params}, Values{Time: testTime, Nonce: "n"})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			public := must[crypto.PublicKey](t)(ParsePublicKey(test.keys))
			v := s.Verify(out, Keys{Public: []crypto.PublicKey{public}, Params: params}, testTime, nil)
			if v.Reason != test.want || v.OK != (test.want == "") {
				t.Errorf("Verify = %t %q (%s), want %q", v.OK, v.Reason, v.Detail, test.want)
			}
		})
	}
	good := must[crypto.PublicKey](t)(ParsePublicKey(leaf))
	expired := must[crypto.PublicKey](t)(ParsePublicKey(issue(name, -2*hour, -hour)))
	if v := s.Verify(out, Keys{Public: []crypto.PublicKey{expired, good}, Params: params}, testTime, nil); !v.OK || v.Key != 1 {
		t.Errorf("the new certificate behind the old one: %q, key %d", v.Reason, v.Key)
	}
	if v := s.Verify(out, Keys{Params: params}, testTime, nil); v.Reason != NoSecret || !strings.Contains(v.Detail, "https://api.paypal.com/cert") {
		t.Errorf("without a certificate: %q (%s)", v.Reason, v.Detail)
	}
	if v := s.Verify(out, Keys{Public: []crypto.PublicKey{good}}, testTime, nil); v.Reason != NoSecret || !strings.Contains(v.Detail, "webhook_id") {
		t.Errorf("without the webhook's id: %q (%s)", v.Reason, v.Detail)
	}
	for header, want := range map[string]string{payPalAlgo: MissingHeader, payPalCertURL: MissingHeader} {
		if v := s.Verify(with(out, header), Keys{Public: []crypto.PublicKey{good}, Params: params}, testTime, nil); v.Reason != want {
			t.Errorf("without %s: %q", header, v.Reason)
		}
		if v := s.Verify(with(out, header, "a", "b"), Keys{Public: []crypto.PublicKey{good}, Params: params}, testTime, nil); v.Reason != DuplicateHeader {
			t.Errorf("%s twice: %q", header, v.Reason)
		}
	}
}

func TestCertificateURL(t *testing.T) {
	aws := mustNew(t, snsSpec()).coded.(sns).host.MatchString
	for text, want := range map[string][2]bool{ // Amazon's, PayPal's
		"https://sns.us-east-1.amazonaws.com/a.pem":          {true, false},
		"https://sns.cn-north-1.amazonaws.com.cn/a.pem":      {true, false},
		"https://sns.us-east-1.amazonaws.com/a.pem?x":        {},
		"https://sns.us-east-1.amazonaws.com/a.pem#x":        {},
		"https://sns.us-east-1.amazonaws.com/a":              {},
		"https://sns.us-east-1.amazonaws.com:443/a.pem":      {},
		"https://sns.us-east-1.amazonaws.com:/a.pem":         {},
		"https://a@sns.us-east-1.amazonaws.com/a.pem":        {},
		"https://sns.us-east-1.amazonaws.com\\@evil/a.pem":   {},
		"https://sns.us-east-1.amazonaws.com.evil.com/a.pem": {},
		"https://sns.us-east-1.amazonaws.com\n.evil/a.pem":   {},
		"https://sns.a.b.amazonaws.com/a.pem":                {},
		"https://snsxus-east-1.amazonaws.com/a.pem":          {},
		"https://evil.com/sns.us-east-1.amazonaws.com/a.pem": {},
		"http://sns.us-east-1.amazonaws.com/a.pem":           {},
		"//sns.us-east-1.amazonaws.com/a.pem":                {},
		"https:sns.us-east-1.amazonaws.com/a.pem":            {},
		"https://api.paypal.com/v1/cert":                     {false, true},
		"https://API.PayPal.com/v1/cert.pem":                 {false, true},
		"https://paypal.com/v1/cert":                         {},
		"https://api.paypal.com.evil.com/v1/cert":            {},
		"https://evil.com/.paypal.com":                       {},
		"https://evil.com%2f.paypal.com/":                    {},
		"https://ev\u0131l.paypal.com/":                      {},
		"":                                                   {},
	} {
		got := [2]bool{!certificateURL(text, aws, ".pem").bad(), !certificateURL(text, isPayPal, "").bad()}
		if got != want {
			t.Errorf("%q: Amazon's %t, PayPal's %t, want %v", text, got[0], got[1], want)
		}
	}
}

// FuzzCertificateURL: a URL that passes leads every client to a host under the
// sender's domain over HTTPS.
func FuzzCertificateURL(f *testing.F) {
	f.Add("https://api.paypal.com/v1/cert")
	f.Add("https://a.paypal.com:443@evil.com/")
	f.Add("HTTPS://a\\.paypal.com/%2e")
	f.Fuzz(func(t *testing.T, text string) {
		if certificateURL(text, isPayPal, "").bad() {
			return
		}
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "https" || !strings.HasSuffix(strings.ToLower(u.Hostname()), ".paypal.com") || u.Port() != "" || u.User != nil {
			t.Fatalf("%q passes", text)
		}
		rest := text[len("https://"):]
		if end := strings.IndexAny(rest, "/?#\\"); end >= 0 {
			rest = rest[:end]
		}
		if strings.ContainsAny(rest, "@:%\\ ") || !strings.HasSuffix(strings.ToLower(rest), ".paypal.com") {
			t.Fatalf("%q passes, and its authority is %q", text, rest)
		}
	})
}

func snsSpec() Spec {
	in := func(name, template string) Field { return Field{InJSON, name, []string{template}} }
	return Spec{
		Code: "aws-sns", Alg: []string{"rsa-sha1", "rsa-sha256"}, Enc: "base64", TS: &TimeSpec{Unit: "2006-01-02T15:04:05.000Z07:00"},
		Content: []string{`Message\n{json.Message}\nMessageId\n{id}\n[Subject\n{json.Subject}\n]Timestamp\n{ts}\nTopicArn\n{json.TopicArn}\nType\n{json.Type}\n`},
		Fields:  []Field{in("MessageId", "{id}"), in("Timestamp", "{ts}"), in("Signature", "{sig}")},
		Params:  map[string]string{"signature_version": "2", "signing_cert_url": "https://sns.us-east-1.amazonaws.com/a.pem"},
	}
}

func TestSNS(t *testing.T) {
	s := mustNew(t, snsSpec())
	key := testKeys()["rsa"]
	secrets := []string{privatePEM(t, key)}
	k := Keys{Public: []crypto.PublicKey{key.Public()}}
	body := `{"Type":"Notification","MessageId":"","Subject":"s","TopicArn":"arn","Message":"a\nMessageId\nb\n"}`
	out, err := s.Sign(&Message{Body: []byte(body)}, Keys{Secrets: secrets}, Values{Time: testTime, ID: "m"})
	if err != nil {
		t.Fatal(err)
	}
	if v := s.Verify(out, k, testTime, nil); !v.OK || v.Time.Unix() != testTime.Unix() {
		t.Fatalf("Verify = %q (%s)\n%s", v.Reason, v.Detail, out.Body)
	}
	old, err := s.Sign(&Message{Body: []byte(body)}, Keys{Secrets: secrets, Params: map[string]string{"signature_version": "1"}}, Values{Time: testTime, ID: "m"})
	if err != nil || !s.Verify(old, k, testTime, nil).OK {
		t.Errorf("version 1: %v", err)
	}
	edit := func(from, to string) *Message {
		return &Message{Headers: out.Headers, Body: []byte(strings.Replace(string(out.Body), from, to, 1))}
	}
	tests := []struct {
		name string
		m    *Message
		want string
	}{
		{"raw delivery", &Message{Body: []byte(`{"a":1}`)}, MissingSignature},
		{"no JSON", &Message{Body: []byte("Signature")}, MissingSignature},
		{"the other version", edit(`"SignatureVersion":"2"`, `"SignatureVersion":"1"`), SignatureMismatch},
		{"version 3", edit(`"SignatureVersion":"2"`, `"SignatureVersion":"3"`), Unsupported},
		{"a version that is a number", edit(`"SignatureVersion":"2"`, `"SignatureVersion":2`), ""},
		{"two versions", edit(`"SignatureVersion":"2"`, `"SignatureVersion":"1","SignatureVersion":"2"`), MalformedHeader},
		{"two places of the certificate", edit(`"SigningCertURL"`, `"SigningCertURL":"https://evil/","SigningCertURL"`), MalformedHeader},
		{"another place of the certificate", edit("sns.us-east-1", "evil.us-east-1"), UntrustedCert},
		{"no message id", edit(`"MessageId":"m"`, `"x":"m"`), MalformedHeader},
		{"two messages", edit(`"Message":`, `"Message":"x","Message":`), MalformedHeader},
		{"a subject more", edit(`"Subject":"s"`, `"Subject":"t"`), SignatureMismatch},
		{"a line moved from one member to another", edit(`"MessageId":"m","Subject":"s"`, `"MessageId":"m\nSubject\ns"`), MalformedHeader},
		{"the message's own lines as members", edit(`"Message":"a\nMessageId\nb\n"`, `"Message":"a"`), SignatureMismatch},
		{"no timestamp", edit(`"Timestamp"`, `"x"`), MissingTimestamp},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if v := s.Verify(test.m, k, testTime, nil); v.Reason != test.want {
				t.Errorf("Verify = %q (%s), want %q\n%s", v.Reason, v.Detail, test.want, test.m.Body)
			}
		})
	}
	if v := s.Verify(out, Keys{}, testTime, nil); v.Reason != NoSecret || !strings.Contains(v.Detail, "https://sns.us-east-1.amazonaws.com/a.pem") {
		t.Errorf("without a certificate: %q (%s)", v.Reason, v.Detail)
	}
	for name, body := range map[string]string{"no JSON": "x", "a payload of one's own": `{"a":1}`, "a list": "[]", "version 9": strings.Replace(body, "{", `{"SignatureVersion":"9",`, 1)} {
		if out, err := s.Sign(&Message{Body: []byte(body)}, Keys{Secrets: secrets}, Values{Time: testTime, ID: "m"}); err == nil {
			t.Errorf("%s is signed: %s", name, out.Body)
		}
	}
}

// TestExpiredSNS: an expired certificate is no key, whatever it verifies.
func TestExpiredSNS(t *testing.T) {
	root := newAuthority(t, "root", nil)
	key := testKeys()["rsa"]
	s := mustNew(t, snsSpec())
	body := `{"Type":"Notification","MessageId":"m","TopicArn":"arn","Message":"a"}`
	out, err := s.Sign(&Message{Body: []byte(body)}, Keys{Secrets: []string{privatePEM(t, key)}}, Values{Time: testTime})
	if err != nil {
		t.Fatal(err)
	}
	cert := must[crypto.PublicKey](t)(ParsePublicKey(root.issue(t, "sns.amazonaws.com", key, testTime, testTime.Add(time.Hour))))
	for late, want := range map[time.Duration]string{0: "", time.Hour: "", time.Hour + time.Second: UntrustedCert, -time.Second: UntrustedCert} {
		if v := s.Verify(out, Keys{Public: []crypto.PublicKey{cert}}, testTime.Add(late), nil); v.Reason != want {
			t.Errorf("%s late: %q (%s), want %q", late, v.Reason, v.Detail, want)
		}
	}
}

func TestTooManyCertificates(t *testing.T) {
	text := strings.Repeat(newAuthority(t, "root", nil).pem(), maxSetKeys+1)
	if _, err := ParsePublicKey(text); err == nil || !strings.Contains(err.Error(), fmt.Sprint(maxSetKeys)) {
		t.Errorf("ParsePublicKey = %v", err)
	}
}
