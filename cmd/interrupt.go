package cmd

import (
	"context"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"time"
)

// insisted is how long a command that heard a second signal may take to end.
const insisted = time.Second

// attended runs the command line, and ends with 130 where a signal finds nobody
// who listens to it: while a command reads a pipe that nobody writes, and before
// and after its work. A command that listens ends as it sees fit, but for one
// that does not come to it after a second signal.
func attended(e *env) int {
	ch, stop := e.signals()
	defer stop()
	var inside audience
	e.signals = inside.join
	ended := make(chan int, 1)
	go func() { ended <- run(e) }()
	var late <-chan time.Time
	for asked := 1; ; asked++ {
		select {
		case code := <-ended:
			return code
		case <-late:
			return exitInterrupted
		case s := <-ch:
			if !inside.tell(s) {
				return report(e.stderr, slices.Contains(e.args, "--json"), false, errInterrupted)
			}
			if asked == 2 {
				late = time.After(insisted)
			}
		}
	}
}

// audience is the parts of a command that listen to signals.
type audience struct {
	mu   sync.Mutex
	seat map[chan os.Signal]bool
}

// join returns what tells the next signals, until it is left.
func (a *audience) join() (<-chan os.Signal, func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	ch := make(chan os.Signal, 2) // the first asks, the second insists
	if a.seat == nil {
		a.seat = map[chan os.Signal]bool{}
	}
	a.seat[ch] = true
	return ch, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		delete(a.seat, ch)
	}
}

// tell passes a signal on; false is that nobody listens.
func (a *audience) tell(s os.Signal) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for ch := range a.seat {
		select {
		case ch <- s:
		default:
		}
	}
	return len(a.seat) > 0
}

// interrupts delivers what asks the process to end. Under nohup the end of the
// terminal is none of that.
func interrupts() (<-chan os.Signal, func()) {
	ch := make(chan os.Signal, 2)
	asked := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT}
	if !signal.Ignored(syscall.SIGHUP) {
		asked = append(asked, syscall.SIGHUP)
	}
	signal.Notify(ch, asked...)
	return ch, func() { signal.Stop(ch) }
}

// interruptible returns a context that the first interrupt cancels with
// errInterrupted as its cause.
func (e *env) interruptible(parent context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(parent)
	ch, stop := e.signals()
	go func() {
		select {
		case <-ch:
			cancel(errInterrupted)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(context.Canceled); stop() }
}
