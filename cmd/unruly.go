package cmd

import (
	"fmt"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

// raise takes an event to be sent. Where events are to be sent in disorder, some
// are gathered first.
func (b *outbox) raise(e raised) error {
	if !b.o.reorders() {
		return b.next(e)
	}
	b.gathered = append(b.gathered, e)
	if b.o.Shuffle && len(b.gathered) < chunk {
		return nil
	}
	return b.release()
}

// release sends what was gathered: in which order, and how often, is the unruly
// sender's.
func (b *outbox) release() error {
	gathered := b.gathered
	b.gathered = nil
	copies := make([]int, len(gathered))
	for _, i := range b.unruly.Order(len(gathered)) {
		e := gathered[i]
		own := *e.event
		if e.event = &own; copies[i] > 0 {
			own.ID = "" // the store holds an id once; receivers see that on the wire
		}
		copies[i]++
		e.did = nil
		if b.o.Shuffle && len(gathered) > 1 {
			e.did = append(e.did, fmt.Sprintf("event %d of %d", i+1, len(gathered)))
		}
		if b.o.Duplicate > 1 {
			e.did = append(e.did, fmt.Sprintf("copy %d of %d", copies[i], b.o.Duplicate))
		}
		if err := b.next(e); err != nil {
			return err
		}
	}
	return nil
}

// warnOfBurst says that a burst of a single delivery is none.
func (a *app) warnOfBurst(o *deliveryOptions, events int) {
	if o.burst > 1 && events*o.count*max(1, o.Duplicate) == 1 {
		a.warn("--burst %d has one event to send: --duplicate %d sends it so often, --count %d makes more", o.burst, o.burst, o.burst)
	}
}

// next sends one event, at its pace.
func (b *outbox) next(e raised) error {
	if err := b.pace(); err != nil {
		return err
	}
	if err := b.offer(e); err != nil || !b.o.paced() || b.prints() {
		return err
	}
	if b.begun++; b.begun%max(1, b.o.burst) != 0 {
		return nil
	}
	return b.flush()
}

// pace waits until the next burst may begin. A target that is slower than the
// rate is not sent more at once to make up for it.
func (b *outbox) pace() error {
	if b.o.rate == 0 || b.begun%max(1, b.o.burst) != 0 || b.prints() {
		return nil
	}
	now := b.now()
	wait := b.due.Sub(now)
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-b.ctx.Done():
			return b.ctx.Err()
		}
		now = b.due
	}
	b.due = now.Add(time.Duration(float64(max(1, b.o.burst)) / b.o.rate * float64(time.Second)))
	return nil
}

// tryUnruly finds out, before anything is recorded, whether a delivery to an
// endpoint can be as wrong as it is to be.
func (b *outbox) tryUnruly(ep *store.Endpoint, rules *provider.Profile, t send.Target, e *raised) error {
	if b.unruly == nil || b.tried[rules.ID] {
		return nil
	}
	keys, err := b.work.Keys(b.ctx, ep, rules, b.work.Clock.Now())
	if err == nil {
		_, err = b.signed(e, rules, keys, t, ep.UID)
	}
	b.tried[rules.ID] = err == nil
	return err
}

// sayDid says what was wrong with a request that is only shown.
func (b *outbox) sayDid(did []string) {
	if len(did) > 0 {
		b.note("misbehaves: %s", strings.Join(did, ", "))
	}
}
