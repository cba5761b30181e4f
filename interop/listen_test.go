package interop

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// line is what the tests read of a line of `hooks listen --json`.
type line struct {
	Type    string
	URL     string
	Request struct {
		Target     string
		BodySHA256 string `json:"body_sha256"`
	}
	Verification struct{ Verdict, Provider, Reason string }
	Answer       struct {
		StatusCode int `json:"status_code"`
	}
}

// listener is a running `hooks listen --json`.
type listener struct {
	url   string
	lines <-chan line
}

// testListen: what a library signs and sends over the network is valid and
// answered 200; what is changed on the way is answered 401.
func testListen(t *testing.T, p *program) {
	for _, l := range libraries(t) {
		t.Run(l.provider, func(t *testing.T) {
			named := startListener(t, p, append([]string{"--provider", l.provider}, listenKeys(l)...)...)
			for _, body := range bodies() {
				named.want(t, l, signTheirs(t, l, body.bytes, time.Now(), l.secret), "")
				// A key that is on its way out is good as long as it is named.
				named.want(t, l, signTheirs(t, l, body.bytes, time.Now(), l.older), "")
				tampered := signTheirs(t, l, body.bytes, time.Now(), l.secret)
				tampered.Body = append(bytes.Clone(tampered.Body), '\n')
				named.want(t, l, tampered, sign.SignatureMismatch)
			}
			named.want(t, l, signTheirs(t, l, []byte(aBody), time.Now(), l.foreign), sign.SignatureMismatch)
			named.want(t, l, with(signTheirs(t, l, []byte(aBody), time.Now(), l.secret), l.sig), sign.MissingHeader)
			if l.window != 0 {
				stale := time.Now().Add(-l.window - 2*time.Second)
				named.want(t, l, signTheirs(t, l, []byte(aBody), stale, l.secret), sign.TimestampTooOld)
			}
		})
		t.Run(l.provider+", recognised", func(t *testing.T) {
			auto := startListener(t, p, listenKeys(l)...)
			good := signTheirs(t, l, []byte(aBody), time.Now(), l.secret)
			auto.want(t, l, good, "")
			tampered := *good
			tampered.Body = []byte(aBody + " ")
			auto.want(t, l, &tampered, sign.SignatureMismatch)
		})
	}
}

// listenKeys are the flags for the current and the older key.
func listenKeys(l *library) []string {
	if len(l.keys(l.secret).Public) > 0 {
		return []string{"--public-key", publicText(l.secret), "--public-key", publicText(l.older)}
	}
	return []string{"--secret", l.secret, "--secret", l.older}
}

// want sends a message and compares answer and record: valid without a reason.
func (s *listener) want(t *testing.T, l *library, m *sign.Message, reason string) {
	t.Helper()
	verdict, status := "valid", http.StatusOK
	if reason != "" {
		verdict, status = "invalid", http.StatusUnauthorized
	}
	if got := s.post(t, m); got != status {
		t.Errorf("answered %d, want %d", got, status)
	}
	got := s.next(t)
	if got.Verification.Verdict != verdict || got.Verification.Reason != reason || got.Verification.Provider != l.provider || got.Answer.StatusCode != status {
		t.Errorf("%+v, want %s %q %s %d", got, verdict, reason, l.provider, status)
	}
	if sum := sha256.Sum256(m.Body); got.Request.BodySHA256 != hexOf(sum[:]) || got.Request.Target != "/hook?x=1" {
		t.Errorf("recorded another request: %+v", got.Request)
	}
}

func (s *listener) post(t *testing.T, m *sign.Message) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), m.Method, s.url+"/hook?x=1", bytes.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range m.Headers {
		r.Header.Add(h.Name, h.Value)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, maxBody)); err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode
}

// next is the next line, or the end of the test.
func (s *listener) next(t *testing.T) line {
	t.Helper()
	select {
	case got, ok := <-s.lines:
		if !ok {
			t.Fatal("the program ended")
		}
		return got
	case <-time.After(limit):
		t.Fatal("no line came")
	}
	return line{}
}

// startListener starts the program and ends it with the test, as Ctrl-C does.
func startListener(t *testing.T, p *program, args ...string) *listener {
	t.Helper()
	home := t.TempDir()
	ready := filepath.Join(home, "url")
	c := p.command(context.Background(), home, append([]string{"listen", "--addr", "127.0.0.1:0", "--ready-file", ready, "--json"}, args...)...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines, read := make(chan line), make(chan struct{})
	stop := make(chan struct{})
	go func() {
		defer close(read)
		readLines(stdout, lines, stop)
	}()
	t.Cleanup(func() { end(t, c, stop, read, &stderr) })
	s := &listener{lines: lines}
	first := s.next(t)
	s.url = first.URL
	if text, err := os.ReadFile(ready); first.Type != "ready" || err != nil || strings.TrimSpace(string(text)) != s.url {
		t.Fatalf("ready: %+v, and %q in its file, %v", first, text, err)
	}
	return s
}

// readLines passes the program's lines on until it ends; after stop, they are
// dropped.
func readLines(from io.Reader, to chan<- line, stop <-chan struct{}) {
	defer close(to)
	scanner := bufio.NewScanner(from)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var got line
		if err := json.Unmarshal(scanner.Bytes(), &got); err != nil {
			got.Type = err.Error()
		}
		select {
		case to <- got:
		case <-stop:
		}
	}
}

func end(t *testing.T, c *exec.Cmd, stop chan<- struct{}, read <-chan struct{}, stderr *bytes.Buffer) {
	kill := time.AfterFunc(limit, func() { c.Process.Kill() })
	defer kill.Stop()
	close(stop)
	if err := c.Process.Signal(os.Interrupt); err != nil {
		t.Error(err)
	}
	<-read
	if err := c.Wait(); err != nil {
		t.Errorf("interrupted, the program ended with %v\n%s", err, stderr)
	}
}
