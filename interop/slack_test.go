package interop

import (
	"crypto/sha256"
	"net/http"
	"time"

	"github.com/slack-go/slack"

	"github.com/hooks-cli/hooks/sign"
)

func slackLibrary() *library {
	return &library{
		provider: "slack",
		secret:   "8f742231b10e8888abcd99yyyzzz85a5", older: "8f742231b10e8888abcd99yyyzzz85a4", foreign: "8F742231b10e8888abcd99yyyzzz85a5", keys: sharedKeys,
		headers: []string{"X-Slack-Request-Timestamp", "X-Slack-Signature"}, sig: "X-Slack-Signature", mark: "v0=",
		window: 5 * time.Minute,
		verify: verifySlack,
		sign: func(body []byte, at time.Time, secrets ...string) sign.Headers {
			return slackHeaders(unix(at), body, secrets[0])
		},
	}
}

func slackHeaders(ts string, body []byte, secret string) sign.Headers {
	mac := macOf(sha256.New, secret, []byte("v0:"+ts+":"), body)
	return sign.Headers{
		{Name: "X-Slack-Request-Timestamp", Value: ts},
		{Name: "X-Slack-Signature", Value: "v0=" + hexOf(mac)},
	}
}

func verifySlack(r *http.Request, secret string) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	return verifySlackBody(r.Header, body, secret)
}

func verifySlackBody(header http.Header, body []byte, secret string) error {
	v, err := slack.NewSecretsVerifier(header, secret)
	if err != nil {
		return err
	}
	if _, err := v.Write(body); err != nil {
		return err
	}
	return v.Ensure()
}
