package sign

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseTemplateRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"{sig": "has a { without a }", "sig}": "has a } without a {", "{sgi}": `unknown placeholder "sgi"`, "{}": `unknown placeholder ""`,
		"{ts}{sig}": "has nothing between {ts} and {sig}", "{param.}": `unknown placeholder "param."`, "{{sig}}": `unknown placeholder "{sig"`,
	} {
		if _, err := ParseTemplate(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseTemplate(%q) = %v, want %q", text, err, want)
		}
	}
}

func TestMatch(t *testing.T) {
	tests := []struct {
		template, value string
		want            captures
		ok              bool
	}{
		{"{sig}", "abc", captures{sig: "abc"}, true},
		{"sha256={sig}", "sha256=", captures{}, true},
		{"sha256={sig}", "sha1=abc", captures{}, false},
		{"{alg}={sig}", "sha1=a=b", captures{alg: "sha1", sig: "a=b"}, true},
		{"{key_id}|{sig}", "key", captures{}, false},
		{"<{id}>", "<a>b>", captures{id: "a>b"}, true},
		{"<{id}>", "<", captures{}, false},
		{"HmacSHA256", "HmacSHA256", captures{}, true},
		{"HmacSHA256", "HmacSHA256x", captures{}, false},
	}
	for _, test := range tests {
		p, err := ParseTemplate(test.template)
		if err != nil {
			t.Fatal(err)
		}
		var got captures
		ok := p.match(test.value, &got)
		if ok != test.ok || ok && got != test.want {
			t.Errorf("%s matches %q = %t %+v, want %t %+v", test.template, test.value, ok, got, test.ok, test.want)
		}
	}
}

// FuzzTemplate: what parses prints to text that parses to the same, and a
// filled template matches with the values that filled it.
func FuzzTemplate(f *testing.F) {
	for _, seed := range []string{"t={ts},v1={sig}", "{alg}={sig}", "v1,{sig}", "HmacSHA256", "{param.shop}", "{timestamp}"} {
		f.Add(seed, "value")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		p, err := ParseTemplate(text)
		if err != nil {
			return
		}
		again, err := ParseTemplate(p.String())
		if err != nil || again.String() != p.String() {
			t.Fatalf("%q prints as %q, which parses to %q, %v", text, p, again, err)
		}
		filled := p.fill(func(Role) string { return "\x00" })
		var got captures
		if p.constant() || strings.Contains(text, "\x00") || strings.Contains(text, "param.") {
			return
		}
		if !p.match(filled, &got) {
			t.Fatalf("%q does not match %q", text, filled)
		}
		p.match(value, &got)
	})
}

func TestParseContentRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"": "content is empty", "{body": "a { without a }", "body}": "a } without a {", "[{id}": "has a [ without a ]", "{id}]": "has a ] without a [",
		"[id]": "has no placeholder", "[[{id}]]": "has a [ without a ]", "{json.}": `unknown placeholder "json."`, "{json}": `unknown placeholder "json"`,
		"{body|md5}": `unknown filter "md5"`, "{body|without:}": `unknown filter "without:"`, "{event}": `unknown placeholder "event"`, "{{body}}": "a { without a }",
	} {
		_, err := ParseContent(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseContent(%q) = %v, want %q", text, err, want)
		}
	}
	_, err := ParseContent("{bdoy}")
	var unknown *UnknownError
	if !errors.As(err, &unknown) || !strings.Contains(strings.Join(unknown.Known, " "), "body") {
		t.Errorf("ParseContent names no known placeholders: %v", err)
	}
}

func render(t *testing.T, text string, m *Message, roles captures) (string, outcome) {
	t.Helper()
	c, err := ParseContent(text)
	if err != nil {
		t.Fatal(err)
	}
	b := newBuffer(0)
	out := c.write(b, &rendering{m: m, roles: &roles, secret: "s3cret", params: map[string]string{"webhook_id": "W"}})
	return string(b.bytes), out
}

