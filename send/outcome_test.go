package send

import (
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

func TestJudge(t *testing.T) {
	plain := provider.Behaviour{Ack: []string{"2xx"}}
	strict := provider.Behaviour{Ack: []string{"200"}}
	raas := provider.Behaviour{Ack: []string{"2xx"}, ConflictInterval: time.Minute}
	standard := provider.Behaviour{Ack: []string{"2xx"}, GoneDisables: true, ReceiverControl: true}
	abort := sign.Headers{{Name: "Webhook-Delivery", Value: " abort-message "}}
	for _, test := range []struct {
		name string
		b    provider.Behaviour
		a    store.Attempt
		want Outcome
	}{
		{"200", plain, store.Attempt{StatusCode: 200}, Success},
		{"299", plain, store.Attempt{StatusCode: 299}, Success},
		{"no answer", plain, store.Attempt{ErrorKind: store.ErrConnect}, Failure},
		{"200 that broke off", plain, store.Attempt{StatusCode: 200, ErrorKind: store.ErrReset}, Failure},
		{"redirect", plain, store.Attempt{StatusCode: 301, ErrorKind: store.ErrRedirect}, Failure},
		{"304", plain, store.Attempt{StatusCode: 304}, Failure},
		{"500", plain, store.Attempt{StatusCode: 500}, Failure},
		{"only 200 acknowledges", strict, store.Attempt{StatusCode: 201}, Failure},
		{"exactly 200", strict, store.Attempt{StatusCode: 200}, Success},
		{"409 with an interval", raas, store.Attempt{StatusCode: 409}, Conflict},
		{"409 without one", plain, store.Attempt{StatusCode: 409}, Failure},
		{"410 that disables", standard, store.Attempt{StatusCode: 410}, Gone},
		{"410 that does not", plain, store.Attempt{StatusCode: 410}, Failure},
		{"abort", standard, store.Attempt{StatusCode: 500, ResponseHeaders: abort}, Aborted},
		{"abort nobody listens to", plain, store.Attempt{StatusCode: 500, ResponseHeaders: abort}, Failure},
		{"acknowledged all the same", standard, store.Attempt{StatusCode: 200, ResponseHeaders: abort}, Success},
		{"no status of HTTP", plain, store.Attempt{StatusCode: 999}, Failure},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Judge(test.b, &test.a); got != test.want {
				t.Errorf("Judge = %s, want %s", got, test.want)
			}
		})
	}
}
