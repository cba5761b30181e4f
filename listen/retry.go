package listen

import (
	"context"
	"sync"
	"time"

	"github.com/hooks-cli/hooks/crash"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

// retriesAtOnce bounds the bodies that retries hold in memory.
const retriesAtOnce = 16

// verdict is what an attempt makes of its delivery, by the rules of its sender
// and the operator's own schedule: without one the sender is the one to try
// again.
func (s *Server) verdict(d *store.Delivery, a *store.Attempt) (status, reason string, next time.Time) {
	b := s.rules(d.Event.Provider)
	outcome := send.Judge(b, a)
	switch {
	case a.ErrorKind == store.ErrCanceled:
		return store.Interrupted, "", time.Time{}
	case outcome == send.Success:
		return store.Succeeded, "", time.Time{}
	case len(s.o.Retry) == 0:
		return store.Failed, "", time.Time{}
	}
	failures := 0
	for i := range d.Attempts {
		if send.Judge(b, &d.Attempts[i]) == send.Failure {
			failures++
		}
	}
	ended := a.StartedAt.Add(a.Duration)
	step := send.Next(b, outcome, failures, a, ended, 0.5)
	switch {
	case step.Again:
		return store.Retrying, "", ended.Add(step.Delay)
	case outcome == send.Failure:
		return store.Dead, "", time.Time{}
	}
	return store.Failed, string(outcome), time.Time{}
}

// rules are what acknowledges for the sender, of one nobody knows any 2xx, and
// the operator's schedule in place of the sender's.
func (s *Server) rules(id string) provider.Behaviour {
	b := provider.Behaviour{Ack: []string{"2xx"}}
	if p, err := s.o.Registry.Get(id); id != "" && err == nil {
		b = p.Behaviour
	}
	b.Retries, b.Jitter = s.o.Retry, 0
	return b
}

// retries are the deliveries that wait for another attempt. Of each no more
// than its id is kept: the bytes are in the store.
type retries struct {
	again   func(id string, t send.Target)
	places  chan struct{} // attempts at the same time
	running sync.WaitGroup

	mu      sync.Mutex
	waiting map[string]*time.Timer // by id
	closed  bool
	stop    chan struct{} // is closed with it
}

func newRetries(again func(id string, t send.Target)) *retries {
	return &retries{
		again: again, places: make(chan struct{}, retriesAtOnce),
		waiting: map[string]*time.Timer{}, stop: make(chan struct{}),
	}
}

// later makes another attempt of a delivery after a while. Once the server ends
// it makes none, and the delivery is among those that close returns.
func (r *retries) later(id string, t send.Target, wait time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting[id] = time.AfterFunc(wait, func() { r.due(id, t) })
	if r.closed {
		r.waiting[id].Stop()
	}
}

func (r *retries) due(id string, t send.Target) {
	select {
	case r.places <- struct{}{}:
	case <-r.stop:
		return
	}
	defer func() { <-r.places }()
	if r.take(id) {
		defer r.running.Done()
		r.again(id, t)
	}
}

// take is false for a delivery whose attempt is not to be made any more.
func (r *retries) take(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false
	}
	delete(r.waiting, id)
	r.running.Add(1)
	return true
}

// close lets no further attempt begin, waits for those that are being made, and
// returns the deliveries that go without.
func (r *retries) close() []string {
	r.mu.Lock()
	r.closed = true
	close(r.stop)
	r.mu.Unlock()
	r.running.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	var left []string
	for id, timer := range r.waiting {
		timer.Stop()
		left = append(left, id)
	}
	return left
}

// retry makes the next attempt of a delivery whose time has come.
func (s *Server) retry(id string, t send.Target) {
	defer crash.Catch(s.guard)
	d, err := s.o.Store.Get(s.lifetime, id)
	if err == nil && d.Status != store.Retrying || hopeless(err) {
		return // deleted, damaged, canceled, or settled by somebody else
	}
	var begun *store.Commit
	if err == nil {
		d.Status, d.NextAttemptAt = store.Delivering, time.Time{}
		begun = s.o.Store.Save(d)
		err = begun.Wait(s.lifetime)
	}
	if err != nil {
		s.warnSeldom("retry", "the retry of "+id+" waits, because it could not be recorded: "+err.Error())
		s.retries.later(id, t, savePause)
		return
	}
	x := s.attempt(t, d)
	x.Close()
	s.concluded(d, t, begun, s.settle(d, x.Attempt(len(d.Attempts)+1, store.TriggerAuto)))
}

// abandon records that retries will not be made: the schedule was this
// process's.
func (s *Server) abandon(ids []string) {
	for _, id := range ids {
		d, err := s.o.Store.Get(context.Background(), id)
		if err != nil || d.Status != store.Retrying {
			continue
		}
		d.Status, d.NextAttemptAt = store.Interrupted, time.Time{}
		s.counts.ended(d.Status)
		saved := s.o.Store.Save(d)
		if err := saved.Wait(context.Background()); err == nil {
			s.o.Recorded(d, saved)
		}
	}
}
