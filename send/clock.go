package send

import (
	"context"
	"sync"
	"time"
)

// Clock is the time that schedules live in. It begins at the time on the wall
// and never goes back. Scaled, it runs N times as fast; skipping, it also jumps
// over waits in which nothing would happen. It belongs to one run and is not
// stored: signature timestamps and time limits stay on the wall.
type Clock struct {
	wall  func() time.Time
	after func(time.Duration) <-chan time.Time
	scale float64
	skip  bool

	mu    sync.Mutex
	start time.Time
	last  time.Time     // what Now returned last
	ahead time.Duration // by which jumps have brought it forward
}

// NewClock makes a clock. scale 0 or 1 is real time; skip jumps over waits.
// after is time.After, or a stand-in with which wall agrees.
func NewClock(wall func() time.Time, after func(time.Duration) <-chan time.Time, scale float64, skip bool) *Clock {
	if scale == 0 {
		scale = 1
	}
	return &Clock{wall: wall, after: after, scale: scale, skip: skip, start: wall()}
}

// real tells whether the clock is the one on the wall.
func (c *Clock) real() bool { return c.scale == 1 && !c.skip }

// Now is the time that the schedules live in.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.start.Add(time.Duration(float64(c.wall().Sub(c.start))*c.scale) + c.ahead)
	if now.After(c.last) {
		c.last = now
	}
	return c.last
}

// wait lets the time pass until at, until something comes over one of the
// channels, or ctx ends.
func (c *Clock) wait(ctx context.Context, at time.Time, wake, stop <-chan struct{}) {
	left := at.Sub(c.Now())
	if left <= 0 {
		return
	}
	select {
	case <-ctx.Done():
	case <-c.after(time.Duration(float64(left)/c.scale) + time.Microsecond):
	case <-wake:
	case <-stop:
	}
}

// pause waits for a while by the clock on the wall.
func (c *Clock) pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-c.after(d):
	}
}

func (c *Clock) jump(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += by
}
