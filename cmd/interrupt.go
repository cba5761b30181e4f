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
// What comes again within echo is the same signal: timeout(1) sends its own to
// the process and to its group.
const (
	insisted = time.Second
	echo     = 20 * time.Millisecond
)

// attended runs the command line, and ends with 130 where a signal finds nobody
// who listens to it: while a command reads a pipe that nobody writes, and before
// its work. A command that listens ends as it sees fit, but for one that does
// not come to it after a second signal.
//
// A goroutine that panicked ends the command in the same way, and the program
// says so when the terminal is restored and what was under way has ended.
func attended(e *env) int {
	ch, stop := e.signals()
	defer stop()
	var inside audience
	e.signals = inside.join
	crashes := make(chan *failure, 1)
	e.crashed = func(value any, trace []byte) {
		select {
		case crashes <- internalError(e, value, trace):
		default: // one is enough
		}
	}
	ended := make(chan int, 1)
	go func() { ended <- run(e) }()
	code, crash := inside.watch(ch, ended, crashes)
	if crash == nil {
		select {
		case crash = <-crashes:
		default:
			return code
		}
	}
	return e.say(crash)
}

// watch returns when the command has ended, or is given up.
func (a *audience) watch(signals <-chan os.Signal, ended <-chan int, crashes <-chan *failure) (code int, why *failure) {
	var late, echoes <-chan time.Time
	var last os.Signal
	asked := 0
	for {
		select {
		case code := <-ended:
			return code, why
		case <-late:
			return exitInterrupted, why
		case why = <-crashes:
			a.tell(os.Interrupt)
			late, crashes = time.After(insisted), nil
		case <-echoes:
			echoes, last = nil, nil
		case s := <-signals:
			if s == last {
				continue
			}
			echoes, last = time.After(echo), s
			heard := a.tell(s)
			if asked++; asked == 1 && !heard {
				return exitInterrupted, errInterrupted
			}
			if asked == 2 && late == nil {
				late = time.After(insisted)
			}
		}
	}
}

// say prints how the program ends where no command does.
func (e *env) say(f *failure) int {
	return report(e.stderr, slices.Contains(e.args, "--json"), false, f)
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
