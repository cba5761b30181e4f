package send

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// inlineBody is the largest body that is written before the answer is read: it
// fits the smallest send buffer, so that the write cannot wait for a target
// that does not read. Larger ones are written while the answer is awaited.
const inlineBody = 16 << 10

// writeGrace is how long a write may still take once the whole answer is
// there, for the connection to be used again.
const writeGrace = 20 * time.Millisecond

// Attempt sends out to t and reads the answer, its body up to KeptBody. It
// follows no redirect, keeps no cookie and decodes nothing. It always returns
// an exchange; what went wrong is in its Kind and Err. An answer with more
// body than KeptBody holds its connection until Relay or Close is called.
// out.Body must not change before that.
func (c *Client) Attempt(ctx context.Context, t Target, out Outgoing) *Exchange {
	r := &run{client: c, target: t}
	x := &r.x
	x.URL, x.StartedAt = t.URL(out.RequestTarget), c.opts.Now()
	if err := check(&out); err != nil {
		r.end(err)
		return x
	}
	r.request = compose(t, &out)
	x.Sent = r.request.lines
	if out.Lost {
		x.Kind, x.Err = store.ErrTimeout, errLost
		return x
	}
	r.watch.begin(ctx, c.opts.Timeout)
	r.end(r.exchange(ctx))
	return x
}

var errLost = errors.New("dropped on purpose: nothing was sent")

// run is an exchange under way.
type run struct {
	client *Client
	target Target
	x      Exchange

	request  request
	conn     *conn
	progress progress
	answer   answer
	watch    watch

	writing  *sync.WaitGroup // a body being written beside the reading
	writeErr error
}

// exchange gets the answer's head and the kept part of its body.
func (r *run) exchange(ctx context.Context) error {
	if err := r.connectAndWrite(ctx); err != nil {
		return err
	}
	r.progress.phase = phaseFirstByte
	r.answer = answer{conn: r.conn, progress: &r.progress, budget: maxHeader}
	err := r.answer.readHead(r.request.method)
	r.x.StatusCode, r.x.Headers = r.answer.status, r.answer.headers
	if err != nil {
		return r.explain(err)
	}
	r.progress.phase = phaseBody
	return r.readKept()
}

// connectAndWrite takes a connection and writes the request to it. A kept
// connection that turns out to be dead is replaced, but only if not one byte
// of the request went into it. A write that failed otherwise is remembered
// and is no error yet: the answer may have come all the same (a target may
// refuse a body without reading it). A paused body always gets a new one: too
// much of it would be gone before the death of a kept one is seen.
func (r *run) connectAndWrite(ctx context.Context) error {
	for fresh := r.request.pause > 0; ; fresh = true {
		if err := r.take(ctx, fresh); err != nil {
			return err
		}
		r.progress.phase = phaseWrite
		r.write()
		stale := r.writing == nil && r.writeErr != nil && r.conn.reused && r.progress.sent.Load() == 0
		if !stale || r.watch.stopped() {
			return nil
		}
		r.drop()
		r.writeErr = nil
	}
}

func (r *run) write() {
	conn := r.conn
	if len(r.request.sent) <= inlineBody && r.request.pause == 0 {
		r.writeErr = conn.write(&r.request, &r.progress.sent)
		return
	}
	r.writing = new(sync.WaitGroup)
	r.writing.Go(func() { r.writeErr = conn.write(&r.request, &r.progress.sent) })
}

// readKept reads the body up to KeptBody and finds out whether more follows.
func (r *run) readKept() error {
	body, more, err := r.answer.readBody(KeptBody)
	r.x.Body, r.x.Size = body, int64(len(body))
	switch {
	case errors.Is(err, io.EOF):
		r.x.Complete = true
		return nil
	case err != nil:
		return r.explain(err)
	}
	r.x.Size++
	r.x.rest = &rest{run: r, first: more}
	return nil
}

// explain prefers the reason of a write that failed: the answer that did not
// come is its consequence.
func (r *run) explain(err error) error {
	r.stopWriting()
	if r.writeErr != nil && isReset(err) && !r.watch.stopped() {
		return &earlyCloseError{sent: r.progress.sent.Load(), total: r.request.size, cause: r.writeErr}
	}
	return err
}

// stopWriting ends a write that is still going on; its connection is of no
// use afterwards.
func (r *run) stopWriting() {
	if r.writing == nil {
		return
	}
	r.conn.stop()
	r.writing.Wait()
	r.writing = nil
	r.conn.broken = true
}

// end classifies err, notes how long it took, and gives the connection back,
// unless more of the body is to be relayed.
func (r *run) end(err error) {
	x := &r.x
	x.Duration = r.client.opts.Now().Sub(x.StartedAt)
	if x.rest != nil {
		return
	}
	why := r.watch.release()
	if err == nil && why == nil && r.reusable() {
		r.client.give(r.conn, r.answer.keepAlive)
		r.conn = nil
	}
	r.drop()
	x.Kind, x.Err = r.classify(err, why)
	if x.Kind == "" && x.StatusCode/100 == 3 && x.StatusCode != 304 {
		x.Kind, x.Err = store.ErrRedirect, redirectError(x.Headers)
	}
}

// reusable tells whether another request may be sent on the connection: all of
// ours was written, all of the answer read, and nothing came behind it.
func (r *run) reusable() bool {
	if r.writing != nil {
		// The answer is whole, so the target has read the body or will not.
		grace := time.AfterFunc(writeGrace, r.conn.stop)
		r.writing.Wait()
		r.writing = nil
		if !grace.Stop() {
			return false
		}
	}
	// Whoever is asked in HTTP/1.0 closes the connection, even if the answer says
	// HTTP/1.1 (RFC 9112, section 9.3).
	return !r.request.old && r.writeErr == nil && !r.conn.broken && !r.request.cut() && r.answer.reusable()
}

// drop closes the connection, if there is one, and waits for its writer.
func (r *run) drop() {
	if r.conn == nil {
		return
	}
	r.conn.close()
	if r.writing != nil {
		r.writing.Wait()
	}
	r.conn, r.writing = nil, nil
}
