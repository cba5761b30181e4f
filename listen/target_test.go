package listen

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

// targetFault is a target that misbehaves, what the sender is told of it, and
// what is recorded.
type targetFault struct {
	name   string
	serve  func(net.Conn) string // nil where target is set
	target func(*testing.T) send.Target
	body   int
	status int    // to the sender
	kinds  string // of the attempt, "" for none; some races admit two
	code   int    // of the attempt
	text   string // what its error must mention
	state  string // of the delivery, Failed where it is empty
}

func says(text string) func(net.Conn) string { return func(net.Conn) string { return text } }

// writes sends text and closes.
func writes(text string) func(net.Conn) string {
	return func(c net.Conn) string { io.WriteString(c, text); return "" }
}

func hangs(c net.Conn) string { io.Copy(io.Discard, c); return "" }

func resets(c net.Conn) string { c.(*net.TCPConn).SetLinger(0); return "" }

// dribbles writes a byte at a time until nobody reads any more.
func dribbles(text string) func(net.Conn) string {
	return func(c net.Conn) string {
		for i := range len(text) {
			if _, err := c.Write([]byte{text[i]}); err != nil {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		return ""
	}
}

var targetFaults = []targetFault{
	{name: "nothing listens", target: nobody, status: 502, kinds: store.ErrConnect, text: "[::1]:"},
	{name: "a name without an address", target: parsed("http://no-such-host.invalid"), status: 502, kinds: "dns timeout"},
	{name: "no such socket", target: parsed("unix:/nowhere/s"), status: 502, kinds: store.ErrConnect},
	{name: "never reads", target: deaf, status: 504, kinds: store.ErrTimeout, text: "first byte"},
	{name: "never reads a large body", target: deaf, body: 8 << 20, status: 504, kinds: store.ErrTimeout, text: "writing the request"},
	{name: "never answers", serve: hangs, status: 504, kinds: store.ErrTimeout, text: "first byte"},
	{name: "a header byte at a time", serve: dribbles("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 500)), status: 504, kinds: store.ErrTimeout},
	{name: "a body byte at a time", serve: dribbles("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + strings.Repeat("x", 500)), status: 504, kinds: store.ErrTimeout},
	{name: "a body that stops", serve: func(c net.Conn) string {
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12")
		return hangs(c)
	},
		status: 504, kinds: store.ErrTimeout, code: 200, text: "reading the answer"},
	{name: "reset after the request", serve: resets, status: 502, kinds: store.ErrReset},
	{name: "end after the request", serve: says(""), status: 502, kinds: store.ErrReset, text: "without an answer"},
	{name: "end after the headers", serve: writes("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"), status: 502, kinds: store.ErrReset, code: 200},
	{name: "end after half the answer", serve: writes("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc"), status: 502, kinds: store.ErrReset, code: 200},
	{name: "last chunk missing", serve: writes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), status: 502, kinds: store.ErrReset, code: 200},
	{name: "bad chunk", serve: writes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), status: 502, kinds: store.ErrProtocol, code: 200},
	{name: "two lengths", serve: writes("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), status: 502, kinds: store.ErrProtocol, code: 200},
	{name: "negative length", serve: writes("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), status: 502, kinds: store.ErrProtocol, code: 200},
	{name: "a garbage status line", serve: writes("HTTP/1.1 banana\r\n\r\n"), status: 502, kinds: store.ErrProtocol, text: "banana"},
	{name: "an SSH banner", serve: writes("SSH-2.0-x\x1b\r\n"), status: 502, kinds: store.ErrProtocol, text: `\x1b`},
	{name: "a TLS alert", serve: writes("\x15\x03\x01\x00\x02\x02\x46"), status: 502, kinds: store.ErrProtocol, text: "https"},
	{name: "an unasked 101", serve: writes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), status: 502, kinds: store.ErrProtocol},
	{name: "interim answers for ever", serve: writes(strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 20_000)), status: 502, kinds: store.ErrTooLarge},
	{name: "a header of 1 MB", serve: writes("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\n"), status: 502, kinds: store.ErrTooLarge},
	{name: "413 before the body is read", target: refuses, body: 5 << 20, status: 413, code: 413},
	{name: "plain HTTP behind https", target: plain, status: 502, kinds: store.ErrTLS, text: "http"},
	{name: "a certificate of its own", target: selfSigned, status: 502, kinds: store.ErrTLS, text: "self-signed"},
	{name: "a redirect", serve: says("HTTP/1.1 302 Found\r\nLocation: //elsewhere.invalid/\r\nContent-Length: 0\r\n\r\n"), status: 302, kinds: store.ErrRedirect, code: 302},
	{name: "10 MB on a 204", serve: writes("HTTP/1.1 204 No Content\r\n\r\n" + strings.Repeat("x", 10<<20)), status: 204, code: 204, state: store.Succeeded},
	{name: "an error of its own", serve: says("HTTP/1.1 409 Conflict\r\nContent-Length: 0\r\n\r\n"), status: 409, code: 409},
}

// TestTargetsThatMisbehave: whatever a target does, the sender is told the
// truth, the attempt has its class and its phase, nothing is called a success,
// and the next request is served.
func TestTargetsThatMisbehave(t *testing.T) {
	for _, f := range targetFaults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			place := f.target
			if place == nil {
				place = func(t *testing.T) send.Target { return serveUpstream(t, f.serve).Target }
			}
			s := start(t, Options{Forward: []send.Target{place(t)}, Timeout: 400 * time.Millisecond})
			answer, text := s.raw(t, post("/private", "", strings.Repeat("b", f.body)))
			if answer == nil || answer.StatusCode != f.status {
				t.Fatalf("the sender is told %v %.200q, want %d", answer, text, f.status)
			}
			d := s.only(t)
			if d.Answer == nil || d.Answer.StatusCode != f.status || len(d.Attempts) != 1 {
				t.Fatalf("recorded the answer %+v and %d attempts", d.Answer, len(d.Attempts))
			}
			a := d.Attempts[0]
			if f.kinds == "" && a.ErrorKind != "" || f.kinds != "" && !strings.Contains(" "+f.kinds+" ", " "+a.ErrorKind+" ") || !strings.Contains(a.Error, f.text) || a.StatusCode != f.code {
				t.Errorf("attempt: %q, %d, %q; want %q, %d, %q", a.ErrorKind, a.StatusCode, a.Error, f.kinds, f.code, f.text)
			}
			if want := cmp.Or(f.state, store.Failed); d.Status != want {
				t.Errorf("recorded as %s, want %s", d.Status, want)
			}
			if made := f.status == 502 || f.status == 504; made && (!strings.Contains(text, a.ErrorKind) || strings.Count(text, "\n") != 1 || strings.Contains(text, "private")) {
				t.Errorf("the sender reads %q", text)
			}
			if len(d.Request.Body) != f.body {
				t.Errorf("%d bytes are recorded, not %d", len(d.Request.Body), f.body)
			}
			s.stop()
			if s.memory.left != testLimits.MaxMemory {
				t.Errorf("%d bytes of memory were not given back", testLimits.MaxMemory-s.memory.left)
			}
		})
	}
}

func parsed(text string) func(*testing.T) send.Target {
	return func(t *testing.T) send.Target {
		t.Helper()
		place, err := send.ParseTarget(text)
		if err != nil {
			t.Fatal(err)
		}
		return place
	}
}

// nobody is a port on which nothing listens, named without an address.
func nobody(t *testing.T) send.Target {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return parsed(port)(t)
}

// accepting hands every connection to serve, which closes it.
func accepting(t *testing.T, scheme string, serve func(net.Conn)) send.Target {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serve(c)
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return parsed(scheme + "://" + l.Addr().String())(t)
}

// deaf accepts and reads nothing until the other side has gone.
func deaf(t *testing.T) send.Target {
	return accepting(t, "http", func(c net.Conn) { t.Cleanup(func() { c.Close() }) })
}

// refuses answers before it has read anything.
func refuses(t *testing.T) send.Target {
	return accepting(t, "http", func(c net.Conn) {
		io.WriteString(c, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n")
		c.Close()
	})
}

func plain(t *testing.T) send.Target {
	return accepting(t, "https", func(c net.Conn) { writes("HTTP/1.1 400 Bad Request\r\n\r\n")(c); hangs(c); c.Close() })
}

func selfSigned(t *testing.T) send.Target {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	return accepting(t, "https", func(c net.Conn) { tls.Server(c, config).Handshake(); hangs(c); c.Close() })
}

// TestTargetComesLater: what failed for want of a target says so; when it is
// there, the next delivery gets through.
func TestTargetComesLater(t *testing.T) {
	place := nobody(t)
	notes := make(chan string, 9)
	s := start(t, Options{Forward: []send.Target{place}, Note: func(text string) { notes <- text }})
	for range 2 {
		if answer, _ := s.raw(t, post("/1", "", "x")); answer.StatusCode != 502 {
			t.Fatalf("status %d without a target", answer.StatusCode)
		}
	}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", place.Port))
	if err != nil {
		t.Skipf("the port is taken: %v", err)
	}
	defer l.Close()
	served := make(chan bool)
	go func() {
		defer close(served)
		for answered := false; !answered; {
			c, err := l.Accept()
			if err != nil {
				return
			}
			// The look whether it is there sends nothing.
			if n, _ := c.Read(make([]byte, 4096)); n > 0 {
				io.WriteString(c, okAnswer)
				answered = true
			}
			c.Close()
		}
	}()
	if text := <-notes; !strings.Contains(text, place.String()) {
		t.Errorf("when the target was back, the note was %q", text)
	}
	if answer, _ := s.raw(t, post("/2", "", "x")); answer.StatusCode != 200 {
		t.Errorf("status %d with one", answer.StatusCode)
	}
	<-served
	if list := s.recorded(t); list[0].Status != store.Failed || list[2].Status != store.Succeeded {
		t.Errorf("recorded %s and %s", list[0].Status, list[2].Status)
	}
	if len(notes) > 0 {
		t.Errorf("one more note: %q", <-notes)
	}
}

// TestSlowTargetDelaysNobody: while one delivery hangs, others come and go; an
// answer after the time-out does not count.
func TestSlowTargetDelaysNobody(t *testing.T) {
	released, waiting := make(chan bool), make(chan bool, 1)
	var u *upstream
	u = serveUpstream(t, func(net.Conn) string {
		if request := <-u.requests; strings.HasPrefix(request, "POST /slow ") {
			waiting <- true
			<-released
		}
		return okAnswer
	})
	s := start(t, Options{Forward: []send.Target{u.Target}, Timeout: time.Second})
	slow := make(chan int)
	go func() {
		answer, _ := s.raw(t, post("/slow", "", "x"))
		slow <- answer.StatusCode
	}()
	<-waiting
	for range 20 {
		if answer, _ := s.raw(t, post("/fast", "", "x")); answer.StatusCode != 200 {
			t.Errorf("status %d beside a slow one", answer.StatusCode)
		}
	}
	select {
	case status := <-slow:
		t.Fatalf("the slow one was answered %d before the others", status)
	default:
	}
	if status := <-slow; status != 504 {
		t.Errorf("the slow one was answered %d", status)
	}
	close(released) // its answer comes now
	s.stop()
	for _, d := range s.recorded(t) {
		if slow := d.Request.Target == "/slow"; (d.Status == store.Failed) != slow || len(d.Attempts) != 1 {
			t.Errorf("%s is recorded as %s with %d attempts", d.Request.Target, d.Status, len(d.Attempts))
		}
	}
}

// TestHostileAnswerIsRelayed: what a target answers is the sender's business,
// byte for byte, and none of ours.
func TestHostileAnswerIsRelayed(t *testing.T) {
	lines := "Set-Cookie: a=b\r\nSet-Cookie: c=d\r\nStrict-Transport-Security: max-age=9\r\nAccess-Control-Allow-Origin: *\r\nX-Caf: caf\xe9\r\n"
	u := newUpstream(t, "HTTP/1.1 200 \x1b]0;x\r\n"+lines+"Content-Length: 6\r\n\r\n\x1b[2J\r\n")
	s := start(t, Options{Forward: []send.Target{u.Target}})
	for range 2 { // no cookie is kept for the second
		answer, body := s.raw(t, post("/", "", "x"))
		if answer == nil || answer.StatusCode != 200 || body != "\x1b[2J\r\n" {
			t.Fatalf("relayed %v %q", answer, body)
		}
		h := answer.Header
		if strings.Join(h["Set-Cookie"], ",") != "a=b,c=d" || h.Get("X-Caf") != "caf\xe9" || h.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("headers %q", h)
		}
		if request := <-u.requests; strings.Contains(request, "Cookie") {
			t.Errorf("forwarded with a cookie: %q", request)
		}
	}
}

// TestEndlessAnswer: an answer without an end is passed on until the time-out
// and takes no more memory than what is kept of it.
func TestEndlessAnswer(t *testing.T) {
	chunk := "10000\r\n" + strings.Repeat("x", 1<<16) + "\r\n"
	u := serveUpstream(t, func(c net.Conn) string {
		io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		for {
			if _, err := io.WriteString(c, chunk); err != nil {
				return ""
			}
		}
	})
	s := start(t, Options{Forward: []send.Target{u.Target}, Timeout: 500 * time.Millisecond})
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	io.WriteString(conn, post("/", "", "x"))
	n, _ := io.Copy(io.Discard, conn)
	s.stop()
	d := s.only(t)
	if a := d.Attempts[0]; n <= send.KeptBody || d.Status != store.Failed || a.ErrorKind != store.ErrTimeout || len(a.ResponseBody) != send.KeptBody || !a.ResponseTruncated {
		t.Errorf("passed on %d bytes, kept %d, recorded as %s: %s", n, len(a.ResponseBody), d.Status, a.ErrorKind)
	}
}
