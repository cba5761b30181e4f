package listen

import (
	"context"
	"fmt"

	"github.com/hooks-cli/hooks/crash"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// outgoing is the received request as it goes to a target. All that differs is
// Host, a path that is the target's own, the framing, hop-by-hop headers, what
// the user's edits say, and one more header, which lets an application's log be
// matched with the record, and a request that comes back be known.
func (s *Server) outgoing(t send.Target, d *store.Delivery) send.Outgoing {
	out := send.Outgoing{
		Method:        d.Request.Method,
		RequestTarget: t.RequestTarget(originForm(d.Request.Target)),
		Headers:       append(send.EndToEnd(d.Request.Headers), sign.Header{Name: send.LoopHeader, Value: d.ID}),
		Body:          d.Request.Body,
	}
	if s.o.PreserveHost {
		out.Host, _ = d.Request.Headers.Get("Host")
	}
	s.o.Edits.Apply(&out)
	return out
}

// forward records the event, sends it to every target at the same time, and
// answers with what the first one says. With one target the exchange runs
// beside the commit; nobody hears of it before both are done.
func (c *call) forward(targets []send.Target) {
	deliveries := make([]*store.Delivery, len(targets))
	for i, t := range targets {
		deliveries[i] = c.delivery(store.Delivering, "")
		deliveries[i].Destination = t.String()
	}
	held := c.holds(deliveries[0])
	if held {
		for _, d := range deliveries {
			d.StatusReason = ReasonHeld
		}
	}
	commit := c.o.Store.Append(deliveries...)
	if (held || len(targets) > 1 || c.unrecorded.Load()) && !c.recorded(commit) {
		c.refuseUnrecorded()
		return
	}
	if held {
		c.hold(targets, deliveries, commit)
		return
	}
	c.sendAll(targets, deliveries, commit)
}

// sendAll sends the deliveries of an event, and answers with what the first
// target says.
func (c *call) sendAll(targets []send.Target, deliveries []*store.Delivery, commit *store.Commit) {
	c.forwards.Store(int32(len(targets)))
	answered := make(chan int, len(targets)-1)
	for i := range targets[1:] {
		c.beside.Go(func() { defer crash.Catch(c.guard); c.forwardBeside(targets[i+1], deliveries[i+1], commit, answered) })
	}
	status := 0
	defer func() { // also when the connection is dropped, which is a panic in net/http
		for range targets[1:] {
			answered <- status
		}
		c.forwarded()
	}()
	status = c.forwardFirst(targets[0], deliveries[0], commit)
}

// forwardFirst forwards to the target whose answer the sender gets, and gives
// it. It returns the status that the sender was told, 0 for none.
func (c *call) forwardFirst(t send.Target, d *store.Delivery, commit *store.Commit) int {
	x := c.attempt(t, d)
	reply := c.respond.instead(c.relayed(t, x))
	if x.More() {
		return c.forwardLong(t, d, x, reply, commit)
	}
	saved := c.conclude(d, x, reply.status)
	if !c.recorded(commit) {
		return c.refuseUnrecorded()
	}
	c.counts.deliveries.Add(1)
	c.concluded(d, t, commit, saved)
	c.answer(reply)
	return reply.status
}

// forwardLong passes on an answer that is too long to be held back until its
// end is recorded. The request is recorded before it begins.
func (c *call) forwardLong(t send.Target, d *store.Delivery, x *send.Exchange, reply reply, commit *store.Commit) int {
	if !c.recorded(commit) {
		x.Close()
		return c.refuseUnrecorded()
	}
	c.counts.deliveries.Add(1)
	defer func() { c.concluded(d, t, commit, c.conclude(d, x, reply.status)) }()
	defer x.Close()
	c.answer(reply)
	return reply.status
}

// forwardBeside forwards to a further target, whose answer nobody gets.
func (c *call) forwardBeside(t send.Target, d *store.Delivery, commit *store.Commit, answered <-chan int) {
	c.counts.deliveries.Add(1)
	x := c.attempt(t, d)
	x.Close()
	c.concluded(d, t, commit, c.conclude(d, x, <-answered))
	c.forwarded()
}

// forwarded gives the body's memory back after the last forward.
func (c *call) forwarded() {
	if c.forwards.Add(-1) == 0 {
		c.memory.free(c.body.held)
	}
}

// attempt makes the next exchange of one delivery.
func (s *Server) attempt(t send.Target, d *store.Delivery) *send.Exchange {
	s.underway.add(d.ID)
	defer s.underway.remove(d.ID)
	x := s.client.Attempt(s.lifetime, t, s.outgoing(t, d))
	s.noteDown(t, x.Kind)
	if x.RemoteIP == "127.0.0.1" && t.Host == "localhost" {
		s.twins.Do(func() { s.warnTwins(t) })
	}
	return x
}

// warnTwins warns of two programs that share localhost, one on each of its
// addresses: requests reach only one of them.
func (s *Server) warnTwins(t send.Target) {
	if four, six, shared := twoOnLocalhost(t.Port); shared {
		s.o.Warn(fmt.Sprintf("two programs listen on localhost:%d: %s on 127.0.0.1, which gets the requests, and %s on [::1]", t.Port, four, six))
	}
}

// conclude records what came of a delivery's first attempt. An answer of 0 is
// none.
func (c *call) conclude(d *store.Delivery, x *send.Exchange, answer int) *store.Commit {
	if answer != 0 {
		d.Answer = &store.Answer{StatusCode: answer}
	}
	return c.settle(d, x.Attempt(1, store.TriggerAuto))
}

// settle records an attempt, and what becomes of the delivery.
func (s *Server) settle(d *store.Delivery, attempt store.Attempt) *store.Commit {
	d.Attempts = append(d.Attempts, attempt)
	d.Status, d.StatusReason, d.NextAttemptAt = s.verdict(d, &attempt)
	return s.o.Store.Save(d)
}

// concluded waits until an attempt is in the store; what the store does not
// take is kept for another try. commit is the one that brought the delivery
// into the store.
func (s *Server) concluded(d *store.Delivery, t send.Target, commit, saved *store.Commit) {
	if err := saved.Wait(context.Background()); err != nil {
		s.keepUnsaved(d, t, err)
		return
	}
	s.settled(d, t, commit)
}

// settled counts a delivery whose attempt is in the store, tells of it, and
// schedules the next attempt, if there is to be one.
func (s *Server) settled(d *store.Delivery, t send.Target, commit *store.Commit) {
	s.counts.ended(d.Status)
	s.o.Recorded(d, commit)
	if d.Status == store.Retrying {
		s.retries.later(d.ID, t, d.NextAttemptAt.Sub(s.o.Now()))
	}
}
