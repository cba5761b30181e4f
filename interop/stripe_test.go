package interop

import (
	"net/http"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v83/webhook"

	"github.com/hooks-cli/hooks/sign"
)

func stripeLibrary() *library {
	return &library{
		provider: "stripe",
		secret:   "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", older: "whsec_older", foreign: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx",
		keys:    sharedKeys,
		headers: []string{"Stripe-Signature"}, sig: "Stripe-Signature", mark: ",v1=",
		window: webhook.DefaultTolerance, several: true,
		verify: verifyStripe, sign: signStripe,
	}
}

func verifyStripe(r *http.Request, secret string) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	return webhook.ValidatePayload(body, r.Header.Get("Stripe-Signature"), secret)
}

func signStripe(body []byte, at time.Time, secrets ...string) sign.Headers {
	var value string
	for i, secret := range secrets {
		signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: secret, Timestamp: at})
		if i == 0 {
			value = signed.Header
		} else {
			_, sig, _ := strings.Cut(signed.Header, ",")
			value += "," + sig
		}
	}
	return sign.Headers{{Name: "Stripe-Signature", Value: value}}
}
