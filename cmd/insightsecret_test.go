package cmd

import (
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// The secret that is shown is the one with which the signature is right.
func TestSecretOfADelivery(t *testing.T) {
	a, st := formApp(t)
	own, err := st.Secret(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p, err := a.providers().Get(defaultProvider)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	signed := func(secret string) *store.Delivery {
		m := &sign.Message{Method: "POST", URL: "http://localhost/x", Body: []byte(`{"type":"a"}`)}
		out, err := p.Scheme.Sign(m, sign.Keys{Secrets: []string{secret}}, sign.Values{ID: "msg_1", Time: now})
		if err != nil {
			t.Fatal(err)
		}
		d := &store.Delivery{ID: "dlv_1", Direction: store.In, ReceivedAt: now, Verification: &store.Verification{Provider: p.ID}}
		d.Request.Method, d.Request.Target, d.Request.Body, d.Request.Headers = "POST", "/x", m.Body, out.Headers
		return d
	}
	in := storedInsights(a, st)
	strange := signed(own)
	strange.Verification.Provider = "nobody-at-all"
	tests := []struct {
		name, secret, which, fails string
		d                          *store.Delivery
	}{
		{name: "right", d: signed(own), secret: own, which: "which it was signed with"},
		{name: "another's", d: signed("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), secret: own, which: "tried and not right, 1 of 1"},
		{name: "nobody's", d: strange, fails: "the sender is unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			secret, which, err := in.secret(t.Context(), st, tt.d)
			if tt.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fails) || secret != "" {
					t.Errorf("%q, %v", secret, err)
				}
				return
			}
			if secret != tt.secret || which != tt.which || err != nil {
				t.Errorf("%q, %q, %v; want %q, %q", secret, which, err, tt.secret, tt.which)
			}
		})
	}
}
