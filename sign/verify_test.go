package sign

import (
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	testSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	testBody   = `{"test": 2432232314}`
)

var testTime = time.Unix(1614265330, 0)

func mustNew(t testing.TB, spec Spec) *Scheme {
	t.Helper()
	s, err := New(spec)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func header(name string, templates ...string) Field {
	return Field{Place: InHeader, Name: name, Templates: templates}
}

func standardSpec() Spec {
	return Spec{
		Alg: []string{"hmac-sha256"}, Enc: "base64", Key: "whsec", Content: []string{"{id}.{ts}.{body}"}, List: " ",
		TS:     &TimeSpec{Unit: "s", Tolerance: 300 * time.Second},
		Fields: []Field{header("webhook-id", "{id}"), header("webhook-timestamp", "{ts}"), header("webhook-signature", "v1,{sig}")},
	}
}

func stripeSpec() Spec {
	return Spec{
		Alg: []string{"hmac-sha256"}, Enc: "hex", Content: []string{"{ts}.{body}"}, Strict: true,
		TS:     &TimeSpec{Unit: "s", Tolerance: 300 * time.Second, PastOnly: true},
		Fields: []Field{header("Stripe-Signature", "t={ts},v1={sig}")},
	}
}

func githubSpec() Spec {
	return Spec{
		Alg: []string{"hmac-sha256"}, Enc: "hex", Content: []string{"{body}"},
		Fields: []Field{header("X-Hub-Signature-256", "sha256={sig}"), header("X-GitHub-Event", "{event}"), header("X-GitHub-Delivery", "{id}")},
	}
}

func signed(t testing.TB, s *Scheme, secrets ...string) *Message {
	t.Helper()
	m := &Message{Method: "POST", URL: "https://example.com/hook", Body: []byte(testBody)}
	out, err := s.Sign(m, Keys{Secrets: secrets}, Values{Time: testTime, ID: "msg_1", Nonce: "n", Event: "a.b"})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// with returns a copy of m in which a header has another value, or is gone.
func with(m *Message, name string, values ...string) *Message {
	out := *m
	out.Headers = slices.DeleteFunc(slices.Clone(m.Headers), func(h Header) bool { return strings.EqualFold(h.Name, name) })
	for _, v := range values {
		out.Headers = append(out.Headers, Header{name, v})
	}
	return &out
}

func value(m *Message, name string) string {
	v, _ := m.Headers.Get(name)
	return v
}

func TestStandardReasons(t *testing.T) {
	s := mustNew(t, standardSpec())
	good := signed(t, s, testSecret)
	sig := value(good, "webhook-signature")
	bad := "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
	tests := []struct {
		name string
		m    *Message
		want string
	}{
		{"good", good, ""},
		{"names in capitals", with(with(good, "webhook-id"), "WEBHOOK-ID", "msg_1"), ""},
		{"underscores", with(with(good, "webhook-id"), "webhook_id", "msg_1"), MissingHeader},
		{"the Kelvin sign for a k", with(with(good, "webhook-id"), "webhoo\u212a-id", "msg_1"), MissingHeader},
		{"spaces around the value", with(good, "webhook-id", "\t msg_1 "), ""},
		{"id missing", with(good, "webhook-id"), MissingHeader},
		{"id empty", with(good, "webhook-id", " "), MissingHeader},
		{"id twice", with(good, "webhook-id", "msg_1", "msg_1"), DuplicateHeader},
		{"id with a separator", with(good, "webhook-id", "msg.1"), MalformedHeader},
		{"another id", with(good, "webhook-id", "msg_2"), SignatureMismatch},
		{"signature missing", with(good, "webhook-signature"), MissingHeader},
		{"signature blank", with(good, "webhook-signature", "  "), MissingHeader},
		{"two lines", with(good, "webhook-signature", bad, sig), ""},
		{"two lines, the first foreign", with(good, "webhook-signature", "v2,x", sig), ""},
		{"no tag", with(good, "webhook-signature", strings.TrimPrefix(sig, "v1,")), NoSupportedVersion},
		{"only v2", with(good, "webhook-signature", "v2"+sig[2:]), NoSupportedVersion},
		{"empty behind the tag", with(good, "webhook-signature", "v1,"), SignatureMismatch},
		{"good first", with(good, "webhook-signature", sig+" "+bad), ""},
		{"good last", with(good, "webhook-signature", bad+" "+bad+" "+sig), ""},
		{"double spaces", with(good, "webhook-signature", bad+"  "+sig), ""},
		{"junk behind", with(good, "webhook-signature", sig+",junk"), SignatureMismatch},
		{"a comma for the list", with(good, "webhook-signature", bad+","+sig), SignatureMismatch},
		{"a line break inside", with(good, "webhook-signature", sig[:10]+"\n"+sig[10:]), SignatureMismatch},
		{"url-safe alphabet", with(good, "webhook-signature", "v1,"+strings.NewReplacer("+", "-", "/", "_").Replace(bad[3:])), SignatureMismatch},
		{"a hundred entries", with(good, "webhook-signature", strings.Repeat(bad+" ", 99)+sig), ""},
		{"a hundred and one", with(good, "webhook-signature", strings.Repeat(bad+" ", 100)+sig), MalformedHeader},
		{"a thousand foreign entries", with(good, "webhook-signature", strings.Repeat("v2,x ", 1000)+sig), MalformedHeader},
		{"a hundred and one lines", with(good, "webhook-signature", slices.Repeat([]string{bad}, 101)...), MalformedHeader},
		{"timestamp missing", with(good, "webhook-timestamp"), MissingTimestamp},
		{"timestamp empty", with(good, "webhook-timestamp", ""), MissingTimestamp},
		{"timestamp twice", with(good, "webhook-timestamp", "1614265330", "1614265330"), DuplicateHeader},
		{"body with a newline", &Message{Headers: good.Headers, Body: []byte(testBody + "\n")}, SignatureMismatch},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := s.Verify(test.m, Keys{Secrets: []string{testSecret}}, testTime, nil)
			if v.Reason != test.want || v.OK != (test.want == "") {
				t.Errorf("Verify = %t %q (%s), want %q", v.OK, v.Reason, v.Detail, test.want)
			}
			if v.OK == (v.Detail != "") || v.OK == (len(v.Covers) == 0) {
				t.Errorf("OK is %t, Detail %q, Covers %v", v.OK, v.Detail, v.Covers)
			}
		})
	}
}

