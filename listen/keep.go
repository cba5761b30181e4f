package listen

import (
	"context"
	"net/http"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// keep records a request that goes nowhere, and answers 200 or what the
// operator wants instead.
func (c *call) keep(status, reason string) {
	c.recordAndAnswer(status, reason, c.respond.instead(c.taken()))
}

// taken is the answer that a request was received, with the words that its
// provider expects.
func (c *call) taken() reply {
	r := reply{status: http.StatusOK}
	if c.profile != nil && c.profile.AnswerBody != "" {
		r.body = []byte(c.profile.AnswerBody)
		r.headers = sign.Headers{{Name: "Content-Type", Value: "text/plain; charset=utf-8"}}
	}
	return r
}

// reject records a request that is not accepted.
func (c *call) reject(code int, reason string) {
	c.recordAndAnswer(store.Rejected, reason, reply{status: code})
}

// recordAndAnswer answers once the request is in the store, and with 503 if
// that cannot be.
func (c *call) recordAndAnswer(status, reason string, reply reply) {
	d := c.delivery(status, reason)
	if reply.status != 0 {
		d.Answer = &store.Answer{StatusCode: reply.status}
	}
	commit := c.o.Store.Append(d)
	recorded := c.recorded(commit)
	c.memory.free(c.body.held)
	if !recorded {
		c.refuseUnrecorded()
		return
	}
	c.counts.deliveries.Add(1)
	c.counts.ended(status)
	c.o.Recorded(d, commit)
	c.answer(reply)
}

// recorded waits until the request is in the store, and tells whether it got
// there. That the sender may have gone is no reason not to wait.
func (c *call) recorded(commit *store.Commit) bool {
	err := commit.Wait(context.Background())
	if err != nil {
		c.unrecorded.Store(true)
		c.warnSeldom("store", "requests are refused with 503 because they cannot be recorded: "+err.Error())
		return false
	}
	if c.unrecorded.Load() {
		c.unrecorded.Store(false)
	}
	return true
}

func (c *call) refuseUnrecorded() int {
	refuse(c.w, &refusal{status: http.StatusServiceUnavailable})
	return http.StatusServiceUnavailable
}