func TestRender(t *testing.T) {
	m := &Message{
		Method: "POST", URL: "https://u:p@example.com:8443/a/b?y=2&x=1&x=0&data.id=AB%2Fc#frag",
		Headers: Headers{{"X-A", " 1 "}, {"x-a", "2"}}, Body: []byte(`{"n":1.50,"t":true,"s":"é\n","o":{"k":[1]}}`),
	}
	roles := captures{ts: "17", id: "m", nonce: "n"}
	for text, want := range map[string]string{
		"{id}.{ts}.{body}": `m.17.{"n":1.50,"t":true,"s":"é\n","o":{"k":[1]}}`, "{timestamp}": "17", "v0:{ts}:": "v0:17:", `{ts}\n{nonce}`: "17\nn",
		"{url}": m.URL, "{base}": "https://u:p@example.com:8443/a/b", "{path}": "/a/b", "{method}": "POST", "{secret}": "s3cret",
		"{query.data.id|lower}": "ab/c", "{query.none}": "", "{query_sorted}": "data.id=AB%2Fc&x=1&x=0&y=2", "{header.x-A}": "1, 2", "{header.No}": "",
		"{json.n}|{json.t}|{json.s}|{json.o}|{json.no}": "1.50|true|é\n|{\"k\":[1]}|", "{param.webhook_id}": "W", "{param.no}": "",
		"[id:{query.data.id};][no:{query.no};]ts:{ts};": "id:AB/c;ts:17;", "{body|without:s|without:o|without:t}": `{"n":1.50}`,
		"{id|sha256hex}": "62c66a7a5dd70c3146618063c344e531e6d4b59e379808443ce962b3abd63c5a", "{id|crc32}": "3775001192",
		"{id|sha256b64}": "YsZqel3XDDFGYYBjw0TlMebUtZ43mAhEPOlis6vWPFo=", "{body|jcs}": `{"n":1.5,"o":{"k":[1]},"s":"é\n","t":true}`,
	} {
		if got, out := render(t, text, m, roles); got != want || out != rendered {
			t.Errorf("%s = %q, %d, want %q", text, got, out, want)
		}
	}
	form := &Message{Body: []byte("b=2&a=1&b=1&b=2&c%5B%5D=%C3%A9+x"), Headers: Headers{{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}}}
	for text, want := range map[string]string{"{form_sorted}": "a1b2b1b2c[]é x", "{form_sorted_unique}": "a1b1b2c[]é x", "{form.a}": "1", "{form.c[]}": "é x"} {
		if got, out := render(t, text, form, roles); got != want || out != rendered {
			t.Errorf("%s = %q, %d, want %q", text, got, out, want)
		}
	}
	for text, want := range map[string]outcome{"{form.no}": absent, "{form.b}": ambiguous, "{json.a}": absent, "{body|jcs}": absent} {
		if got, out := render(t, text, form, roles); out != want {
			t.Errorf("%s = %q, outcome %d, want %d", text, got, out, want)
		}
	}
	if _, out := render(t, "{form.a}", &Message{Body: form.Body, Headers: Headers{{"Content-Type", "application/json"}}}, roles); out != absent {
		t.Error("a JSON body counts as a form")
	}
}

// FuzzContent: what parses prints to text that parses to the same, and
// rendering it never fails otherwise than in words.
func FuzzContent(f *testing.F) {
	for _, seed := range []string{"{id}.{ts}.{body}", `[id:{query.data.id|lower};]ts:{ts}\n`, "{body|without:a.b|sha256hex}", "{json.a.0.b}", "{header.X-[Y]}"} {
		f.Add(seed, []byte(`{"a":[{"b":1}]}`))
	}
	f.Fuzz(func(t *testing.T, text string, body []byte) {
		c, err := ParseContent(text)
		if err != nil {
			return
		}
		again, err := ParseContent(c.String())
		if err != nil || again.String() != c.String() {
			t.Fatalf("%q prints as %q, which parses to %v, %v", text, c, again, err)
		}
		m, first, second := &Message{Body: body, URL: "http://h/p?" + string(body)}, newBuffer(0), newBuffer(0)
		x := c.write(first, &rendering{m: m, roles: &captures{ts: "1", id: "i"}})
		y := again.write(second, &rendering{m: m, roles: &captures{ts: "1", id: "i"}})
		if x != y || cmp.Diff(first.bytes, second.bytes) != "" {
			t.Fatalf("%q renders %q, its print %q", text, first.bytes, second.bytes)
		}
	})
}

// FuzzHeaderReading: no value of a signature header makes a message valid that
// nobody signed, whatever the header's shape.
func FuzzHeaderReading(f *testing.F) {
	specs := []Spec{standardSpec(), stripeSpec(), githubSpec()}
	positional := stripeSpec()
	positional.Fields = []Field{header("Sig", "{ts},{sig}")}
	keyed := githubSpec()
	keyed.Fields, keyed.List = []Field{header("Sig", "{key_id}|{sig}")}, "&"
	named := githubSpec()
	named.Alg, named.Fields = []string{"hmac-sha256", "hmac-sha1"}, []Field{header("Sig", "{alg}={sig}", "{sig}")}
	continued := stripeSpec()
	continued.Strict, continued.Continue = false, true
	specs = append(specs, positional, keyed, named, continued)
	var schemes []*Scheme
	for _, spec := range specs {
		schemes = append(schemes, mustNew(f, spec))
	}
	for i, seed := range []string{"v1,AAAA v1,", "t=1,v1=00,v1=", "sha256=00", "1,00,00", "k|00&k|", "sha1=00", "t=1,v0=a,b"} {
		f.Add(uint8(i), seed, "1614265330")
	}
	f.Fuzz(func(t *testing.T, which uint8, sig, ts string) {
		s := schemes[int(which)%len(schemes)]
		m := &Message{Body: []byte(testBody), Headers: Headers{{"webhook-id", "m"}, {"webhook-timestamp", ts}, {s.SignatureFields()[0].Name, sig}}}
		v := s.Verify(m, Keys{Secrets: []string{testSecret}}, testTime, nil)
		if v.OK || v.Reason == "" || v.Key != -1 || v.Content != -1 {
			t.Fatalf("%q: Verify = %+v", sig, v)
		}
	})
}
