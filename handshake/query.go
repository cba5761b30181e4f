package handshake

import (
	"net/http"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// The handshakes whose challenge comes in the query or in a header, and goes
// back as it is.

// graphToken is the parameter of Microsoft Graph's challenge.
const graphToken = "validationToken"

// challengeQuery is Dropbox's; Nylas is said to do the same.
func challengeQuery() Handshake {
	return Handshake{
		Name: "challenge-query", Asks: "GET ?challenge=C", Wants: "C as text",
		Within: 10 * time.Second, // dropbox.com/developers/reference/webhooks
		answer: func(r *Request, _ Party) *Answer {
			if r.method != http.MethodGet || !r.query.Has("challenge") {
				return nil
			}
			return textAnswer(r.query.Get("challenge"))
		},
		ask: func(a Asking) []Step { return []Step{get("challenge", a.Token(32))} },
	}
}

// validationToken is Microsoft Graph's, whose POST has no body to speak of. Its
// token has blanks and colons, so that one that was not decoded is seen.
func validationToken() Handshake {
	return Handshake{
		Name: "validation-token", Asks: "POST ?validationToken=V", Wants: "V decoded, as text/plain, with 200",
		Within: 10 * time.Second, // learn.microsoft.com/graph/change-notifications-delivery-webhooks
		answer: func(r *Request, _ Party) *Answer {
			if r.method != http.MethodPost || !r.query.Has(graphToken) {
				return nil
			}
			return textAnswer(r.query.Get(graphToken))
		},
		ask: func(a Asking) []Step {
			s := get(graphToken, "Validation: Testing client application reachability for subscription Request-Id: "+a.Token(24))
			s.Method, s.status, s.plain = http.MethodPost, only200, true
			s.Headers = sign.Headers{{Name: "Content-Type", Value: "text/plain; charset=utf-8"}}
			return []Step{s}
		},
	}
}

func okta() Handshake {
	const name = "X-Okta-Verification-Challenge"
	return Handshake{
		Name: "okta", Asks: "GET with X-Okta-Verification-Challenge: V", Wants: `{"verification":V}`,
		Within: 3 * time.Second, // developer.okta.com/docs/concepts/event-hooks
		answer: func(r *Request, _ Party) *Answer {
			challenge, ok := r.headers.Get(name)
			if r.method != http.MethodGet || !ok {
				return nil
			}
			return jsonAnswer(str("verification", challenge))
		},
		ask: func(a Asking) []Step {
			s := get()
			s.Headers = sign.Headers{{Name: name, Value: a.Token(36)}}
			return []Step{s}
		},
	}
}

// ringCentralToken is the header of RingCentral's challenge and its answer.
const ringCentralToken = "Validation-Token"

func ringCentral() Handshake {
	return Handshake{
		Name: "ringcentral", Asks: "a request with Validation-Token: V", Wants: "the same header back", Assumed: true,
		answer: func(r *Request, _ Party) *Answer {
			token, ok := r.headers.Get(ringCentralToken)
			if !ok || token == "" {
				return nil
			}
			return headerAnswer(ringCentralToken, token)
		},
		ask: func(a Asking) []Step {
			s := postJSON("")
			s.Headers = append(s.Headers, sign.Header{Name: ringCentralToken, Value: a.Token(36)})
			return []Step{s}
		},
	}
}

const headName = "head"

// head is Trello's and Mandrill's: the URL exists.
func head() Handshake {
	return Handshake{
		Name: headName, Asks: "HEAD", Wants: "200", Named: true,
		answer: func(r *Request, _ Party) *Answer {
			if r.method != http.MethodHead {
				return nil
			}
			return &Answer{Status: http.StatusOK}
		},
		ask: func(Asking) []Step {
			return []Step{{Does: "for the URL", Method: http.MethodHead, status: only200}}
		},
	}
}
