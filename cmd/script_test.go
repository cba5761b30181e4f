package cmd

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"hooks": func() { os.Exit(Main("1.2.3-test")) },
		// app is a consumer: it answers what its arguments say and prints
		// what it got.
		"app": func() { os.Exit(consumer(os.Args[1:])) },
	})
}

// waitLimit bounds every wait of a script; nothing waits that long unless it
// fails.
const waitLimit = 20 * time.Second

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE_SCRIPTS") != "",
		Setup:               isolate,
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"await":    await,
			"freeport": freePort,
			"exits":    exits,
			"hmac":     computeHMAC,
			"raw":      sendRaw,
		},
	})
}

// isolate gives a script a home of its own and a known terminal.
func isolate(e *testscript.Env) error {
	home := filepath.Join(e.WorkDir, "home")
	if err := os.MkdirAll(home, 0o700); err != nil {
		return err
	}
	for _, kv := range [][2]string{
		{"HOME", home}, {"XDG_CONFIG_HOME", filepath.Join(home, "config")}, {"XDG_STATE_HOME", filepath.Join(home, "state")},
		{"TERM", "xterm-256color"}, {"TZ", "UTC"}, {"LANG", "C.UTF-8"}, {"NO_COLOR", ""},
		// A race-built process sleeps a second at its exit unless told not to.
		{"GORACE", "atexit_sleep_ms=0"},
	} {
		e.Setenv(kv[0], kv[1])
	}
	return nil
}

// await FILE NAME waits until FILE has content and puts it into the variable
// NAME: the address of a server that was started in the background.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await FILE NAME")
	}
	path := ts.MkAbs(args[0])
	for deadline := time.Now().Add(waitLimit); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if text, err := os.ReadFile(path); err == nil && len(text) > 0 {
			ts.Setenv(args[1], strings.TrimSpace(string(text)))
			return
		}
	}
	ts.Fatalf("%s did not come", args[0])
}

// freePort NAME puts a port that nothing listens on into the variable NAME.
func freePort(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: freeport NAME")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	defer l.Close()
	ts.Setenv(args[0], strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
}

// exits CODE COMMAND… runs a command and wants exactly that exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// computeHMAC NAME SECRET FILE puts the hex HMAC-SHA256 of a file into the
// variable NAME: a signature that is not ours.
func computeHMAC(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: hmac NAME SECRET FILE")
	}
	mac := hmac.New(sha256.New, []byte(args[1]))
	mac.Write([]byte(ts.ReadFile(args[2])))
	ts.Setenv(args[0], hex.EncodeToString(mac.Sum(nil)))
}

// sendRaw URL FILE writes a file's bytes to the address of URL and puts the
// answer into the file "answer". \r\n line ends are written as they stand.
func sendRaw(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: raw URL FILE")
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(args[0], "http://"))
	ts.Check(err)
	defer conn.Close()
	ts.Check(conn.SetDeadline(time.Now().Add(waitLimit)))
	text := strings.NewReplacer("\n", "\r\n", `\e`, "\x1b", `\0`, "\x00", `\9b`, "\x9b").Replace(ts.ReadFile(args[1]))
	_, err = io.WriteString(conn, text)
	ts.Check(err)
	answer, err := io.ReadAll(conn)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("answer"), answer, 0o600))
}

// consumer is `app FILE STATUS…`: it writes its URL to FILE, answers the
// statuses in turn (the last one for ever), prints each request on one line,
// and ends on its first interrupt. STATUS may go on with +Name=value, a header
// of the answer, and with @HELD, which holds the answer back until a file of
// that name is there. The n-th request is in FILE.n as it came, its body in
// FILE.n.body.
func consumer(args []string) int {
	ready, statuses := args[0], args[1:]
	var mu sync.Mutex
	n := 0
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		status, held, _ := strings.Cut(statuses[min(n, len(statuses)-1)], "@")
		n++
		number := n
		fmt.Printf("%s %s %d %x\n", r.Method, r.RequestURI, len(body), sha256.Sum256(body))
		keepRequest(fmt.Sprint(ready, ".", number), r, body)
		mu.Unlock()
		awaitFile(r.Context(), held)
		w.Header().Set("X-App", "yes")
		answer(w, status)
		fmt.Fprintf(w, "answer %d", number)
	})
	srv := httptest.NewServer(handler)
	defer srv.Close()
	if err := os.WriteFile(ready, []byte(srv.URL), 0o600); err != nil {
		return 1
	}
	ch, stop := interrupts()
	defer stop()
	<-ch
	return 0
}

// answer writes a status, and the headers that stand behind it.
func answer(w http.ResponseWriter, status string) {
	parts := strings.Split(status, "+")
	for _, header := range parts[1:] {
		name, value, _ := strings.Cut(header, "=")
		w.Header().Set(name, value)
	}
	code, err := strconv.Atoi(parts[0])
	if err != nil {
		code = 500
	}
	w.WriteHeader(code)
}

// keepRequest writes a request into a file, and its body into another, each at
// once: who awaits it sees all of it.
func keepRequest(path string, r *http.Request, body []byte) {
	head, err := httputil.DumpRequest(r, false)
	if err != nil {
		return
	}
	for name, text := range map[string][]byte{path + ".body": body, path: append(head, body...)} {
		if os.WriteFile(name+".part", text, 0o600) == nil {
			os.Rename(name+".part", name)
		}
	}
}

// awaitFile waits until the file is there, "" is none.
func awaitFile(ctx context.Context, path string) {
	for path != "" && ctx.Err() == nil {
		if _, err := os.Stat(path); err == nil {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}
