package cmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// onBrokenPipe runs hooks with a stdout that nobody reads.
func onBrokenPipe(t *testing.T, dir string, args ...string) (code int, stderr string) {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	reader.Close()
	defer writer.Close()
	process := exec.Command(selfAsHooks(t), args...)
	process.Dir = dir
	process.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "GORACE=atexit_sleep_ms=0"}
	process.Stdout = writer
	var problems strings.Builder
	process.Stderr = &problems
	if err := process.Run(); err != nil && process.ProcessState == nil {
		t.Fatal(err)
	}
	return process.ProcessState.ExitCode(), problems.String()
}

// TestReaderLeft: a reader that goes away changes neither what is done nor the
// answer, and is nothing to complain of.
func TestReaderLeft(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"body.json":     `{"a":1}`,
		"requests.http": "POST http://localhost:3000/a\n\n1\n\n###\n\nPOST http://localhost:3000/b\n\n2\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	invalid := []string{"verify", "body.json", "--provider", "github", "--secret", "k", "-H", "X-Hub-Signature-256: sha256=00"}
	for _, test := range []struct {
		name string
		args []string
		code int
	}{
		{"help", []string{"--help"}, 0},
		{"an answer that is no", invalid, 1},
		{"the same as JSON", append(invalid, "--json"), 1},
		{"a finding after the first line", []string{"doctor", "--to", "127.0.0.1:1"}, 1},
		{"two requests to keep", []string{"import", "requests.http"}, 0},
		{"a list", []string{"log"}, 0},
		{"a list of lines", []string{"log", "--json"}, 0},
		{"an export", []string{"export"}, 0},
		{"nobody at the target", []string{"trigger", "payment.succeeded", "user.created", "--to", "127.0.0.1:1"}, 4},
	} {
		code, stderr := onBrokenPipe(t, dir, test.args...)
		if code != test.code || strings.Contains(stderr, "error:") {
			t.Errorf("%s: exit %d, want %d; %s", test.name, code, test.code, stderr)
		}
	}
	out, err := exec.Command(selfAsHooks(t), "log", "--store", filepath.Join(dir, ".local/state/hooks"), "-q").Output()
	if n := strings.Count(string(out), "\n"); err != nil || n != 4 {
		t.Errorf("%d deliveries are in the store, want 2 imported and 2 sent: %v", n, err)
	}
}
