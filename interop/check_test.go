package interop

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/check"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// TestCheckFindsNoFault: a consumer that leaves the verification to the
// sender's library is right, and no check says otherwise. paddle-go-sdk knows one
// signature: a rotation with two breaks its users, and the check says so.
func TestCheckFindsNoFault(t *testing.T) {
	for _, l := range libraries(t) {
		t.Run(l.provider, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(consumerOf(l))
			defer server.Close()
			made := 0
			if err := check.Run(t.Context(), subjectOf(t, l, server.URL), check.All(), func(r check.Result) error {
				if known := l.provider == "paddle" && r.Name == "rotation-both"; known != (r.Status == check.Fail) {
					t.Errorf("%s (%s): got %s, which means %q", r.Name, r.Asks, r.Got, r.Means)
				}
				if r.Status == check.Pass {
					made++
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			if made < 30 {
				t.Errorf("%d checks passed: too few to prove anything", made)
			}
		})
	}
}

func consumerOf(l *library) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := l.verify(r, l.secret); err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if body, err := io.ReadAll(r.Body); err == nil && len(body) > 0 && !json.Valid(body) {
			w.WriteHeader(http.StatusBadRequest)
		}
	})
}

func subjectOf(t *testing.T, l *library, url string) check.Subject {
	t.Helper()
	target, err := send.ParseTarget(url)
	if err != nil {
		t.Fatal(err)
	}
	client := send.NewClient(send.Options{Now: time.Now, Timeout: limit})
	t.Cleanup(client.Close)
	p, err := provider.Open().Get(l.provider)
	if err != nil {
		t.Fatal(err)
	}
	patient := *p
	patient.Timeout = time.Minute // the machine may be busy
	n := 0
	return check.Subject{Target: target, Profile: &patient, Keys: sign.Keys{Secrets: []string{l.secret}}, UserAgent: "hooks/test", Client: client, Now: time.Now,
		Event: func() (send.Event, error) {
			n++
			return send.Event{Type: eventType, WireID: fmt.Sprintf("msg_%d", n), ContentType: "application/json", Body: []byte(aBody)}, nil
		}}
}
