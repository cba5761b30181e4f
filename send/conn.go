package send

import (
	"bufio"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// conn is one connection to a target.
type conn struct {
	net.Conn          // TLS where the target wants it
	socket   net.Conn // below TLS
	in       *bufio.Reader
	out      []byte // the head of a request while it is written
	scratch  []byte // a header block while it is read
	key      string
	remoteIP string
	reused   bool
	broken   bool      // must not be used again
	until    time.Time // idle connections are trusted until then

	stopOnce sync.Once
	stopped  chan struct{} // closed by stop: ends a pause
}

func newConn(c, socket net.Conn, key string) *conn {
	conn := &conn{Conn: c, socket: socket, in: bufio.NewReader(c), key: key, stopped: make(chan struct{})}
	if address, ok := socket.RemoteAddr().(*net.TCPAddr); ok {
		conn.remoteIP = address.IP.String()
	}
	return conn
}

// trusted tells whether an idle connection may carry another request: the
// target has neither closed it nor sent anything unasked.
func (c *conn) trusted(now time.Time) bool {
	return now.Before(c.until) && c.in.Buffered() == 0 && quiet(c.socket)
}

// write writes the request and counts the bytes that went out. A small body
// goes out in one piece with the head.
func (c *conn) write(r *request, sent *atomic.Int64) error {
	c.out = r.appendHead(c.out[:0])
	body := r.sent
	if r.cut() {
		defer c.halfClose()
	}
	r.size = int64(len(c.out) + len(body))
	if len(body) <= inlineBody && r.pause == 0 {
		c.out, body = append(c.out, body...), nil
	}
	n, err := c.Conn.Write(c.out)
	sent.Add(int64(n))
	if err != nil || len(body) == 0 {
		return err
	}
	if r.pause > 0 {
		half := len(body) / 2
		n, err = c.Conn.Write(body[:half])
		sent.Add(int64(n))
		if err != nil {
			return err
		}
		c.wait(r.pause)
		body = body[half:]
	}
	n, err = c.Conn.Write(body)
	sent.Add(int64(n))
	return err
}

// halfClose says that nothing more is sent; an answer can still come.
func (c *conn) halfClose() {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
}

// wait lets d pass, or less if the connection is stopped.
func (c *conn) wait(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.stopped:
	}
}

// stop makes reads and writes that wait return at once. It may be called at
// any time from any goroutine.
func (c *conn) stop() {
	c.SetDeadline(time.Unix(1, 0))
	c.stopOnce.Do(func() { close(c.stopped) })
}

func (c *conn) close() { c.Close() }
