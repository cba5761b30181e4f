package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
)

// guard catches what panics in the view, before the library does: it would
// print a trace of Go into the terminal. The first panic ends the program in
// order, so that the terminal is restored.
type guard struct {
	cancel context.CancelCauseFunc
	dir    string

	mu    sync.Mutex
	value any
	trace []byte
}

var errCrashed = errors.New("the view stopped")

// catch is deferred by whatever may panic.
func (g *guard) catch() {
	if v := recover(); v != nil {
		g.mu.Lock()
		if g.trace == nil {
			g.value, g.trace = v, debug.Stack()
		}
		g.mu.Unlock()
		g.cancel(errCrashed)
	}
}

// crash writes the trace down, after the terminal has been restored. It
// returns nil if nothing panicked.
func (g *guard) crash() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.trace == nil {
		return nil
	}
	crash := &CrashError{Value: g.value}
	f, err := os.CreateTemp(g.dir, "hooks-tui-*.txt")
	if err != nil {
		return crash
	}
	_, err = fmt.Fprintf(f, "%v\n\n%s", g.value, g.trace)
	if err = errors.Join(err, f.Close()); err == nil {
		crash.File = f.Name()
	}
	return crash
}
