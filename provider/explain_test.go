package provider

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// The same payload as four programs write it.
const (
	asNode   = `{"id":"evt_1","type":"a.b","url":"https://example.com/a","name":"Zoë","n":1.5}`
	asPython = `{"id": "evt_1", "type": "a.b", "url": "https://example.com/a", "name": "Zo\u00eb", "n": 1.5}`
	asPHP    = `{"id":"evt_1","type":"a.b","url":"https:\/\/example.com\/a","name":"Zo\u00eb","n":1.5}`
	asWindow = "{\r\n\"id\": \"evt_1\"\r\n}"
)

// mistake is one way in which a right signature gets refused.
type mistake struct {
	name           string
	class, summary string

	// What the sender does, and what happens on the way. False where it cannot
	// happen to this provider.
	body   string // asNode if empty
	secret string // theSecret if empty
	url    string
	spec   func(s *sign.Spec) bool
	way    func(p *Profile, m *sign.Message) bool
	late   time.Duration
}

const (
	theSecret   = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	acmesSecret = "whsec_b3RoZXJvdGhlcm90aGVyb3RoZXI="
)

func mistakes() []mistake {
	becomes := func(body string) func(*Profile, *sign.Message) bool {
		return func(_ *Profile, m *sign.Message) bool { m.Body = []byte(body); return true }
	}
	const body, node = sign.ClassBody, "JSON.stringify(JSON.parse(body))"
	return []mistake{
		{name: "Node wrote the body again", body: asPython, way: becomes(asNode), class: body, summary: "json.dumps(json.loads(body)) of Python"},
		{name: "Python wrote the body again", way: becomes(asPython), class: body, summary: node},
		{name: "PHP wrote the body again", way: becomes(asPHP), class: body, summary: node},
		{name: "PHP signed", body: asPHP, way: becomes(asNode), class: body, summary: "json_encode(json_decode(body, true)) of PHP"},
		{name: "a newline behind the body", way: becomes(asNode + "\n"), class: body, summary: "without its last newline"},
		{name: "the last newline lost", body: asNode + "\n", way: becomes(asNode), class: body, summary: "with a newline behind it"},
		{name: "CRLF became LF", body: asWindow, way: becomes(strings.ReplaceAll(asWindow, "\r", "")), class: body, summary: "CRLF for LF"},
		{name: "a secret of somebody else", secret: acmesSecret, class: sign.ClassSecret, summary: "with the secret of acme"},
		{name: "the secret decoded, or not", spec: otherKey, class: sign.ClassSecret, summary: "with the secret"},
		{name: "hex for base64, or the reverse", spec: otherEncoding, class: sign.ClassEncoding, summary: "with the signature read as"},
		{name: "no prefix, or one too many", way: otherPrefix, class: sign.ClassPrefix, summary: "the scheme has"},
		{name: "milliseconds for seconds", spec: milliseconds, class: sign.ClassTimestamp, summary: "in milliseconds and the scheme has seconds"},
		{name: "stale", late: 412 * time.Second, way: judged, class: sign.ClassTimestamp, summary: "signature good, but 412 s old"},
		{name: "the URL with a port", url: "https://example.com:443/hook", way: signsURL, class: sign.ClassURL, summary: "with its port"},
	}
}

func otherKey(s *sign.Spec) bool {
	if s.Key == "whsec" {
		s.Key = "literal"
	} else {
		s.Key = "whsec"
	}
	return true
}

func otherEncoding(s *sign.Spec) bool {
	if s.Enc == "hex" {
		s.Enc = "base64"
	} else {
		s.Enc = "hex"
	}
	return true
}

func milliseconds(s *sign.Spec) bool {
	if s.TS == nil || s.TS.Unit != "s" || s.TS.PastOnly {
		return false // ahead of now by millennia, which such a window admits
	}
	ts := *s.TS
	ts.Unit, s.TS = "ms", &ts
	return true
}

func judged(p *Profile, _ *sign.Message) bool {
	ts := p.Scheme.Spec().TS
	return ts != nil && ts.Tolerance > 0
}

func signsURL(p *Profile, _ *sign.Message) bool {
	return slices.Contains(p.Scheme.Covers(), sign.CoversURL)
}

