package sign

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const explainedBody = `{"id":"evt_1","type":"order.paid","url":"https://example.com/a","name":"Zoë <&>","amount":10.50,"list":[1,2]}`

// rawSpec is a scheme that signs content and writes the signature as enc.
func rawSpec(enc, content string) Spec {
	s := githubSpec()
	s.Enc, s.Content = enc, []string{content}
	if strings.Contains(content, "{ts}") {
		s.TS = &TimeSpec{Unit: "s", Tolerance: 300 * time.Second}
		s.Fields = append(s.Fields, header("X-Time", "{ts}"))
	}
	return s
}

func squareSpec() Spec {
	return Spec{Alg: []string{"hmac-sha256"}, Enc: "base64", Content: []string{"{url}{body}"}, Fields: []Field{header("X-Square-Signature", "{sig}")}}
}

// explained signs a body as one scheme and asks another one why it refuses.
type explained struct {
	sender  Spec
	secret  string           // of the sender; testSecret if empty
	body    string           // explainedBody if empty
	url     string           // the sender's
	at      time.Duration    // after testTime
	change  func(m *Message) // on the way
	reader  Spec             // the sender's if empty
	keys    []string         // of the reader; testSecret if empty
	options ExplainOptions
}

func (e explained) run(t testing.TB) Explanation {
	t.Helper()
	m := &Message{Method: "POST", URL: or(e.url, "https://example.com/hook"), Body: []byte(or(e.body, explainedBody))}
	m, err := mustNew(t, e.sender).Sign(m, Keys{Secrets: []string{or(e.secret, testSecret)}}, Values{Time: testTime, ID: "msg_1", Nonce: "n0nce", Event: "a.b"})
	if err != nil {
		t.Fatal(err)
	}
	m.URL = "https://example.com/hook"
	if e.change != nil {
		e.change(m)
	}
	if e.reader.Alg == nil {
		e.reader = e.sender
	}
	if e.keys == nil {
		e.keys = []string{testSecret}
	}
	s, k := mustNew(t, e.reader), Keys{Secrets: e.keys}
	before := s.Verify(m, k, testTime.Add(e.at), nil)
	if before.OK {
		t.Fatalf("the message is valid: nothing to explain")
	}
	got := s.Explain(m, k, testTime.Add(e.at), e.options)
	if after := s.Verify(m, k, testTime.Add(e.at), nil); after.Reason != before.Reason {
		t.Errorf("Explain changed the verdict from %s to %s", before.Reason, after.Reason)
	}
	holdsNothing(t, got, append(e.keys, or(e.secret, testSecret)), m)
	return got
}

