package handshake

import (
	"crypto/subtle"
	"net/http"
)

// hub is Meta's, WhatsApp's and WebSub's: the challenge goes back if the verify
// token is the one that was agreed on. WebSub names a topic and has no token
// (W3C WebSub, section 5.3); PubSubHubbub 0.3, which it was before, has both.
func hub() Handshake {
	return Handshake{
		Name: "hub", Asks: "GET ?hub.mode=subscribe&hub.challenge=C&hub.verify_token=T", Wants: "C as text, if T is the agreed token", Carries: true,
		answer: answerHub,
		ask: func(a Asking) []Step {
			if topic := a.Params["topic"]; topic != "" || a.Sender == "websub" {
				return []Step{get("hub.mode", "subscribe", "hub.topic", orElse(topic, "https://publisher.example/feed"),
					"hub.challenge", a.Token(32), "hub.lease_seconds", "864000")}
			}
			s := get("hub.mode", "subscribe", "hub.challenge", a.Token(10), "hub.verify_token", a.verifyToken())
			s.status = only200
			return []Step{s}
		},
	}
}

// VerifyToken is what a hub handshake sends where no token was agreed on.
const VerifyToken = "hooks-verify-token"

// verifyToken is the one that was agreed on: by its name, or else a secret.
func (a Asking) verifyToken() string {
	return orElse(a.Params["verify_token"], orElse(a.Secret, VerifyToken))
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func answerHub(r *Request, p Party) *Answer {
	challenge := r.inQuery("hub.challenge")
	if challenge == "" || r.query.Get("hub.mode") == "" {
		return nil
	}
	refused := http.StatusForbidden
	known := p.Secrets
	if r.query.Has("hub.topic") { // WebSub's
		refused = http.StatusNotFound
		if !r.query.Has("hub.verify_token") {
			known = nil
		}
	}
	if token := p.Params["verify_token"]; token != "" {
		known = []string{token}
	}
	if len(known) > 0 && !oneOf(known, r.query.Get("hub.verify_token")) {
		return refusal(refused, refusedToken(r.query.Get("hub.verify_token"), p.Params["verify_token"] != ""))
	}
	a := textAnswer(challenge)
	if len(known) == 0 {
		a.Warning = "answered without looking at its token: give --param verify_token=…"
	}
	return a
}

// refusedToken says which token was not the agreed one, and how that is set. The
// tokens are secrets, and not shown.
func refusedToken(came string, named bool) string {
	switch {
	case came == "" && named:
		return "refused: it has no hub.verify_token, and --param verify_token wants one"
	case named:
		return "refused: hub.verify_token differs from --param verify_token; both must be the token that was entered at the sender"
	}
	return "refused: hub.verify_token is none of the known secrets; give the token that was entered at the sender, --param verify_token=TOKEN"
}

func oneOf(known []string, token string) bool {
	found := 0
	for _, one := range known {
		found |= subtle.ConstantTimeCompare([]byte(one), []byte(token))
	}
	return found == 1
}
