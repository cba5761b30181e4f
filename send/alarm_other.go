//go:build !linux

package send

import (
	"sync"
	"time"
)

// alarm lets one goroutine wait as exactly as the runtime's timers do, which is
// to within a fraction of a millisecond where these systems count nanoseconds.
type alarm struct {
	once    sync.Once
	stopped chan struct{}
}

func newAlarm() *alarm { return &alarm{stopped: make(chan struct{})} }

// wait lets d pass, or less if the alarm is stopped.
func (a *alarm) wait(d time.Duration) {
	select {
	case <-a.stopped:
	case <-time.After(d):
	}
}

// stop ends a wait, and those to come, at once.
func (a *alarm) stop() { a.once.Do(func() { close(a.stopped) }) }

func (a *alarm) close() { a.stop() }
