package interop

import (
	"net/http"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	svix "github.com/svix/svix-webhooks/go"

	"github.com/hooks-cli/hooks/sign"
)

// The secrets of Standard Webhooks and Svix: 24 bytes in base64, and one
// without the prefix, which both libraries take.
const (
	standardSecret  = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	standardOlder   = "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
	standardForeign = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx"
)

// standardWebhook is what the two libraries have in common.
type standardWebhook interface {
	Verify(body []byte, headers http.Header) error
	Sign(id string, at time.Time, body []byte) (string, error)
}

func newStandard(id, secret string) (standardWebhook, error) {
	if id == "svix" {
		return svix.NewWebhook(secret)
	}
	return standardwebhooks.NewWebhook(secret)
}

func openStandard(t testing.TB, id, secret string) standardWebhook {
	t.Helper()
	wh, err := newStandard(id, secret)
	if err != nil {
		t.Fatal(err)
	}
	return wh
}

func svixLibrary(t testing.TB) *library { return standardLike(t, "svix", "svix") }

func standardLibrary(t testing.TB) *library { return standardLike(t, "standard", "webhook") }

func standardLike(t testing.TB, id, prefix string) *library {
	return &library{
		provider: id,
		secret:   standardSecret, older: standardOlder, foreign: standardForeign, keys: sharedKeys,
		headers: []string{prefix + "-id", prefix + "-timestamp", prefix + "-signature"}, sig: prefix + "-signature", mark: "v1,",
		window: 5 * time.Minute, several: true,
		verify: func(r *http.Request, secret string) error {
			wh, err := newStandard(id, secret)
			if err != nil {
				return err
			}
			body, err := readBody(r)
			if err != nil {
				return err
			}
			return wh.Verify(body, r.Header)
		},
		sign: func(body []byte, at time.Time, secrets ...string) sign.Headers {
			var sigs []string
			for _, secret := range secrets {
				sig, err := openStandard(t, id, secret).Sign(eventID, at, body)
				if err != nil {
					t.Fatal(err)
				}
				sigs = append(sigs, sig)
			}
			return standardHeaders(prefix, at, sigs...)
		},
	}
}

func standardHeaders(prefix string, at time.Time, sigs ...string) sign.Headers {
	return sign.Headers{
		{Name: prefix + "-id", Value: eventID},
		{Name: prefix + "-timestamp", Value: unix(at)},
		{Name: prefix + "-signature", Value: strings.Join(sigs, " ")},
	}
}
