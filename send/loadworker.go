package send

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// loadWorker is one connection of a load.
type loadWorker struct {
	*loadRun
	shard *loadShard
	mold  mold
	conn  atomic.Pointer[conn] // nil while there is none
	used  time.Time            // when conn was used last, or opened
	fresh bool                 // conn has carried nothing yet
	out   []byte
	run   run // of which only what classify looks at is used
}

// restful is how long a connection may rest before it is looked at: the target
// may have closed it meanwhile.
const restful = 10 * time.Millisecond

// freshTime is how long a new connection with TLS is trusted unseen.
const freshTime = time.Second

// despair is how long a worker that goes as fast as it can waits after it got
// no connection.
const despair = 20 * time.Millisecond

// work sends what is due until there is no more.
func (w *loadWorker) work() {
	for w.ctx.Err() == nil {
		number, due, ok := w.pace.take()
		if !ok {
			return
		}
		began := w.now()
		if w.Rate == 0 {
			due = began
		}
		m := measured{due: due, began: began}
		w.exchange(number, &m)
		m.ended = w.now()
		w.note(&m)
		if w.Rate == 0 && (m.kind == store.ErrConnect || m.kind == store.ErrDNS || m.kind == store.ErrTLS) {
			w.pause(despair)
		}
	}
}

func (w *loadWorker) pause(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-w.ctx.Done():
	case <-timer.C:
	}
}

// note counts what was measured.
func (w *loadWorker) note(m *measured) {
	m.acknowledged = m.kind == "" && m.status < len(w.acks) && w.acks[m.status]
	w.requests.Add(1)
	if m.acknowledged {
		w.acknowledged.Add(1)
	}
	w.shard.add(m)
}

// exchange sends one request. A body that may have to wait for its reader goes
// the way of all other commands.
func (w *loadWorker) exchange(number int64, m *measured) {
	w.mold.number(number)
	if len(w.mold.body) > inlineBody {
		w.general(m)
		return
	}
	w.run.progress.sent.Store(0)
	w.run.progress.got = 0
	status, err := w.roundTrip(m)
	m.status = status
	switch {
	case err != nil:
		m.kind, m.err = w.run.classify(err, w.why(err))
		w.drop()
	case status/100 == 3 && status != http.StatusNotModified:
		m.kind, m.err = store.ErrRedirect, errRedirect
	}
}

var errRedirect = errors.New("a redirect; redirects are not followed")

func (w *loadWorker) general(m *measured) {
	out, err := w.mold.outgoing(m.began)
	if err != nil {
		m.kind, m.err = store.ErrProtocol, err
		return
	}
	r := compose(w.Target, &out)
	x := w.Client.Attempt(w.ctx, w.Target, out)
	x.Close()
	m.status, m.kind, m.err, m.sent = x.StatusCode, x.Kind, x.Err, int64(len(r.appendHead(nil))+len(out.Body))
}

// roundTrip writes a request and reads past its answer.
func (w *loadWorker) roundTrip(m *measured) (status int, err error) {
	if w.out, err = w.mold.append(w.out[:0], m.began); err != nil {
		return 0, err
	}
	limit := m.began.Add(w.Client.opts.Timeout)
	c, err := w.write(m.began, limit)
	if c == nil {
		return 0, err
	}
	m.sent = w.run.progress.sent.Load()
	writeErr := err
	w.run.progress.phase = phaseFirstByte
	status, keep, err := w.read(c)
	if err != nil && writeErr != nil && isReset(err) {
		err = &earlyCloseError{sent: m.sent, total: int64(len(w.out)), cause: writeErr}
	}
	if err == nil && (!keep || writeErr != nil) {
		w.drop()
	}
	w.used, w.fresh = w.now(), false
	return status, err
}

// write writes the request to the connection, or to a new one where the old
// one is dead and not one byte went into it. A write that failed later is an
// error with a connection: the answer may have come all the same.
func (w *loadWorker) write(began, limit time.Time) (*conn, error) {
	w.run.request.size = int64(len(w.out))
	for {
		c := w.conn.Load()
		kept := c != nil
		if kept && w.stale(c, began) {
			w.drop()
			kept = false
		}
		if !kept {
			if err := w.dial(); err != nil {
				return nil, err
			}
			c = w.conn.Load()
		}
		c.SetDeadline(limit)
		if w.ctx.Err() != nil { // it may have been stopped before the deadline was set
			return nil, context.Cause(w.ctx)
		}
		w.run.progress.phase = phaseWrite
		n, err := c.Write(w.out)
		w.run.progress.sent.Store(int64(n))
		if err == nil || n > 0 || !kept || isTimeout(err) {
			return c, err
		}
		w.drop()
	}
}

// stale tells whether a connection should not be used any more. One with TLS
// that is new may have session tickets waiting, which say nothing: it is trusted
// for a while.
func (w *loadWorker) stale(c *conn, now time.Time) bool {
	rested := now.Sub(w.used)
	switch {
	case rested <= restful:
		return false
	case w.fresh && c.Conn != c.socket:
		return rested > freshTime
	}
	return c.in.Buffered() > 0 || !quiet(c.socket)
}

// read reads past an answer. keep tells whether another request may follow.
func (w *loadWorker) read(c *conn) (status int, keep bool, err error) {
	if w.Event.Method != http.MethodHead {
		status, ok, err := quickAnswer(c.in)
		if ok || err != nil {
			return status, err == nil && c.in.Buffered() == 0, unexpected(err)
		}
	}
	a := answer{conn: c, progress: &w.run.progress, budget: maxHeader}
	if err := a.readHead(w.Event.Method); err != nil {
		return a.status, false, err
	}
	w.run.progress.phase = phaseBody
	if _, err := io.Copy(io.Discard, a.body); err != nil {
		return a.status, false, err
	}
	return a.status, a.reusable(), nil
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// dial opens the worker's connection.
func (w *loadWorker) dial() error {
	ctx, cancel := context.WithTimeout(w.ctx, w.Client.opts.Timeout)
	defer cancel()
	w.run.progress.phase = phaseConnect
	c, err := w.Client.dial(ctx, w.Target, &w.run.progress)
	if err != nil {
		return err
	}
	w.conn.Store(c)
	w.used, w.fresh = w.now(), true
	return nil
}

// open opens the connection before the first request, for whoever is to use it.
func (w *loadWorker) open() error {
	err := w.dial()
	if err == nil && len(w.mold.body) > inlineBody {
		w.Client.give(w.conn.Swap(nil), 0)
	}
	return err
}

func (w *loadWorker) drop() {
	if c := w.conn.Swap(nil); c != nil {
		c.close()
	}
}
