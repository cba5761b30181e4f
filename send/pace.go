package send

import (
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// pace hands out what is due, in order. Whoever is free takes the next one and
// waits for its time; the others queue behind. A request that is due while all
// are busy is handed out late, and its latency counts from when it was due, so
// that a slow target does not slow its own measurement.
type pace struct {
	now   func() time.Time
	rate  float64       // a second; 0 is as fast as it goes
	limit time.Duration // nothing is due after it; 0 is without end
	count int64         // how many there are; 0 is without end

	halted  atomic.Bool // whoever waits holds mu
	mu      sync.Mutex
	alarm   *alarm
	stopped bool
	start   time.Time
	next    int64 // number of the next one
	unsent  int64 // that were due and came too late
}

// overtime is how long after the end what is behind its time may still be sent.
const overtime = time.Second

// take waits for the next one. due is when it should be sent; ok is false when
// there is none any more.
func (p *pace) take() (number int64, due time.Time, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped || p.count > 0 && p.next >= p.count {
		return 0, due, false
	}
	at := p.at(p.next)
	passed := p.now().Sub(p.start)
	switch {
	case p.limit > 0 && at >= p.limit:
		return 0, due, false
	case p.limit > 0 && passed > p.limit+overtime:
		p.unsent = p.planned(p.limit) - p.next
		p.stopped = true
		return 0, due, false
	case at > passed:
		p.alarm.wait(at - passed)
		if p.halted.Load() {
			p.stopped = true
			return 0, due, false
		}
	}
	number, p.next = p.next, p.next+1
	return number, p.start.Add(at), true
}

// at is when a number is due, counted from the start.
func (p *pace) at(number int64) time.Duration {
	if p.rate == 0 {
		return p.now().Sub(p.start)
	}
	return time.Duration(float64(number) / p.rate * float64(time.Second))
}

// planned is how many are due before the time that has passed.
func (p *pace) planned(passed time.Duration) int64 {
	n := int64(math.Ceil(passed.Seconds() * p.rate))
	if p.count > 0 {
		n = min(n, p.count)
	}
	return n
}

// stop makes whoever waits return, and hands out nothing more.
func (p *pace) stop() {
	p.halted.Store(true)
	p.alarm.stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return
	}
	p.stopped = true
	if p.rate > 0 {
		p.unsent = max(0, p.planned(p.now().Sub(p.start))-p.next)
	}
}
