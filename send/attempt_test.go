package send

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fault is a target that misbehaves, and the class it must get.
type fault struct {
	name  string
	serve func(net.Conn)
	body  string
	kinds string // the classes that are right, "" for none; some races admit two
	code  int
	text  string // what the error must mention
}

var faults = []fault{
	{name: "accepts and never reads", kinds: store.ErrTimeout, text: phaseFirstByte},
	{name: "never reads a large body", body: xs(8 << 20), kinds: store.ErrTimeout, text: phaseWrite},
	{name: "reads and never answers", serve: hang, kinds: store.ErrTimeout, text: phaseFirstByte},
	{name: "header byte by byte", serve: func(c net.Conn) { slowly(c, "HTTP/1.1 200 OK\r\nX: "+xs(500)) }, kinds: store.ErrTimeout},
	{name: "body byte by byte", serve: func(c net.Conn) { slowly(c, "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"+xs(500)) }, kinds: store.ErrTimeout},
	{name: "body that stops", serve: func(c net.Conn) { io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12"); hang(c) }, kinds: store.ErrTimeout, code: 200, text: phaseBody},
	{name: "reset at accept", serve: reset, kinds: store.ErrReset + " " + store.ErrConnect},
	{name: "reset after the request", serve: func(c net.Conn) { readRequest(c); reset(c) }, kinds: store.ErrReset},
	{name: "end after the request", serve: answering(""), kinds: store.ErrReset, text: "without an answer"},
	{name: "end inside the status line", serve: answering("HTTP/1.1 2"), kinds: store.ErrReset},
	{name: "end after the headers", serve: answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"), kinds: store.ErrReset, code: 200},
	{name: "end after half the answer", serve: answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc"), kinds: store.ErrReset, code: 200},
	{name: "reset after half the answer", serve: func(c net.Conn) { answering("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc")(c); reset(c) }, kinds: store.ErrReset, code: 200},
	{name: "two lengths", serve: answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), kinds: store.ErrProtocol, code: 200, text: "two lengths"},
	{name: "negative length", serve: answering("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), kinds: store.ErrProtocol, code: 200},
	{name: "huge length", serve: answering("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n"), kinds: store.ErrProtocol, code: 200},
	{name: "bad chunk", serve: answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"), kinds: store.ErrProtocol, code: 200},
	{name: "last chunk missing", serve: answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), kinds: store.ErrReset, code: 200},
	{name: "trailer missing", serve: answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"), kinds: store.ErrReset, code: 200},
	{name: "unknown transfer encoding", serve: answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"), kinds: store.ErrProtocol, code: 200},
	{name: "garbage status line", serve: answering("HTTP/1.1 banana\r\n\r\n"), kinds: store.ErrProtocol, text: "banana"},
	{name: "status of four digits", serve: answering("HTTP/1.1 2000 OK\r\n\r\n"), kinds: store.ErrProtocol},
	{name: "status below 100", serve: answering("HTTP/1.1 099 OK\r\n\r\n"), kinds: store.ErrProtocol},
	{name: "another version", serve: answering("HTTP/2.0 200 OK\r\n\r\n"), kinds: store.ErrProtocol},
	{name: "an SSH banner", serve: answering("SSH-2.0-OpenSSH_9.9\r\n"), kinds: store.ErrProtocol, text: "SSH-2.0"},
	{name: "a TLS alert", serve: answering("\x15\x03\x01\x00\x02\x02\x46"), kinds: store.ErrProtocol, text: "https"},
	{name: "header without colon", serve: answering("HTTP/1.1 200 OK\r\nbroken\r\n\r\n"), kinds: store.ErrProtocol, code: 200},
	{name: "bare CR in a header", serve: answering("HTTP/1.1 200 OK\r\nX: a\rb\r\n\r\n"), kinds: store.ErrProtocol, code: 200},
	{name: "unasked 101", serve: answering("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), kinds: store.ErrProtocol, text: "switched"},
	{name: "header of 1 MB", serve: answering("HTTP/1.1 200 OK\r\nX: " + xs(1<<20) + "\r\n\r\n"), kinds: store.ErrTooLarge},
	{name: "interim answers for ever", serve: answering(strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", 10_000)), kinds: store.ErrTooLarge},
	{name: "413 at once, then close", serve: refuseUnread, body: xs(5 << 20), code: 413},
	{name: "413 at once, kept open", serve: func(c net.Conn) { io.WriteString(c, refusal); hang(c) }, body: xs(5 << 20), code: 413},
	{name: "redirect", serve: answering("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\x1b\r\nContent-Length: 0\r\n\r\n"), kinds: store.ErrRedirect, code: 302, text: `\x1b`},
	{name: "redirect to nowhere", serve: answering("HTTP/1.1 308 Permanent Redirect\r\nContent-Length: 0\r\n\r\n"), kinds: store.ErrRedirect, code: 308},
	{name: "not modified", serve: answering("HTTP/1.1 304 Not Modified\r\n\r\n"), code: 304},
	{name: "10 MB on a 204", serve: answering("HTTP/1.1 204 No Content\r\n\r\n" + xs(1<<20)), code: 204},
	{name: "an HTTP/1.0 answer without a length", serve: answering("HTTP/1.0 500 Oops\r\n\r\nwhy"), code: 500},
	{name: "interim answers first", serve: answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"), code: 201},
	{name: "the same length twice", serve: answering("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nok"), code: 200},
}

const refusal = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"

// refuseUnread answers without reading the body and closes, which the kernel
// turns into a reset.
func refuseUnread(c net.Conn) { io.WriteString(c, refusal) }

func TestAttemptFaults(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			if f.serve == nil {
				f.serve = func(net.Conn) { <-t.Context().Done() } // never reads
			}
			client := newClient(t, 300*time.Millisecond)
			x := client.Attempt(context.Background(), target(t, f.serve), post(f.body))
			x.Close()
			if !contains(f.kinds, x.Kind) {
				t.Errorf("kind = %q (%v), want %q", x.Kind, x.Err, f.kinds)
			}
			if f.code != 0 && x.StatusCode != f.code {
				t.Errorf("status = %d (%v), want %d", x.StatusCode, x.Err, f.code)
			}
			if (x.Kind == "") != (x.Err == nil) {
				t.Errorf("kind %q with error %v", x.Kind, x.Err)
			}
			if f.text != "" && (x.Err == nil || !strings.Contains(x.Err.Error(), f.text)) {
				t.Errorf("error = %v, want it to mention %q", x.Err, f.text)
			}
			if x.Kind != "" && x.Kind != store.ErrRedirect && x.Answered() {
				t.Error("a failed exchange says that it was answered")
			}
		})
	}
}

func contains(list, word string) bool {
	if list == "" {
		return word == ""
	}
	for one := range strings.FieldsSeq(list) {
		if one == word {
			return true
		}
	}
	return false
}

func TestAttemptNothingListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	listener.Close()
	x := newClient(t, time.Minute).Attempt(t.Context(), mustParse(t, port), post("x"))
	if x.Kind != store.ErrConnect {
		t.Fatalf("kind = %q (%v), want connect", x.Kind, x.Err)
	}
	for _, address := range []string{"127.0.0.1:" + port, "[::1]:" + port} {
		if !strings.Contains(x.Err.Error(), address) {
			t.Errorf("error %q does not name %s", x.Err, address)
		}
	}
}

func TestAttemptUnknownName(t *testing.T) {
	x := newClient(t, 5*time.Second).Attempt(t.Context(), mustParse(t, "http://no-such-host.invalid"), post("x"))
	if x.Kind != store.ErrDNS && x.Kind != store.ErrTimeout {
		t.Fatalf("kind = %q (%v), want dns", x.Kind, x.Err)
	}
}

func TestAttemptCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	place := target(t, func(c net.Conn) { readRequest(c); cancel(); hang(c) })
	x := newClient(t, time.Minute).Attempt(ctx, place, post("x"))
	if x.Kind != store.ErrCanceled {
		t.Fatalf("kind = %q (%v), want canceled", x.Kind, x.Err)
	}
	if x = newClient(t, time.Minute).Attempt(ctx, place, post("x")); x.Kind != store.ErrCanceled {
		t.Fatalf("kind with a context that is done = %q (%v), want canceled", x.Kind, x.Err)
	}
}

func TestAttemptSendsExactBytes(t *testing.T) {
	received := make(chan string, 1)
	place := target(t, func(c net.Conn) {
		buffer := make([]byte, 4096)
		n, _ := c.Read(buffer)
		received <- string(buffer[:n])
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	})
	out := Outgoing{Method: "post", RequestTarget: "//a/../%2e?x=%zz&y=1;z\xff", Host: "elsewhere", Body: []byte("b\x00dy"), Headers: sign.Headers{
		{Name: "x-LOWER", Value: "caf\xe9"}, {Name: "X-Twice", Value: "1"}, {Name: "Empty", Value: ""}, {Name: "x-twice", Value: "2"},
	}}
	x := newClient(t, time.Second).Attempt(t.Context(), place, out)
	if x.Err != nil {
		t.Fatal(x.Err)
	}
	want := "post //a/../%2e?x=%zz&y=1;z\xff HTTP/1.1\r\nHost: elsewhere\r\nx-LOWER: caf\xe9\r\nX-Twice: 1\r\nEmpty: \r\nx-twice: 2\r\nContent-Length: 4\r\n\r\nb\x00dy"
	if got := <-received; got != want {
		t.Errorf("sent\n%q, want\n%q", got, want)
	}
}

func TestAttemptRefusesWhatBreaksLines(t *testing.T) {
	place := mustParse(t, "127.0.0.1:1")
	for name, out := range map[string]Outgoing{
		"method":       {Method: "GET /", RequestTarget: "/"},
		"no method":    {RequestTarget: "/"},
		"target":       {Method: "GET", RequestTarget: "/ HTTP/1.1\r\nX: y"},
		"no target":    {Method: "GET"},
		"host":         {Method: "GET", RequestTarget: "/", Host: "a\r\nX: y"},
		"header name":  {Method: "GET", RequestTarget: "/", Headers: sign.Headers{{Name: "X Y"}}},
		"header value": {Method: "GET", RequestTarget: "/", Headers: sign.Headers{{Name: "X", Value: "a\nb"}}},
	} {
		if x := newClient(t, time.Second).Attempt(t.Context(), place, out); x.Kind != store.ErrProtocol || x.RemoteIP != "" {
			t.Errorf("%s: kind = %q (%v), want it refused before anything is dialed", name, x.Kind, x.Err)
		}
	}
}

func TestAttemptKeepsConnections(t *testing.T) {
	connections := make(chan bool, 16)
	place := target(t, func(c net.Conn) {
		connections <- true
		for readRequest(c) == nil {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Trailer: 1\r\n\r\n")
		}
	})
	client := newClient(t, time.Second)
	for range 5 {
		if x := client.Attempt(t.Context(), place, post(xs(40_000))); x.Err != nil || string(x.Body) != "ok" || !x.Complete {
			t.Fatalf("answer %q, %v", x.Body, x.Err)
		}
	}
	if n := len(connections); n != 1 {
		t.Errorf("%d connections for 5 exchanges, want 1", n)
	}
}

// A connection that the target closed between two exchanges is replaced, and
// the request arrives once.
func TestAttemptStaleConnection(t *testing.T) {
	for name, end := range map[string]func(net.Conn){"end": func(c net.Conn) { c.Close() }, "reset": reset} {
		t.Run(name, func(t *testing.T) {
			requests, closed := make(chan bool, 16), make(chan bool, 16)
			place := target(t, func(c net.Conn) {
				if readRequest(c) == nil {
					requests <- true
					io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
				}
				end(c)
				closed <- true
			})
			client := newClient(t, time.Second)
			for i := range 4 {
				if x := client.Attempt(t.Context(), place, post("x")); x.Err != nil {
					t.Fatalf("exchange %d: %v", i, x.Err)
				}
				<-closed
			}
			if n := len(requests); n != 4 {
				t.Errorf("%d requests arrived, want 4", n)
			}
		})
	}
}

func TestAttemptLongAnswer(t *testing.T) {
	const size = 3 << 20
	place := target(t, answering("HTTP/1.1 200 OK\r\nContent-Length: 3145728\r\n\r\n"+xs(size)))
	client := newClient(t, 5*time.Second)

	x := client.Attempt(t.Context(), place, post("x"))
	if !x.More() || x.Complete || len(x.Body) != KeptBody {
		t.Fatalf("more %v, complete %v, kept %d bytes", x.More(), x.Complete, len(x.Body))
	}
	var relayed bytes.Buffer
	if err := x.Relay(&relayed); err != nil {
		t.Fatal(err)
	}
	attempt := x.Attempt(1, store.TriggerReceived)
	if relayed.Len() != size-KeptBody || x.Size != size || !x.Complete || !attempt.ResponseTruncated || attempt.ErrorKind != "" {
		t.Errorf("relayed %d, size %d, complete %v, truncated %v, kind %q", relayed.Len(), x.Size, x.Complete, attempt.ResponseTruncated, attempt.ErrorKind)
	}

	// Another client: the target closes unannounced, which the first one may
	// not have noticed yet.
	x = newClient(t, 5*time.Second).Attempt(t.Context(), place, post("x"))
	x.Close()
	if attempt := x.Attempt(1, store.TriggerManual); x.More() || !attempt.ResponseTruncated || attempt.ErrorKind != "" {
		t.Errorf("given up: more %v, truncated %v, kind %q", x.More(), attempt.ResponseTruncated, attempt.ErrorKind)
	}
}

func TestAttemptLongAnswerBreaksOff(t *testing.T) {
	place := target(t, answering("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n"+xs(2<<20)))
	x := newClient(t, 5*time.Second).Attempt(t.Context(), place, post("x"))
	if err := x.Relay(io.Discard); err != nil {
		t.Fatal(err)
	}
	if x.Kind != store.ErrReset || x.Complete || x.Size != 2<<20 {
		t.Errorf("kind %q, complete %v, size %d; want reset after %d bytes", x.Kind, x.Complete, x.Size, 2<<20)
	}
}

func TestAttemptLocalhost(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		place := serveOn(t, address, answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
		named := mustParse(t, "localhost:"+place.Authority()[strings.LastIndex(place.Authority(), ":")+1:])
		x := newClient(t, time.Second).Attempt(t.Context(), named, post("x"))
		if want, _, _ := net.SplitHostPort(address); x.Err != nil || x.RemoteIP != want {
			t.Errorf("localhost served on %s: reached %q, %v", address, x.RemoteIP, x.Err)
		}
	}
}

func TestAttemptUnixSocket(t *testing.T) {
	path := t.TempDir() + "/s"
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Skip(err)
	}
	acceptAll(t, listener, answering("HTTP/1.1 204 No Content\r\n\r\n"))
	client := newClient(t, time.Second)
	if x := client.Attempt(t.Context(), mustParse(t, "unix:"+path), post("x")); x.StatusCode != 204 {
		t.Errorf("status %d, %v", x.StatusCode, x.Err)
	}
	if x := client.Attempt(t.Context(), mustParse(t, "unix:"+path+"-gone"), post("x")); x.Kind != store.ErrConnect {
		t.Errorf("a socket that is not there: kind %q, %v", x.Kind, x.Err)
	}
}

func TestAttemptCredentialsAreMasked(t *testing.T) {
	received := make(chan string, 1)
	place := target(t, func(c net.Conn) {
		buffer := make([]byte, 4096)
		n, _ := c.Read(buffer)
		received <- string(buffer[:n])
	})
	named := mustParse(t, "http://user:s%20cret@"+place.Authority())
	x := newClient(t, time.Second).Attempt(t.Context(), named, Outgoing{Method: "GET", RequestTarget: "/",
		Headers: sign.Headers{{Name: "authorization", Value: "Bearer theirs"}}})
	if got := <-received; !strings.Contains(got, "Authorization: Basic dXNlcjpzIGNyZXQ=\r\n") || strings.Contains(got, "theirs") {
		t.Errorf("sent %q", got)
	}
	attempt := x.Attempt(1, store.TriggerManual)
	if value, _ := attempt.RequestHeaders.Get("Authorization"); value != "Basic ***" || !strings.HasPrefix(attempt.URL, "http://user:***@") {
		t.Errorf("recorded %q and %q", value, attempt.URL)
	}
	if strings.Contains(attempt.Error, "cret") {
		t.Errorf("the error %q tells the password", attempt.Error)
	}
}