// TestSeparatorInID: id a.1 with timestamp 2 must not pass for id a with
// timestamp 1.2, though the same bytes are signed.
func TestSeparatorInID(t *testing.T) {
	spec := standardSpec()
	spec.TS.Tolerance = 0
	s := mustNew(t, spec)
	m := signed(t, s, testSecret)
	shifted := with(with(m, "webhook-id", "msg_1.1614265330"), "webhook-timestamp", "0")
	for name, m := range map[string]*Message{
		"in the id":        shifted,
		"in the timestamp": with(m, "webhook-timestamp", "16142.65330"),
	} {
		if v := s.Verify(m, Keys{Secrets: []string{testSecret}}, testTime, nil); v.Reason != MalformedHeader {
			t.Errorf("%s: Verify = %t %q", name, v.OK, v.Reason)
		}
	}
	if _, err := s.Sign(&Message{}, Keys{Secrets: []string{testSecret}}, Values{ID: "a.1", Time: testTime}); err == nil {
		t.Error("Sign accepts an id with the separator in it")
	}
}

func TestPairsReasons(t *testing.T) {
	s := mustNew(t, stripeSpec())
	good := signed(t, s, "secret")
	sig := strings.TrimPrefix(value(good, "Stripe-Signature"), "t=1614265330,v1=")
	loose := stripeSpec()
	loose.Strict = false
	tests := []struct {
		name, value   string
		strict, loose string
	}{
		{"other order", "v1=" + sig + ",t=1614265330", "", ""},
		{"spaces", " t=1614265330 , v1=" + sig + " ", "", ""},
		{"a space in the timestamp", "t= 1614265330,v1=" + sig, BadTimestamp, BadTimestamp},
		{"a space in the timestamp's key", "t =1614265330,v1=" + sig, MissingTimestamp, MissingTimestamp},
		{"a space in the signature", "t=1614265330,v1= " + sig, SignatureMismatch, SignatureMismatch},
		{"other keys", "v0=x,t=1614265330,v1=" + sig + ",z=9", "", ""},
		{"upper case", "t=1614265330,v1=" + strings.ToUpper(sig), "", ""},
		{"bad and good", "t=1614265330,v1=bad,v1=" + sig, "", ""},
		{"item without =", "t=1614265330,junk,v1=" + sig, MalformedHeader, ""},
		{"trailing comma", "t=1614265330,v1=" + sig + ",", MalformedHeader, ""},
		{"two timestamps", "t=1614265330,t=1614265330,v1=" + sig, MalformedHeader, MalformedHeader},
		{"two timestamps, behind", "t=1614265330,v1=" + sig + ",t=1", MalformedHeader, MalformedHeader},
		{"no timestamp", "v1=" + sig, MissingTimestamp, MissingTimestamp},
		{"empty timestamp and signature", "t=,v1=", MissingTimestamp, MissingTimestamp},
		{"only v0", "t=1614265330,v0=" + sig, NoSupportedVersion, NoSupportedVersion},
		{"nothing of ours", "junk", MalformedHeader, NoSupportedVersion},
		{"another key's case", "t=1614265330,V1=" + sig, NoSupportedVersion, NoSupportedVersion},
		{"glued", "t=1614265330,v1=" + sig + sig, SignatureMismatch, SignatureMismatch},
		{"= in the signature", "t=1614265330,v1=" + sig + "=", SignatureMismatch, SignatureMismatch},
		{"a hundred and one", "t=1614265330" + strings.Repeat(",v1=00", 100) + ",v1=" + sig, MalformedHeader, MalformedHeader},
	}
	for _, test := range tests {
		m := with(good, "Stripe-Signature", test.value)
		for want, s := range map[*string]*Scheme{&test.strict: s, &test.loose: mustNew(t, loose)} {
			if v := s.Verify(m, Keys{Secrets: []string{"secret"}}, testTime, nil); v.Reason != *want || v.OK != (*want == "") {
				t.Errorf("%s, strict %t: Verify = %t %q (%s), want %q", test.name, s.spec.Strict, v.OK, v.Reason, v.Detail, *want)
			}
		}
	}
	twice := with(good, "Stripe-Signature", value(good, "Stripe-Signature"), value(good, "Stripe-Signature"))
	if v := s.Verify(twice, Keys{Secrets: []string{"secret"}}, testTime, nil); v.Reason != DuplicateHeader {
		t.Errorf("two lines: Verify = %q", v.Reason)
	}
}

