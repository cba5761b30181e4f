package interop

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// limit bounds every wait for the program; nothing takes that long unless it
// hangs.
const limit = 20 * time.Second

// program is the built binary.
type program struct{ path string }

// TestProgram runs the program as a user does: each half against the libraries
// over real HTTP.
func TestProgram(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot be interrupted from outside there")
	}
	p := build(t)
	t.Run("listen", func(t *testing.T) { testListen(t, p) })
	t.Run("send", func(t *testing.T) { testSend(t, p) })
	t.Run("trigger", func(t *testing.T) { testTrigger(t, p) })
	t.Run("sign and verify", func(t *testing.T) { testSignAndVerify(t, p) })
}

func build(t *testing.T) *program {
	t.Helper()
	path := filepath.Join(t.TempDir(), "hooks")
	out, err := exec.Command("go", "build", "-C", "..", "-buildvcs=false", "-o", path, ".").CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return &program{path}
}

// command is a call in a home of its own.
func (p *program) command(ctx context.Context, home string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, p.path, args...)
	c.Dir = home
	c.Env = []string{
		"HOME=" + home, "TMPDIR=" + home, "TZ=UTC", "TERM=dumb",
		"XDG_CONFIG_HOME=" + filepath.Join(home, "config"), "XDG_STATE_HOME=" + filepath.Join(home, "state"),
		"XDG_DATA_HOME=" + filepath.Join(home, "data"), "XDG_CACHE_HOME=" + filepath.Join(home, "cache"),
	}
	return c
}

// result is what a call left behind.
type result struct {
	code           int
	stdout, stderr string
}

func (p *program) run(t *testing.T, stdin []byte, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	var stdout, stderr strings.Builder
	c := p.command(ctx, t.TempDir(), args...)
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(stdin), &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{c.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// wantCode fails unless the call ended with the exit code.
func (r result) wantCode(t *testing.T, code int) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d\n%s%s", r.code, code, r.stdout, r.stderr)
	}
}

// file writes bytes for a flag that takes @file.
func file(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "body")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
