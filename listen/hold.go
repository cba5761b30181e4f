package listen

import (
	"fmt"
	"net/http"
	"time"

	"github.com/hooks-cli/hooks/crash"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// holds tells whether somebody is to decide about a delivery before it is
// forwarded.
func (c *call) holds(d *store.Delivery) bool {
	wanted, full := c.o.Gate.wants(d)
	if full {
		c.warnSeldom("held", fmt.Sprintf("%d requests are held; further ones go through", maxHeld))
	}
	return wanted
}

// hold waits until somebody has decided about deliveries that are recorded,
// and carries it out. When the sender's time is up, or it has gone, the wait
// goes on without it.
func (c *call) hold(targets []send.Target, deliveries []*store.Delivery, commit *store.Commit) {
	limit := c.holdLimit()
	h := c.o.Gate.take(deliveries[0], c.at, c.at.Add(limit))
	timer := time.NewTimer(limit - c.o.Now().Sub(c.at))
	defer timer.Stop()
	answer := reply{}
	select {
	case r := <-h.ruling:
		c.ruled(r, targets, deliveries, commit)
		return
	case <-timer.C:
		answer = c.respond.instead(c.taken())
	case <-c.r.Context().Done():
	}
	if !c.o.Gate.answered(h) { // somebody decided in this very moment
		c.ruled(<-h.ruling, targets, deliveries, commit)
		return
	}
	c.beside.Go(func() {
		defer crash.Catch(c.guard)
		c.ruledLater(<-h.ruling, answer.status, targets, deliveries, commit)
	})
	c.answer(answer)
}

// holdLimit is how long the sender waits.
func (c *call) holdLimit() time.Duration {
	switch limit := c.o.Gate.Limit; {
	case limit > 0:
		return limit
	case c.profile != nil && c.profile.Timeout > 0:
		return min(defaultHold, c.profile.Timeout*4/5)
	}
	return defaultHold
}

// ruled carries out a decision while the sender waits for its answer.
func (c *call) ruled(r ruling, targets []send.Target, deliveries []*store.Delivery, commit *store.Commit) {
	var answer reply
	switch {
	case r.edited != nil:
		answer = c.respond.instead(c.sendEdited(r.edited, targets, deliveries))
	case r.reply != nil:
		answer = *r.reply
	case !r.drop:
		c.goOn(deliveries)
		c.sendAll(targets, deliveries, commit)
		return
	}
	c.endByHand(deliveries, answer.status, r.reason(), commit)
	c.answer(answer)
}

// ruledLater carries out a decision after the sender was answered.
func (c *call) ruledLater(r ruling, answer int, targets []send.Target, deliveries []*store.Delivery, commit *store.Commit) {
	switch {
	case r.edited != nil:
		c.sendEdited(r.edited, targets, deliveries)
		c.endByHand(deliveries, answer, r.reason(), commit)
	case r.drop:
		c.endByHand(deliveries, answer, r.reason(), commit)
	default:
		c.goOn(deliveries)
		c.forwards.Store(int32(len(targets)))
		answered := make(chan int, len(targets))
		for i, t := range targets {
			answered <- answer
			c.forwardBeside(t, deliveries[i], commit, answered)
		}
	}
}

// goOn records that deliveries are not held any more. Nothing waits for that:
// the attempt, which is next, is recorded with the same.
func (c *call) goOn(deliveries []*store.Delivery) {
	for _, d := range deliveries {
		d.StatusReason = ""
		c.o.Store.Save(d)
	}
}

// endByHand records that held deliveries are not forwarded as they came.
func (c *call) endByHand(deliveries []*store.Delivery, answer int, reason string, commit *store.Commit) {
	for _, d := range deliveries {
		d.Status, d.StatusReason = store.Canceled, reason
		if answer != 0 {
			d.Answer = &store.Answer{StatusCode: answer}
		}
		c.counts.deliveries.Add(1)
		c.concluded(d, send.Target{}, commit, c.o.Store.Save(d))
	}
	c.memory.free(c.body.held)
}

// sendEdited sends what was made of held deliveries. What is sent is recorded
// as a delivery of its own, which says which one it repeats: the record of a
// received request is that of what was received. The reply is what the first
// target said, as far as it is recorded.
func (c *call) sendEdited(edited *Edited, targets []send.Target, deliveries []*store.Delivery) reply {
	var first reply
	for i, t := range targets {
		was := *deliveries[i]
		was.Request.Headers, was.Request.Body = edited.Headers, edited.Body
		event := *was.Event
		event.ID = ""
		d := &store.Delivery{Event: &event, Trigger: store.TriggerReplay, ReplayOf: was.ID}
		c.counts.deliveries.Add(1)
		if err := c.client.Deliver(c.lifetime, c.o.Store, d, t, c.outgoing(t, &was), c.rules(event.Provider)); err != nil {
			c.warnSeldom("store", "what was edited is not recorded: "+err.Error())
		}
		c.counts.ended(d.Status)
		if i == 0 {
			first = repeated(d)
		}
	}
	return first
}

// repeated is the reply that passes on the answer to a delivery.
func repeated(d *store.Delivery) reply {
	if n := len(d.Attempts); n > 0 && d.Attempts[n-1].StatusCode != 0 {
		last := &d.Attempts[n-1]
		return reply{status: last.StatusCode, headers: send.EndToEnd(last.ResponseHeaders), body: last.ResponseBody}
	}
	return reply{status: http.StatusBadGateway, body: []byte("hooks: the target gave no answer\n"), headers: sign.Headers{{Name: "Content-Type", Value: "text/plain; charset=utf-8"}}}
}
