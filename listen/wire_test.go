package listen

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// What the sender wrote reaches the target, byte for byte where it counts.
func TestTargetBytesAreKept(t *testing.T) {
	u := newUpstream(t, okAnswer)
	s := start(t, Options{Forward: []send.Target{u.Target}})
	for _, target := range []string{
		"/", "/%2e%2e%2fetc", "/a//b/../c", "/a%00b", "//evil.example/x", "/\xff\xfe", "/?x=%zz&y=1;z", "/?", "/a?b?c", "/a:b@c", "*",
	} {
		method := "POST"
		if target == "*" {
			method = "OPTIONS"
		}
		answer, _ := s.raw(t, method+" "+target+" HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		if answer == nil || answer.StatusCode != 200 {
			t.Errorf("%q: %v", target, answer)
			continue
		}
		if request := <-u.requests; !strings.HasPrefix(request, method+" "+target+" HTTP/1.1\r\n") {
			t.Errorf("%q was forwarded as %q", target, request)
		}
		list := s.recorded(t)
		if d := list[len(list)-1]; d.Request.Target != target {
			t.Errorf("%q was recorded as %q", target, d.Request.Target)
		}
	}
}

func TestAbsoluteFormNamesNoPlace(t *testing.T) {
	u := newUpstream(t, okAnswer)
	s := start(t, Options{Forward: []send.Target{u.Target}})
	for target, want := range map[string]string{
		"http://evil.example/x?y": "/x?y", "http://evil.example": "/", "http://evil.example?y=/": "/?y=/", "https://u:p@evil.example:1//x": "//x",
	} {
		s.raw(t, "POST "+target+" HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		request := <-u.requests
		if !strings.HasPrefix(request, "POST "+want+" HTTP/1.1\r\nHost: "+u.Authority()+"\r\n") {
			t.Errorf("%s was forwarded as %q", target, request)
		}
	}
}

// The whole list of what a forward changes, on one request that has it all.
func TestForwardChangesNothingElse(t *testing.T) {
	u := newUpstream(t, okAnswer)
	s := start(t, Options{Forward: []send.Target{u.Target}})
	headers := []string{
		"X-Caf: caf\xe9", "X-Empty: ", "X-Many: 2", "X-Many: 1", "X-Many: 2", "Connection: close, x-raas-event", "X-Raas-Event: kept",
		"X-Forwarded-For: 1.2.3.4", "Forwarded: for=x", "X-Real-Ip: 5.6.7.8", "Content-Encoding: gzip", "Content-Type: application/json; x=\"y\"",
		"Hooks-Delivery: dlv_theirs", "Authorization: Bearer x", "Cookie: a=b", "Keep-Alive: timeout=5", "Te: trailers", "Upgrade: h2c",
		"Proxy-Connection: keep-alive", "Proxy-Authorization: Basic x", "Trailer: X-Sum",
	}
	request := "POST /hook HTTP/1.1\r\nHost: public.example\r\n" + strings.Join(headers, "\r\n") +
		"\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n\x00\xff\n\r\n0\r\nX-Sum: 1\r\n\r\n"
	if answer, _ := s.raw(t, request); answer.StatusCode != 200 {
		t.Fatal(answer.Status)
	}
	id := s.only(t).ID
	want := []string{
		"X-Caf: caf\xe9", "X-Empty: ", "X-Many: 2", "X-Many: 1", "X-Many: 2", "X-Raas-Event: kept",
		"X-Forwarded-For: 1.2.3.4", "Forwarded: for=x", "X-Real-Ip: 5.6.7.8", "Content-Encoding: gzip", "Content-Type: application/json; x=\"y\"",
		"Hooks-Delivery: dlv_theirs", "Authorization: Bearer x", "Cookie: a=b",
		"Hooks-Delivery: " + id, "Host: " + u.Authority(), "Content-Length: 3",
	}
	head, body, _ := strings.Cut(<-u.requests, "\r\n\r\n")
	got := strings.Split(head, "\r\n")[1:]
	byName := func(a, b string) int {
		nameA, _, _ := strings.Cut(a, ":")
		nameB, _, _ := strings.Cut(b, ":")
		return strings.Compare(nameA, nameB)
	}
	slices.SortStableFunc(got, byName)
	slices.SortStableFunc(want, byName)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if body != "\x00\xff\n" {
		t.Errorf("body %q", body)
	}
}

func TestEditsAndHost(t *testing.T) {
	u := newUpstream(t, okAnswer)
	edits := send.Edits{{Name: "X-A", Value: "ours"}, {Name: "X-Gone", Remove: true}, {Name: "X-Empty"}}
	s := start(t, Options{Forward: []send.Target{u.Target}, Edits: edits, PreserveHost: true})
	s.raw(t, post("/", "X-A: 1\r\nX-A: 2\r\nX-Gone: 3\r\n", "x"))
	request := <-u.requests
	for _, line := range []string{"Host: h", "X-A: ours", "X-Empty: "} {
		if !strings.Contains(request, "\r\n"+line+"\r\n") {
			t.Errorf("no %q in %q", line, request)
		}
	}
	if strings.Contains(request, "X-Gone") || strings.Contains(request, "X-A: 1") {
		t.Errorf("not edited: %q", request)
	}
}

func TestTargetsOwnPathAndCredentials(t *testing.T) {
	u := newUpstream(t, okAnswer)
	target, err := send.ParseTarget("http://user:cret@" + u.Authority() + "/app?k=v")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, Options{Forward: []send.Target{target}})
	s.raw(t, post("/hook?x=%zz", "", "x"))
	if request := <-u.requests; !strings.HasPrefix(request, "POST /app?k=v&x=%zz HTTP/1.1\r\n") || !strings.Contains(request, "Authorization: Basic dXNlcjpjcmV0\r\n") {
		t.Errorf("forwarded as %q", request)
	}
	if d := s.only(t); strings.Contains(fmt.Sprintf("%+v", d), "cret") || !strings.Contains(d.Destination, "user:***@") {
		t.Errorf("the record of %s holds the password", d.Destination)
	}
}

