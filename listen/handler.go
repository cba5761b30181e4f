package listen

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// call is one request on its way through the server.
type call struct {
	*Server
	w    http.ResponseWriter
	r    *http.Request
	at   time.Time
	body body

	forwards atomic.Int32 // that still use the body

	message sign.Message
	request store.Request
	event   *store.Event
	verdict *store.Verification
	profile *provider.Profile // nil: not recognised
	// disagrees tells that header and body name different event types.
	disagrees bool
}

// ServeHTTP receives one webhook.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	connOf(r.Context()).serving.Store(true)
	if !s.flights.begin() {
		connOf(r.Context()).serving.Store(false)
		refuse(w, &refusal{status: http.StatusServiceUnavailable, close: true})
		return
	}
	s.counts.requests.Add(1)
	c := &call{Server: s, w: w, r: r, at: s.o.Now()}
	if refused := c.checkHead(); refused != nil {
		c.refuse(refused)
		return
	}
	if refused := c.read(); refused != nil {
		c.refuse(refused)
		return
	}
	c.receive()
}

// checkHead refuses what is over a limit before anything of it is kept.
func (c *call) checkHead() *refusal {
	if c.r.ProtoMajor != 1 {
		// net/http lets the preface of HTTP/2 through for handlers that speak it.
		return &refusal{status: http.StatusHTTPVersionNotSupported, why: "only HTTP/1 is spoken here", close: true}
	}
	if len(c.r.RequestURI) > c.o.MaxTarget {
		return &refusal{status: http.StatusRequestURITooLong, why: fmt.Sprintf("the request target is longer than %d bytes (--max-target)", c.o.MaxTarget), close: true}
	}
	lines := len(c.r.TransferEncoding) + 1 // Host
	for _, values := range c.r.Header {
		lines += len(values)
	}
	if lines > c.o.MaxHeaders {
		return &refusal{status: http.StatusRequestHeaderFieldsTooLarge, why: fmt.Sprintf("more than %d header lines (--max-headers)", c.o.MaxHeaders), close: true}
	}
	return nil
}

// read reads the body and makes the record of the request.
func (c *call) read() *refusal {
	c.request = store.Request{Method: c.r.Method, Target: c.r.RequestURI, Headers: received(c.r), ContentType: c.r.Header.Get("Content-Type"), RemoteAddr: c.r.RemoteAddr}
	c.event = &store.Event{}
	c.message = sign.Message{Method: c.r.Method, URL: signedURL(c.o.PublicURL, c.r.Host, c.r.RequestURI), Headers: c.request.Headers}
	if c.r.Method == http.MethodConnect || c.r.Method == http.MethodTrace {
		return &refusal{status: http.StatusMethodNotAllowed, why: "CONNECT and TRACE are not for webhooks", close: true}
	}
	var refused *refusal
	if c.body, refused = c.readBody(c.r); refused != nil {
		return refused
	}
	c.message.Body, c.request.Body = c.body.bytes, c.body.bytes
	c.request.BodySize = int64(len(c.body.bytes))
	sum := sha256.Sum256(c.body.bytes)
	c.request.BodySHA256 = hex.EncodeToString(sum[:])
	return nil
}

// receive judges what was read and decides what becomes of it. It returns
// when the sender has its answer; forwards to further targets may go on.
func (c *call) receive() {
	if c.comesBack() {
		c.reject(http.StatusLoopDetected, ReasonLoop)
		return
	}
	c.judge()
	if c.shakeHands() {
		return
	}
	if wait, flag := c.rates.wait(c.r.RemoteAddr, c.at); wait > 0 {
		c.warnSeldom(flag, "requests are refused with 429: they come faster than "+flag)
		c.w.Header().Set("Retry-After", seconds(wait))
		c.reject(http.StatusTooManyRequests, ReasonRate)
		return
	}
	if c.verdict.Verdict == store.Invalid && !c.o.ForwardInvalid {
		c.reject(http.StatusUnauthorized, ReasonInvalid)
		return
	}
	if c.disagrees && c.o.RejectBroken {
		c.reject(http.StatusUnprocessableEntity, ReasonEvent)
		return
	}
	if broken := c.check(); broken && c.o.RejectBroken {
		c.reject(http.StatusUnprocessableEntity, ReasonSchema)
		return
	}
	targets, reason := c.route()
	switch {
	case reason != "":
		c.keep(store.Filtered, reason)
	case len(targets) == 0:
		c.keep(store.Captured, "")
	default:
		c.forward(targets)
	}
}

// comesBack tells whether the request is one that this server forwards just
// now.
func (c *call) comesBack() bool {
	for _, id := range c.r.Header[send.LoopHeader] {
		if c.underway.has(id) {
			return true
		}
	}
	return false
}

// delivery makes the record of the request to one destination.
func (c *call) delivery(status, reason string) *store.Delivery {
	if c.verdict == nil {
		c.verdict = &store.Verification{Verdict: store.Unverified, Detail: "refused before it was judged"}
	}
	return &store.Delivery{
		Direction: store.In, Trigger: store.TriggerReceived, Event: c.event, ReceivedAt: c.at.UTC(),
		Request: c.request, Verification: c.verdict, Status: status, StatusReason: reason,
	}
}

// refuse answers a request that is not taken. What the listener itself would
// not have is recorded; what was no request, or is over, is one warning.
func (c *call) refuse(refused *refusal) {
	switch refused.status {
	case http.StatusMethodNotAllowed:
		c.w.Header().Set("Connection", "close")
		c.reject(refused.status, ReasonMethod)
		return
	case http.StatusRequestEntityTooLarge:
		c.w.Header().Set("Connection", "close")
		c.warnSeldom("size", refused.why)
		c.reject(refused.status, ReasonSize)
		return
	}
	c.warnRefused(c.r.RemoteAddr, refused.why)
	if refused.gone {
		panic(http.ErrAbortHandler)
	}
	refuse(c.w, refused)
}

// refuse answers with nothing but a status.
func refuse(w http.ResponseWriter, refused *refusal) {
	if refused.close {
		w.Header().Set("Connection", "close")
	}
	if refused.status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	w.Header()["Content-Type"] = nil
	w.WriteHeader(refused.status)
}

// seconds is a duration for Retry-After, rounded up.
func seconds(d time.Duration) string {
	return strconv.FormatInt(max(1, int64((d+time.Second-1)/time.Second)), 10)
}
