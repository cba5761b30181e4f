package listen

import (
	"bytes"
	"encoding/json"
	"net/http"
)

// The answers to the handshakes that come in a body. Its values are looked at,
// and never sent on but for the challenge.

// mentionsChallenge tells whether a body could be a handshake at all.
func mentionsChallenge(body []byte) bool {
	return len(body) <= maxHello && (bytes.Contains(body, []byte("challenge")) || bytes.Contains(body, []byte("endpoint.url_validation")))
}

// text is a member that is a string, "" otherwise.
func text(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// member is a name and a string.
type member struct{ name, value string }

// jsonReply answers with an object of strings.
func jsonReply(members ...member) *reply {
	body := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			body = append(body, ',')
		}
		name, _ := json.Marshal(m.name)
		value, _ := json.Marshal(m.value)
		body = append(append(append(body, name...), ':'), value...)
	}
	r := textReply(string(append(body, '}')))
	r.headers[0].Value = "application/json"
	return r
}

func answerSlack(h *hello) *reply {
	m := h.members
	challenge := text(m["challenge"])
	if text(m["type"]) != "url_verification" || challenge == "" {
		return nil
	}
	return jsonReply(member{"challenge", challenge})
}

// answerChallengeJSON is monday's, whose body has nothing but the challenge,
// and Lark's, whose type is the same as Slack's.
func answerChallengeJSON(h *hello) *reply {
	m := h.members
	challenge := text(m["challenge"])
	if challenge == "" || len(m) != 1 && text(m["type"]) != "url_verification" {
		return nil
	}
	return jsonReply(member{"challenge", challenge})
}

func answerZoom(h *hello) *reply {
	m := h.members
	if text(m["event"]) != "endpoint.url_validation" {
		return nil
	}
	var payload struct{ PlainToken string }
	if json.Unmarshal(m["payload"], &payload) != nil || payload.PlainToken == "" {
		return nil
	}
	return h.keyed(payload.PlainToken, func(secret string) *reply {
		return jsonReply(member{"plainToken", payload.PlainToken}, member{"encryptedToken", hexMAC(secret, payload.PlainToken)})
	})
}

func answerTwitch(h *hello) *reply {
	if kind, _ := h.headers.Get("Twitch-Eventsub-Message-Type"); kind != "webhook_callback_verification" {
		return nil
	}
	challenge := text(h.members["challenge"])
	if challenge == "" {
		return nil
	}
	return textReply(challenge)
}

// answerEventGrid is Azure Event Grid's, as far as that is known.
func answerEventGrid(h *hello) *reply {
	if kind, _ := h.headers.Get("Aeg-Event-Type"); kind != "SubscriptionValidation" || h.method != http.MethodPost {
		return nil
	}
	var events []struct {
		Data struct{ ValidationCode string }
	}
	if json.Unmarshal(h.body, &events) != nil || len(events) == 0 || events[0].Data.ValidationCode == "" {
		return nil
	}
	return jsonReply(member{"validationResponse", events[0].Data.ValidationCode})
}

// answerDiscord answers only what is signed rightly: Discord sends bad
// signatures, too, to see whether anybody looks.
func answerDiscord(h *hello) *reply {
	m := h.members
	if string(bytes.TrimSpace(m["type"])) != "1" {
		return nil
	}
	if !h.verified {
		h.call.o.Warn("a Discord ping could not be verified, and Discord refuses endpoints that answer all the same: give --public-key")
		refused := refusedHello(http.StatusUnauthorized)
		return &refused
	}
	r := jsonReply()
	r.body = []byte(`{"type":1}`)
	return r
}
