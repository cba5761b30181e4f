package store

import (
	"context"
	"sync"
)

// Commit is a change on its way into the log and from there into the index.
type Commit struct {
	logged, indexed chan struct{}
	err, indexErr   error // of either; set before the channel is closed
	// strict makes Wait wait for the index, too.
	strict  bool
	callers []*Delivery // what Append was given
	records []*record
}

func newCommit() *Commit {
	return &Commit{logged: make(chan struct{}), indexed: make(chan struct{})}
}

func failed(err error) *Commit {
	c := newCommit()
	c.failed(err)
	return c
}

func (c *Commit) failed(err error) {
	c.err = err
	close(c.logged)
	close(c.indexed)
}

// Wait returns nil when the change is in the log, where it survives the end of
// the process; reads that begin afterwards see it. An error is a *WriteError,
// ErrClosed, ErrReadOnly, ErrNotFound (Save of a delivery that was cleared) or
// the context's; after the last the change may still happen.
func (c *Commit) Wait(ctx context.Context) error {
	if err := await(ctx, c.logged); err != nil {
		return err
	}
	if c.err != nil || !c.strict {
		return c.err
	}
	return c.awaitIndex(ctx)
}

// Indexed waits until the change is in the index, which is some milliseconds
// after Wait, and completes ds with what is only known then: Rev,
// Verification.DuplicateOf, and where an endpoint lets an open delivery rest. Each of ds was given to Append or is a copy of one
// that was, and nobody else may use it meanwhile; without any, those that
// Append was given are completed. Beside the errors of Wait it returns a
// *WriteError when the index cannot be written just now: the change is in the
// log, and indexed when the cause is gone.
func (c *Commit) Indexed(ctx context.Context, ds ...*Delivery) error {
	if err := c.Wait(ctx); err != nil {
		return err
	}
	if err := c.awaitIndex(ctx); err != nil {
		return err
	}
	if ds == nil {
		ds = c.callers
	}
	for _, d := range ds {
		c.complete(d)
	}
	return nil
}

// Change is what the attempt that was recorded has made of its endpoint, nil for
// one that does not count there. It is known when Indexed has returned.
func (c *Commit) Change() *EndpointChange {
	if len(c.records) == 0 {
		return nil
	}
	return c.records[0].change
}

func (c *Commit) awaitIndex(ctx context.Context) error {
	if err := await(ctx, c.indexed); err != nil {
		return err
	}
	return c.indexErr
}

func await(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	default:
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Commit) complete(d *Delivery) {
	for _, r := range c.records {
		if r.d.Seq != d.Seq {
			continue
		}
		d.Rev = r.rev
		if r.kind == kindState && r.d.Endpoint != "" {
			d.Status, d.StatusReason, d.NextAttemptAt = r.d.Status, r.d.StatusReason, r.d.NextAttemptAt
		}
		if r.kind == kindDelivery && d.Verification != nil {
			verified := *d.Verification
			verified.DuplicateOf = unpackID(deliveryPrefix, r.original)
			d.Verification = &verified
		}
	}
}

// owned is what this process has appended and not brought to an end: of these
// Save knows without a look into the index that they exist.
type owned struct {
	mu   sync.Mutex
	seqs map[int64]struct{}
}

// maxOwned bounds the memory of it; what is over it costs Save a wait.
const maxOwned = 1 << 16

func (o *owned) add(d *Delivery) {
	if Final(d.Status) {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seqs == nil {
		o.seqs = map[int64]struct{}{}
	}
	if len(o.seqs) < maxOwned {
		o.seqs[d.Seq] = struct{}{}
	}
}

// has tells whether d is one, and forgets it when d is at its end.
func (o *owned) has(d *Delivery) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, ok := o.seqs[d.Seq]
	if ok && Final(d.Status) {
		delete(o.seqs, d.Seq)
	}
	return ok
}

func (o *owned) forget(seq int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.seqs, seq)
}
