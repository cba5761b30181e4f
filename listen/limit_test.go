package listen

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// testLimits are what a server has that was not told otherwise.
var testLimits = DefaultLimits()

func TestRate(t *testing.T) {
	u := newUpstream(t, okAnswer)
	s := start(t, Options{Forward: []send.Target{u.Target}, Limits: Limits{Rate: 0.01}})
	if answer, _ := s.raw(t, post("/", "", "1")); answer.StatusCode != 200 {
		t.Fatalf("the first got %d", answer.StatusCode)
	}
	answer, _ := s.raw(t, post("/", "", "2"))
	if answer.StatusCode != 429 || answer.Header.Get("Retry-After") == "" {
		t.Errorf("the second got %d, Retry-After %q", answer.StatusCode, answer.Header.Get("Retry-After"))
	}
	if list := s.recorded(t); len(list) != 2 || list[1].Status != store.Rejected || list[1].StatusReason != ReasonRate || string(list[1].Request.Body) != "2" {
		t.Errorf("recorded %+v", list)
	}
}

func TestBodySizes(t *testing.T) {
	const limit = 300_000
	u := newUpstream(t, okAnswer)
	s := start(t, Options{Forward: []send.Target{u.Target}, Limits: Limits{MaxBody: limit}})
	for _, n := range []int{0, 1, 4095, 4096, 4097, freeBody - 1, freeBody, freeBody + 1, limit - 1, limit} {
		body := strings.Repeat("x", n)
		for name, request := range map[string]string{
			"length": post("/", "", body),
			"chunks": fmt.Sprintf("POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n%s0\r\n\r\n", chunk(body)),
		} {
			if answer, _ := s.raw(t, request); answer == nil || answer.StatusCode != 200 {
				t.Fatalf("%d bytes in %s: %v", n, name, answer)
			}
			if forwarded := <-u.requests; !strings.HasSuffix(forwarded, "\r\n\r\n"+body) {
				t.Errorf("%d bytes in %s: forwarded otherwise", n, name)
			}
		}
	}
	if s.memory.left != testLimits.MaxMemory {
		t.Errorf("%d bytes of memory were not given back", testLimits.MaxMemory-s.memory.left)
	}
}

func chunk(body string) string {
	if body == "" {
		return ""
	}
	return fmt.Sprintf("%x\r\n%s\r\n", len(body), body)
}

func TestMemoryAdmitsInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory(100)
		if !m.admit(60, 0) || !m.admit(40, 0) {
			t.Fatal("what fits was not admitted")
		}
		var order []string
		var mu sync.Mutex
		var group sync.WaitGroup
		ask := func(name string, size int64, limit time.Duration, want bool) {
			group.Go(func() {
				if got := m.admit(size, limit); got != want {
					t.Errorf("%s: admitted %v", name, got)
				}
				mu.Lock()
				defer mu.Unlock()
				order = append(order, name)
			})
			synctest.Wait()
		}
		ask("large", 90, time.Minute, true)
		ask("impatient", 10, time.Second, false)
		ask("small", 10, time.Minute, true)
		time.Sleep(2 * time.Second) // the impatient one gives up
		m.free(40)
		synctest.Wait()
		m.free(60)
		group.Wait()
		if got := strings.Join(order, " "); !strings.HasPrefix(got, "impatient ") || len(order) != 3 {
			t.Errorf("order %q", got)
		}
		m.free(100)
		if m.left != 100 {
			t.Errorf("%d left, want 100", m.left)
		}
	})
}

