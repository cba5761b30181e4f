package send

import (
	"context"
	"errors"
	"sync"
	"time"
)

// errTimeout is why a watch ended an exchange that took too long.
var errTimeout = errors.New("timed out")

// watch ends an exchange when its time is up or its context is done, by
// stopping whatever it is waiting for. Timers, not deadlines: a deadline needs
// the wall clock, which belongs to the caller.
type watch struct {
	mu     sync.Mutex
	why    error // errTimeout or the context's cause, nil while it may go on
	stop   func()
	timer  *time.Timer
	unhook func() bool
	cause  func() error // why the context is done, nil while it is not
}

func (w *watch) begin(ctx context.Context, limit time.Duration) {
	w.timer = time.AfterFunc(limit, func() { w.end(errTimeout) })
	w.cause = func() error { return context.Cause(ctx) }
	if ctx.Done() != nil {
		w.unhook = context.AfterFunc(ctx, func() { w.end(context.Cause(ctx)) })
	}
}

// hold says what to stop from now on. If it is too late it is stopped at once.
func (w *watch) hold(stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stop = stop
	if w.why != nil {
		stop()
	}
}

func (w *watch) end(why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.why == nil {
		w.why = why
	}
	if w.stop != nil {
		w.stop()
	}
}

func (w *watch) stopped() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.why != nil
}

// release ends the watch: nothing is stopped from here on. It returns why the
// exchange was stopped, nil if it was not.
func (w *watch) release() error {
	if w.timer != nil {
		w.timer.Stop()
	}
	if w.unhook != nil {
		w.unhook()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stop = nil
	if w.why == nil && w.cause != nil {
		w.why = w.cause() // the context ended an exchange before its hook could run
	}
	return w.why
}