// holdsNothing fails when an explanation holds a secret, or a signature that
// the message does not have.
func holdsNothing(t testing.TB, e Explanation, secrets []string, m *Message) {
	t.Helper()
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range secrets {
		if secret = strings.TrimSpace(secret); len(secret) >= 8 && strings.Contains(string(text), secret) {
			t.Errorf("the explanation holds a secret: %s", text)
		}
	}
	for _, word := range strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune(` "'=,;:{}\`, r) }) {
		raw, err := hex.DecodeString(word)
		if err != nil {
			raw, err = base64.StdEncoding.DecodeString(word)
		}
		if err == nil && len(raw) >= 16 && !bytes.Contains(m.Body, []byte(word)) {
			t.Errorf("the explanation holds what may be a signature: %s", text)
		}
	}
}

func body(f func([]byte) []byte) func(*Message) {
	return func(m *Message) { m.Body = f(m.Body) }
}

func as(t testing.TB, phrase string) func(*Message) {
	return body(func(b []byte) []byte { return []byte(printed(t, dialectOf(t, phrase), string(b))) })
}

func headerIs(name string, f func(string) string) func(*Message) {
	return func(m *Message) {
		for i := range m.Headers {
			if strings.EqualFold(m.Headers[i].Name, name) {
				m.Headers[i].Value = f(m.Headers[i].Value)
			}
		}
	}
}

func renamed(from, to string) func(*Message) {
	return func(m *Message) {
		for i := range m.Headers {
			if strings.EqualFold(m.Headers[i].Name, from) {
				m.Headers[i].Name = to
			}
		}
	}
}

func literal(s Spec, rule string) Spec {
	s.Key = rule
	return s
}

// TestExplainMistakes: each of the usual mistakes is called by its name.
func TestExplainMistakes(t *testing.T) {
	const stringify = "JSON.stringify(JSON.parse(body))"
	const dumps = "json.dumps(json.loads(body)) of Python"
	const encode = "json_encode(json_decode(body, true)) of PHP"
	compact := strings.Replace(explainedBody, "10.50", "10.5", 1)
	ascii := printed(t, dialectOf(t, dumps), compact)
	php := printed(t, dialectOf(t, encode), compact)
	github, stripe, standard := githubSpec(), stripeSpec(), standardSpec()
	older := func() ExplainOptions { return ExplainOptions{Previous: []string{"an-older-secret"}} }
	named := ExplainOptions{Others: []Secret{{"the secret of acme", "the-secret-of-acme"}}}
	schemes := ExplainOptions{Schemes: func() []NamedScheme {
		return []NamedScheme{{"github", mustNew(t, githubSpec())}, {"square", mustNew(t, squareSpec())}, {"stripe", mustNew(t, stripeSpec())}}
	}}
	tests := []struct {
		name    string
		e       explained
		class   string
		summary string // part of it
		also    []string
	}{
		{"Node wrote the body again", explained{sender: github, body: compact, change: as(t, dumps)}, ClassBody, stringify, nil},
		{"Node signed, the body came indented", explained{sender: stripe, body: compact, change: as(t, "JSON.stringify(…, null, 2)")}, ClassBody, stringify, nil},
		{"Python wrote the body again", explained{sender: standard, body: ascii, change: as(t, stringify)}, ClassBody, dumps, nil},
		{"PHP wrote the body again", explained{sender: github, body: php, change: as(t, stringify)}, ClassBody, encode, nil},
		{"Go wrote the body again", explained{sender: stripe, body: `{"a":1,"b":"\u003c"}`, change: body(func([]byte) []byte { return []byte(`{"b":"<","a":1.0}`) })}, ClassBody, "Go's json.Marshal of a map", nil},
		{"keys were sorted", explained{sender: stripe, body: `{"b":1.0,"a":2}`, change: body(func([]byte) []byte { return []byte(`{"a":2,"b":1.0}`) })}, "", "none of", nil},
		{"indented by two", explained{sender: github, body: "{\n  \"a\": 1\n}", change: as(t, stringify)}, ClassBody, "JSON.stringify(…, null, 2)", nil},
		{"slashes were unescaped", explained{sender: github, body: `{"a": "\/"}`, change: body(func([]byte) []byte { return []byte(`{"a": "/"}`) })}, ClassBody, `\/ for /`, nil},
		{"a newline was added", explained{sender: github, change: body(func(b []byte) []byte { return append(b, '\n') })}, ClassBody, "without its last newline", nil},
		{"a newline was lost", explained{sender: standard, body: explainedBody + "\n", change: body(bytes.TrimSpace)}, ClassBody, "with a newline behind it", nil},
		{"CRLF became LF", explained{sender: stripe, body: "a\r\nb\r\n", change: body(func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r"), nil) })}, ClassBody, "CRLF for LF", nil},
		{"LF became CRLF", explained{sender: stripe, body: "a\nb\n", change: body(func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) })}, ClassBody, "LF for CRLF", nil},
		{"a byte order mark was added", explained{sender: github, change: body(func(b []byte) []byte { return append(byteOrderMark(), b...) })}, ClassBody, "byte order mark", nil},
		{"a form was decoded", explained{sender: github, body: `{"a":1}`, change: body(func(b []byte) []byte { return []byte("payload=" + url.QueryEscape(string(b))) })}, ClassBody, "form field payload", nil},
		{"base64 of a gateway", explained{sender: github, change: body(func(b []byte) []byte { return base64.StdEncoding.AppendEncode(nil, b) })}, ClassBody, "decoded from base64", nil},
		{"gzip", explained{sender: github, change: body(gzipped)}, ClassBody, "unpacked with gzip", nil},
		{"JSON in a JSON string", explained{sender: github, body: `{"a":"b"}`, change: body(func(b []byte) []byte { return []byte(quoteJSON(string(b))) })}, ClassBody, "the JSON inside the JSON string", nil},
		{"UTF-8 taken for Latin-1", explained{sender: github, body: "Zo\u00eb", change: body(func(b []byte) []byte { return []byte("Zo\u00c3\u00ab") })}, ClassBody, "read as Latin-1", nil},
		{"a form written again", explained{sender: github, body: "a=1&b=%20", change: body(func([]byte) []byte { return []byte("b=+&a=1") })}, "", "none of", nil},
		{"a form sorted before it was signed", explained{sender: github, body: "a=1&b=2", change: body(func([]byte) []byte { return []byte("b=2&a=1") })}, ClassBody, "keys sorted as a form", nil},

		{"a secret of another endpoint", explained{sender: github, secret: "the-secret-of-acme", options: named}, ClassSecret, "the secret of acme", nil},
		{"a former secret", explained{sender: stripe, secret: "an-older-secret", options: older()}, ClassSecret, "a former secret", nil},
		{"a secret decoded that is text", explained{sender: literal(standard, "literal"), reader: standard}, ClassSecret, "as text", nil},
		{"a secret as text that is decoded", explained{sender: literal(stripe, "whsec"), reader: stripe}, ClassSecret, "decoded from base64 behind its prefix", nil},
		{"a secret without its prefix", explained{sender: github, secret: strings.TrimPrefix(testSecret, "whsec_")}, ClassSecret, "as text without its prefix", nil},
		{"a secret with its prefix", explained{sender: github, keys: []string{strings.TrimPrefix(testSecret, "whsec_")}}, ClassSecret, "with whsec_ before it", nil},
		{"a hex secret that is decoded", explained{sender: literal(github, "hex"), secret: strings.Repeat("0a", 20), reader: github, keys: []string{strings.Repeat("0a", 20)}}, ClassSecret, "decoded from hex", nil},
		{"a secret with a newline", explained{sender: stripe, keys: []string{testSecret + "\n"}}, ClassSecret, "without the white space around it", nil},
		{"a sender's secret with a newline", explained{sender: stripe, secret: testSecret + "\n"}, ClassSecret, "and a newline behind it", nil},
		{"a secret in quotes", explained{sender: stripe, keys: []string{`"` + testSecret + `"`}}, ClassSecret, "without its quotes", nil},
		{"a secret with its variable", explained{sender: stripe, keys: []string{"SECRET=" + testSecret}}, ClassSecret, "without the name before it", nil},
		{"base64 that is none", explained{sender: literal(standard, "literal"), secret: "plain-secret!", reader: standard, keys: []string{"plain-secret!"}}, ClassSecret, "as text", nil},
		{"no secret, but others", explained{sender: stripe, secret: "the-secret-of-acme", keys: []string{}, options: named}, ClassSecret, "the secret of acme", nil},

		{"hex for base64", explained{sender: rawSpec("hex", "{body}"), reader: rawSpec("base64", "{body}")}, ClassEncoding, "read as hex", nil},
		{"base64 for hex", explained{sender: rawSpec("base64", "{body}"), reader: rawSpec("hex", "{body}")}, ClassEncoding, "read as base64", nil},
		{"hex text in base64", explained{sender: rawSpec("hex", "{body}"), reader: rawSpec("base64", "{body}"), change: headerIs("X-Hub-Signature-256", func(v string) string {
			return "sha256=" + base64.StdEncoding.EncodeToString([]byte(strings.TrimPrefix(v, "sha256=")))
		})}, ClassEncoding, "hex text in base64", nil},
		{"the signature cut off", explained{sender: github, change: headerIs("X-Hub-Signature-256", func(v string) string { return v[:len(v)-8] })}, ClassEncoding, "28 of the signature's 32 bytes", nil},
		{"no prefix", explained{sender: github, change: headerIs("X-Hub-Signature-256", func(v string) string { return v[7:] })}, ClassPrefix, "read as {sig}: the scheme has sha256={sig}", nil},
		{"another prefix", explained{sender: github, change: headerIs("X-Hub-Signature-256", func(v string) string { return "SHA-256=" + v[7:] })}, ClassPrefix, "SHA-256={sig}", nil},
		{"no tag", explained{sender: standard, change: headerIs("webhook-signature", func(v string) string { return v[3:] })}, ClassPrefix, "the scheme has v1,{sig}", nil},
		{"no prefix and another encoding", explained{sender: rawSpec("base64", "{body}"), reader: github, change: headerIs("X-Hub-Signature-256", func(v string) string { return v[7:] })}, ClassPrefix, "read as base64", []string{ClassEncoding}},
		{"percent escapes", explained{sender: squareSpec(), change: headerIs("X-Square-Signature", url.QueryEscape)}, ClassPrefix, "X-Square-Signature", nil},

		{"the body alone", explained{sender: rawSpec("hex", "{body}"), reader: rawSpec("hex", "{ts}.{body}"), change: func(m *Message) { m.Headers = append(m.Headers, Header{"X-Time", "1614265330"}) }}, ClassText, "{body} in place of {ts}.{body}", nil},
		{"the time, too", explained{sender: rawSpec("hex", "{ts}.{body}"), reader: rawSpec("hex", "{body}")}, ClassText, "{ts}.{body} in place of {body}", nil},
		{"the other order", explained{sender: rawSpec("hex", "{body}{ts}"), reader: rawSpec("hex", "{ts}{body}")}, ClassText, "{body}{ts}", nil},
		{"another separator", explained{sender: rawSpec("hex", "{ts}:{body}"), reader: rawSpec("hex", "{ts}.{body}")}, ClassText, "{ts}:{body}", nil},

		{"stale", explained{sender: stripe, at: 412 * time.Second}, ClassTimestamp, "signature good, but 412 s old", nil},
		{"ahead", explained{sender: standard, at: -412 * time.Second}, ClassTimestamp, "signature good, but 412 s ahead", nil},
		{"ms for s", explained{sender: msSpec(), reader: rawSpec("hex", "{ts}.{body}")}, ClassTimestamp, "the timestamp is in milliseconds and the scheme has seconds", nil},
		{"s for ms", explained{sender: rawSpec("hex", "{ts}.{body}"), reader: msSpec()}, ClassTimestamp, "the timestamp is in seconds and the scheme has milliseconds", nil},
		{"signed in s, sent in ms", explained{sender: rawSpec("hex", "{ts}.{body}"), change: headerIs("X-Time", func(v string) string { return v + "000" })}, ClassTimestamp, "with the timestamp in seconds", nil},
		{"stale and rewritten", explained{sender: stripe, body: compact, at: time.Hour, change: as(t, dumps)}, ClassBody, "it is also 3600 s old", nil},

		{"the URL with its port", explained{sender: squareSpec(), url: "https://example.com:443/hook"}, ClassURL, "with its port", nil},
		{"the URL of a tunnel", explained{sender: squareSpec(), url: "https://public.example/hook", change: func(m *Message) {
			m.URL, m.Headers = "http://localhost:4400/hook", append(m.Headers, Header{"X-Forwarded-Host", "public.example"}, Header{"X-Forwarded-Proto", "https"})
		}}, ClassURL, "X-Forwarded-Host", nil},
		{"http for https", explained{sender: squareSpec(), change: func(m *Message) { m.URL = "http://example.com/hook" }}, ClassURL, "with https for http", nil},
		{"a slash at the end", explained{sender: squareSpec(), url: "https://example.com/hook/"}, ClassURL, "with a slash at its end", nil},

		{"SHA-1", explained{sender: algSpec("hmac-sha1"), reader: github}, ClassAlgorithm, "hmac-sha1", nil},
		{"SHA-512", explained{sender: algSpec("hmac-sha512"), reader: github}, ClassAlgorithm, "hmac-sha512", nil},
		{"a hash of secret and text", explained{sender: Spec{Alg: []string{"sha256"}, Enc: "hex", Content: []string{"{secret}{body}"}, Fields: github.Fields}, reader: github}, ClassAlgorithm, "a plain sha256 of secret and text", nil},
		{"a hash", explained{sender: Spec{Alg: []string{"sha256"}, Enc: "hex", Content: []string{"{body}"}, Fields: github.Fields}, reader: github}, ClassAlgorithm, "a plain sha256 of the text", nil},

		{"another provider", explained{sender: stripe, reader: github, options: schemes}, ClassProvider, "valid as stripe", nil},
		{"another provider's header beside", explained{sender: squareSpec(), reader: stripe, options: schemes}, ClassProvider, "valid as square", nil},
		{"an underscore for a hyphen", explained{sender: github, change: renamed("X-Hub-Signature-256", "X_Hub_Signature_256")}, ClassHeader, "no X-Hub-Signature-256 came, but X_Hub_Signature_256", nil},
		{"a gateway's prefix", explained{sender: standard, change: renamed("webhook-id", "HTTP_WEBHOOK_ID")}, ClassHeader, "HTTP_WEBHOOK_ID", nil},
		{"a slip in the name", explained{sender: github, change: renamed("X-Hub-Signature-256", "X-Hub-Singature-256")}, ClassHeader, "X-Hub-Singature-256", nil},
		{"a renamed header and another body", explained{sender: github, body: compact, change: func(m *Message) {
			renamed("X-Hub-Signature-256", "HTTP_X_HUB_SIGNATURE_256")(m)
			as(t, dumps)(m)
		}}, ClassHeader, stringify, []string{ClassBody}},
		{"another constant", explained{sender: constSpec("1"), reader: constSpec("2")}, ClassHeader, `signature good, but X-Version is "1", not 2`, nil},
		{"an id with a separator", explained{sender: standard, change: headerIs("webhook-id", func(string) string { return "msg.1" })}, "", "none of", nil},
		{"no signature at all", explained{sender: stripe, reader: github}, ClassHeader, "but Stripe-Signature looks like a signature", nil},

		{"rewritten, and the wrong text", explained{sender: rawSpec("hex", "{body}"), body: compact, reader: rawSpec("hex", "{ts}.{body}"), change: func(m *Message) {
			m.Headers = append(m.Headers, Header{"X-Time", "1614265330"})
			as(t, dumps)(m)
		}}, ClassText, stringify, []string{ClassBody}},
		{"rewritten, and the secret misread", explained{sender: literal(standard, "literal"), reader: standard, body: compact, change: as(t, dumps)}, ClassSecret, stringify, []string{ClassBody}},
		{"tampered", explained{sender: stripe, change: body(func(b []byte) []byte { return bytes.Replace(b, []byte("10.50"), []byte("99.50"), 1) })}, "", "none of", nil},
		{"a secret nobody knows", explained{sender: standard, secret: "whsec_" + strings.Repeat("AAAA", 8)}, "", "it is another secret, or the body is not the one that was signed", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := test.e.run(t)
			wantFound := test.class != "" && test.name != "no signature at all"
			if got.Found != wantFound || got.Class != test.class || !strings.Contains(got.Summary, test.summary) || !slices.Equal(got.Also, test.also) {
				t.Errorf("Explain = %+v\nwant %s %v, %q", got, test.class, test.also, test.summary)
			}
			if got.Fix == "" || got.Truncated {
				t.Errorf("Explain = %+v", got)
			}
		})
	}
}

func msSpec() Spec {
	s := rawSpec("hex", "{ts}.{body}")
	s.TS.Unit = "ms"
	return s
}

func constSpec(version string) Spec {
	s := githubSpec()
	s.Fields = append(s.Fields, header("X-Version", version))
	return s
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(b)
	w.Close()
	return out.Bytes()
}

func algSpec(alg string) Spec {
	s := githubSpec()
	s.Alg = []string{alg}
	return s
}

func TestExplainAsymmetric(t *testing.T) {
	spec := Spec{Alg: []string{"ed25519"}, Enc: "hex", Content: []string{"{ts}{body}"}, TS: &TimeSpec{Unit: "s"}, Fields: []Field{header("X-Time", "{ts}"), header("X-Sig", "{sig}")}}
	ours, theirs := strings.Repeat("07", 32), strings.Repeat("08", 32)
	b64 := spec
	b64.Enc = "base64"
	dotted := spec
	dotted.Content = []string{"{ts}.{body}"}
	tests := []struct {
		name           string
		e              explained
		class, summary string
	}{
		{"another body", explained{sender: spec, change: body(func(b []byte) []byte { return append(b, '\n') })}, ClassBody, "without its last newline"},
		{"another text", explained{sender: dotted, reader: spec}, ClassText, "{ts}.{body} in place of {ts}{body}"},
		{"another encoding", explained{sender: b64, reader: spec}, ClassEncoding, "read as base64"},
		{"another key", explained{sender: spec, secret: theirs, options: ExplainOptions{Others: []Secret{{"their key", theirs}}}}, ClassSecret, "with their key"},
		{"a key nobody knows", explained{sender: spec, secret: theirs}, "", "none of"},
	}
	for _, test := range tests {
		test.e.secret, test.e.keys = or(test.e.secret, ours), []string{ours}
		if got := test.e.run(t); got.Class != test.class || got.Found != (test.class != "") || !strings.Contains(got.Summary, test.summary) {
			t.Errorf("%s: Explain = %+v", test.name, got)
		}
	}
}

func TestExplainToken(t *testing.T) {
	spec := Spec{Alg: []string{"equal"}, Fields: []Field{header("X-Token", "{sig}")}}
	tests := []struct {
		name           string
		value, secret  string
		class, summary string
	}{
		{"with a newline", "the-token-1", "the-token-1\n", ClassSecret, "white space"},
		{"with a scheme before it", "Bearer the-token-1", "the-token-1", ClassPrefix, "Bearer {sig}"},
		{"in base64", "dGhlLXRva2VuLTE=", "the-token-1", ClassEncoding, "read as base64"},
		{"another", "the-token-2", "the-token-1", "", "another secret"},
	}
	for _, test := range tests {
		s := mustNew(t, spec)
		m := &Message{Headers: Headers{{"X-Token", test.value}}}
		got := s.Explain(m, Keys{Secrets: []string{test.secret}}, testTime, ExplainOptions{})
		if got.Class != test.class || got.Found != (test.class != "") || !strings.Contains(got.Summary, test.summary) {
			t.Errorf("%s: Explain = %+v", test.name, got)
		}
		holdsNothing(t, got, []string{test.secret}, m)
	}
}

// TestFirstDifference: the place is found, and an excerpt never shows a secret.
func TestFirstDifference(t *testing.T) {
	e := explained{sender: githubSpec(), body: `{"a":1,"b":2}`, change: body(func([]byte) []byte { return []byte(`{"a":1, "b":2}`) })}
	want := &Difference{Offset: 7, Received: `{"a":1, "b":2}`, Signed: `{"a":1,"b":2}`}
	if diff := cmp.Diff(want, e.run(t).FirstDifference); diff != "" {
		t.Errorf("FirstDifference (-want +got):\n%s", diff)
	}
	e.body = `{"a":1,"token":"` + testSecret + `"}`
	e.change = body(func(b []byte) []byte { return bytes.Replace(b, []byte(","), []byte(", "), 1) })
	if diff := cmp.Diff(&Difference{Offset: 7}, e.run(t).FirstDifference); diff != "" {
		t.Errorf("FirstDifference beside a secret (-want +got):\n%s", diff)
	}
}

// TestExplainWithoutMeans: what is missing to judge at all is named.
func TestExplainWithoutMeans(t *testing.T) {
	tests := []struct {
		name           string
		spec           Spec
		m              *Message
		keys           []string
		class, summary string
	}{
		{"no header", githubSpec(), &Message{}, []string{testSecret}, ClassHeader, "no X-Hub-Signature-256"},
		{"no secret", githubSpec(), signed(t, mustNew(t, githubSpec()), testSecret), nil, ClassSecret, "no secret is known"},
		{"no URL", squareSpec(), &Message{Headers: signed(t, mustNew(t, squareSpec()), testSecret).Headers}, []string{testSecret}, ClassURL, "the URL is not known"},
		{"no signature in the header", githubSpec(), &Message{Headers: Headers{{"X-Hub-Signature-256", "sha256=hello"}}}, []string{testSecret}, ClassPrefix, "nothing there has the form of a signature"},
	}
	for _, test := range tests {
		got := mustNew(t, test.spec).Explain(test.m, Keys{Secrets: test.keys}, testTime, ExplainOptions{})
		if got.Found || got.Class != test.class || !strings.Contains(got.Summary, test.summary) || got.Fix == "" {
			t.Errorf("%s: Explain = %+v", test.name, got)
		}
	}
	s := mustNew(t, githubSpec())
	if got := s.Explain(signed(t, s, testSecret), Keys{Secrets: []string{testSecret}}, testTime, ExplainOptions{}); got.Found || got.Tried > 0 || got.Class != "" {
		t.Errorf("of a valid message: %+v", got)
	}
}

// TestExplainBudget counts MACs: time differs from machine to machine.
func TestExplainBudget(t *testing.T) {
	e := explained{sender: stripeSpec(), secret: "nobody-knows-this"}
	all := e.run(t)
	if all.Truncated || all.Tried > DefaultMACs || all.Tried < 100 {
		t.Fatalf("Explain = %+v", all)
	}
	for _, most := range []int{1, 10, 100} {
		e.options.MaxMACs = most
		if got := e.run(t); got.Tried != most || !got.Truncated || got.Found {
			t.Errorf("with %d MACs: %+v", most, got)
		}
	}
	now := testTime
	e.options = ExplainOptions{Budget: 50 * time.Millisecond, Clock: func() time.Time { now = now.Add(time.Millisecond); return now }}
	if got := e.run(t); !got.Truncated || got.Tried == 0 || got.Tried > 50 {
		t.Errorf("with 50 ticks of a clock: %+v", got)
	}
}

// TestExplainJSON holds the names of the fields to what is documented.
func TestExplainJSON(t *testing.T) {
	got, err := json.Marshal(Explanation{
		Found: true, Class: ClassBody, Also: []string{ClassText}, Summary: "s", Fix: "f", Tried: 1, Truncated: true,
		FirstDifference: &Difference{1, "r", "s"}, Skew: 412,
	})
	want := `{"found":true,"class":"body","also":["text"],"summary":"s","fix":"f","tried":1,"truncated":true,` +
		`"first_difference":{"offset":1,"received":"r","signed":"s"},"skew_seconds":412}`
	if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// FuzzExplain: nothing panics, nothing valid is made of it, no secret comes
// out.
func FuzzExplain(f *testing.F) {
	schemes := []*Scheme{mustNew(f, githubSpec()), mustNew(f, stripeSpec()), mustNew(f, standardSpec()), mustNew(f, squareSpec())}
	for i := range schemes {
		m := signed(f, schemes[i], testSecret)
		f.Add(uint8(i), testSecret, m.URL, m.Headers[len(m.Headers)-1].Name, m.Headers[len(m.Headers)-1].Value, m.Body)
	}
	f.Add(uint8(0), "abcdefgh", "", "X-Hub-Signature-256", "abcdefgh", []byte(`a=abcdefgh`))
	f.Fuzz(func(t *testing.T, which uint8, secret, url, name, value string, body []byte) {
		s := schemes[int(which)%len(schemes)]
		m := &Message{Method: "POST", URL: url, Headers: Headers{{name, value}, {"webhook-id", "msg_1"}, {"webhook-timestamp", "1614265330"}}, Body: body}
		k := Keys{Secrets: []string{secret}}
		o := ExplainOptions{MaxMACs: 150, Others: []Secret{{"Q", "another one Q"}}, Schemes: func() []NamedScheme {
			return []NamedScheme{{"R", schemes[(int(which)+1)%len(schemes)]}}
		}}
		got := s.Explain(m, k, testTime, o)
		if got.Tried > 160 {
			t.Errorf("%d MACs", got.Tried)
		}
		text := fmt.Sprintf("%+v %+v", got, got.FirstDifference)
		if len(secret) >= 8 && !strings.Contains(fixedWords, secret) && strings.Contains(text, secret) {
			t.Errorf("%q is in %s", secret, text)
		}
	})
}

// fixedWords are texts that every explanation may have.
const fixedWords = "X-Hub-Signature-256 Stripe-Signature X-Square-Signature webhook-signature webhook-timestamp webhook-id"

// TestExplainWordAsSecret: a secret that is a word does not make holes in what
// is said.
func TestExplainWordAsSecret(t *testing.T) {
	for _, secret := range []string{"secret", "other", "body"} {
		s, err := New(githubSpec())
		if err != nil {
			t.Fatal(err)
		}
		m := &Message{Method: "POST", Body: []byte(`{"a":1}`), Headers: Headers{{"X-Hub-Signature-256", "sha256=" + strings.Repeat("0", 64)}}}
		e := s.Explain(m, Keys{Secrets: []string{secret}}, time.Unix(1e9, 0), ExplainOptions{})
		if text := e.Summary + e.Fix; strings.Contains(text, "…") || !strings.Contains(text, "it is another secret, or the body is not the one") {
			t.Errorf("%s: %s; %s", secret, e.Summary, e.Fix)
		}
	}
	x := &explainer{}
	x.k = Keys{Secrets: []string{"secret", "s3cr3t-0123456789"}}
	if got := x.scrub(`the secret "my secret" is not s3cr3t-0123456789`); got != `the secret "my …" is not …` {
		t.Error(got)
	}
}