func TestPrefixReasons(t *testing.T) {
	s := mustNew(t, githubSpec())
	good := signed(t, s, "secret")
	whole := value(good, "X-Hub-Signature-256")
	sig := strings.TrimPrefix(whole, "sha256=")
	tests := map[string]string{
		whole: "", "sha256=" + strings.ToUpper(sig): "",
		"SHA256=" + sig: BadPrefix, "sha-256=" + sig: BadPrefix, "sha1=" + sig: BadPrefix, "sha512=" + sig: BadPrefix,
		"md5=" + sig: BadPrefix, "none=" + sig: BadPrefix, sig: BadPrefix, "junk " + whole: BadPrefix, "=" + sig: BadPrefix,
		"sha256=": SignatureMismatch, "sha256=" + sig[:63]: SignatureMismatch, "sha256=" + sig + "0": SignatureMismatch,
		whole + "," + "junk": SignatureMismatch, whole + " " + whole: SignatureMismatch, whole + whole: SignatureMismatch,
		"sha256=bad," + whole: SignatureMismatch, "sha256=0x" + sig: SignatureMismatch, "sha256= " + sig: SignatureMismatch,
	}
	for text, want := range tests {
		if v := s.Verify(with(good, "X-Hub-Signature-256", text), Keys{Secrets: []string{"secret"}}, testTime, nil); v.Reason != want {
			t.Errorf("%q: Verify = %t %q, want %q", text, v.OK, v.Reason, want)
		}
	}
	bare := githubSpec()
	bare.Fields[0].Templates = []string{"{sig}"}
	for text, want := range map[string]string{
		sig: "", whole: BadPrefix, "none=" + sig: BadPrefix, "v1=" + sig + "=": BadPrefix, sig + "," + whole: BadPrefix,
		sig + "=": SignatureMismatch, sig + "==": SignatureMismatch, "=" + sig: SignatureMismatch, "junk " + sig: SignatureMismatch,
	} {
		if v := mustNew(t, bare).Verify(with(good, "X-Hub-Signature-256", text), Keys{Secrets: []string{"secret"}}, testTime, nil); v.Reason != want {
			t.Errorf("no prefix, %q: Verify = %t %q, want %q", text, v.OK, v.Reason, want)
		}
	}
}

