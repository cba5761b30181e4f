package interop

import (
	"crypto/sha256"
	"errors"
	"net/http"
	"time"

	paddle "github.com/PaddleHQ/paddle-go-sdk/v4"

	"github.com/hooks-cli/hooks/sign"
)

// paddleWindow is what Paddle documents; its library judges it when asked to.
const paddleWindow = 5 * time.Second

func paddleLibrary() *library {
	return &library{
		provider: "paddle",
		secret:   "pdl_ntfset_01hpn4r9a7q8hkphq5mcvs5hqv_Ae6PY", older: "pdl_ntfset_older", foreign: "pdl_ntfset_foreign", keys: sharedKeys,
		headers: []string{"Paddle-Signature"}, sig: "Paddle-Signature", mark: ";h1=",
		window: paddleWindow, several: true,
		verify: func(r *http.Request, secret string) error {
			return verifyPaddle(r, secret, paddle.VerifierWithTimestampTolerance(paddleWindow))
		},
		sign: func(body []byte, at time.Time, secrets ...string) sign.Headers {
			return paddleHeaders(unix(at), body, secrets...)
		},
	}
}

func paddleHeaders(ts string, body []byte, secrets ...string) sign.Headers {
	value := "ts=" + ts
	for _, secret := range secrets {
		value += ";h1=" + hexOf(macOf(sha256.New, secret, []byte(ts+":"), body))
	}
	return sign.Headers{{Name: "Paddle-Signature", Value: value}}
}

func verifyPaddle(r *http.Request, secret string, options ...paddle.VerifierOption) error {
	ok, err := paddle.NewWebhookVerifier(secret, options...).Verify(r)
	if err == nil && !ok {
		err = errors.New("signature mismatch")
	}
	return err
}
