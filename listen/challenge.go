package listen

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// The answers to the handshakes that come in query or headers. What a
// challenge says is anybody's text: it goes back as plain text that no browser
// looks into.

// signableToken is what the answers that are keyed let their caller choose.
// Deliveries are signed with the same key: a token that could be JSON, or hold
// the colons of Zoom's v0:{ts}:{body}, would have us sign forgeries. It is 1 to
// 128 unreserved characters (RFC 3986, section 2.3), and up to two = behind them.
func signableToken(s string) bool {
	text := strings.TrimSuffix(strings.TrimSuffix(s, "="), "=")
	return len(text) >= 1 && len(text) <= 128 && strings.Trim(text, letters+"0123456789._~-") == ""
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// braintreeChallenge is the pattern of Braintree's own libraries.
func braintreeChallenge(s string) bool {
	return len(s) >= 20 && len(s) <= 32 && strings.Trim(s, "abcdef0123456789") == ""
}

func textReply(body string) *reply {
	return &reply{status: http.StatusOK, body: []byte(body), headers: sign.Headers{
		{Name: "Content-Type", Value: "text/plain; charset=utf-8"}, {Name: "X-Content-Type-Options", Value: "nosniff"}}}
}

// answerHub is Meta's, WhatsApp's and WebSub's: the challenge goes back if the
// verify token is the one that was agreed on.
func answerHub(h *hello) *reply {
	challenge := h.query.Get("hub.challenge")
	if h.method != http.MethodGet || challenge == "" || h.query.Get("hub.mode") == "" {
		return nil
	}
	known := h.keys.Secrets
	if token := h.call.o.Params["verify_token"]; token != "" {
		known = []string{token}
	} else if h.keys.Own {
		known = nil
	}
	if len(known) == 0 {
		h.call.o.Warn("a hub handshake was answered without looking at its token: give --param verify_token=…")
		return textReply(challenge)
	}
	if !oneOf(known, h.query.Get("hub.verify_token")) {
		refused := refusedHello(http.StatusForbidden)
		if h.profile != nil && h.profile.ID == "websub" {
			refused.status = http.StatusNotFound // W3C WebSub, section 5.3
		}
		return &refused
	}
	return textReply(challenge)
}

func oneOf(known []string, token string) bool {
	found := 0
	for _, one := range known {
		found |= subtle.ConstantTimeCompare([]byte(one), []byte(token))
	}
	return found == 1
}

// answerCRC is X's challenge-response check.
func answerCRC(h *hello) *reply {
	token := h.query.Get("crc_token")
	if h.method != http.MethodGet || token == "" {
		return nil
	}
	return h.keyed(token, func(secret string) *reply {
		return jsonReply(member{"response_token", "sha256=" + base64.StdEncoding.EncodeToString(mac(secret, token))})
	})
}

// answerLinkedIn is LinkedIn's, as far as that is known.
func answerLinkedIn(h *hello) *reply {
	code := h.query.Get("challengeCode")
	if h.method != http.MethodGet || code == "" {
		return nil
	}
	return h.keyed(code, func(secret string) *reply {
		return jsonReply(member{"challengeCode", code}, member{"challengeResponse", hexMAC(secret, code)})
	})
}

// answerEbay hashes the challenge, the verification token, and the endpoint's
// URL as eBay knows it.
func answerEbay(h *hello) *reply {
	code := h.query.Get("challenge_code")
	if h.method != http.MethodGet || code == "" {
		return nil
	}
	return h.keyed(code, func(secret string) *reply {
		endpoint, _, _ := strings.Cut(h.call.message.URL, "?")
		sum := sha256.Sum256([]byte(code + secret + endpoint))
		return jsonReply(member{"challengeResponse", hex.EncodeToString(sum[:])})
	})
}

// answerBraintree signs the challenge as Braintree signs its payloads.
func answerBraintree(h *hello) *reply {
	challenge := h.query.Get("bt_challenge")
	if h.method != http.MethodGet || !braintreeChallenge(challenge) {
		return nil
	}
	return h.keyed(challenge, func(secret string) *reply {
		key := sha1.Sum([]byte(secret))
		m := hmac.New(sha1.New, key[:])
		m.Write([]byte(challenge))
		return textReply(h.param("key_id") + "|" + hex.EncodeToString(m.Sum(nil)))
	})
}

// keyed makes an answer with the secret, if the text may be signed.
func (h *hello) keyed(text string, answer func(secret string) *reply) *reply {
	if !signableToken(text) {
		refused := refusedHello(http.StatusBadRequest)
		return &refused
	}
	if len(h.keys.Secrets) == 0 {
		return textReply("") // replaced by a refusal, which says that the secret is missing
	}
	return answer(h.keys.Secrets[0])
}

func (h *hello) param(name string) string {
	if value := h.keys.Params[name]; value != "" {
		return value
	}
	return h.call.o.Params[name]
}

func mac(secret, text string) []byte {
	m := hmac.New(sha256.New, []byte(secret))
	m.Write([]byte(text))
	return m.Sum(nil)
}

func hexMAC(secret, text string) string { return hex.EncodeToString(mac(secret, text)) }

func answerOkta(h *hello) *reply {
	challenge, ok := h.headers.Get("X-Okta-Verification-Challenge")
	if h.method != http.MethodGet || !ok {
		return nil
	}
	return jsonReply(member{"verification", challenge})
}

// answerChallengeQuery is Dropbox's; Nylas is said to do the same.
func answerChallengeQuery(h *hello) *reply {
	if h.method != http.MethodGet || !h.query.Has("challenge") {
		return nil
	}
	return textReply(h.query.Get("challenge"))
}

// answerValidationToken is Microsoft Graph's, whose POST has no body to speak
// of.
func answerValidationToken(h *hello) *reply {
	if h.method != http.MethodPost || !h.query.Has("validationToken") {
		return nil
	}
	return textReply(h.query.Get("validationToken"))
}

// answerCloudEvents consents to deliveries (CloudEvents HTTP 1.1 Web Hooks,
// section 4): not the status but the headers do. The callback that may be
// offered is never called.
func answerCloudEvents(h *hello) *reply {
	origin, ok := h.headers.Get("WebHook-Request-Origin")
	if h.method != http.MethodOptions || !ok {
		return nil
	}
	allowed := "*"
	if rate, ok := h.headers.Get("WebHook-Request-Rate"); ok && isRate(rate) {
		allowed = rate
	}
	if h.rate > 0 {
		allowed = strconv.FormatInt(max(1, int64(math.Round(h.rate*60))), 10)
	}
	return &reply{status: http.StatusOK, headers: sign.Headers{
		{Name: "Allow", Value: "OPTIONS, POST"},
		{Name: "WebHook-Allowed-Origin", Value: origin},
		{Name: "WebHook-Allowed-Rate", Value: allowed},
	}}
}

func isRate(text string) bool {
	n, err := strconv.ParseUint(text, 10, 31)
	return err == nil && n > 0 || text == "*"
}

// answerAsana gives the secret back with which Asana will sign. Anyone could
// send one, so it becomes ours only where the user said that Asana is to send
// and no secret is known yet.
func answerAsana(h *hello) *reply {
	secret, ok := h.headers.Get("X-Hook-Secret")
	if h.method != http.MethodPost || !ok || secret == "" {
		return nil
	}
	c := h.call
	switch {
	case c.Server.profile == nil || c.o.Adopt == nil || !(h.keys.none() || h.keys.Own):
		c.o.Warn("a handshake handed over a secret, which was given back but not kept: to keep the first one, give --provider asana and no --secret")
	default:
		if err := c.o.Adopt(c.Server.profile, secret); err != nil {
			c.o.Warn("the secret of the handshake could not be kept: " + err.Error())
			refused := refusedHello(http.StatusServiceUnavailable)
			return &refused
		}
	}
	return &reply{status: http.StatusOK, headers: sign.Headers{{Name: "X-Hook-Secret", Value: secret}}}
}

// answerRingCentral is RingCentral's, as far as that is known.
func answerRingCentral(h *hello) *reply {
	token, ok := h.headers.Get("Validation-Token")
	if !ok || token == "" {
		return nil
	}
	return &reply{status: http.StatusOK, headers: sign.Headers{{Name: "Validation-Token", Value: token}}}
}

// answerHead is Trello's and Mandrill's: the URL exists.
func answerHead(h *hello) *reply {
	if h.method != http.MethodHead {
		return nil
	}
	return &reply{status: http.StatusOK}
}