// Bodies in chunks, of which nobody knows how long they get, must not each take
// a part of the memory and wait for the others to give back theirs.
func TestChunkedBodiesDoNotWaitForEachOther(t *testing.T) {
	const n, size = 8, 1 << 20
	s := start(t, Options{Limits: Limits{MaxBody: size, MaxMemory: 3 * size, BodyTimeout: 2 * time.Second}})
	body := strings.Repeat("x", size/8)
	var begun, all sync.WaitGroup
	begun.Add(n)
	for range n {
		all.Go(func() {
			conn, err := net.Dial("tcp", s.Addr())
			if err != nil {
				t.Error(err)
				begun.Done()
				return
			}
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(20 * time.Second))
			io.WriteString(conn, "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"+chunk(body))
			begun.Done()
			begun.Wait()
			io.WriteString(conn, strings.Repeat(chunk(body), 7)+"0\r\n\r\n")
			if answer, _ := readAnswer(t, conn, "POST"); answer == nil || answer.StatusCode != 200 {
				t.Errorf("answered %v", answer)
			}
		})
	}
	all.Wait()
	if s.memory.left != 3*size {
		t.Errorf("%d bytes of memory were not given back", 3*size-s.memory.left)
	}
}

// A sender that is slow is ended by its limit, and harms nobody meanwhile.
func TestSlowBodyIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, pace := range map[string]struct {
			every time.Duration
			want  time.Duration
		}{"silence": {time.Hour, testLimits.BodyTimeout}, "dribble": {9 * time.Second, 3 * testLimits.BodyTimeout}} {
			server, client := net.Pipe()
			c := &conn{Conn: server}
			go func() {
				for {
					if _, err := client.Write([]byte("x")); err != nil {
						return
					}
					time.Sleep(pace.every)
				}
			}()
			s := &Server{o: Options{Now: time.Now, Limits: Limits{MaxBody: 1 << 20, BodyTimeout: testLimits.BodyTimeout}}, memory: newMemory(testLimits.MaxMemory)}
			began := time.Now()
			b := &bodyReader{server: s, conn: c, in: c, announced: 1000, began: began}
			refused := b.read()
			if took := time.Since(began); refused == nil || refused.status != 408 || took != pace.want {
				t.Errorf("%s: %+v after %s, want 408 after %s", name, refused, took, pace.want)
			}
			client.Close()
			server.Close()
			synctest.Wait()
			time.Sleep(2 * time.Hour) // the writer wakes up and ends
		}
	})
}

