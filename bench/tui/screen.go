package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// screen is hooks in a terminal of tmux.
type screen struct {
	b   *bench
	pid string
}

// next names another server of tmux: one that ends may still hold its socket.
func (b *bench) next() { b.nth++; b.socket = fmt.Sprintf("%s-%d", filepath.Base(b.dir), b.nth) }

func (b *bench) tmux(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "tmux", append([]string{"-L", b.socket, "-f", "/dev/null"}, args...)...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("tmux %s: %w: %s", args[0], err, out)
	}
	return strings.TrimSpace(string(out)), nil
}

// open starts hooks with these arguments on a screen of this size.
func (b *bench) open(ctx context.Context, w, h int, args ...string) (*screen, error) {
	b.next()
	// exec, so that the shell is replaced and the pane's process is hooks.
	line := fmt.Sprintf("exec env LANG=C.UTF-8 HOME=%s EDITOR='sleep 1000; :' %s %s", b.dir, b.hooks, strings.Join(args, " "))
	if _, err := b.tmux(ctx, "new-session", "-d", "-x", fmt.Sprint(w), "-y", fmt.Sprint(h), line); err != nil {
		return nil, err
	}
	pid, err := b.tmux(ctx, "display-message", "-p", "#{pane_pid}")
	return &screen{b, pid}, err
}

// until waits for one of the texts and returns how long it took.
func (s *screen) until(ctx context.Context, wants ...string) (time.Duration, error) {
	began, text := time.Now(), ""
	for time.Since(began) < 30*time.Second {
		var err error
		if text, err = s.b.tmux(ctx, "capture-pane", "-p"); err != nil {
			return 0, err
		}
		for _, want := range wants {
			if strings.Contains(text, want) {
				return time.Since(began), nil
			}
		}
		time.Sleep(time.Millisecond)
	}
	return 0, fmt.Errorf("the screen never showed %q:\n%s", wants, text)
}

func (s *screen) keys(ctx context.Context, keys ...string) error {
	_, err := s.b.tmux(ctx, append([]string{"send-keys"}, keys...)...)
	return err
}

func (s *screen) close() {
	_ = exec.Command("tmux", "-L", s.b.socket, "kill-server").Run()
}

// cpu is the time that the process has used.
func (s *screen) cpu() (time.Duration, error) {
	stat, err := os.ReadFile("/proc/" + s.pid + "/stat")
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var ticks int64
	for _, f := range fields[11:13] { // utime and stime, in hundredths
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, err
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}

// share is the part of a core that the process uses over a while.
func (s *screen) share(ctx context.Context, d time.Duration) (float64, error) {
	before, err := s.cpu()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(d):
	}
	after, err := s.cpu()
	return 100 * float64(after-before) / float64(time.Since(began)), err
}

// resident is the memory of the process in megabytes.
func (s *screen) resident(what string) (float64, error) {
	status, err := os.ReadFile("/proc/" + s.pid + "/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, what+":"); ok {
			n, err := strconv.ParseFloat(strings.Fields(kb)[0], 64)
			return n * 1024 / 1e6, err
		}
	}
	return 0, fmt.Errorf("no %s in %s", what, status)
}

// store is a store of so many deliveries, made once.
func (b *bench) store(ctx context.Context) (string, error) {
	dir := filepath.Join(b.dir, "store")
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, "go", "test", "-C", "..", "./store", "-run", "^$", "-bench", "Million/Open", "-benchtime", "1x")
	command.Env = append(os.Environ(), "HOOKS_BENCH_DIR="+dir, "HOOKS_BENCH_DELIVERIES="+strconv.Itoa(b.o.deliveries))
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("fill a store: %w\n%s", err, out)
	}
	return dir, nil
}
