package listen

import (
	"bytes"
	"context"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// answerLimit is how long a sender may take to read what is written to it.
const answerLimit = 30 * time.Second

// conn is a sender's connection. It keeps the limits that net/http has no
// setting for, and notices what net/http refuses by itself.
type conn struct {
	net.Conn
	server *Server
	gone   sync.Once

	// serving is set while a request has reached the handler and its answer
	// has not left. What is written otherwise is net/http's own refusal.
	serving atomic.Bool

	reading, writing *time.Timer // made when first needed
	late             atomic.Bool // reading has run out
}

func (s *Server) newConn(socket net.Conn) *conn { return &conn{Conn: socket, server: s} }

// connKey finds the connection in a request's context.
type connKey struct{}

func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

func connOf(ctx context.Context) *conn { return ctx.Value(connKey{}).(*conn) }

// expectBytes bounds how long a read may wait, until received is called.
func (c *conn) expectBytes(d time.Duration) {
	if c.reading == nil {
		c.reading = time.AfterFunc(d, func() {
			c.late.Store(true)
			c.SetReadDeadline(time.Unix(1, 0))
		})
		return
	}
	c.reading.Reset(d)
}

// received ends expectBytes and tells whether the bytes came too late.
func (c *conn) received() (late bool) { return !c.reading.Stop() || c.late.Load() }

// Write writes an answer, for as long as answerLimit.
func (c *conn) Write(p []byte) (int, error) {
	if !c.serving.Load() {
		c.server.refusedByHTTP(c, p)
	}
	if c.writing == nil {
		c.writing = time.AfterFunc(answerLimit, func() { c.SetWriteDeadline(time.Unix(1, 0)) })
	} else {
		c.writing.Reset(answerLimit)
	}
	n, err := c.Conn.Write(p)
	c.writing.Stop()
	return n, err
}

// CloseWrite lets net/http end its half of the connection, so that a sender
// whose request was refused can read why.
func (c *conn) CloseWrite() error {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// Close closes the connection and gives its place to another.
func (c *conn) Close() error {
	c.gone.Do(func() { <-c.server.doors.places })
	return c.Conn.Close()
}

// refusedByHTTP warns of an answer that no handler gave.
func (s *Server) refusedByHTTP(c *conn, answer []byte) {
	line, _, _ := bytes.Cut(answer, []byte("\r\n"))
	status, ok := strings.CutPrefix(string(line), "HTTP/1.1 ")
	if ok && !strings.HasPrefix(status, "100") {
		s.warnRefused(c.RemoteAddr().String(), strconv.QuoteToASCII(status))
	}
}