func TestWindow(t *testing.T) {
	both, past := mustNew(t, standardSpec()), mustNew(t, stripeSpec())
	second := func(n int64) time.Time { return testTime.Add(time.Duration(n) * time.Second) }
	duration := func(d time.Duration) *time.Duration { return &d }
	tests := []struct {
		name      string
		s         *Scheme
		now       time.Time
		tolerance *time.Duration
		want      string
	}{
		{"exactly as old as allowed", both, second(300), nil, ""},
		{"a second older", both, second(301), nil, TimestampTooOld},
		{"exactly as far ahead as allowed", both, second(-300), nil, ""},
		{"a second further", both, second(-301), nil, TimestampTooNew},
		{"far ahead, only the past judged", past, second(-1e6), nil, ""},
		{"old, only the past judged", past, second(301), nil, TimestampTooOld},
		{"another tolerance", both, second(11), duration(10 * time.Second), TimestampTooOld},
		{"a wider one", both, second(900), duration(1000 * time.Second), ""},
		{"the past stays judged alone", past, second(-1e6), duration(10 * time.Second), ""},
		{"switched off", both, second(1e9), duration(0), ""},
		{"a negative one lets nothing pass", both, second(0), duration(-time.Second), TimestampTooOld},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			secret := testSecret
			v := test.s.Verify(signed(t, test.s, secret), Keys{Secrets: []string{secret}}, test.now, test.tolerance)
			if v.Reason != test.want || v.OK != (test.want == "") {
				t.Errorf("Verify = %t %q (%s), want %q", v.OK, v.Reason, v.Detail, test.want)
			}
			if !v.Time.Equal(testTime) || v.Skew != test.now.Sub(testTime) {
				t.Errorf("Time = %v, Skew = %v", v.Time, v.Skew)
			}
		})
	}
}

// TestFarTimestamps: a timestamp that no duration reaches is outside the window
// like any other, however well it is signed.
func TestFarTimestamps(t *testing.T) {
	s, k := mustNew(t, standardSpec()), Keys{Secrets: []string{testSecret}}
	for at, want := range map[time.Time]string{
		time.Unix(1614265330000, 0): TimestampTooNew, time.Unix(999999999999999999, 0): TimestampTooNew, time.Unix(0, 0): TimestampTooOld,
	} {
		m, err := s.Sign(&Message{}, k, Values{ID: "m", Time: at})
		if err != nil {
			t.Fatal(err)
		}
		if v := s.Verify(m, k, testTime, nil); v.Reason != want {
			t.Errorf("%v: Verify = %t %q (%s), want %q", at, v.OK, v.Reason, v.Detail, want)
		}
	}
}

// TestWindowDetail: the signature is judged even when the window fails.
func TestWindowDetail(t *testing.T) {
	s := mustNew(t, standardSpec())
	m, late := signed(t, s, testSecret), testTime.Add(400*time.Second)
	if v := s.Verify(m, Keys{Secrets: []string{testSecret}}, late, nil); v.Detail != "signature good, but 400 s old, 300 s are allowed" {
		t.Errorf("Detail = %q", v.Detail)
	}
	m.Body = []byte("{}")
	v := s.Verify(m, Keys{Secrets: []string{testSecret}}, late, nil)
	if v.Reason != TimestampTooOld || v.Detail != "400 s old, 300 s are allowed; the signature does not match either" {
		t.Errorf("Verify = %q %q", v.Reason, v.Detail)
	}
}

func TestDetails(t *testing.T) {
	s := mustNew(t, standardSpec())
	good := signed(t, s, testSecret)
	for want, m := range map[string]*Message{
		"no webhook-id": with(good, "webhook-id"),
		"no webhook-signature, but webhook_signature": with(with(good, "webhook-signature"), "webhook_signature", "v1,x"),
		"no timestamp in webhook-timestamp":           with(good, "webhook-timestamp"),
		"webhook-signature has no v1 signature":       with(good, "webhook-signature", "v2,x"),
		`"yesterday" is no timestamp in the unit s`:   with(good, "webhook-timestamp", "yesterday"),
		"9223372036.854 s ahead, 300 s are allowed; it looks like milliseconds, the scheme has seconds; the signature does not match either": with(good, "webhook-timestamp", "1614265330000"),
		"the id contains '.', which ends it in the signed text":                                                                              with(good, "webhook-id", "a.b"),
	} {
		if v := s.Verify(m, Keys{Secrets: []string{testSecret}}, testTime, nil); v.Detail != want && !(v.Reason == BadTimestamp && v.Detail == want+"; the signature does not match either") {
			t.Errorf("Detail = %q, want %q", v.Detail, want)
		}
	}
}

