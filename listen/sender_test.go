package listen

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// TestSignatureOnTheWire: a sender can neither hide the signature's header
// behind Connection, nor win with a second one where a scheme has no list of
// signatures.
func TestSignatureOnTheWire(t *testing.T) {
	const body = `{"action":"opened"}`
	mac := hmac.New(sha256.New, []byte("key"))
	mac.Write([]byte(body))
	good := fmt.Sprintf("X-Hub-Signature-256: sha256=%x\r\n", mac.Sum(nil))
	bad := "X-Hub-Signature-256: sha256=" + strings.Repeat("0", 64) + "\r\n"
	for _, test := range []struct {
		name, headers   string
		status          int
		verdict, reason string
	}{
		{"alone", good, 200, store.Valid, ""},
		{"named in Connection", "Connection: x-hub-signature-256\r\n" + good, 200, store.Valid, ""},
		{"good, then bad", good + bad, 401, store.Invalid, sign.DuplicateHeader},
		{"bad, then good", bad + good, 401, store.Invalid, sign.DuplicateHeader},
		{"the same twice", good + good, 401, store.Invalid, sign.DuplicateHeader},
		{"under a name like it", strings.ReplaceAll(good, "X-Hub-", "X_Hub_"), 401, store.Invalid, sign.MissingHeader},
	} {
		u := newUpstream(t, okAnswer)
		keys := func(*provider.Profile) Keys { return Keys{Keys: sign.Keys{Secrets: []string{"key"}}} }
		s := start(t, Options{Forward: []send.Target{u.Target}, Provider: "github", Keys: keys})
		answer, _ := s.raw(t, post("/", test.headers, body))
		d := s.only(t)
		if answer == nil || answer.StatusCode != test.status || d.Verification.Verdict != test.verdict || d.Verification.Reason != test.reason {
			t.Errorf("%s: %v, %s %s; want %d, %s %s", test.name, answer, d.Verification.Verdict, d.Verification.Reason, test.status, test.verdict, test.reason)
		}
		if forwarded := len(u.requests) == 1; forwarded != (test.status == 200) {
			t.Errorf("%s: forwarded %v", test.name, forwarded)
		} else if forwarded && !strings.Contains(<-u.requests, good) {
			t.Errorf("%s: forwarded without the signature", test.name)
		}
		s.stop()
	}
}

// TestManyValuesOfAHeader: their order is kept on both ways.
func TestManyValuesOfAHeader(t *testing.T) {
	var lines strings.Builder
	for i := range 50 {
		fmt.Fprintf(&lines, "X-Many: %d\r\n", 50-i)
	}
	u := newUpstream(t, okAnswer)
	s := start(t, Options{Forward: []send.Target{u.Target}})
	s.raw(t, post("/", lines.String(), "x"))
	if request := <-u.requests; !strings.Contains(request, lines.String()) {
		t.Errorf("forwarded %q", request)
	}
	n := 0
	for _, h := range s.only(t).Request.Headers {
		if h.Name == "X-Many" {
			if h.Value != fmt.Sprint(50-n) {
				t.Errorf("value %d is %s", n, h.Value)
			}
			n++
		}
	}
	if n != 50 {
		t.Errorf("%d values are recorded", n)
	}
}

// TestSlowSendersHarmNobody: honest requests are served beside many senders that
// stop in the middle.
func TestSlowSendersHarmNobody(t *testing.T) {
	s := start(t, Options{})
	for i := range 200 {
		conn, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		io.WriteString(conn, []string{"POST / HT", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 900000\r\n\r\nabc", "", "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"}[i%4])
	}
	for range 50 {
		if answer, _ := s.raw(t, post("/honest", "", "x")); answer == nil || answer.StatusCode != 200 {
			t.Fatalf("an honest request got %v", answer)
		}
	}
	if list := s.recorded(t); len(list) != 50 {
		t.Errorf("%d deliveries are recorded", len(list))
	}
}

// TestLargestBody: what the limit allows is recorded whole, one byte more is
// not taken.
func TestLargestBody(t *testing.T) {
	s := start(t, Options{})
	limit := testLimits.MaxBody
	body := make([]byte, limit)
	for i := range body {
		body[i] = byte(i * i >> 7)
	}
	conn, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprintf(conn, "POST /all HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", limit)
	if _, err := conn.Write(body); err != nil {
		t.Fatal(err)
	}
	if answer, text := readAnswer(t, conn, "POST"); answer == nil || answer.StatusCode != 200 {
		t.Fatalf("answered %v %s", answer, text)
	}
	d := s.only(t)
	if sum := sha256.Sum256(body); d.Request.BodySize != limit || hex.EncodeToString(sum[:]) != d.Request.BodySHA256 || string(d.Request.Body) != string(body) {
		t.Errorf("%d bytes with the hash %s are recorded", d.Request.BodySize, d.Request.BodySHA256)
	}
	answer, _ := s.raw(t, fmt.Sprintf("POST /more HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n", limit+1))
	if answer == nil || answer.StatusCode != 413 || len(s.recorded(t)) != 2 {
		t.Errorf("one byte more is answered %v", answer)
	}
}
