// Package send delivers: it builds and signs the request of an event, performs
// the one outbound exchange of the program, says what kind of failure an
// exchange was, and judges the answer as the provider would.
//
// Forwarding, trigger, replay and the checks all go through Client.Attempt, so
// that limits, timing, redirects and what is recorded are the same everywhere.
// The exchange is spoken over the package's own keep-alive connections rather
// than net/http's client, because three promises cannot be kept with that one:
// a request of which a byte was written is never sent a second time (its
// transport repeats GET, PUT and the like), an answer that arrives while the
// body is still being written is not lost, and target bytes and header lines
// leave as they were given.
package send

import (
	"context"
	"crypto/tls"
	"net"
	"net/url"
	"time"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// Limits of an exchange.
const (
	// DefaultTimeout is how long a whole exchange may take.
	DefaultTimeout = 30 * time.Second
	// KeptBody is how many bytes of an answer's body are kept.
	KeptBody = 1 << 20
	// maxHeader is how many bytes of header blocks an answer may have, its
	// interim answers and its trailer included.
	maxHeader = 256 << 10
	// maxIdle is how many idle connections are kept for one target.
	maxIdle = 256
	// idleTime is how long an idle connection is trusted where the target
	// does not say how long it keeps it.
	idleTime = 60 * time.Second
	// secondAddress is how long the first of two addresses may be silent
	// before the second is tried beside it.
	secondAddress = 250 * time.Millisecond
)

// Options are the settings of a Client. The zero value works but for Now.
type Options struct {
	// Timeout bounds an exchange from its first dial to the last byte of the
	// answer; 0 is DefaultTimeout.
	Timeout time.Duration
	// Insecure accepts any certificate of the target.
	Insecure bool
	// Now is the clock of StartedAt and of durations.
	Now func() time.Time
	// Proxy names the proxy of a URL, nil for none, as http.ProxyFromEnvironment
	// does; it is not asked about targets on this machine. nil uses none.
	Proxy func(*url.URL) (*url.URL, error)
	// Dial replaces the network, for tests without sockets.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// TLS is the base of every TLS session, for tests with their own
	// certificates; nil trusts what the system trusts.
	TLS *tls.Config
}

// Outgoing is a request as it is to be sent. Headers keep their spelling and
// order; Host and framing are not among them.
type Outgoing struct {
	Method        string
	RequestTarget string // as it stands in the request line
	Host          string // "" is the target's authority
	Headers       sign.Headers
	Body          []byte

	// HTTP10 says HTTP/1.0 in the request line, as old proxies do.
	HTTP10 bool
	// Pause is how long the second half of the body is held back. The answer
	// is awaited meanwhile, so that one which comes early is seen as such.
	Pause time.Duration

	// What follows is for senders that misbehave on purpose.

	// CutAt, if not nil, is after how many bytes of the body nothing more is
	// sent. The answer is awaited all the same.
	CutAt *int
	// Lost is a request that never leaves; its exchange ends like one that
	// timed out, at once.
	Lost bool
	// Hold is how long a dispatcher holds the request back.
	Hold time.Duration
	// Copies is how many times more a dispatcher sends the request after it was
	// answered, each recorded as a delivery of its own.
	Copies int
	// Did says what is wrong with the request, in a few words each.
	Did []string
}

// Exchange is what came of sending one request. It is the caller's; after
// Attempt has returned only Relay and Close touch it.
type Exchange struct {
	URL       string // userinfo masked
	StartedAt time.Time
	Duration  time.Duration
	// Sent are the header lines that were sent, credentials of the target's
	// URL masked.
	Sent sign.Headers
	// StatusCode is 0 without a status line; a status line seen before the
	// answer broke off is kept.
	StatusCode int
	Headers    sign.Headers
	// Body is the beginning of the answer's body, at most KeptBody bytes.
	Body []byte
	// Size counts the bytes of the body that have come so far.
	Size int64
	// Complete tells that the answer came whole. An answer longer than
	// KeptBody is not complete until Relay has passed the rest on.
	Complete bool
	// Kind is a store.Err… word, "" for an answer that came.
	Kind string
	// Err says in a sentence for people what went wrong.
	Err      error
	RemoteIP string

	rest *rest // what follows Body, nil if nothing does
	cut  bool  // Body is not the whole body
}

// Attempt is the exchange as it is recorded.
func (x *Exchange) Attempt(number int, trigger string) store.Attempt {
	attempt := store.Attempt{
		Number:            number,
		Trigger:           trigger,
		URL:               x.URL,
		StartedAt:         x.StartedAt,
		Duration:          x.Duration,
		StatusCode:        x.StatusCode,
		ErrorKind:         x.Kind,
		RequestHeaders:    x.Sent,
		ResponseHeaders:   x.Headers,
		ResponseBody:      x.Body,
		ResponseSize:      x.Size,
		ResponseTruncated: x.cut || x.rest != nil,
		RemoteIP:          x.RemoteIP,
	}
	if x.Err != nil {
		attempt.Error = x.Err.Error()
	}
	return attempt
}

// Unreachable tells whether the exchange got no connection at all.
func (x *Exchange) Unreachable() bool {
	return x.Kind == store.ErrDNS || x.Kind == store.ErrConnect || x.Kind == store.ErrTLS
}

// TimedOut tells whether the limit of the exchange was over before its end.
func (x *Exchange) TimedOut() bool { return x.Kind == store.ErrTimeout }

// Answered tells whether an HTTP answer came, so that it can be relayed: a
// redirect is an answer, too.
func (x *Exchange) Answered() bool {
	return x.StatusCode != 0 && (x.Kind == "" || x.Kind == store.ErrRedirect)
}
