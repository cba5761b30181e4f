package check

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

// mistakenConsumer verifies Stripe's signatures in its own way.
type mistakenConsumer struct {
	key   func(secret string) string
	body  func([]byte) []byte
	write func([]byte) string
	old   func(ts int64) bool
	text  func(ts, body string) string
}

func (c mistakenConsumer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	ts, sig, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Stripe-Signature"), "t="), ",v1=")
	at, _ := strconv.ParseInt(ts, 10, 64)
	key, write, text := secret, hex.EncodeToString, ts+"."+string(body)
	if c.key != nil {
		key = c.key(secret)
	}
	if c.write != nil {
		write = c.write
	}
	if c.body != nil {
		text = ts + "." + string(c.body(body))
	}
	if c.text != nil {
		text = c.text(ts, string(body))
	}
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	if write(mac.Sum(nil)) != sig || c.old != nil && c.old(at) {
		w.WriteHeader(http.StatusBadRequest)
	}
}

func TestTheMistakeOfAConsumerIsNamed(t *testing.T) {
	stripe, err := provider.Open().Get("stripe")
	if err != nil {
		t.Fatal(err)
	}
	python := func(body []byte) []byte {
		text, err := reprinted(sign.Python)(body)
		if err != nil { // it is written so already
			return body
		}
		return text
	}
	for name, test := range map[string]struct {
		consumer mistakenConsumer
		want     string
	}{
		"another secret":     {mistakenConsumer{key: func(string) string { return "another" }}, "none of the usual mistakes"},
		"the secret decoded": {mistakenConsumer{key: decoded}, "is signed with the secret decoded from base64"},
		"without prefix":     {mistakenConsumer{key: withoutPrefix}, "is signed with the text of the secret behind its prefix"},
		"base64":             {mistakenConsumer{write: base64.StdEncoding.EncodeToString}, "has its signature in base64"},
		"printed by Python":  {mistakenConsumer{body: python}, "is written as json.dumps(json.loads(body)) writes it"},
		"the body alone":     {mistakenConsumer{text: func(_, body string) string { return body }}, "signs the body alone"},
		"milliseconds":       {mistakenConsumer{old: func(ts int64) bool { return time.Now().UnixMilli()-ts > 300_000 }}, "has its timestamp in milliseconds"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(test.consumer)
			defer server.Close()
			err := Run(t.Context(), subject(t, stripe, server.URL), All()[:1], func(r Result) error {
				if r.Status != Fail || !strings.Contains(r.Means, test.want) || r.Fix == "" {
					t.Errorf("%s, means %q, want %q; fix %q", r.Status, r.Means, test.want, r.Fix)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func decoded(secret string) string {
	key, _ := base64.StdEncoding.DecodeString(withoutPrefix(secret))
	return string(key)
}

func TestAWrongPathIsSaid(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	err := Run(t.Context(), subject(t, standard(t), server.URL), All()[:1], func(r Result) error {
		if !strings.Contains(r.Fix, "path") {
			t.Errorf("fix %q", r.Fix)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