func TestTimestamps(t *testing.T) {
	for unit, texts := range map[string]map[string]bool{
		"s": {
			"1614265330": true, "0": true, "": false, "+1614265330": false, "-1": false, "01614265330": false, "1e9": false, "1.5": false,
			"0x60380a32": false, " 1": false, "1614265330000000000": false, "9223372036854775807": false, "1000000000000000000000000000000": false,
			"2021-02-25T15:02:10Z": false, "١٦": false, "Infinity": false,
		},
		"rfc3339":                      {"2021-02-25T15:02:10Z": true, "2021-02-25T15:02:10.123456789+02:00": true, "2021-02-25 15:02:10": false, "1614265330": false},
		"Mon 02 Jan 2006 15:04:05 MST": {"Thu 25 Feb 2021 15:02:10 UTC": true, "2021": false},
	} {
		u, err := parseUnit(unit)
		if err != nil {
			t.Fatal(err)
		}
		for text, want := range texts {
			if _, ok := u.parse(text); ok != want {
				t.Errorf("parse(%q) in %s = %t, want %t", text, unit, ok, want)
			}
		}
		if got, ok := u.parse(u.format(testTime)); !ok || !got.Equal(testTime) {
			t.Errorf("%s: format and parse = %v, %t", unit, got, ok)
		}
	}
	for text, want := range map[string]time.Time{"1614265330": testTime, "1614265330123": testTime.Add(123 * time.Millisecond)} {
		if got, ok := unitAuto.parse(text); !ok || !got.Equal(want) {
			t.Errorf("auto: parse(%q) = %v, %t", text, got, ok)
		}
	}
	if _, err := parseUnit("fortnights"); err == nil {
		t.Error("parseUnit takes any word")
	}
}

func TestRotation(t *testing.T) {
	s := mustNew(t, standardSpec())
	other := "whsec_plJ3nmyCDGBKInavdOK15jsl"
	m := signed(t, s, other, testSecret)
	v := s.Verify(m, Keys{Secrets: []string{"whsec_AAAA", testSecret}}, testTime, nil)
	if !v.OK || v.Key != 1 || v.Content != 0 {
		t.Errorf("Verify = %+v", v)
	}
	v = s.Verify(m, Keys{Secrets: []string{"", "whsec_!", testSecret}}, testTime, nil)
	if !v.OK || v.Key != 2 {
		t.Errorf("an unusable secret beside a right one: %+v", v)
	}
	for secret, want := range map[string]string{"": EmptySecret, "whsec_": EmptySecret, " \r\n": EmptySecret, "\ufeff": EmptySecret, "whsec_a-_b": BadSecret} {
		if v := s.Verify(m, Keys{Secrets: []string{secret}}, testTime, nil); v.Reason != want {
			t.Errorf("secret %q: %q, want %q", secret, v.Reason, want)
		}
	}
}

func TestCheckEntries(t *testing.T) {
	spec := Spec{
		Alg: []string{"hmac-sha256"}, Enc: "hex", Content: []string{"{header.Digest}"},
		Fields: []Field{header("X-Sig", "{sig}")},
		Checks: []Field{{Place: InHeader, Name: "Digest", Templates: []string{"sha-256={body|sha256b64}"}}},
	}
	s := mustNew(t, spec)
	m := &Message{Body: []byte("hello"), Headers: Headers{{"Digest", "sha-256=LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="}}}
	k := Keys{Secrets: []string{"secret"}}
	out, err := s.Sign(m, k, Values{})
	if err != nil {
		t.Fatal(err)
	}
	if v := s.Verify(out, k, testTime, nil); !v.OK || !slices.Equal(v.Covers, []string{CoversBody}) {
		t.Errorf("Verify = %+v", v)
	}
	out.Body = []byte("hullo")
	if v := s.Verify(out, k, testTime, nil); v.Reason != BodyHashMismatch {
		t.Errorf("another body: %q", v.Reason)
	}
	if v := s.Verify(with(out, "Digest"), k, testTime, nil); v.Reason != MissingHeader {
		t.Errorf("no digest: %q", v.Reason)
	}
	spec.Content = []string{"{ts}"}
	spec.TS, spec.Fields = &TimeSpec{Unit: "s"}, append(spec.Fields, header("X-Time", "{ts}"))
	if got := mustNew(t, spec).Covers(); !slices.Equal(got, []string{CoversTimestamp}) {
		t.Errorf("a digest that nobody signed covers %v", got)
	}
}

