package check

import (
	"crypto"
	"crypto/rand"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

// TestAlgorithmsThatTheTokenChooses: a consumer that lets the token say how it
// is verified is found by the check of that algorithm, and by no other.
func TestAlgorithmsThatTheTokenChooses(t *testing.T) {
	p, err := provider.Open().Get("plaid")
	if err != nil {
		t.Fatal(err)
	}
	key, err := p.NewKey("", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for trusted, want := range map[string][]string{"": nil, "none": {"algorithm-none"}, "HS256": {"algorithm-confusion"}} {
		t.Run("trusts "+trusted, func(t *testing.T) {
			server := httptest.NewServer(tokenConsumer(t, p, key.Private, trusted))
			defer server.Close()
			s := subject(t, p, server.URL)
			s.Keys = sign.Keys{Secrets: []string{key.Private}}
			if diff := cmp.Diff(want, failed(t, s)); diff != "" {
				t.Errorf("checks that failed (-want +got):\n%s", diff)
			}
		})
	}
}

// tokenConsumer takes every token whose header names the trusted algorithm.
func tokenConsumer(t *testing.T, p *provider.Profile, private, trusted string) http.Handler {
	text, err := p.Scheme.PublicKey(private)
	if err != nil {
		t.Fatal(err)
	}
	public, err := sign.ParsePublicKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		m := &sign.Message{Method: r.Method, URL: "http://" + r.Host + r.URL.String(), Body: body}
		for name, values := range r.Header {
			for _, value := range values {
				m.Headers = append(m.Headers, sign.Header{Name: name, Value: value})
			}
		}
		head, _, _ := strings.Cut(r.Header.Get("Plaid-Verification"), ".")
		head64, _ := base64.RawURLEncoding.DecodeString(head)
		chosen := trusted != "" && strings.Contains(string(head64), `"`+trusted+`"`)
		if !chosen && !p.Scheme.Verify(m, sign.Keys{Public: []crypto.PublicKey{public}}, time.Now(), nil).OK {
			w.WriteHeader(http.StatusUnauthorized)
		}
	})
}
