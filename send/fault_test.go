package send

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// target serves raw connections until the test ends: serve is called once a
// connection, which is closed when it returns. Everything is over when the
// test is.
func target(t *testing.T, serve func(net.Conn)) Target {
	t.Helper()
	return serveOn(t, "127.0.0.1:0", serve)
}

func serveOn(t *testing.T, address string, serve func(net.Conn)) Target {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Skipf("listen on %s: %v", address, err)
	}
	acceptAll(t, listener, serve)
	return mustParse(t, "http://"+listener.Addr().String())
}

func acceptAll(t *testing.T, listener net.Listener, serve func(net.Conn)) {
	var running sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	running.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[conn] = true
			mu.Unlock()
			running.Go(func() {
				defer conn.Close()
				serve(conn)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		mu.Lock()
		for conn := range open {
			conn.Close()
		}
		mu.Unlock()
		running.Wait()
	})
}

// answering reads one request and writes text.
func answering(text string) func(net.Conn) {
	return func(c net.Conn) {
		if readRequest(c) == nil {
			io.WriteString(c, text)
		}
	}
}

// readRequest reads a whole request and drops it.
func readRequest(c net.Conn) error {
	request, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, request.Body)
	return err
}

// reset makes the close of c an RST.
func reset(c net.Conn) {
	c.(*net.TCPConn).SetLinger(0)
	c.Close()
}

// slowly writes text a byte at a time until nobody reads any more.
func slowly(c net.Conn, text string) {
	for i := range len(text) {
		if _, err := c.Write([]byte{text[i]}); err != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// hang waits until the other side goes away.
func hang(c net.Conn) { io.Copy(io.Discard, c) }

func mustParse(t testing.TB, text string) Target {
	t.Helper()
	parsed, err := ParseTarget(text)
	if err != nil {
		t.Fatalf("ParseTarget(%q): %v", text, err)
	}
	return parsed
}

func newClient(t testing.TB, timeout time.Duration) *Client {
	t.Helper()
	client := NewClient(Options{Timeout: timeout, Now: time.Now})
	t.Cleanup(client.Close)
	return client
}

func post(body string) Outgoing {
	return Outgoing{Method: "POST", RequestTarget: "/hook", Body: []byte(body)}
}

func xs(n int) string { return strings.Repeat("x", n) }
