package interop

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"hash"
	"net/http"
	"time"

	"github.com/google/go-github/v74/github"

	"github.com/hooks-cli/hooks/sign"
)

func githubLibrary() *library {
	return githubLike("github", "X-Hub-Signature-256", "sha256=", sha256.New)
}

func githubSHA1Library() *library {
	return githubLike("github-sha1", "X-Hub-Signature", "sha1=", sha1.New)
}

func githubLike(id, header, prefix string, newHash func() hash.Hash) *library {
	return &library{
		provider: id,
		secret:   "It's a Secret to Everybody", older: "the one before", foreign: "It's a secret to everybody", keys: sharedKeys,
		headers: []string{header}, sig: header, mark: prefix,
		verify: verifyGitHub,
		sign: func(body []byte, _ time.Time, secrets ...string) sign.Headers {
			return sign.Headers{
				{Name: header, Value: prefix + hexOf(macOf(newHash, secrets[0], body))},
				{Name: github.EventTypeHeader, Value: "push"},
				{Name: github.DeliveryIDHeader, Value: eventID},
			}
		},
	}
}

func verifyGitHub(r *http.Request, secret string) error {
	_, err := github.ValidatePayload(r, []byte(secret))
	return err
}

// macOf is the independent signer for the libraries that only verify.
func macOf(newHash func() hash.Hash, secret string, parts ...[]byte) []byte {
	mac := hmac.New(newHash, []byte(secret))
	for _, part := range parts {
		mac.Write(part)
	}
	return mac.Sum(nil)
}