// message is p's message after the mistake, or false.
func (x mistake) message(t testing.TB, p *Profile) (*sign.Message, bool) {
	t.Helper()
	spec := p.Scheme.Spec()
	if x.spec != nil && !x.spec(&spec) {
		return nil, false
	}
	sender, err := sign.New(spec)
	if err != nil {
		t.Fatal(err)
	}
	const url = "https://example.com/hook"
	m := &sign.Message{Method: "POST", URL: url, Headers: sign.Headers{{Name: "Content-Type", Value: "application/json"}}, Body: []byte(cmp.Or(x.body, asNode))}
	m.URL = cmp.Or(x.url, url)
	out, err := sender.Sign(m, sign.Keys{Secrets: []string{cmp.Or(x.secret, theSecret)}}, sign.Values{Time: sentAt, ID: "msg_1", Event: "a.b"})
	if err != nil {
		t.Fatal(err)
	}
	out.URL = url
	return out, x.way == nil || x.way(p, out)
}

// otherPrefix takes the text before the signature away, or puts some there.
func otherPrefix(p *Profile, m *sign.Message) bool {
	i, template := signatureHeader(p, m)
	if i < 0 || strings.Contains(template, "{ts}") {
		return false
	}
	before, _, _ := strings.Cut(template, "{sig}")
	if before == "" {
		m.Headers[i].Value = "sha256=" + m.Headers[i].Value
	} else {
		m.Headers[i].Value = strings.TrimPrefix(m.Headers[i].Value, before)
	}
	return true
}

// firstClass are providers of every kind of form.
func firstClass() []string {
	return []string{"github", "stripe", "standard", "slack", "shopify", "square", "revkeen", "revkeen-v1", "paddle", "raas", "rafiki", "svix"}
}

// TestMistakesOfEveryProvider: each of the usual mistakes gets its name, for
// providers of every form.
func TestMistakesOfEveryProvider(t *testing.T) {
	r, k := Open(), sign.Keys{Secrets: []string{theSecret}}
	o := sign.ExplainOptions{Others: []sign.Secret{{Name: "the secret of acme", Text: acmesSecret}}}
	for _, mistake := range mistakes() {
		happened := 0
		for _, id := range firstClass() {
			p, err := r.Get(id)
			if err != nil {
				t.Fatal(err)
			}
			m, ok := mistake.message(t, p)
			if !ok {
				continue
			}
			happened++
			got := r.Explain(p, m, k, sentAt.Add(mistake.late), o)
			if !got.Found || got.Class != mistake.class || len(got.Also) > 0 || !strings.Contains(got.Summary, mistake.summary) {
				t.Errorf("%s, %s: %+v\nwant %s, %q\n%v", id, mistake.name, got, mistake.class, mistake.summary, m.Headers)
			}
			if text := got.Summary + got.Fix; strings.Contains(text, theSecret) || strings.Contains(text, acmesSecret) {
				t.Errorf("%s, %s: %s", id, mistake.name, text)
			}
		}
		if happened == 0 {
			t.Errorf("%s happens to nobody", mistake.name)
		}
	}
}

// TestWrongProvider: a message that is judged as another provider's is called
// one of those under which it is valid.
func TestWrongProvider(t *testing.T) {
	r, k := Open(), sign.Keys{Secrets: []string{theSecret}}
	for i, id := range firstClass() {
		p, _ := r.Get(id)
		m, _ := mistake{}.message(t, p)
		reader, _ := r.Get(firstClass()[(i+1)%len(firstClass())])
		got := r.Explain(reader, m, k, sentAt, sign.ExplainOptions{})
		name, _, _ := strings.Cut(strings.TrimPrefix(got.Summary, "valid as "), ":")
		named, err := r.Get(name)
		if got.Class != sign.ClassProvider || err != nil || !named.Scheme.Verify(m, k, sentAt, nil).OK {
			t.Errorf("%s as %s: %+v", id, reader.ID, got)
		}
	}
}

// TestAssumedProvider: where nothing matches, a description that is assumed is
// called so.
func TestAssumedProvider(t *testing.T) {
	r := Open()
	for id, want := range map[string]bool{"rafiki": true, "stripe": false} {
		p, _ := r.Get(id)
		m, _ := mistake{secret: "nobody knows this one"}.message(t, p)
		got := r.Explain(p, m, sign.Keys{Secrets: []string{theSecret}}, sentAt, sign.ExplainOptions{})
		if got.Found || strings.Contains(got.Fix, "is not confirmed") != want {
			t.Errorf("%s: %+v", id, got)
		}
	}
}

