package sign

import (
	"strings"
	"testing"
)

// TestExplainNamesTheURL: the URL that would match is named in full, in the
// sentence, in the fix and as a field.
func TestExplainNamesTheURL(t *testing.T) {
	tunnel := func(m *Message) {
		m.URL = "http://localhost:4400/hook?a=1"
		m.Headers = append(m.Headers, Header{"X-Forwarded-Host", "public.example"}, Header{"X-Forwarded-Proto", "https"})
	}
	for _, url := range []string{"https://example.com/hook/", "https://example.com:443/hook", "http://example.com/hook", "https://public.example/hook?a=1"} {
		e := explained{sender: squareSpec(), url: url}
		if strings.Contains(url, "public") {
			e.change = tunnel
		}
		got := e.run(t)
		if got.Class != ClassURL || got.URL != url || !strings.Contains(got.Summary, url) || !strings.HasSuffix(got.Fix, "--url "+url) {
			t.Errorf("signed for %s: %+v", url, got)
		}
	}
	unknown := explained{sender: squareSpec(), url: "https://elsewhere.example/in"}.run(t)
	if unknown.Found || !strings.Contains(unknown.Summary, "another URL than https://example.com/hook") || !strings.Contains(unknown.Fix, "--url") {
		t.Errorf("signed for a URL that nobody can guess: %+v", unknown)
	}
}

// TestExplainTokens: what may differ of a token is found as it is for any other
// scheme: URL, body and secret.
func TestExplainTokens(t *testing.T) {
	spec := Spec{Code: "jwt", JWT: &JWTSpec{Header: "X-Jwt", Algs: []string{"HS256"}, Claims: []Claim{
		{Name: "url_hash", Templates: []string{"{url|sha256hex}"}}, {Name: "sha256", Templates: []string{"{body|sha256hex}"}},
	}}}
	tests := []struct {
		name           string
		e              explained
		class, summary string
	}{
		{"another URL", explained{sender: spec, url: "https://example.com:443/hook"}, ClassURL, "https://example.com:443/hook"},
		{"another body", explained{sender: spec, change: body(func(b []byte) []byte { return append(b, '\n') })}, ClassBody, "without its last newline"},
		{"another secret", explained{sender: spec, secret: "their-secret-1", options: ExplainOptions{Others: []Secret{{"their secret", "their-secret-1"}}}}, ClassSecret, "with their secret"},
	}
	for _, test := range tests {
		if got := test.e.run(t); !got.Found || got.Class != test.class || !strings.Contains(got.Summary, test.summary) || got.Fix == "" {
			t.Errorf("%s: Explain = %+v", test.name, got)
		}
	}
}

// TestExplainCancel: a search that nobody waits for ends.
func TestExplainCancel(t *testing.T) {
	gone := make(chan struct{})
	close(gone)
	e := explained{sender: stripeSpec(), secret: "nobody-knows-this", options: ExplainOptions{Cancel: gone}}
	if got := e.run(t); got.Tried != 0 || !got.Truncated {
		t.Errorf("Explain = %+v", got)
	}
}
