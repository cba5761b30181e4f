//go:build !windows

package contract

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/send"
)

const testLimit = 20 * time.Second

// started runs a shell script until it has printed "ready".
func started(t *testing.T, script string) *process {
	t.Helper()
	p, err := start([]string{"sh", "-c", script}, t.TempDir(), os.Environ(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.stop(0) })
	for deadline := time.Now().Add(testLimit); !p.printed("^ready$"); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it printed %q", p.output())
		}
	}
	return p
}

func gone(t *testing.T, pid int) {
	t.Helper()
	for deadline := time.Now().Add(testLimit); ; time.Sleep(5 * time.Millisecond) {
		if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) || zombie(pid) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("process %d lives", pid)
		}
	}
}

// zombie tells whether a process has ended and nobody has asked for it, as
// happens to children of the dead in containers.
func zombie(pid int) bool {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && strings.Contains(string(text), ") Z ")
}

func TestStopAsks(t *testing.T) {
	p := started(t, `trap 'echo asked; exit 3' TERM; echo ready; while :; do sleep 0.01; done`)
	p.stop(testLimit)
	if !p.printed("^asked$") || p.ending() != "exit status 3" {
		t.Errorf("it ended with %s and printed %q", p.ending(), p.output())
	}
}

func TestStopKillsWhatDoesNotListen(t *testing.T) {
	p := started(t, `trap '' TERM; echo ready; while :; do sleep 0.01; done`)
	p.stop(50 * time.Millisecond)
	if p.ending() != "signal: killed" {
		t.Errorf("it ended with %s", p.ending())
	}
}

// TestStopEndsChildren covers a child that the process has left behind.
func TestStopEndsChildren(t *testing.T) {
	p := started(t, `sh -c 'trap "" TERM; while :; do sleep 0.01; done' & echo "child $!"; echo ready; exit 0`)
	text, _, _ := strings.Cut(strings.TrimPrefix(p.output(), "child "), "\n")
	child, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	p.stop(50 * time.Millisecond)
	gone(t, child)
}

func TestTail(t *testing.T) {
	var out tail
	out.Write([]byte("first\n"))
	mark := out.mark()
	out.Write([]byte("second\n"))
	if got := out.since(mark); got != "second\n" {
		t.Errorf("since the mark: %q", got)
	}
	out.Write([]byte(strings.Repeat("x", keptOutput)))
	if got := out.String(); len(got) != keptOutput || got != out.since(mark) {
		t.Errorf("%d bytes are kept", len(got))
	}
	if got := out.since(out.mark()); got != "" {
		t.Errorf("since now: %q", got)
	}
}

// runner runs the text of a file whose steps call no command.
func runner(t *testing.T, text string) (*Runner, *[]TestResult) {
	t.Helper()
	f, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	f.Dir = t.TempDir()
	client := send.NewClient(send.Options{Now: time.Now})
	t.Cleanup(client.Close)
	results := &[]TestResult{}
	return &Runner{File: f, Client: client, Env: os.Environ(), Lookup: os.LookupEnv, Now: time.Now, Temporary: t.TempDir(),
		Quote: strconv.Quote, Report: func(r TestResult) error { *results = append(*results, r); return nil }}, results
}

func TestRunExec(t *testing.T) {
	r, results := runner(t, `
env: {A: "${port}"}
vars: {v: 7}
tests:
  - name: fails
    steps:
      - exec: echo "$A $PORT"; echo x >&2; exit 4
        expect: {exit: 4, stdout: "${port} ${port}", stderr: x}
        save: {all: stdout}
      - exec: test "${all}" = "${port} ${port}"
      - exec: echo no; exit 1
      - exec: echo never > never
  - name: comes true
    exec: test -e file && cat file || { echo 5 > file; exit 1; }
    within: 20s
    expect: {stdout: 5}
  - name: is too slow
    exec: sleep 600
    timeout: 50ms
`)
	if err := r.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, result := range *results {
		for _, s := range result.Steps {
			got = append(got, s.Status)
		}
	}
	if want := "pass pass fail skip pass fail"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s: %+v", got, want, *results)
	}
	if f := (*results)[0].Failed().Failures; len(f) != 1 || f[0].What != "exit" || f[0].Got != "1" {
		t.Errorf("%+v", f)
	}
	if m := (*results)[2].Failed().Message; m != "it took longer than 50ms" {
		t.Errorf("%q", m)
	}
	if _, err := os.Stat(filepath.Join(r.File.Dir, "never")); err == nil {
		t.Error("a step was made after one that failed")
	}
}

// TestRunInterrupted holds that an interrupt ends the consumer.
func TestRunInterrupted(t *testing.T) {
	r, _ := runner(t, `
run: echo $$ > pid; echo ready; exec sleep 600
ready: {line: ready}
tests: [{name: a, sleep: 1h}, {name: b, exec: "true"}]
`)
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupted := errors.New("interrupted")
	go func() {
		for {
			if _, err := os.Stat(filepath.Join(r.File.Dir, "pid")); err == nil {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		cancel(interrupted)
	}()
	if err := r.Run(ctx); !errors.Is(err, interrupted) {
		t.Fatalf("%v", err)
	}
	text, err := os.ReadFile(filepath.Join(r.File.Dir, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	gone(t, pid)
}

// TestPortTaken holds that the tests are not made of another program.
func TestPortTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p := strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
	r, _ := runner(t, "run: exec sleep 600\nport: "+p+"\ntests: [{name: a, exec: \"true\"}]")
	var start *StartError
	if err := r.Run(t.Context()); !errors.As(err, &start) || !strings.Contains(err.Error(), "port "+p+" is taken") {
		t.Errorf("%v", err)
	}
}

// TestKilledLeavesNothing: the program dies of SIGKILL, and the consumer that it
// had started ends all the same, with a child of its own.
func TestKilledLeavesNothing(t *testing.T) {
	if os.Getenv("HOOKS_TEST_STARTS") != "" {
		p, err := start([]string{"sh", "-c", `sleep 600 & echo $! > child; echo $$ > own; mv own ready; wait`}, os.Getenv("HOOKS_TEST_STARTS"), os.Environ(), nil)
		if err != nil {
			t.Fatal(err)
		}
		<-p.done
		return
	}
	dir := t.TempDir()
	c := exec.Command(os.Args[0], "-test.run", "^TestKilledLeavesNothing$")
	c.Env = append(os.Environ(), "HOOKS_TEST_STARTS="+dir)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	own, child := pidIn(t, filepath.Join(dir, "ready")), pidIn(t, filepath.Join(dir, "child"))
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	gone(t, own)
	gone(t, child)
}

// pidIn waits for a file with a process's number.
func pidIn(t *testing.T, file string) int {
	t.Helper()
	for deadline := time.Now().Add(testLimit); ; time.Sleep(5 * time.Millisecond) {
		text, err := os.ReadFile(file)
		if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil {
			return pid
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: %v %q", file, err, text)
		}
	}
}
