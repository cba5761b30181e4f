package send

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// Follow sends deliveries to a target that is no endpoint, and follows those that
// are scheduled to their end: nobody else does, so they are interrupted where this
// process ends before. The deliveries must have been appended as Delivering; ep
// stands for the target.
func (d *Dispatcher) Follow(ctx context.Context, ep *store.Endpoint, ds []*store.Delivery, scope Scope, stop <-chan struct{}) error {
	scope.Keep, scope.UntilIdle = true, true
	q := &own{store: d.Store, ep: ep}
	for _, one := range ds {
		one.Begin()
		q.waiting = append(q.waiting, due{one, one.NextAttemptAt})
	}
	err := d.run(ctx, q, scope, stop)
	return errors.Join(err, q.abandon(context.WithoutCancel(ctx)))
}

// abandon records that what waits will not be sent: the schedule was this
// command's.
func (q *own) abandon(ctx context.Context) error {
	var last *store.Commit
	for _, left := range q.waiting {
		left.d.Status, left.d.NextAttemptAt, left.d.Attempts = store.Interrupted, time.Time{}, nil
		last = q.store.Save(left.d)
	}
	if last == nil {
		return nil
	}
	return last.Wait(ctx)
}

// own is the queue of what belongs to one command.
type own struct {
	store   *store.Store
	ep      *store.Endpoint
	manual  *store.Delivery // the only one, once
	waiting []due           // in the order of their times
}

type due struct {
	d  *store.Delivery
	at time.Time
}

func (q *own) claim(_ context.Context, c store.Claim) (*store.Claimed, error) {
	got := &store.Claimed{Endpoints: map[string]*store.Endpoint{"": q.ep, q.ep.ID: q.ep}}
	if q.manual != nil {
		got.Deliveries, q.manual = []*store.Delivery{q.manual}, nil
		return got, nil
	}
	room := min(c.Max, q.ep.Concurrency-c.Busy[q.ep.ID])
	for room > 0 && len(q.waiting) > 0 && !q.waiting[0].at.After(c.Now) && len(c.Skip) == 0 {
		d := q.waiting[0].d
		q.waiting = q.waiting[1:]
		if len(d.Attempts) > 0 {
			d.Begin()
			begun := *d
			begun.Attempts = nil // they are recorded
			q.store.Save(&begun) // that it is in flight is worth no wait
		}
		got.Deliveries = append(got.Deliveries, d)
		room--
	}
	if len(q.waiting) > 0 && len(c.Skip) == 0 {
		got.Open, got.Next = true, q.waiting[0].at
	}
	return got, nil
}

func (q *own) landed(d *store.Delivery) {
	if d.Endpoint != "" || store.Final(d.Status) || d.Status == store.Delivering {
		return
	}
	i, _ := slices.BinarySearchFunc(q.waiting, d.NextAttemptAt, func(a due, at time.Time) int {
		if a.at.After(at) {
			return 1
		}
		return -1
	})
	q.waiting = slices.Insert(q.waiting, i, due{d, d.NextAttemptAt})
}

func (q *own) unclaim(ctx context.Context, d *store.Delivery) error {
	if d.Endpoint != "" {
		return q.store.Unclaim(ctx, d)
	}
	d.Status, d.StatusReason = store.Interrupted, ""
	return q.store.Save(d).Wait(ctx)
}

// maxKnown bounds the deliveries that a run keeps between their attempts.
const maxKnown = 10_000

// shared is the queue of the store.
type shared struct {
	store *store.Store
	known map[int64]*store.Delivery // those that are in our hands
}

func (q *shared) claim(ctx context.Context, c store.Claim) (*store.Claimed, error) {
	c.Known = func(seq int64) *store.Delivery { return q.known[seq] }
	return q.store.Claim(ctx, c)
}

func (q *shared) landed(d *store.Delivery) {
	if delete(q.known, d.Seq); d.Status == store.Retrying && len(q.known) < maxKnown {
		q.known[d.Seq] = d
	}
}

func (q *shared) unclaim(ctx context.Context, d *store.Delivery) error {
	return q.store.Unclaim(ctx, d)
}

// queue is where a run gets its deliveries from.
type queue interface {
	claim(ctx context.Context, c store.Claim) (*store.Claimed, error)
	// landed is told of each whose attempt is over and recorded.
	landed(d *store.Delivery)
	unclaim(ctx context.Context, d *store.Delivery) error
}
