package listen

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// TestHeadLimits: what fits is taken, one more is refused and says by which
// flag, and an honest request afterwards is served.
func TestHeadLimits(t *testing.T) {
	headers := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "X-%d: v\r\n", i)
		}
		return b.String()
	}
	for _, test := range []struct {
		name      string
		limits    Limits
		fits, not string
		status    int
		flag      string
	}{
		{"target", Limits{MaxTarget: 300}, post("/"+strings.Repeat("t", 299), "", ""), post("/"+strings.Repeat("t", 300), "", ""), 414, "--max-target"},
		{"lines", Limits{MaxHeaders: 10}, post("/", headers(6), ""), post("/", headers(8), ""), 431, "--max-headers"},
		{"bytes", Limits{MaxHeaderBytes: 1000}, post("/", "X: "+strings.Repeat("v", 700)+"\r\n", ""), post("/", "X: "+strings.Repeat("v", 6000)+"\r\n", ""), 431, ""},
	} {
		s := start(t, Options{Limits: test.limits})
		for _, step := range []struct {
			request string
			want    int
		}{{test.fits, 200}, {test.not, test.status}, {post("/", "", ""), 200}} {
			if answer, text := s.raw(t, step.request); answer == nil || answer.StatusCode != step.want {
				t.Errorf("%s: %.40q is answered %v %s, want %d", test.name, step.request, answer, text, step.want)
			}
		}
		if !s.warned(test.flag) {
			t.Errorf("%s: no warning names %q: %q", test.name, test.flag, s.warnings)
		}
		s.stop()
	}
}

// TestTimeLimits: a sender that is slow in one place is ended there.
func TestTimeLimits(t *testing.T) {
	short := 50 * time.Millisecond
	for _, test := range []struct {
		name   string
		limits Limits
		sends  string
		want   string // how the answer begins, "" for none
	}{
		{"header", Limits{HeaderTimeout: short}, "POST / HTTP/1.1\r\nHost: h\r\n", ""},
		{"body", Limits{BodyTimeout: short}, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc", "HTTP/1.1 408 "},
		{"idle", Limits{IdleTimeout: short}, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 "},
	} {
		s := start(t, Options{Limits: test.limits})
		conn, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		conn.SetDeadline(time.Now().Add(20 * time.Second)) // far beyond, so that a limit that is missing fails
		io.WriteString(conn, test.sends)
		got, err := io.ReadAll(conn)
		if err != nil || !strings.HasPrefix(string(got), test.want) || test.want == "" && len(got) > 0 {
			t.Errorf("%s: %q, %v; want %q and the end", test.name, got, err, test.want)
		}
		conn.Close()
		s.stop()
	}
}

// TestRatePerIP: an address over its rate gets 429 and is recorded; another one
// is not concerned.
func TestRatePerIP(t *testing.T) {
	s := start(t, Options{Limits: Limits{RatePerIP: 0.01}})
	for _, step := range []struct {
		from string
		want int
	}{{"127.0.0.1", 200}, {"127.0.0.1", 429}, {"127.0.0.2", 200}} {
		dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(step.from)}}
		conn, err := dialer.Dial("tcp", s.Addr())
		if err != nil {
			t.Skipf("no second loopback address here: %v", err)
		}
		io.WriteString(conn, post("/", "", ""))
		answer, _ := readAnswer(t, conn, "POST")
		if answer == nil || answer.StatusCode != step.want || (answer.Header.Get("Retry-After") != "") != (step.want == 429) {
			t.Errorf("from %s: %v, want %d", step.from, answer, step.want)
		}
		conn.Close()
	}
	if !s.warned("--rate-per-ip") {
		t.Errorf("no warning names the flag: %q", s.warnings)
	}
}

// TestMemoryLimit: a body for which there is no room waits, and is refused when
// the room does not come.
func TestMemoryLimit(t *testing.T) {
	s := start(t, Options{Limits: Limits{MaxMemory: 4 << 20, BodyTimeout: 100 * time.Millisecond}})
	if !s.memory.admit(4<<20, 0) {
		t.Fatal("the memory is not free")
	}
	if answer, text := s.raw(t, post("/", "", strings.Repeat("x", 1<<20))); answer == nil || answer.StatusCode != 503 || answer.Header.Get("Retry-After") == "" {
		t.Errorf("answer %v %s, want 503", answer, text)
	}
	if answer, text := s.raw(t, post("/", "", "small")); answer == nil || answer.StatusCode != 200 {
		t.Errorf("a small body: %v %s, want 200", answer, text)
	}
	s.memory.free(4 << 20)
	if answer, text := s.raw(t, post("/", "", strings.Repeat("x", 1<<20))); answer == nil || answer.StatusCode != 200 {
		t.Errorf("with room again: %v %s, want 200", answer, text)
	}
	if !s.warned("--max-memory") {
		t.Errorf("no warning names the flag: %q", s.warnings)
	}
}
