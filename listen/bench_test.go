package listen

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// benchBody is a JSON body of 2 KiB.
var benchBody = []byte(`{"type":"payment.succeeded","data":{"text":"` + strings.Repeat("x", 2001) + `"}}`)

// benchConns is how many senders there are.
const benchConns = 64

// benchTarget answers at once.
func benchTarget(b *testing.B) string {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		io.WriteString(w, "ok")
	}))
	b.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// load sends b.N signed requests over benchConns keep-alive connections by
// hand: the sender's own cost is small beside what it measures.
func load(b *testing.B, addr string, head string) {
	request := fmt.Appendf(nil, "POST /hook HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %d\r\n\r\n%s", addr, head, len(benchBody), benchBody)
	var group sync.WaitGroup
	used := cpuTime()
	b.ResetTimer()
	for i := range benchConns {
		n := b.N/benchConns + min(1, max(0, b.N%benchConns-i))
		group.Go(func() { sendMany(b, addr, request, n) })
	}
	group.Wait()
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
	b.ReportMetric(float64((cpuTime()-used).Microseconds())/float64(b.N), "cpu-µs/op")
}

func sendMany(b *testing.B, addr string, request []byte, n int) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		b.Error(err)
		return
	}
	defer conn.Close()
	buffer := make([]byte, 4096)
	for range n {
		if _, err := conn.Write(request); err != nil {
			b.Error(err)
			return
		}
		got, err := conn.Read(buffer) // the answer is small and comes in one piece
		if err != nil || !bytes.HasPrefix(buffer[:got], []byte("HTTP/1.1 200")) {
			b.Errorf("answer %q, %v", buffer[:got], err)
			return
		}
	}
}

// benchHead are a sender's headers, with a signature of benchBody.
func benchHead(b *testing.B) string {
	p, err := provider.Open().Get("standard")
	if err != nil {
		b.Fatal(err)
	}
	m, err := p.Scheme.Sign(&sign.Message{Method: "POST", Body: benchBody}, sign.Keys{Secrets: []string{testSecret}}, sign.Values{Time: time.Now(), ID: "msg_1"})
	if err != nil {
		b.Fatal(err)
	}
	head := "Content-Type: application/json\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n"
	for _, line := range m.Headers {
		head += line.Name + ": " + line.Value + "\r\n"
	}
	return head
}

// BenchmarkListener receives, verifies, records before the answer, and
// forwards.
func BenchmarkListener(b *testing.B) {
	target, err := send.ParseTarget(benchTarget(b))
	if err != nil {
		b.Fatal(err)
	}
	s := start(b, Options{Forward: []send.Target{target}})
	load(b, s.Addr(), benchHead(b))
	b.StopTimer()
	if c := s.Counts(); c.Succeeded != int64(b.N) {
		b.Fatalf("counts %+v of %d", c, b.N)
	}
}

// BenchmarkReverseProxy is the yardstick: httputil.ReverseProxy with idle
// connections for the load and a buffer pool, which neither verifies nor
// records.
func BenchmarkReverseProxy(b *testing.B) {
	target, err := url.Parse("http://" + benchTarget(b))
	if err != nil {
		b.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConns: 2 * benchConns, MaxIdleConnsPerHost: 2 * benchConns, DisableCompression: true}
	defer transport.CloseIdleConnections()
	proxy := &httputil.ReverseProxy{
		Rewrite:    func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:  transport,
		BufferPool: &bufferPool{},
	}
	server := httptest.NewServer(proxy)
	defer server.Close()
	load(b, server.Listener.Addr().String(), benchHead(b))
}

type bufferPool struct{ pool sync.Pool }

func (p *bufferPool) Get() []byte {
	if b, ok := p.pool.Get().(*[]byte); ok {
		return *b
	}
	return make([]byte, 32<<10)
}

func (p *bufferPool) Put(b []byte) { p.pool.Put(&b) }

// BenchmarkDirect is the target alone.
func BenchmarkDirect(b *testing.B) { load(b, benchTarget(b), benchHead(b)) }

// BenchmarkCaptured receives, verifies and records without forwarding.
func BenchmarkCaptured(b *testing.B) {
	s := start(b, Options{})
	load(b, s.Addr(), benchHead(b))
}

// BenchmarkHandler is the handler alone, with the store and without sockets on
// the sender's side.
func BenchmarkHandler(b *testing.B) {
	st, err := store.Open(context.Background(), b.TempDir(), store.Options{Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	keys := func(*provider.Profile) Keys { return Keys{Keys: sign.Keys{Secrets: []string{testSecret}}} }
	s, err := New(Options{Store: st, Registry: provider.Open(), Keys: keys, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	head := "POST /hook HTTP/1.1\r\nHost: h\r\n" + benchHead(b) + fmt.Sprintf("Content-Length: %d\r\n\r\n", len(benchBody))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		server, client := net.Pipe()
		defer server.Close()
		defer client.Close()
		s.doors.places <- struct{}{}
		ctx := withConn(context.Background(), s.newConn(server))
		for pb.Next() {
			r, err := http.ReadRequest(bufio.NewReader(io.MultiReader(strings.NewReader(head), bytes.NewReader(benchBody))))
			if err != nil {
				b.Error(err)
				return
			}
			w := httptest.NewRecorder()
			if s.ServeHTTP(w, r.WithContext(ctx)); w.Code != 200 {
				b.Errorf("status %d", w.Code)
				return
			}
		}
	})
}
