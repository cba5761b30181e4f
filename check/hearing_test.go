package check

import (
	"bytes"
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// headKey is the key of the *heard of a request's context.
type headKey struct{}

// heard keeps what came over a connection: net/http writes names its own way.
type heard struct {
	net.Conn
	mu   sync.Mutex
	text []byte
}

func (h *heard) Read(b []byte) (int, error) {
	n, err := h.Conn.Read(b)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.text = append(h.text, b[:n]...)
	return n, err
}

// head is the last one that came.
func (h *heard) head() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return string(h.text[max(0, bytes.LastIndex(h.text, []byte("POST /"))):])
}

type hearing struct{ net.Listener }

func (l hearing) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &heard{Conn: conn}, nil
}

func listening(c *consumer) *httptest.Server {
	server := httptest.NewUnstartedServer(c)
	server.Listener = hearing{server.Listener}
	server.Config.ConnContext = func(ctx context.Context, conn net.Conn) context.Context {
		return context.WithValue(ctx, headKey{}, conn)
	}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	return server
}

// slow tells whether the end of a body is still to come.
func (c *consumer) slow(r *http.Request) bool {
	came := make(chan []byte, 1)
	go func() {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			came <- body
		}
		close(came)
	}()
	select {
	case body := <-came:
		r.Body = io.NopCloser(bytes.NewReader(body))
		return false
	case <-time.After(slowBody / 2):
		return true
	}
}
