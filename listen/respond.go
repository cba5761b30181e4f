package listen

import (
	"net/http"
	"net/textproto"
	"strconv"
	"sync"
	"time"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// reply is what the sender is told. A status of 0 closes the connection
// without an answer.
type reply struct {
	status  int
	headers sign.Headers
	body    []byte
	rest    *send.Exchange // its further body follows, nil if there is none
	delay   time.Duration
}

// relayed is the reply that passes on what a target said, or says why it said
// nothing.
func (c *call) relayed(t send.Target, x *send.Exchange) reply {
	if x.Answered() {
		r := reply{status: x.StatusCode, headers: send.EndToEnd(x.Headers), body: x.Body}
		if x.More() {
			r.rest = x
		}
		if c.r.Method == http.MethodHead {
			// The length is that of the body which a GET would have had.
			if length, ok := x.Headers.Get("Content-Length"); ok {
				r.headers = append(r.headers, sign.Header{Name: "Content-Length", Value: length})
			}
		}
		return r
	}
	status := http.StatusBadGateway
	text := "the target " + t.String() + " gave no answer"
	switch x.Kind {
	case store.ErrTimeout:
		status, text = http.StatusGatewayTimeout, "the target "+t.String()+" gave no answer in time"
	case store.ErrCanceled:
		status, text = http.StatusServiceUnavailable, "the listener shut down before the target "+t.String()+" answered"
	}
	return reply{
		status: status, body: []byte("hooks: " + x.Kind + ": " + text + "\n"),
		headers: sign.Headers{{Name: "Content-Type", Value: "text/plain; charset=utf-8"}},
	}
}

// answer writes the reply.
func (c *call) answer(r reply) {
	if r.delay > 0 {
		timer := time.NewTimer(r.delay)
		select {
		case <-timer.C:
		case <-c.lifetime.Done():
		case <-c.r.Context().Done():
		}
		timer.Stop()
	}
	if r.status == 0 {
		panic(http.ErrAbortHandler)
	}
	r.writeHead(c.w, c.r.Method)
	if !hasBody(c.r.Method, r.status) {
		return
	}
	c.w.Write(r.body)
	if r.rest == nil {
		return
	}
	if err := r.rest.Relay(c.w); err != nil || !r.rest.Complete {
		panic(http.ErrAbortHandler) // the sender must see that this is not the whole answer
	}
}

// writeHead copies the header lines, the values of a name in their order, and
// keeps net/http from inventing any but Date.
func (r *reply) writeHead(w http.ResponseWriter, method string) {
	header := w.Header()
	header["Content-Type"] = nil
	for _, line := range r.headers {
		name := textproto.CanonicalMIMEHeaderKey(line.Name)
		header[name] = append(header[name], line.Value)
	}
	if r.rest == nil && hasBody(method, r.status) {
		header["Content-Length"] = []string{strconv.Itoa(len(r.body))}
	}
	w.WriteHeader(r.status)
}

func hasBody(method string, status int) bool {
	return method != http.MethodHead && status != http.StatusNoContent && status != http.StatusNotModified
}

// responder answers in place of the target, as the options say.
type responder struct {
	Respond
	mu   sync.Mutex
	next int // of Statuses
}

// instead returns what to answer instead of r.
func (p *responder) instead(r reply) reply {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.active() {
		r = reply{status: http.StatusOK, body: p.Body, headers: p.Headers}
		if len(p.Statuses) > 0 {
			r.status = p.Statuses[p.next]
			p.next = min(p.next+1, len(p.Statuses)-1)
		}
	}
	if p.fails() {
		r = reply{status: http.StatusInternalServerError}
		if p.Drop {
			r.status = 0
		}
	}
	r.delay = p.Delay
	return r
}

func (p *responder) fails() bool {
	if p.FailRate > 0 {
		return p.Rand.Float64() < p.FailRate
	}
	return p.Drop
}
