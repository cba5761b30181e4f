package handshake

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// The handshakes whose challenge comes in the body, and goes back as it is. A
// body's values are looked at, and never sent on but for the challenge.

// urlVerification is the type of Slack's and of Lark's.
const urlVerification = "url_verification"

// slack takes the challenge as text, as a form or as JSON.
func slack() Handshake {
	return Handshake{
		Name: "slack", Asks: `signed POST {"type":"url_verification","challenge":C}`, Wants: `{"challenge":C}, or C as text`,
		Within: 3 * time.Second, // docs.slack.dev/reference/events/url_verification
		answer: func(r *Request, _ Party) *Answer {
			challenge := text(r.members["challenge"])
			if text(r.members["type"]) != urlVerification || challenge == "" {
				return nil
			}
			a := jsonAnswer(str("challenge", challenge))
			a.alternate = []string{challenge, "challenge=" + url.QueryEscape(challenge)}
			return a
		},
		ask: func(a Asking) []Step {
			s := postJSON(`{"token":"` + a.Token(24) + `","challenge":"` + a.Token(52) + `","type":"` + urlVerification + `"}`)
			s.Signing, s.status = Signed, only200
			return []Step{s}
		},
	}
}

// challengeJSON is monday's, whose body has nothing but the challenge, and
// Lark's, whose type is the same as Slack's.
func challengeJSON() Handshake {
	return Handshake{
		Name: "challenge-json", Asks: `POST {"challenge":C}`, Wants: `{"challenge":C}`,
		answer: func(r *Request, _ Party) *Answer {
			challenge := text(r.members["challenge"])
			if challenge == "" || len(r.members) != 1 && text(r.members["type"]) != urlVerification {
				return nil
			}
			return jsonAnswer(str("challenge", challenge))
		},
		ask: func(a Asking) []Step {
			challenge := a.Token(36)
			if a.Sender == "lark" {
				return []Step{postJSON(`{"challenge":"` + challenge + `","token":"` + a.Token(32) + `","type":"` + urlVerification + `"}`)}
			}
			return []Step{postJSON(`{"challenge":"` + challenge + `"}`)}
		},
	}
}

// twitchType is the header that tells Twitch's challenge from its deliveries.
const twitchType = "Twitch-Eventsub-Message-Type"

func twitch() Handshake {
	const verification = "webhook_callback_verification"
	return Handshake{
		Name: "twitch", Asks: "signed POST with " + twitchType + ": " + verification, Wants: "the body's challenge as text",
		Within: 10 * time.Second, // dev.twitch.tv/docs/eventsub/handling-webhook-events
		answer: func(r *Request, _ Party) *Answer {
			kind, _ := r.headers.Get(twitchType)
			challenge := text(r.members["challenge"])
			if kind != verification || challenge == "" {
				return nil
			}
			return textAnswer(challenge)
		},
		ask: func(a Asking) []Step {
			const event = "channel.follow"
			s := postJSON(`{"challenge":"` + a.Token(43) + `","subscription":{"id":"` + a.Token(20) +
				`","status":"` + verification + `_pending","type":"` + event + `","version":"2"}}`)
			s.Headers = append(s.Headers, sign.Header{Name: twitchType, Value: verification})
			s.Signing, s.Event = Signed, event
			return []Step{s}
		},
	}
}

// eventGridType is the header that tells Event Grid's challenge from its
// deliveries.
const eventGridType = "Aeg-Event-Type"

func eventGrid() Handshake {
	const validation = "SubscriptionValidation"
	return Handshake{
		Name: "event-grid", Asks: "POST with " + eventGridType + ": " + validation, Assumed: true,
		Wants:  `{"validationResponse":data.validationCode of the first event}`,
		Within: 30 * time.Second, // learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema
		answer: func(r *Request, _ Party) *Answer {
			if kind, _ := r.headers.Get(eventGridType); kind != validation || r.method != http.MethodPost {
				return nil
			}
			var events []struct {
				Data struct{ ValidationCode string }
			}
			if json.Unmarshal(r.body, &events) != nil || len(events) == 0 || events[0].Data.ValidationCode == "" {
				return nil
			}
			return jsonAnswer(str("validationResponse", events[0].Data.ValidationCode))
		},
		ask: func(a Asking) []Step {
			s := postJSON(`[{"id":"` + a.Token(32) + `","topic":"","subject":"","data":{"validationCode":"` + a.Token(36) +
				`"},"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","metadataVersion":"1","dataVersion":"2"}]`)
			s.Headers = append(s.Headers, sign.Header{Name: eventGridType, Value: validation})
			return []Step{s}
		},
	}
}

const discordName = "discord"

// discord answers only what is signed rightly: Discord sends wrong signatures,
// too, to see whether anybody looks.
func discord() Handshake {
	ping := func(signing Signing, status statuses) Step {
		s := postJSON(`{"type":1}`)
		s.Does, s.Signing, s.status = "for a pong, by a ping that is signed rightly", signing, status
		return s
	}
	return Handshake{
		Name: discordName, Asks: `signed POST {"type":1}, then one that is signed wrongly`, Wants: `{"type":1}, then 401`, Named: true,
		Within: 3 * time.Second, // discord.com/developers/docs/interactions/receiving-and-responding
		answer: func(r *Request, p Party) *Answer {
			if text := string(r.members["type"]); text != "1" || r.members["event"] != nil { // webhook events are of type 1, too
				return nil
			}
			if !p.Verified {
				return refusal(http.StatusUnauthorized,
					"refused: its signature could not be verified, and Discord takes no endpoint that answers all the same; give --public-key")
			}
			return jsonAnswer(member{name: "type", value: json.RawMessage("1")})
		},
		ask: func(Asking) []Step {
			wrong := ping(Missigned, only401)
			wrong.Does = "for a refusal, by a ping that is signed wrongly"
			return []Step{ping(Signed, only200), wrong}
		},
	}
}
