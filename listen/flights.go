package listen

import (
	"sync"
	"sync/atomic"

	"github.com/hooks-cli/hooks/store"
)

// flights counts the requests between their header and the end of their
// answer, so that a shutdown can wait for them.
type flights struct {
	mu     sync.Mutex
	n      int
	closed bool
	empty  chan struct{}
}

// begin admits a request, unless the server is shutting down.
func (f *flights) begin() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	f.n++
	return true
}

func (f *flights) landed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n--; f.n == 0 && f.closed {
		close(f.empty)
	}
}

// close admits nothing more. The channel is closed when nothing is left.
func (f *flights) close() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed, f.empty = true, make(chan struct{})
	if f.n == 0 {
		close(f.empty)
	}
	return f.empty
}

// deliveries are the ids of what is being forwarded. A request that carries
// one has come back.
type deliveries struct {
	mu  sync.Mutex
	ids map[string]struct{}
}

func (d *deliveries) add(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ids == nil {
		d.ids = make(map[string]struct{})
	}
	d.ids[id] = struct{}{}
}

func (d *deliveries) remove(id string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.ids, id)
}

func (d *deliveries) has(id string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.ids[id]
	return ok
}

// Counts are the numbers of one run of a server.
type Counts struct {
	Requests   int64 // that were read
	Deliveries int64 // that were recorded
	// … and what became of them.
	Captured, Filtered, Rejected, Succeeded, Failed, Interrupted int64
}

type counts struct {
	requests, deliveries                                         atomic.Int64
	captured, filtered, rejected, succeeded, failed, interrupted atomic.Int64
}

func (c *counts) read() Counts {
	return Counts{c.requests.Load(), c.deliveries.Load(),
		c.captured.Load(), c.filtered.Load(), c.rejected.Load(), c.succeeded.Load(), c.failed.Load(), c.interrupted.Load()}
}

// ended counts a delivery that has its final status.
func (c *counts) ended(status string) {
	switch status {
	case store.Captured:
		c.captured.Add(1)
	case store.Filtered:
		c.filtered.Add(1)
	case store.Rejected:
		c.rejected.Add(1)
	case store.Succeeded:
		c.succeeded.Add(1)
	case store.Failed, store.Dead:
		c.failed.Add(1)
	case store.Interrupted:
		c.interrupted.Add(1)
	}
}
