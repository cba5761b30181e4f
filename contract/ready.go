package contract

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/send"
)

// ready says when a consumer that was started can be spoken to.
type ready struct {
	port, http, line *node
	timeout          time.Duration
}

// Time limits of a consumer.
const (
	readyLimit = 30 * time.Second       // until it is ready, unless the file says otherwise
	readyPause = 50 * time.Millisecond  // between two looks
	readyLook  = 2 * time.Second        // of one look
	stopLimit  = 5 * time.Second        // between being asked to end and being killed
	outputWait = 500 * time.Millisecond // for the rest of the output of one that has ended
)

func (p *parser) ready(n *node) *ready {
	r := &ready{timeout: readyLimit}
	ok := p.object(n, "ready", []field{
		{"port", func(n *node) { r.port = p.text(n, "port") }},
		{"http", func(n *node) { r.http = p.text(n, "http") }},
		{"line", func(n *node) { r.line = p.text(n, "line") }},
		{"timeout", func(n *node) { r.timeout = p.duration(n, "timeout") }},
	})
	if ok && r.line != nil && !holdsVariables(r.line) {
		checkPattern(p, &node{line: r.line.line, column: r.line.column, value: r.line.text()})
	}
	return r
}

// wait is one thing that is waited for.
type wait struct {
	what string
	done func(context.Context) (why string) // "" when it is there
}

// waits are what makes the consumer ready: what the file says, else the port
// that events are sent to.
func (r *run) waits() ([]wait, error) {
	f := r.File
	var all []wait
	if f.ready != nil && f.ready.port != nil {
		port := r.vars.of(f.ready.port)
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return nil, fmt.Errorf("ready: %s is not a port", quote(port))
		}
		all = append(all, opened("localhost", port))
	}
	if f.ready != nil && f.ready.http != nil {
		t, err := r.url(r.vars.of(f.ready.http))
		if err != nil {
			return nil, fmt.Errorf("ready: http: %w", err)
		}
		all = append(all, r.answers(t))
	}
	if f.ready != nil && f.ready.line != nil {
		all = append(all, r.printed(r.vars.of(f.ready.line)))
	}
	if len(all) > 0 {
		return all, nil
	}
	t, err := send.ParseTarget(r.to())
	if err != nil {
		return nil, err
	}
	if t.Socket != "" {
		return []wait{dialed("unix", t.Socket)}, nil
	}
	return []wait{opened(t.Host, strconv.Itoa(t.Port))}, nil
}

func opened(host, port string) wait {
	hosts := []string{host}
	if host == "localhost" {
		hosts = []string{"127.0.0.1", "::1"}
	}
	return wait{"port " + port, func(ctx context.Context) string {
		why := ""
		for _, h := range hosts {
			if why = dialed("tcp", net.JoinHostPort(h, port)).done(ctx); why == "" {
				return ""
			}
		}
		return why
	}}
}

func dialed(network, address string) wait {
	return wait{address, func(ctx context.Context) string {
		dialer := net.Dialer{Timeout: readyLook}
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return err.Error()
		}
		conn.Close()
		return ""
	}}
}

func (r *run) answers(t send.Target) wait {
	return wait{t.String(), func(ctx context.Context) string {
		ctx, cancel := context.WithTimeout(ctx, readyLook)
		defer cancel()
		x := r.Client.Attempt(ctx, t, send.Outgoing{Method: http.MethodGet, RequestTarget: t.RequestTarget("/")})
		defer x.Close()
		switch {
		case x.StatusCode == 0:
			return fmt.Sprint(x.Err)
		case x.StatusCode >= 400:
			return fmt.Sprintf("it answers %d", x.StatusCode)
		}
		return ""
	}}
}

func (r *run) printed(pattern string) wait {
	return wait{"the line " + quote(pattern), func(context.Context) string {
		if r.app.printed(pattern) {
			return ""
		}
		return "it has not printed it"
	}}
}

// await waits until the consumer is ready, has ended, or takes too long.
func (r *run) await(ctx context.Context) error {
	waits, err := r.waits()
	if err != nil {
		return &Error{File: r.File.Path, Message: err.Error()}
	}
	limit := readyLimit
	if r.File.ready != nil {
		limit = r.File.ready.timeout
	}
	timed, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for _, w := range waits {
		if err := r.awaitOne(ctx, timed, w, limit); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) awaitOne(ctx, timed context.Context, w wait, limit time.Duration) error {
	var ended <-chan struct{} // never, where nothing was started
	if r.app != nil {
		ended = r.app.done
	}
	for {
		why := w.done(timed)
		if why == "" {
			return nil
		}
		select {
		case <-ended:
			return r.notReady(w, "it has ended: "+r.app.ending())
		case <-timed.Done():
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return r.notReady(w, strings.TrimSpace("it took longer than "+limit.String()+": "+why))
		case <-time.After(readyPause):
		}
	}
}

func (r *run) notReady(w wait, why string) error {
	e := &ReadyError{Waited: w.what, Why: why}
	if r.app != nil {
		e.Ended, e.Output = r.app.ended(), r.app.output()
	}
	return e
}