func TestAmbiguousBody(t *testing.T) {
	s := mustNew(t, Spec{
		Alg: []string{"hmac-sha256"}, Enc: "hex", Content: []string{"{json.amount}"},
		Fields: []Field{{Place: InJSON, Name: "sig", Templates: []string{"{sig}"}}},
	})
	k := Keys{Secrets: []string{"secret"}}
	m, err := s.Sign(&Message{Body: []byte(`{"amount":1}`)}, k, Values{})
	if err != nil {
		t.Fatal(err)
	}
	if v := s.Verify(m, k, testTime, nil); !v.OK {
		t.Fatalf("Verify = %q", v.Reason)
	}
	sig := string(m.Body[len(`{"amount":1,"sig":`) : len(m.Body)-1])
	for body, want := range map[string]string{
		`{"amount":1,"amount":1,"sig":` + sig + `}`:             MalformedHeader,
		`{"amount":9,"\u0061mount":1,"sig":` + sig + `}`:        MalformedHeader,
		`{"amount":1,"sig":"x","sig":` + sig + `}`:              MalformedHeader,
		`{"amount":1,"sig":` + sig + `,"x":{"sig":1,"sig":2}}`:  "",
		`{"amount":1,"sig":` + sig + `,"z":1,"z":2}`:            "",
		`{"amount":2,"sig":` + sig + `}`:                        SignatureMismatch,
		`{"amount":1,"sig":""}`:                                 MissingSignature,
		`{"amount":1,"sig":null}`:                               MissingSignature,
		`{"amount":1,"sig":` + sig + `}}`:                       MissingSignature,
		`{"amount":1}`:                                          MissingSignature,
		`[{"amount":1,"sig":` + sig + `}]`:                      MissingSignature,
		strings.Repeat("[", 20000) + strings.Repeat("]", 20000): MissingSignature,
	} {
		if v := s.Verify(&Message{Body: []byte(body)}, k, testTime, nil); v.Reason != want {
			t.Errorf("%.60s: Verify = %q, want %q", body, v.Reason, want)
		}
	}
}

// TestTemplateWithMostText: of several templates the one with most text is
// tried first, whichever is sent: {sig} alone would swallow the others' text.
func TestTemplateWithMostText(t *testing.T) {
	spec := githubSpec()
	spec.Fields = []Field{header("X-Sig", "{sig}", "sha256={sig}")}
	s := mustNew(t, spec)
	m := signed(t, s, testSecret)
	sent := value(m, "X-Sig")
	if strings.HasPrefix(sent, "sha256=") {
		t.Errorf("the second template was sent: %s", sent)
	}
	for _, text := range []string{sent, "sha256=" + sent} {
		if v := s.Verify(with(m, "X-Sig", text), Keys{Secrets: []string{testSecret}}, testTime, nil); !v.OK {
			t.Errorf("Verify of %s: %s", text, v.Reason)
		}
	}
}

// TestChecksum: a hash without a key needs none, and names none.
func TestChecksum(t *testing.T) {
	s := mustNew(t, Spec{Alg: []string{"sha256"}, Enc: "hex", Content: []string{"{body}"}, Fields: []Field{header("X-Sum", "{sig}")}})
	m := signed(t, s)
	for name, k := range map[string]Keys{"no key": {}, "an empty key": {Secrets: []string{""}}, "any key": {Secrets: []string{"x"}}} {
		if v := s.Verify(m, k, testTime, nil); !v.OK || v.Key != -1 || !s.Unkeyed() {
			t.Errorf("with %s: %t %q, key %d", name, v.OK, v.Reason, v.Key)
		}
	}
	m.Body = []byte("other")
	if v := s.Verify(m, Keys{}, testTime, nil); v.OK || v.Reason != SignatureMismatch {
		t.Errorf("another body: %t %q", v.OK, v.Reason)
	}
	prepended := mustNew(t, Spec{Alg: []string{"sha256"}, Enc: "hex", Content: []string{"{secret}{body}"}, Fields: []Field{header("X-Sum", "{sig}")}})
	if v := prepended.Verify(signed(t, prepended, "k"), Keys{}, testTime, nil); prepended.Unkeyed() || v.Reason != NoSecret {
		t.Errorf("a hash of the secret and the body without a secret: %t %q", v.OK, v.Reason)
	}
}
