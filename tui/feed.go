package tui

import (
	"context"
	"slices"
	"time"

	"github.com/hooks-cli/hooks/store"
)

const (
	// framePause is the least time between two messages of the feed.
	framePause = 33 * time.Millisecond
	// floodPause is the same after a message of at least floodRows: nobody reads
	// a flood row by row, and what is done for a message, whatever its size, is
	// most of the cost.
	floodPause = 90 * time.Millisecond
	floodRows  = 40
	// retryPause is how long the feed waits after the store failed.
	retryPause = time.Second
	// changeLimit and pageSize bound what one message carries.
	changeLimit = 5_000
	pageSize    = 5_000
	firstPage   = 300
)

// feed waits for the store. One wait is under way at a time, so a burst of any
// size is one message; while nothing is written it costs nothing.
type feed struct {
	src       source
	now       func() time.Time
	listening func() string
	changed   <-chan struct{}
	rev       int64
	last      time.Time
	flooded   bool      // the last message was a large one
	asked     time.Time // when the listeners were last asked for
	words     interner
	older     interner // of load, which runs beside wait
}

// command is work that may wait or read. It runs beside the model and returns
// a message for it, or nil.
type command struct {
	do func() message
	// waits says that it lasts until something happens, or for a while.
	waits bool
}

// message changes the model and returns what is to be done next.
type message interface {
	apply(m *model) []command
}

// changesMsg carries what changed in the store.
type changesMsg struct {
	rows      []row
	rev       int64
	more      bool
	heads     []head
	headsRead bool
	err       error
}

// start takes the number of the newest change and then the newest rows: what
// changes in between is seen twice and not missed.
func (f *feed) start(ctx context.Context) message {
	rev, err := f.src.Rev(ctx)
	if err != nil {
		return changesMsg{err: err}
	}
	f.rev = rev
	page := f.page(ctx, 0, firstPage)
	page.first = true
	return page
}

// wait blocks until something changes, and reads it.
func (f *feed) wait(ctx context.Context, more bool) message {
	if !more {
		select {
		case <-ctx.Done():
			return nil
		case _, open := <-f.changed:
			if !open {
				return nil
			}
		}
	}
	pause := framePause
	if f.flooded && !more {
		pause = floodPause
	}
	if !sleep(ctx, pause-f.now().Sub(f.last)) {
		return nil
	}
	f.last = f.now()
	return f.read(ctx)
}

// again reads after the store failed.
func (f *feed) again(ctx context.Context) message {
	f.last = f.now()
	if f.rev == 0 {
		return f.start(ctx)
	}
	return f.read(ctx)
}

// read takes what changed since the last read.
func (f *feed) read(ctx context.Context) changesMsg {
	ds, err := f.src.Changes(ctx, f.rev, changeLimit)
	if err != nil {
		return changesMsg{err: err}
	}
	msg := changesMsg{rev: f.rev, more: len(ds) == changeLimit, rows: make([]row, 0, len(ds))}
	for _, d := range ds {
		msg.rows = append(msg.rows, newRow(d, f.words))
		msg.rev = max(msg.rev, d.Rev)
	}
	f.rev, f.flooded = msg.rev, len(ds) >= floodRows
	if f.last.Sub(f.asked) >= time.Second {
		f.asked = f.last
		msg.heads, msg.headsRead = f.heads(ctx), true
	}
	return msg
}

// heads says who is listening, one entry a listener.
func (f *feed) heads(ctx context.Context) []head {
	if f.listening != nil {
		return []head{{addr: raw(f.listening())}}
	}
	listeners, err := f.src.Listeners(ctx)
	if err != nil {
		return nil
	}
	var heads []head
	for _, l := range listeners {
		h := head{addr: raw(l.Addr)}
		if len(l.Forward) > 0 {
			h.target = raw(short(l.Forward[0]))
		}
		heads = append(heads, h)
	}
	return heads
}

// short leaves out the scheme that goes without saying.
func short(url string) string {
	const scheme = "http://"
	if len(url) > len(scheme) && url[:len(scheme)] == scheme {
		return url[len(scheme):]
	}
	return url
}

// pageMsg carries older rows, in ascending order.
type pageMsg struct {
	nth   int // of the lists that the view began
	rows  []row
	heads []head
	first bool
	more  bool
	err   error
}

// page reads the newest rows before a number, all of them if it is 0.
func (f *feed) page(ctx context.Context, before int64, limit int) pageMsg {
	msg := pageMsg{rows: make([]row, 0, limit)}
	if before == 0 {
		msg.heads = f.heads(ctx)
	}
	for d, err := range f.src.List(ctx, store.Query{BeforeSeq: before, Limit: limit}) {
		if err != nil {
			msg.err = err
			break
		}
		msg.rows = append(msg.rows, newRow(d, f.older))
	}
	msg.more = msg.err == nil && len(msg.rows) == limit
	slices.Reverse(msg.rows)
	return msg
}

// sleep waits and reports whether the context is still alive.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
