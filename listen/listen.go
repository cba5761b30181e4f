// Package listen receives webhooks: it reads each request once, bounded and
// byte for byte, verifies it, records it, forwards the same bytes, and answers
// the sender.
//
// Three promises shape it. A 2xx means that the delivery is in the store. What
// cannot be recorded is refused. And nothing but what forward.go lists differs
// between the request that came and the one that goes on.
package listen

import (
	"math/rand/v2"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// DefaultAddr is where a server listens that was not told where: on both
// loopback addresses, on this port.
const DefaultAddr = "127.0.0.1:4400"

// Options say what a Server does. Registry and Now are needed, and before Serve
// also Store and Keys; the zero value of everything else is its default.
type Options struct {
	// Addr is host:port; "" is DefaultAddr on both loopback addresses. Port 0
	// takes a free one.
	Addr     string
	Store    *store.Store
	Registry *provider.Registry

	// Provider is whose webhooks come; "" or "auto" recognises the sender.
	Provider string
	// Keys gives the keys for a provider, and for nil those of a sender that no
	// file describes. It is called for every request, from several goroutines.
	Keys func(*provider.Profile) Keys
	// Adopt is called with a secret that a sender's handshake hands over, and
	// only if Provider names that sender and no key of it is known. It keeps
	// the first one, which Keys gives from then on, and tells whether it did.
	// nil adopts nothing.
	Adopt func(p *provider.Profile, secret string) (kept bool, err error)
	// NoHandshakes are names of handshakes that are not answered, or
	// handshake.Everything: such requests are like any other.
	NoHandshakes []string
	// Tolerance replaces the provider's timestamp tolerance; nil keeps it.
	Tolerance *time.Duration
	// PublicURL is the base under which the sender knows this server, for
	// schemes that sign the URL: scheme and host are taken from it.
	PublicURL string
	// Params are values only the operator knows, for handshakes.
	Params map[string]string

	// Forward are the targets of every event; the first one's answer goes to
	// the sender. A route that matches an event's type takes its place.
	Forward []send.Target
	Routes  []Route
	// Events are globs of the event types that are forwarded, ! excludes;
	// none forwards all.
	Events []string
	// Check says what is odd about the payload of an event, "" for nothing, which is
	// noted in the record, and whether it breaks its schema. It is called for what is to be accepted and
	// whose type is known, from several goroutines. nil checks nothing.
	Check func(provider, eventType string, body []byte) (note string, broken bool)
	// RejectBroken answers 422 to what Check finds broken, and forwards nothing.
	RejectBroken bool
	// ForwardInvalid forwards requests whose signature is invalid, too.
	ForwardInvalid bool
	// Edits change the headers of forwarded requests.
	Edits        send.Edits
	PreserveHost bool // keep the sender's Host
	Insecure     bool // accept any certificate of a target
	// Timeout bounds a forwarded exchange; 0 is send.DefaultTimeout.
	Timeout time.Duration
	// Retry are the delays after which a forward that failed is made again,
	// beside the answer that the sender got; none leaves that to the sender.
	Retry []time.Duration

	Respond Respond
	// Gate, if not nil, may hold what is about to be forwarded.
	Gate *Gate

	Limits

	Now func() time.Time
	// Recorded, if not nil, is told of every delivery when it is in the store
	// in the state that the server leaves it in, with the commit that brought
	// it there: Commit.Indexed completes a copy of the delivery. It may be
	// called by several goroutines, must not change the delivery and should
	// not block: the sender waits for its answer meanwhile.
	Recorded func(*store.Delivery, *store.Commit)
	// Warn is told, in one line and with foreign bytes escaped, what an
	// operator should know and no delivery says. It may be called by several
	// goroutines. nil drops it. Note is told what is good to know.
	Warn, Note func(string)
}

// Keys are what is known to verify a provider's messages with.
type Keys struct {
	sign.Keys
	// Own tells that these are only the store's own keys, which hooks trigger
	// signs with: a match is a proof, a mismatch says nothing about a sender
	// whose secret nobody gave.
	Own bool
	// Played tells that some of them are of endpoints of this sender: the program
	// plays it, and what none of them matches is invalid.
	Played bool
	// Names are what Secrets are called, in their order, "" for one without a
	// name; nil where none has one.
	Names []string
}

func (k Keys) none() bool { return len(k.Secrets) == 0 && len(k.Public) == 0 }

// Route sends the events whose type matches a glob to a target.
type Route struct {
	Glob   string
	Target send.Target
}

// Respond makes the server answer by itself, to test a sender. Forwarding
// goes on beside it.
type Respond struct {
	// Statuses are given one after the other, the last for ever; none leaves
	// the answer to the target.
	Statuses []int
	Body     []byte
	Headers  sign.Headers
	Delay    time.Duration // before any answer
	// FailRate is the share of requests, 0 to 1, that get a 500 instead.
	FailRate float64
	// Drop closes the connection instead of answering: of the share of
	// FailRate, or of all requests where that is 0.
	Drop bool
	// Rand decides which requests fail; it is needed with FailRate.
	Rand *rand.Rand
}

func (r *Respond) active() bool {
	return len(r.Statuses) > 0 || r.Body != nil || len(r.Headers) > 0
}

func (o *Options) fill() error {
	o.Limits.fill()
	if o.Recorded == nil {
		o.Recorded = func(*store.Delivery, *store.Commit) {}
	}
	if o.Note == nil {
		o.Note = func(string) {}
	}
	if o.Warn == nil {
		o.Warn = func(string) {}
	}
	if o.Provider == "auto" {
		o.Provider = ""
	}
	var err error
	o.PublicURL, err = publicBase(o.PublicURL)
	return err
}

// Why a request has the status it was recorded with.
const (
	ReasonInvalid = "invalid_signature"
	ReasonEvents  = "event_filter"       // filtered: --events does not want it
	ReasonRate    = "rate_limit"         // rejected
	ReasonSize    = "body_too_large"     // rejected, recorded without its body
	ReasonMethod  = "method_not_allowed" // rejected
	ReasonSchema  = "schema"             // rejected: Check found something
	ReasonEvent   = "event_differs"      // rejected: header and body name different event types
	ReasonLoop    = "loop"               // rejected: the server forwards to itself
)