func TestConnectionsBeyondTheLimitWait(t *testing.T) {
	s := start(t, Options{Limits: Limits{MaxConns: 1}})
	idle, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(idle, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n")
	idle.SetDeadline(time.Now().Add(10 * time.Second))
	if answer, _ := readAnswer(t, idle, "POST"); answer.StatusCode != 200 {
		t.Fatal(answer.Status)
	}
	served := make(chan int, 1)
	go func() {
		answer, _ := s.raw(t, post("/", "", "x"))
		served <- answer.StatusCode
	}()
	select {
	case status := <-served:
		t.Fatalf("a second connection was served with %d", status)
	case <-time.After(50 * time.Millisecond):
	}
	idle.Close()
	if status := <-served; status != 200 {
		t.Errorf("status %d after the first had gone", status)
	}
}

func TestShutdownFinishesWhatIsUnderWay(t *testing.T) {
	const n = 20
	release := make(chan struct{})
	var arrived sync.WaitGroup
	arrived.Add(n)
	u := serveUpstream(t, func(net.Conn) string { arrived.Done(); <-release; return okAnswer })
	s := start(t, Options{Forward: []send.Target{u.Target}})
	silent, err := net.Dial("tcp", s.Addr()) // never says anything, and holds nothing up
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	var answered atomic.Int64
	var senders sync.WaitGroup
	for range n {
		senders.Go(func() {
			if answer, body := s.raw(t, post("/", "", "x")); answer != nil && answer.StatusCode == 200 && body == "ok" {
				answered.Add(1)
			}
		})
	}
	arrived.Wait()
	stopped := make(chan struct{})
	go func() { s.stop(); close(stopped) }()
	refused := func() bool {
		conn, err := net.Dial("tcp", s.Addr())
		if err == nil {
			conn.Close()
		}
		return err != nil
	}
	for limit := time.Now().Add(5 * time.Second); !refused(); {
		if time.Now().After(limit) {
			t.Fatal("new connections are accepted after the signal")
		}
	}
	close(release)
	<-stopped
	senders.Wait()
	if answered.Load() != n {
		t.Errorf("%d of %d senders were answered", answered.Load(), n)
	}
	for _, d := range s.recorded(t) {
		if d.Status != store.Succeeded || d.Answer == nil {
			t.Errorf("recorded %s, %+v", d.Status, d.Answer)
		}
	}
	if c := s.Counts(); c.Succeeded != n || c.Deliveries != n || c.Requests != n {
		t.Errorf("counts %+v", c)
	}
}

func TestShutdownInterruptsWhatDoesNotEnd(t *testing.T) {
	arrived := make(chan bool, 1)
	u := serveUpstream(t, func(c net.Conn) string { arrived <- true; io.Copy(io.Discard, c); return "" })
	s := start(t, Options{Forward: []send.Target{u.Target}})
	answers := make(chan string, 1)
	go func() {
		answer, _ := s.raw(t, post("/", "", "x"))
		if answer == nil {
			answers <- "none"
			return
		}
		answers <- answer.Status
	}()
	<-arrived
	s.end(errShutdown) // what the drain does when its time is over
	if got := <-answers; !strings.HasPrefix(got, "503") {
		t.Errorf("the sender got %s, want 503", got)
	}
	s.stop()
	if d := s.only(t); d.Status != store.Interrupted || d.Attempts[0].ErrorKind != store.ErrCanceled {
		t.Errorf("recorded %s, %+v", d.Status, d.Attempts)
	}
}

// A sender that goes away does not take its delivery with it.
func TestSenderGoesAway(t *testing.T) {
	arrived, release := make(chan bool), make(chan bool)
	u := serveUpstream(t, func(net.Conn) string { arrived <- true; <-release; return okAnswer })
	s := start(t, Options{Forward: []send.Target{u.Target}})
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(conn, post("/", "", "x"))
	<-arrived
	conn.Close()
	release <- true
	s.stop()
	if d := s.only(t); d.Status != store.Succeeded {
		t.Errorf("recorded %s", d.Status)
	}
}

// What cannot be recorded is refused, and after the first nothing is
// forwarded.
func TestStoreThatRefuses(t *testing.T) {
	u := newUpstream(t, okAnswer)
	st, err := store.Open(context.Background(), t.TempDir(), store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, Options{Forward: []send.Target{u.Target}})
	// The server has begun, and reads its options no more, when it answers.
	if answer, _ := s.raw(t, post("/", "", "x")); answer.StatusCode != 200 {
		t.Fatalf("status %d while the store works", answer.StatusCode)
	}
	before := len(u.requests)
	st.Close()
	working := s.Server.o.Store
	s.Server.o.Store = st
	for range 3 {
		answer, _ := s.raw(t, post("/", "", "x"))
		if answer.StatusCode != 503 || answer.Header.Get("Retry-After") == "" {
			t.Errorf("status %d, Retry-After %q", answer.StatusCode, answer.Header.Get("Retry-After"))
		}
	}
	if n := len(u.requests) - before; n > 1 {
		t.Errorf("%d requests were forwarded, though none could be recorded", n)
	}
	if !s.warned("cannot be recorded") || len(s.warnings) > 2 {
		t.Errorf("warnings %q, want one", s.warnings)
	}
	s.Server.o.Store = working
	if answer, _ := s.raw(t, post("/", "", "x")); answer.StatusCode != 200 {
		t.Errorf("status %d after the store works again", answer.StatusCode)
	}
}

func TestRespond(t *testing.T) {
	u := newUpstream(t, okAnswer)
	forward := []send.Target{u.Target}
	statuses := func(s *running, n int) string {
		var got []string
		for range n {
			answer, _ := s.raw(t, post("/", "", "x"))
			if answer == nil {
				got = append(got, "-")
				continue
			}
			got = append(got, fmt.Sprint(answer.StatusCode))
		}
		return strings.Join(got, " ")
	}
	tests := []struct {
		name string
		r    Respond
		want string
	}{
		{"a status", Respond{Statuses: []int{418}}, "418 418 418 418"},
		{"a sequence", Respond{Statuses: []int{500, 409, 200}}, "500 409 200 200"},
		{"dropped", Respond{Drop: true}, "- - - -"},
		{"failing always", Respond{FailRate: 1, Rand: rand.New(rand.NewPCG(1, 1))}, "500 500 500 500"},
		{"failing now and then", Respond{FailRate: 0.5, Rand: rand.New(rand.NewPCG(1, 2))}, failures(4, false)},
		{"dropping now and then", Respond{FailRate: 0.5, Drop: true, Rand: rand.New(rand.NewPCG(1, 2))}, failures(4, true)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, Options{Forward: forward, Respond: tt.r})
			if got := statuses(s, 4); got != tt.want {
				t.Errorf("answers %s, want %s", got, tt.want)
			}
			if list := s.recorded(t); len(list) != 4 || list[0].Status != store.Succeeded {
				t.Errorf("recorded %d, the first %s: forwarding goes on beside", len(list), list[0].Status)
			}
		})
	}
	s := start(t, Options{Forward: append(forward, forward...), Respond: Respond{Drop: true}})
	if got := statuses(s, 1); got != "-" {
		t.Errorf("answer %s, want none", got)
	}
	s.stop() // returns only if the forward beside has ended, too
	if list := s.recorded(t); len(list) != 2 || list[1].Status != store.Succeeded || list[1].Answer != nil {
		t.Errorf("recorded %d", len(list))
	}
	s = start(t, Options{Respond: Respond{Body: []byte("b"), Headers: sign.Headers{{Name: "X-A", Value: "1"}, {Name: "X-A", Value: "2"}}}})
	if answer, body := s.raw(t, post("/", "", "x")); body != "b" || strings.Join(answer.Header["X-A"], ",") != "1,2" {
		t.Errorf("answer %v %q", answer, body)
	}
}

