// Package crash lets the program end in its own words when one of its
// goroutines panics: the runtime would print a trace and exit with a code that
// means something else.
//
// What to do about a panic is the command line's to say, once, in the context
// that it begins with. Whoever begins a goroutine of some length defers Catch in
// it.
package crash

import (
	"context"
	"runtime/debug"
)

// Handler is told what a goroutine panicked with, and its trace. It may be
// called by several goroutines.
type Handler func(value any, trace []byte)

type key struct{}

// With returns a context whose goroutines report to h.
func With(ctx context.Context, h Handler) context.Context {
	return context.WithValue(ctx, key{}, h)
}

// Catch is to be deferred by a goroutine. It ends the goroutine of a panic and
// reports that; where ctx knows nobody to report to, the panic goes on.
func Catch(ctx context.Context) {
	h, ok := ctx.Value(key{}).(Handler)
	if !ok {
		return // without a recover, the trace of the panic stays as it is
	}
	if v := recover(); v != nil {
		h(v, debug.Stack())
	}
}
