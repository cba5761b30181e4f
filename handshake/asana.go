package handshake

import (
	"net/http"
	"strconv"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// asanaSecret is the header in which Asana hands over its secret.
const asanaSecret = "X-Hook-Secret"

// asana gives the secret back with which Asana will sign from then on. A
// heartbeat, which is a delivery without events, follows at once.
func asana() Handshake {
	return Handshake{
		Name: "asana", Asks: "POST with X-Hook-Secret: S, then a delivery that is signed with S", Wants: "the same header back, then 2xx", Carries: true,
		Within: 10 * time.Second, // developers.asana.com/docs/webhooks-guide
		answer: func(r *Request, _ Party) *Answer {
			secret, ok := r.headers.Get(asanaSecret)
			if r.method != http.MethodPost || !ok || secret == "" {
				return nil
			}
			a := headerAnswer(asanaSecret, secret)
			a.Handed = secret
			return a
		},
		ask: func(a Asking) []Step {
			secret := orElse(a.Secret, a.Token(64))
			hello := postJSON("{}")
			hello.Does = "for the secret back"
			hello.Headers = append(hello.Headers, sign.Header{Name: asanaSecret, Value: secret})
			beat := postJSON(`{"events":[]}`)
			beat.Does, beat.Signing, beat.Secret = "to take a delivery that is signed with it", Signed, secret
			beat.check = checkHeartbeat
			return []Step{hello, beat}
		},
	}
}

func checkHeartbeat(r Response) []Finding {
	switch {
	case any2xx.include(r.Status):
		return nil
	case r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden:
		return []Finding{{Problem: "a delivery that is signed with the secret of the handshake was answered " + strconv.Itoa(r.Status),
			Fix: "keep the value of X-Hook-Secret: it is the key of X-Hook-Signature, hex(HMAC-SHA256(value, body)), from then on"}}
	}
	return Handshake{}.statusFindings(Step{Signing: Signed}, nil, r)
}