// TestExplainVectors: every known message that is refused is explained without
// a verdict being changed, a MAC too many or a secret shown.
func TestExplainVectors(t *testing.T) {
	r := Open()
	for _, v := range loadVectors(t) {
		p, err := r.Get(v.provider)
		if err != nil {
			t.Fatal(err)
		}
		verdict := p.Scheme.Verify(&v.message, v.keys, v.now, v.tolerance)
		got := r.Explain(p, &v.message, v.keys, v.now, sign.ExplainOptions{Tolerance: v.tolerance})
		if verdict.OK && (got.Found || got.Tried > 0) || got.Tried > sign.DefaultMACs || got.Summary == "" {
			t.Errorf("%s: %+v", v.file, got)
		}
		for _, secret := range v.keys.Secrets {
			if len(secret) >= 8 && strings.Contains(got.Summary+got.Fix, secret) {
				t.Errorf("%s: shows the secret: %+v", v.file, got)
			}
		}
	}
}

// TestInferEveryProvider: what any provider signs is enough to find a scheme
// that verifies it, and to write it as a file that does.
func TestInferEveryProvider(t *testing.T) {
	for _, p := range everyProvider(t) {
		spec := p.Scheme.Spec()
		if spec.Code != "" {
			continue // only who knows the code finds it
		}
		m, values := unsigned(p, aBody)
		k := keysOf(t, p, 1)
		out, err := p.Scheme.Sign(m, k, values)
		if err != nil {
			t.Fatalf("%s: %v", p.ID, err)
		}
		o := sign.InferOptions{Params: k.Params}
		got, err := sign.Infer([]sign.Message{*out}, k.Secrets[0], o)
		if err != nil && !slices.Contains(firstClass(), p.ID) {
			// A text that nobody would guess, such as Adyen's eight members of the body.
			o.Schemes = func() []sign.NamedScheme { return textsOnly(t, p) }
			got, err = sign.Infer([]sign.Message{*out}, k.Secrets[0], o)
		}
		if err != nil {
			t.Errorf("%s: %v", p.ID, err)
			continue
		}
		text, err := Write("mine", got.Spec, got.Notes...)
		if err != nil {
			t.Errorf("%s: %v", p.ID, err)
			continue
		}
		mine, err := in(t, map[string]string{"mine.yaml": string(text)}).Get("mine")
		if err != nil {
			t.Errorf("%s: %v\n%s", p.ID, err, text)
			continue
		}
		anyTime := time.Duration(0)
		if v := mine.Scheme.Verify(out, sign.Keys{Secrets: k.Secrets, Params: k.Params}, sentAt, &anyTime); !v.OK {
			t.Errorf("%s: %s %s\n%s", p.ID, v.Reason, v.Detail, text)
		}
	}
}

// textsOnly lends the signed text of p to a scheme that matches nothing, so that
// the rest has to be found.
func textsOnly(t testing.TB, p *Profile) []sign.NamedScheme {
	t.Helper()
	spec := p.Scheme.Spec()
	if len(spec.Content) == 0 {
		return nil
	}
	fields := slices.DeleteFunc(slices.Clone(spec.Fields), func(f sign.Field) bool { return strings.Contains(f.Templates[0], "{sig}") })
	for _, role := range []string{"ts", "id", "nonce"} {
		fields = append(fields, sign.Field{Place: sign.InHeader, Name: "X-Nowhere-" + role, Templates: []string{"{" + role + "}"}})
	}
	spec.Fields = append(fields, sign.Field{Place: sign.InHeader, Name: "X-Nowhere", Templates: []string{"{sig}"}})
	spec.Alg = spec.Alg[:1]
	if spec.TS == nil {
		spec.TS = &sign.TimeSpec{Unit: "s"}
	}
	s, err := sign.New(spec)
	if err != nil {
		t.Fatalf("%s: %v", p.ID, err)
	}
	return []sign.NamedScheme{{Name: "nowhere", Scheme: s}}
}