// What HTTP does not allow is refused, and the next request is served.
func TestMalformedRequests(t *testing.T) {
	s := start(t, Options{Limits: Limits{MaxBody: 1000}})
	lines := func(n int) string { return strings.Repeat("X-A: b\r\n", n) }
	tests := []struct {
		name, request string
		statuses      []int // 0: the connection is closed without an answer
	}{
		{"no Host", "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", []int{400}},
		{"two Hosts", "POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", []int{400}},
		{"Host with a space", "POST / HTTP/1.1\r\nHost: a b\r\n\r\n", []int{400}},
		{"Host with a control code", "POST / HTTP/1.1\r\nHost: a\x01b\r\n\r\n", []int{400}},
		{"Host of 10 KB", "GET / HTTP/1.1\r\nConnection: close\r\nHost: " + strings.Repeat("a", 10_000) + "\r\n\r\n", []int{200, 400}},
		{"HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", []int{200}},
		{"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", []int{400, 505}},
		{"HTTP/9.9", "GET / HTTP/9.9\r\nHost: h\r\n\r\n", []int{400, 505}},
		{"HTTP/0.9", "GET /\r\n\r\n", []int{400}},
		{"a path that is no path", "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", []int{400}},
		{"a long target", "GET /" + strings.Repeat("a", 16<<10) + " HTTP/1.1\r\nHost: h\r\n\r\n", []int{414}},
		{"the longest target", "GET /" + strings.Repeat("a", 16<<10-1) + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", []int{200}},
		{"256 header lines", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + lines(254) + "\r\n", []int{200}},
		{"257 header lines", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + lines(255) + "\r\n", []int{431}},
		{"60 KiB of headers", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX: " + strings.Repeat("x", 60<<10) + "\r\n\r\n", []int{200}},
		{"70 KiB of headers", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX: " + strings.Repeat("x", 70<<10) + "\r\n\r\n", []int{431}},
		{"a header of 1 MB", "GET / HTTP/1.1\r\nHost: h\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\n", []int{431, 0}},
		{"unknown transfer encoding", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n", []int{400, 501}},
		{"chunked twice", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", []int{400, 501}},
		{"chunked and a length", "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n0\r\n\r\n", []int{200, 400}},
		{"two lengths", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", []int{400}},
		{"length +5", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nxxxxx", []int{400}},
		{"length 5,6", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5,6\r\n\r\nxxxxxx", []int{400}},
		{"length 0x5", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x5\r\n\r\nxxxxx", []int{400}},
		{"length 2^63", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9223372036854775808\r\n\r\n", []int{400}},
		{"length -1", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", []int{400}},
		{"bad chunk", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", []int{400}},
		{"unknown expectation", "POST / HTTP/1.1\r\nHost: h\r\nExpect: foo\r\nContent-Length: 1\r\n\r\nx", []int{417}},
		{"an announced body over the limit", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n", []int{413}},
		{"a body in chunks over the limit", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + strings.Repeat("x", 1001) + "\r\n0\r\n\r\n", []int{413}},
		{"the longest body in chunks", "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n" + strings.Repeat("x", 1000) + "\r\n0\r\n\r\n", []int{200}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := len(s.recorded(t))
			answer, _ := s.raw(t, tt.request)
			status := 0
			if answer != nil {
				status = answer.StatusCode
			}
			if !slices.Contains(tt.statuses, status) {
				t.Fatalf("status %d, want %v", status, tt.statuses)
			}
			recorded := len(s.recorded(t)) - before
			if want := status == 200 || status == 413; (recorded == 1) != want {
				t.Errorf("%d deliveries recorded after a %d", recorded, status)
			}
			if honest, _ := s.raw(t, post("/honest", "", "x")); honest == nil || honest.StatusCode != 200 {
				t.Errorf("the next request got %v", honest)
			}
		})
	}
	if !s.warned("refused a request") {
		t.Error("no warning of any refusal")
	}
}

// A sender that goes away in the middle leaves a warning and nothing else.
func TestIncompleteRequests(t *testing.T) {
	u := newUpstream(t, okAnswer)
	s := start(t, Options{Forward: []send.Target{u.Target}})
	for name, request := range map[string]string{
		"length": "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc",
		"chunks": "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
	} {
		for _, half := range []bool{false, true} {
			conn, err := net.Dial("tcp", s.Addr())
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(conn, request)
			conn.(*net.TCPConn).CloseWrite()
			if half {
				conn.SetDeadline(time.Now().Add(10 * time.Second))
				if answer, _ := readAnswer(t, conn, "POST"); answer != nil && answer.StatusCode/100 == 2 {
					t.Errorf("%s: acknowledged with %d", name, answer.StatusCode)
				}
			}
			conn.Close()
		}
	}
	s.raw(t, post("/honest", "", "x"))
	s.stop()
	if list := s.recorded(t); len(list) != 1 || len(u.requests) != 1 {
		t.Errorf("%d deliveries and %d forwards, want the honest one", len(list), len(u.requests))
	}
	if !s.warned("3 of 10 bytes") {
		t.Errorf("warnings %q do not say how far it came", s.warnings)
	}
}

func TestExpectContinue(t *testing.T) {
	s := start(t, Options{Limits: Limits{MaxBody: 10}})
	for length, want := range map[int]string{3: "HTTP/1.1 100 Continue\r\n", 11: "HTTP/1.1 413 Request Entity Too Large\r\n"} {
		conn, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", length)
		in := bufio.NewReader(conn)
		if line, err := in.ReadString('\n'); line != want {
			t.Errorf("announced %d: first line %q, %v; want %q", length, line, err, want)
		}
		if length == 3 {
			io.WriteString(conn, "abc")
			in.ReadString('\n')
			if answer, err := http.ReadResponse(in, nil); err != nil || answer.StatusCode != 200 {
				t.Errorf("answer %v, %v", answer, err)
			}
		}
		conn.Close()
	}
}

// FuzzForward is the law of fidelity: whatever headers and body a request
// has, the target gets the same end-to-end lines and one more, and nothing is
// invented.
func FuzzForward(f *testing.F) {
	f.Add("X-A", "b", "X-A", "c", []byte("body"))
	f.Add("Accept-Encoding", "gzip", "user-agent", "", []byte{})
	f.Add("Connection", "X-B", "X-B", "caf\xe9", []byte("{}"))
	f.Add("Pragma", "no-cache", "Te", "x", []byte("\x00"))
	u := newUpstream(f, okAnswer)
	s := start(f, Options{Forward: []send.Target{u.Target}})
	f.Fuzz(func(t *testing.T, name1, value1, name2, value2 string, body []byte) {
		given := http.Header{}
		for _, line := range [][2]string{{name1, value1}, {name2, value2}} {
			name := textproto.CanonicalMIMEHeaderKey(line[0])
			if strings.EqualFold(line[0], "Expect") || strings.EqualFold(line[0], "Trailer") {
				return // refused with 417, or about framing
			}
			given[name] = append(given[name], line[1])
		}
		request, err := http.NewRequest("POST", "http://"+s.Addr()+"/x", strings.NewReader(string(body)))
		if err != nil {
			t.Fatal(err)
		}
		request.Header = given.Clone()
		if _, ok := given["User-Agent"]; !ok {
			request.Header["User-Agent"] = nil
		}
		transport := &http.Transport{DisableKeepAlives: true, DisableCompression: true}
		answer, err := transport.RoundTrip(request)
		if err != nil {
			return // not a request that can be sent
		}
		answer.Body.Close()
		if answer.StatusCode != 200 {
			return
		}
		received, err := http.ReadRequest(bufio.NewReader(strings.NewReader(<-u.requests)))
		if err != nil {
			t.Fatal(err)
		}
		got := received.Header
		if ids := got[send.LoopHeader]; len(ids) == 0 || !strings.HasPrefix(ids[len(ids)-1], "dlv_") {
			t.Fatalf("no delivery id in %v", got)
		}
		got[send.LoopHeader] = got[send.LoopHeader][:len(got[send.LoopHeader])-1]
		for name := range got {
			if _, ok := given[name]; !ok && len(got[name]) > 0 && name != "Content-Length" && !(name == "Cache-Control" && given["Pragma"] != nil) {
				t.Fatalf("%s: %q was invented", name, got[name])
			}
		}
		for name, values := range given {
			kept := send.EndToEnd(sign.Headers{{Name: name}})
			if len(kept) == 0 || name == "User-Agent" && values[0] == "" || len(values) > 1 && name == "User-Agent" {
				continue
			}
			for i, value := range values {
				if want := strings.Trim(value, " \t"); i >= len(got[name]) || got[name][i] != want {
					t.Fatalf("%s: sent %q, forwarded %q", name, values, got[name])
				}
			}
		}
		gotBody, _ := io.ReadAll(received.Body)
		if string(gotBody) != string(body) {
			t.Fatalf("body %q became %q", body, gotBody)
		}
	})
}

func TestRecordedHeaders(t *testing.T) {
	s := start(t, Options{})
	s.raw(t, "POST / HTTP/1.1\r\nHost: H.example:1\r\nX-B: 1\r\nx-a: caf\xe9\r\nX-B: 0\r\nTrailer: X-Sum, Etag\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n1\r\nx\r\n0\r\nEtag: 1\r\n\r\n")
	want := sign.Headers{{Name: "Host", Value: "H.example:1"}, {Name: "Transfer-Encoding", Value: "chunked"}, {Name: "Trailer", Value: "Etag, X-Sum"}, {Name: "Connection", Value: "close"},
		{Name: "X-A", Value: "caf\xe9"}, {Name: "X-B", Value: "1"}, {Name: "X-B", Value: "0"}}
	d := s.only(t)
	if diff := cmp.Diff(want, d.Request.Headers); diff != "" {
		t.Error(diff)
	}
	if d.Status != store.Captured || d.Request.BodySize != 1 || d.Request.RemoteAddr == "" {
		t.Errorf("%+v", d)
	}
}