// failures draws as the responder does.
func failures(n int, drop bool) string {
	random := rand.New(rand.NewPCG(1, 2))
	var list []string
	for range n {
		switch failed := random.Float64() < 0.5; {
		case failed && drop:
			list = append(list, "-")
		case failed:
			list = append(list, "500")
		default:
			list = append(list, "200")
		}
	}
	return strings.Join(list, " ")
}

// With few descriptors and many clients the server waits, and recovers.
func TestAcceptErrorsAreWaitedOut(t *testing.T) {
	s := start(t, Options{})
	failing := &failingListener{Listener: s.listeners[0], left: 3}
	d := &door{failing, s.Server}
	go func() {
		conn, err := net.Dial("tcp", s.Addr())
		if err == nil {
			defer conn.Close()
			io.Copy(io.Discard, conn)
		}
	}()
	conn, err := d.Accept()
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if !s.warned("cannot accept") || failing.left != 0 {
		t.Errorf("warnings %q, %d failures left", s.warnings, failing.left)
	}
}

type failingListener struct {
	net.Listener
	left int
}

func (l *failingListener) Accept() (net.Conn, error) {
	if l.left > 0 {
		l.left--
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept", fmt.Errorf("too many open files"))}
	}
	server, client := net.Pipe()
	client.Close()
	return server, nil
}

func TestProviderIsKnown(t *testing.T) {
	_, err := New(Options{Registry: provider.Open(), Provider: "strype"})
	var unknown interface{ Unknown() (string, []string) }
	if u, ok := err.(interface{ Unknown() (string, []string) }); !ok {
		t.Errorf("New: %v, want an error that names the known ones", err)
	} else {
		unknown = u
	}
	if word, known := unknown.Unknown(); word != "strype" || len(known) == 0 {
		t.Errorf("Unknown() = %q, %q", word, known)
	}
}
