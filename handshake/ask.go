package handshake

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// Asking is what the side that asks knows, and makes its challenge of.
type Asking struct {
	// Sender is whose handshake it is, where several make it in different
	// forms; "" takes the most common one.
	Sender string
	// Secret is the sender's; "" without one.
	Secret string
	Params map[string]string
	// Token makes a text of n unpredictable letters and digits.
	Token func(n int) string
}

// Signing is how a sender signs a request of a handshake.
type Signing int

// The ways to sign a request.
const (
	Unsigned  Signing = iota
	Signed            // as the sender signs its deliveries
	Missigned         // with a signature that is wrong on purpose
)

// Step is one request of a handshake.
type Step struct {
	// Does says for people, behind "asked", what the request wants.
	Does    string
	Method  string
	Query   string // encoded, without ?
	Headers sign.Headers
	Body    []byte
	Signing Signing
	Event   string // the event's type, where a header carries it
	// Secret signs in place of the sender's; "" takes that.
	Secret string

	status statuses
	// plain is the content type that is demanded of the answer: text/plain.
	plain bool
	// check, if not nil, judges in place of the comparison with the right
	// answer.
	check func(Response) []Finding
}

// statuses are those that a sender takes for a yes.
type statuses string

const (
	any2xx  statuses = "2xx"
	only200 statuses = "200"
	only401 statuses = "401"
)

func (s statuses) include(status int) bool {
	switch s {
	case only200:
		return status == http.StatusOK
	case only401:
		return status == http.StatusUnauthorized
	default:
		return status/100 == 2
	}
}

// Steps are the requests that the sender makes, in their order.
func (h Handshake) Steps(a Asking) []Step { return h.ask(a) }

// get asks in the query: names and values in turn.
func get(pairs ...string) Step {
	return Step{Does: "for the challenge", Method: http.MethodGet, Query: query(pairs...), status: any2xx}
}

// query encodes names and values in their order, as senders do; url.Values
// would sort them.
func query(pairs ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(pairs[i]) + "=" + url.QueryEscape(pairs[i+1]))
	}
	return b.String()
}

// postJSON asks in a body.
func postJSON(body string) Step {
	return Step{Does: "for the challenge", Method: http.MethodPost, Body: []byte(body), status: any2xx,
		Headers: sign.Headers{{Name: "Content-Type", Value: "application/json"}}}
}
