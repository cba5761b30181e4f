package check

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http/httputil"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// Limits of what is taken from a relay.
const (
	maxArrivedHead = 256 << 10
	maxArrivedBody = 8 << 20
	arrivalTime    = 30 * time.Second
)

// What every probe is answered.
const (
	answerStatus = 203
	answerHeader = "X-Hooks-Answer"
	answerValue  = "as it was given"
	answerBody   = "{\"hooks_doctor\": 1.0}\n"
)

// arrived is a request as a relay has handed it on, byte for byte.
type arrived struct {
	method, target string
	headers        sign.Headers
	body           []byte
}

// catcher takes requests from a relay. It reads them by itself, since net/http
// changes the very things that are looked for.
type catcher struct {
	listener net.Listener
	serving  sync.WaitGroup

	mu       sync.Mutex
	expected map[string]chan *arrived
	open     map[net.Conn]bool
}

func newCatcher(l net.Listener) *catcher {
	c := &catcher{listener: l, expected: map[string]chan *arrived{}, open: map[net.Conn]bool{}}
	c.serving.Go(c.serve)
	return c
}

func (c *catcher) close() {
	c.listener.Close()
	c.mu.Lock()
	for conn := range c.open {
		conn.Close()
	}
	c.open = nil
	c.mu.Unlock()
	c.serving.Wait()
}

// expect returns what waits for the request that bears the mark.
func (c *catcher) expect(mark string) func(context.Context, time.Duration) (*arrived, error) {
	came := make(chan *arrived, 1)
	c.mu.Lock()
	c.expected[mark] = came
	c.mu.Unlock()
	return func(ctx context.Context, limit time.Duration) (*arrived, error) {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		select {
		case got := <-came:
			return got, nil
		case <-timer.C:
			return nil, errNotHere
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (c *catcher) serve() {
	for {
		conn, err := c.listener.Accept()
		if err != nil {
			return // it is closed
		}
		c.mu.Lock()
		if c.open == nil {
			conn.Close()
		} else {
			c.open[conn] = true
			c.serving.Go(func() { c.take(conn) })
		}
		c.mu.Unlock()
	}
}

// take reads one request of a connection and answers it.
func (c *catcher) take(conn net.Conn) {
	defer func() {
		conn.Close()
		c.mu.Lock()
		delete(c.open, conn)
		c.mu.Unlock()
	}()
	late := time.AfterFunc(arrivalTime, func() { conn.Close() })
	defer late.Stop()
	got, err := readArrived(bufio.NewReaderSize(conn, maxArrivedHead), conn) // one line may be as long as all
	if err != nil {
		return
	}
	io.WriteString(conn, "HTTP/1.1 "+strconv.Itoa(answerStatus)+" Non-Authoritative Information\r\nContent-Type: application/json\r\n"+
		answerHeader+": "+answerValue+"\r\nContent-Length: "+strconv.Itoa(len(answerBody))+"\r\nConnection: close\r\n\r\n"+answerBody)
	c.hand(got)
}

// hand gives a request to whoever expects it: the mark may have survived in the
// target or in a header.
func (c *catcher) hand(got *arrived) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for mark, came := range c.expected {
		if got.bears(mark) {
			select {
			case came <- got:
			default: // it came twice
			}
			return
		}
	}
}

func (a *arrived) bears(mark string) bool {
	if strings.Contains(a.target, mark) {
		return true
	}
	for _, h := range a.headers {
		if strings.Contains(h.Value, mark) {
			return true
		}
	}
	return false
}

// readArrived reads a request. Interim answers go to w.
func readArrived(r *bufio.Reader, w io.Writer) (*arrived, error) {
	left := maxArrivedHead
	line := func() (string, error) {
		text, err := r.ReadSlice('\n')
		if left -= len(text); left < 0 {
			err = errors.New("the header block is too long")
		}
		return strings.TrimRight(string(text), "\r\n"), err
	}
	first, err := line()
	if err != nil {
		return nil, err
	}
	a := &arrived{}
	var rest string
	a.method, rest, _ = strings.Cut(first, " ")
	a.target = rest
	if i := strings.LastIndexByte(rest, ' '); i >= 0 {
		a.target = rest[:i]
	}
	for {
		text, err := line()
		if err != nil {
			return nil, err
		}
		if text == "" {
			break
		}
		name, value, _ := strings.Cut(text, ":")
		a.headers = append(a.headers, sign.Header{Name: name, Value: strings.Trim(value, " \t")})
	}
	if _, expects := a.headers.Get("Expect"); expects {
		io.WriteString(w, "HTTP/1.1 100 Continue\r\n\r\n")
	}
	a.body, err = a.readBody(r)
	return a, err
}

func (a *arrived) readBody(r *bufio.Reader) ([]byte, error) {
	if coding, _ := a.headers.Get("Transfer-Encoding"); strings.EqualFold(coding, "chunked") {
		return io.ReadAll(io.LimitReader(httputil.NewChunkedReader(r), maxArrivedBody))
	}
	length, found := a.headers.Get("Content-Length")
	if !found {
		return nil, nil
	}
	n, err := strconv.ParseInt(length, 10, 64)
	if err != nil || n < 0 || n > maxArrivedBody {
		return nil, errors.New("Content-Length is no length that is taken")
	}
	body := make([]byte, n)
	_, err = io.ReadFull(r, body)
	return body, err
}
