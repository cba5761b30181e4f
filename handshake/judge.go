package handshake

import (
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// Response is what came back.
type Response struct {
	Status  int
	Headers sign.Headers
	Body    []byte
	Took    time.Duration
}

// Finding is something that is wrong with an answer, or could be better.
type Finding struct {
	Problem string `json:"problem"`
	Fix     string `json:"fix"`
	// Advice tells that the sender takes the answer all the same.
	Advice bool `json:"advice,omitempty"`
}

// Wrong tells whether one of the findings makes the handshake fail.
func Wrong(found []Finding) bool {
	for _, f := range found {
		if !f.Advice {
			return true
		}
	}
	return false
}

// Judge says what is wrong with the answer to a step. m is the request as it
// was sent, its URL the one that the sender knows; p is what the sender knows
// of the secret. Nothing found means that the answer is right. The texts may
// quote the answer: they are to be escaped before they are shown.
func (h Handshake) Judge(s Step, m *sign.Message, p Party, r Response) []Finding {
	var found []Finding
	if h.Within > 0 && r.Took > h.Within {
		found = append(found, Finding{Problem: fmt.Sprintf("the answer took %s, and the sender waits %s", r.Took.Round(100*time.Millisecond), h.Within),
			Fix: "answer the handshake before anything else is done"})
	}
	p.Verified = s.Signing == Signed
	request := Read(m)
	right := h.answer(request, p)
	switch {
	case s.Signing == Missigned:
		return append(found, missignedFindings(s, r)...)
	case s.check != nil && (s.Signing == Signed || s.status.include(r.Status)):
		return append(found, s.check(r)...)
	case !s.status.include(r.Status):
		return append(found, h.statusFindings(s, request, r)...)
	case right == nil:
		return found // the sender's own request is not of its shape: there is nothing to compare with
	}
	var slips []slip
	if h.slips != nil && len(p.Secrets) > 0 {
		slips = h.slips(request, p)
	}
	found = append(found, right.findings(r, slips)...)
	return append(found, typeFindings(s, right, r)...)
}

// missignedFindings wants a refusal.
func missignedFindings(s Step, r Response) []Finding {
	switch {
	case s.status.include(r.Status):
		return nil
	case any2xx.include(r.Status):
		return []Finding{{Problem: fmt.Sprintf("a request that is signed wrongly was answered %d: the signature is not looked at", r.Status),
			Fix: "verify the signature over the raw body before anything else, and answer 401 if it is wrong"}}
	default:
		return []Finding{{Problem: fmt.Sprintf("a request that is signed wrongly was answered %d, and the sender wants 401", r.Status), Fix: "answer 401"}}
	}
}

// statusFindings explains a status that the sender takes for a no. r is nil
// where the path does not matter.
func (h Handshake) statusFindings(s Step, request *Request, r Response) []Finding {
	f := Finding{Problem: fmt.Sprintf("the answer is %s, and the sender wants %s", statusText(r.Status), orElse(string(s.status), string(any2xx)))}
	switch class := r.Status / 100; {
	case class == 2:
		f.Fix = "answer with exactly " + string(s.status)
	case class == 3:
		location, _ := r.Headers.Get("Location")
		f.Problem = fmt.Sprintf("the answer is a redirect (%s) to %s, and senders follow none", statusText(r.Status), quote(location))
		f.Fix = "answer at the URL itself: mind http and https, and the slash at its end"
	case r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden:
		f.Fix = h.refusedFix(s, request)
	case r.Status == http.StatusNotFound && request != nil && request.query.Has("hub.topic"):
		f.Fix = "confirm topics that were asked for: here hub.topic is " + request.query.Get("hub.topic") + "; --param topic=URL names another; else mind the path"
	case r.Status == http.StatusNotFound:
		f.Fix = "answer " + s.Method + " under this path; senders use the URL of the webhook itself"
	case r.Status == http.StatusMethodNotAllowed || r.Status == http.StatusNotImplemented:
		f.Fix = "allow " + s.Method + " under the URL of the webhook"
	case r.Status == http.StatusTooManyRequests:
		f.Fix = "let handshakes pass the rate limit, or try again later"
	case class == 4:
		f.Fix = "look for the handshake first: it has not the form of a delivery, so what reads deliveries refuses it"
	default:
		f.Fix = "look into the log of the consumer: it failed while it answered"
	}
	return []Finding{f}
}

// refusedFix says why a handshake may have been refused.
func (h Handshake) refusedFix(s Step, request *Request) string {
	switch {
	case h.Keyed && s.Signing == Unsigned:
		return "the answer is made with the sender's secret: does the consumer have one (hooks listen: --secret REF), and does it answer requests that are not signed, as this one is?"
	case s.Signing == Signed:
		return "the request is signed: is the secret that was given here the consumer's? Without one it is signed with the store's own"
	case request != nil && request.query.Has("hub.verify_token"):
		return "compare hub.verify_token with the token that was agreed on; --param verify_token=… names it here"
	default:
		return "answer the handshake before signatures are verified: this request has none"
	}
}

func statusText(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

// typeFindings judges the content type, which for most senders is advice.
func typeFindings(s Step, right *Answer, r Response) []Finding {
	header, ok := r.Headers.Get("Content-Type")
	kind, _, _ := mime.ParseMediaType(header)
	switch {
	case s.plain && kind != "text/plain":
		return []Finding{{Problem: "the Content-Type is " + quote(header) + ", and the sender wants text/plain", Fix: "Content-Type: text/plain"}}
	case right.form == inJSON && kind != "application/json" && len(right.alternate) == 0:
		return []Finding{{Problem: "the Content-Type is " + quote(header) + " for an answer in JSON", Fix: "Content-Type: application/json", Advice: true}}
	case right.form == inText && ok && strings.Contains(kind, "html"):
		return []Finding{{Problem: "what anybody sends comes back as " + kind + ", in which a browser runs scripts",
			Fix: "Content-Type: text/plain and X-Content-Type-Options: nosniff", Advice: true}}
	}
	return nil
}

// quotedBytes is how much of a foreign text a finding repeats.
const quotedBytes = 80

// quote makes foreign text printable and cuts it.
func quote(s string) string {
	if s == "" {
		return "empty"
	}
	if len(s) > quotedBytes {
		return strconv.QuoteToASCII(s[:quotedBytes]) + "…"
	}
	return strconv.QuoteToASCII(s)
}
