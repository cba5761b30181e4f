package handshake

import (
	"math"
	"net/http"
	"strconv"

	"github.com/hooks-cli/hooks/sign"
)

// The headers of the consent (CloudEvents HTTP 1.1 Web Hooks, section 4).
const (
	requestOrigin = "WebHook-Request-Origin"
	requestRate   = "WebHook-Request-Rate"
	allowedOrigin = "WebHook-Allowed-Origin"
	allowedRate   = "WebHook-Allowed-Rate"
)

// cloudEvents consents to deliveries: not the status but the headers do. The
// callback that may be offered is never called.
func cloudEvents() Handshake {
	return Handshake{
		Name: "cloudevents", Asks: "OPTIONS with " + requestOrigin + " and " + requestRate, Wants: allowedOrigin + " and " + allowedRate,
		answer: func(r *Request, p Party) *Answer {
			origin, ok := r.headers.Get(requestOrigin)
			if r.method != http.MethodOptions || !ok {
				return nil
			}
			allowed := "*"
			if rate, ok := r.headers.Get(requestRate); ok && isRate(rate) {
				allowed = rate
			}
			if p.Rate > 0 {
				allowed = strconv.FormatInt(max(1, int64(math.Round(p.Rate*60))), 10)
			}
			return &Answer{Status: http.StatusOK, Headers: sign.Headers{
				{Name: "Allow", Value: "OPTIONS, POST"}, {Name: allowedOrigin, Value: origin}, {Name: allowedRate, Value: allowed},
			}}
		},
		ask: func(Asking) []Step {
			return []Step{{Does: "for consent", Method: http.MethodOptions, status: any2xx, check: checkConsent, Headers: sign.Headers{
				{Name: requestOrigin, Value: senderOrigin}, {Name: requestRate, Value: "120"}}}}
		},
	}
}

// senderOrigin is who asks for consent.
const senderOrigin = "sender.example"

func isRate(text string) bool {
	n, err := strconv.ParseUint(text, 10, 31)
	return err == nil && n > 0 || text == "*"
}

// checkConsent wants the headers, whatever the origin allows: the sender's own
// or all, and any rate.
func checkConsent(r Response) []Finding {
	var found []Finding
	origin, ok := r.Headers.Get(allowedOrigin)
	switch cors, isCORS := r.Headers.Get("Access-Control-Allow-Origin"); {
	case !ok && isCORS:
		found = append(found, Finding{Problem: "the answer is that to a browser (Access-Control-Allow-Origin: " + cors + "), and has no " + allowedOrigin,
			Fix: "let an OPTIONS with " + requestOrigin + " pass the CORS middleware, and answer it with " + allowedOrigin + ": " + senderOrigin})
	case !ok:
		found = append(found, Finding{Problem: "there is no " + allowedOrigin + ": a status alone is no consent",
			Fix: "answer with " + allowedOrigin + ": " + senderOrigin + ", the value of " + requestOrigin + ", or *"})
	case origin != senderOrigin && origin != "*":
		found = append(found, Finding{Problem: allowedOrigin + " allows " + quote(origin) + ", and " + senderOrigin + " asked",
			Fix: "give the value of " + requestOrigin + " back as it is, or *"})
	}
	rate, ok := r.Headers.Get(allowedRate)
	switch {
	case !ok:
		found = append(found, Finding{Problem: "there is no " + allowedRate + ", though a rate was asked for",
			Fix: "answer with " + allowedRate + ": 120, the requests a minute that are taken, or *"})
	case !isRate(rate):
		found = append(found, Finding{Problem: allowedRate + " is " + quote(rate), Fix: "give a whole number above 0, the requests a minute, or *"})
	}
	return found
}
