package cmd

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// TestSecondSignal: the first lets a delivery end, the second does not.
func TestSecondSignal(t *testing.T) {
	arrived, release := make(chan bool, 1), make(chan bool)
	target := &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrived <- true; <-release })}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go target.Serve(l)
	t.Cleanup(func() { target.Close() })
	defer close(release)
	dir := t.TempDir()
	process, url := startListener(t, dir, 0, "--forward", l.Addr().String(), "-q")
	var sender sync.WaitGroup
	sender.Go(func() { post(t.Context(), url+"/x", []byte("x")) })
	<-arrived
	if err := process.Process.Signal(syscall.SIGINT); err != nil { // not the one that end sends, which would be its echo
		t.Fatal(err)
	}
	address := strings.TrimPrefix(url, "http://")
	for deadline := time.Now().Add(waitLimit); ; {
		c, err := net.Dial("tcp", address)
		if err != nil {
			break // nothing is accepted any more: the signal has arrived
		}
		c.Close()
		if time.Now().After(deadline) {
			t.Fatal("connections are accepted after the signal")
		}
	}
	began := time.Now()
	if code := end(t, process); code != 130 || time.Since(began) > 4*time.Second {
		t.Errorf("exit code %d after %s", code, time.Since(began))
	}
	sender.Wait()
	if d := soundStore(t, dir)["/x"]; d == nil || d.Status != store.Interrupted {
		t.Errorf("recorded as %+v", d)
	}
}

// TestDisplayGoesAway: a listener whose output nobody reads any more, or that
// has none, records all the same, and writes nothing into a file of the store.
func TestDisplayGoesAway(t *testing.T) {
	for _, command := range []string{
		`exec "$0" "$@" | head -1`, `exec "$0" "$@" >&-`, `exec "$0" "$@" <&- >&- 2>&-`, `exec "$0" "$@" >/dev/full 2>/dev/full`,
	} {
		t.Run(command, func(t *testing.T) {
			dir := t.TempDir()
			ready := filepath.Join(dir, "ready")
			process := exec.Command("/bin/sh", "-c", command, selfAsHooks(t), "--store", filepath.Join(dir, "store"), "listen", "--addr", "127.0.0.1:0", "--ready-file", ready)
			process.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "GORACE=atexit_sleep_ms=0"}
			process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			if err := process.Start(); err != nil {
				t.Fatal(err)
			}
			stop := func() { syscall.Kill(-process.Process.Pid, syscall.SIGTERM); process.Wait() }
			defer stop()
			url := ""
			for deadline := time.Now().Add(waitLimit); url == "" && time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
				b, _ := os.ReadFile(ready)
				url = strings.TrimSpace(string(b))
			}
			for n := range 50 {
				if status, _ := told(t, fmt.Sprintf("%s/%d", url, n), "x"); status != 200 {
					t.Errorf("%d: status %d", n, status)
				}
			}
			stop()
			for wait := time.Now().Add(waitLimit); ; time.Sleep(5 * time.Millisecond) { // the shell does not wait for all of a pipe
				if locks, _ := filepath.Glob(filepath.Join(dir, "store", "owner-*")); len(locks) == 0 || time.Now().After(wait) {
					break
				}
			}
			if recorded := soundStore(t, dir); len(recorded) != 50 {
				t.Errorf("%d of 50 are there", len(recorded))
			}
		})
	}
}
