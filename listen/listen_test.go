package listen

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// running is a server under test.
type running struct {
	*Server
	store *store.Store
	stop  func() // ends the server and waits for it; it may be called twice

	mu       sync.Mutex
	warnings []string
}

func (r *running) warned(text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, w := range r.warnings {
		if strings.Contains(w, text) {
			return true
		}
	}
	return false
}

// start runs a server on a free port until the test ends.
func start(t testing.TB, o Options) *running {
	t.Helper()
	st, err := store.Open(context.Background(), t.TempDir(), store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	r := &running{store: st}
	o.Store, o.Now = st, time.Now
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Registry == nil {
		o.Registry = provider.Open()
	}
	if o.Keys == nil {
		o.Keys = func(*provider.Profile) Keys { return Keys{Keys: sign.Keys{Secrets: []string{testSecret}}} }
	}
	o.Warn = func(text string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.warnings = append(r.warnings, text)
	}
	if r.Server, err = New(o); err != nil {
		t.Fatal(err)
	}
	if err := r.Bind(context.Background()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Serve(ctx) }()
	var once sync.Once
	r.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Errorf("Serve: %v", err)
			}
		})
	}
	t.Cleanup(func() {
		r.stop()
		if err := st.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return r
}

// recorded lists the deliveries of the store, oldest first, bodies loaded.
func (r *running) recorded(t testing.TB) []*store.Delivery {
	t.Helper()
	var list []*store.Delivery
	for d, err := range r.store.List(context.Background(), store.Query{Ascending: true}) {
		if err != nil {
			t.Fatal(err)
		}
		whole, err := r.store.Get(context.Background(), d.ID)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, whole)
	}
	return list
}

// only is the one delivery of the store.
func (r *running) only(t testing.TB) *store.Delivery {
	t.Helper()
	list := r.recorded(t)
	if len(list) != 1 {
		t.Fatalf("%d deliveries recorded, want 1", len(list))
	}
	return list[0]
}

// raw sends bytes to the server and reads what comes back until it closes the
// connection or has answered once.
func (r *running) raw(t testing.TB, request string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", r.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	io.WriteString(conn, request)
	method, _, _ := strings.Cut(request, " ")
	return readAnswer(t, conn, method)
}

func readAnswer(t testing.TB, conn net.Conn, method string) (*http.Response, string) {
	t.Helper()
	answer, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		return nil, err.Error()
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("read answer: %v", err)
	}
	return answer, string(body)
}

// upstream is a target that keeps the bytes of every request and answers with
// what answer gives it.
type upstream struct {
	send.Target
	requests chan string
}

func newUpstream(t testing.TB, answer string) *upstream {
	t.Helper()
	return serveUpstream(t, func(net.Conn) string { return answer })
}

func serveUpstream(t testing.TB, answer func(net.Conn) string) *upstream {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u := &upstream{requests: make(chan string, 4096)}
	if u.Target, err = send.ParseTarget(listener.Addr().String()); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	group.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, conn)
			mu.Unlock()
			group.Go(func() { u.serve(conn, answer) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		mu.Lock()
		for _, conn := range open {
			conn.Close()
		}
		mu.Unlock()
		group.Wait()
	})
	return u
}

// serve reads requests by hand, so that no library tidies them.
func (u *upstream) serve(conn net.Conn, answer func(net.Conn) string) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for {
		var request strings.Builder
		length := 0
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return
			}
			request.WriteString(line)
			if name, value, ok := strings.Cut(line, ": "); ok && strings.EqualFold(name, "Content-Length") {
				fmt.Sscan(value, &length)
			}
			if line == "\r\n" {
				break
			}
		}
		body := make([]byte, length)
		if _, err := io.ReadFull(in, body); err != nil {
			return
		}
		request.Write(body)
		u.requests <- request.String()
		reply := answer(conn)
		if reply == "" {
			return
		}
		if _, err := io.WriteString(conn, reply); err != nil {
			return
		}
	}
}

const okAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// post is a request that asks for its connection to be closed.
func post(target, headers, body string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n%sContent-Length: %d\r\n\r\n%s", target, headers, len(body), body)
}

// signed is a Standard Webhooks request with the test's secret.
func signed(t testing.TB, body string) string {
	t.Helper()
	p, err := provider.Open().Get("standard")
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.Scheme.Sign(&sign.Message{Method: "POST", Body: []byte(body)}, sign.Keys{Secrets: []string{testSecret}},
		sign.Values{Time: time.Now(), ID: "msg_1"})
	if err != nil {
		t.Fatal(err)
	}
	var headers strings.Builder
	for _, line := range m.Headers {
		fmt.Fprintf(&headers, "%s: %s\r\n", line.Name, line.Value)
	}
	return post("/hook", headers.String(), body)
}
