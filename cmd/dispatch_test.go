package cmd

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// TestDrainable: the first signal begins the end, the grace or a second one
// completes it.
func TestDrainable(t *testing.T) {
	for _, test := range []struct {
		name    string
		signals []time.Duration
		stopped time.Duration
		ended   time.Duration
		cause   error
	}{
		{"one signal", []time.Duration{time.Second}, time.Second, 6 * time.Second, context.DeadlineExceeded},
		{"a second one", []time.Duration{time.Second, 2 * time.Second}, time.Second, 3 * time.Second, errInterrupted},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ch := make(chan os.Signal, 1)
				released := false
				e := &env{signals: func() (<-chan os.Signal, func()) { return ch, func() { released = true } }}
				ctx, stop, end := e.drainable(t.Context(), dispatchGrace)
				begun := time.Now()
				go func() {
					for _, after := range test.signals {
						time.Sleep(after)
						ch <- os.Interrupt
					}
				}()
				<-stop
				if at := time.Since(begun); at != test.stopped || ctx.Err() != nil {
					t.Errorf("it stops after %v, %v", at, ctx.Err())
				}
				<-ctx.Done()
				if at := time.Since(begun); at != test.ended || !errors.Is(context.Cause(ctx), test.cause) {
					t.Errorf("it ends after %v, %v", at, context.Cause(ctx))
				}
				if end(); !released {
					t.Error("the signals are not let go")
				}
			})
		})
	}
}
