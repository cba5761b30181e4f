package send

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hooks-cli/hooks/crash"
)

// Load is one event sent again and again, each time with an id, a timestamp and
// a signature of its own, over connections that stay open. Nothing of it is
// recorded but the figures.
type Load struct {
	Client  *Client
	Target  Target
	Event   Event // WireID is that of the first; the others have another number in it
	Signing Signing
	// UserAgent stands for a provider that has none of its own.
	UserAgent string
	// Edit changes every request after it was signed; nil changes none.
	Edit func(*Outgoing)

	Rate        float64       // requests a second; 0 is as fast as it goes
	Duration    time.Duration // 0 is until Count or until the context is done
	Count       int64         // 0 is without end
	Connections int
	// Progress, if it is set, is told every so often how far it is.
	Progress func(LoadProgress)
}

// LoadProgress is how far a load is.
type LoadProgress struct {
	Passed       time.Duration
	Requests     int64 // that have an answer, or failed
	Acknowledged int64
	Recent       LoadRow // what was measured since the last time
}

// UnreachableError is a target to which no connection could be opened.
type UnreachableError struct {
	Kind string // a store.Err… word
	Err  error
}

func (e *UnreachableError) Error() string { return e.Err.Error() }
func (e *UnreachableError) Unwrap() error { return e.Err }

// loadRun is a load under way.
type loadRun struct {
	*Load
	ctx     context.Context // ends every exchange at once
	now     func() time.Time
	pace    pace
	shards  []*loadShard
	workers []*loadWorker
	acks    [600]bool // by status
	requests,
	acknowledged atomic.Int64
}

// maxShards is how many workers may note what they measured at a time.
const maxShards = 16

// Run sends until the time is up, the count is reached or ctx is done, and
// returns what it measured, in the last case with Interrupted set. The errors
// are those of Sign, before anything was sent, and an *UnreachableError.
func (l *Load) Run(ctx context.Context) (*LoadResult, error) {
	r := &loadRun{Load: l, ctx: ctx, now: l.Client.opts.Now}
	r.acks = acknowledging(l.Signing.Profile.Behaviour)
	for range min(l.Connections, maxShards) {
		r.shards = append(r.shards, newLoadShard())
	}
	for i := range l.Connections {
		w := &loadWorker{loadRun: r, shard: r.shards[i%len(r.shards)], run: run{client: l.Client, target: l.Target}}
		if err := w.mold.prepare(l, r.now()); err != nil {
			return nil, err
		}
		r.workers = append(r.workers, w)
	}
	if err := r.connect(); err != nil {
		return nil, err
	}
	defer r.disconnect()
	return r.measure(), nil
}

// dialsAtATime is less than the backlog of any server.
const dialsAtATime = 100

// connect opens the connections, so that the first requests do not wait for
// theirs. Some may fail: their workers try again.
func (r *loadRun) connect() error {
	errs := make([]error, len(r.workers))
	var group sync.WaitGroup
	room := make(chan struct{}, dialsAtATime)
	for i, w := range r.workers {
		room <- struct{}{}
		group.Go(func() { errs[i] = w.open(); <-room })
	}
	group.Wait()
	for _, err := range errs {
		if err == nil {
			return nil
		}
	}
	if r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	unreachable := run{client: r.Client, target: r.Target}
	kind, err := unreachable.classify(errs[0], r.why(errs[0]))
	return &UnreachableError{Kind: kind, Err: err}
}

func (r *loadRun) disconnect() {
	for _, w := range r.workers {
		w.drop()
	}
}

func (r *loadRun) measure() *LoadResult {
	r.pace = pace{now: r.now, rate: r.Rate, limit: r.Duration, count: r.Count, alarm: newAlarm(), start: r.now()}
	defer r.pace.alarm.close()
	stopped := make(chan struct{})
	unhook := context.AfterFunc(r.ctx, func() { r.interrupt(); close(stopped) })
	rows := loadRows{run: r, done: make(chan struct{})}
	rows.group.Go(rows.watch)
	var group sync.WaitGroup
	for _, w := range r.workers {
		group.Go(func() {
			defer crash.Catch(r.ctx)
			w.work()
		})
	}
	group.Wait()
	took := r.now().Sub(r.pace.start)
	interrupted := !unhook()
	if interrupted {
		<-stopped
	}
	close(rows.done)
	rows.group.Wait()
	result := r.result(rows.rows)
	result.Took, result.Interrupted = took, interrupted
	if !interrupted {
		result.Took = max(took, r.planned())
	}
	return result
}

// planned is how long the load is to take: its last request is due a little
// before the end.
func (r *loadRun) planned() time.Duration {
	if r.Rate > 0 && r.Count > 0 {
		return time.Duration(float64(r.Count) / r.Rate * float64(time.Second))
	}
	return r.Duration
}

// interrupt ends what waits and what is in flight.
func (r *loadRun) interrupt() {
	r.pace.stop()
	for _, w := range r.workers {
		if conn := w.conn.Load(); conn != nil {
			conn.stop()
		}
	}
}

// why is what stopped an exchange that ended with err, nil if nothing did.
func (r *loadRun) why(err error) error {
	if r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	if isTimeout(err) {
		return errTimeout
	}
	return nil
}

func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout()
}
