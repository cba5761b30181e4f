package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const eventType = "revkeen:payment.succeeded"

// sender is what is compared.
type sender struct {
	name string
	run  func() (spent, error)
}

// spent is what one process has taken for so many requests.
type spent struct {
	requests  int
	took, cpu time.Duration
	peak      int64 // kB
}

func (s spent) rate() float64      { return float64(s.requests) / s.took.Seconds() }
func (s spent) cpuEach() float64   { return float64(s.cpu.Microseconds()) / float64(s.requests) }
func (s spent) megabytes() float64 { return float64(s.peak) / 1024 }

func median(all []spent, of func(spent) float64) float64 {
	values := make([]float64, len(all))
	for i, s := range all {
		values[i] = of(s)
	}
	slices.SortFunc(values, cmp.Compare)
	return values[len(values)/2]
}

// time runs a process; exits are the statuses beside 0 that are no error.
func (b *bench) time(cmd *exec.Cmd, requests int, exits ...int) (spent, error) {
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &stderr
	begun := time.Now()
	err := cmd.Run()
	took := time.Since(begun)
	if cmd.ProcessState == nil || err != nil && !slices.Contains(exits, cmd.ProcessState.ExitCode()) {
		return spent{}, fmt.Errorf("%s: %w\n%.500s", filepath.Base(cmd.Path), err, stderr.String())
	}
	s := spent{requests: requests, took: took, cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.peak = usage.Maxrss
	}
	return s, nil
}

func (b *bench) store() string { return filepath.Join(b.dir, "store") }

// command runs hooks on the store, and returns what it says.
func (b *bench) command(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, b.hooks, append([]string{"--store", b.store()}, args...)...)
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("hooks %s: %w", strings.Join(args, " "), err)
	}
	return out, nil
}

// endpoint makes the store anew, with one endpoint.
func (b *bench) endpoint(ctx context.Context, url string, conns int) error {
	if err := os.RemoveAll(b.store()); err != nil {
		return err
	}
	_, err := b.command(ctx, "endpoint", "add", url, "--provider", "revkeen", "--concurrency", strconv.Itoa(conns))
	return err
}

// dispatch queues n deliveries, and measures the process that delivers them.
func (b *bench) dispatch(ctx context.Context, url string, n, conns int) (spent, error) {
	if err := b.endpoint(ctx, url, conns); err != nil {
		return spent{}, err
	}
	if _, err := b.command(ctx, "trigger", eventType, "--count", strconv.Itoa(n), "--no-deliver", "--quiet"); err != nil {
		return spent{}, err
	}
	return b.time(exec.CommandContext(ctx, b.hooks, "--store", b.store(), "dispatch", "--until-idle", "--quiet"), n)
}

// sample is a file with the body of an event.
func (b *bench) sample(ctx context.Context) (string, error) {
	body, err := b.command(ctx, "catalog", "sample", eventType)
	if err != nil {
		return "", err
	}
	path := filepath.Join(b.dir, "body.json")
	return path, os.WriteFile(path, body, 0o600)
}

// startTarget starts this program as the target, and returns what ends it.
func startTarget(ctx context.Context, status int) (stop func(), addr string, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, "", err
	}
	cmd := exec.CommandContext(ctx, self, "-target", strconv.Itoa(status))
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	stop = func() { cmd.Process.Signal(os.Interrupt); cmd.Wait() }
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		stop()
		return nil, "", fmt.Errorf("start the target: %w", err)
	}
	return stop, strings.TrimSpace(line), nil
}

// answer is the target: it reads, and answers at once.
func answer(ctx context.Context, status int) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(status)
	})}
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}
