package cmd

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hooks-cli/hooks/check"
)

// arrivals are the requests that came, each as a text without what a client
// makes for its connection.
type arrivals struct {
	mu  sync.Mutex
	all []string
}

func (a *arrivals) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Header.Del("Connection")
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = append(a.all, fmt.Sprintf("%s %s %s %q %d %x", r.Proto, r.Method, r.RequestURI, r.Header, len(body), sha256.Sum256(body)))
}

// take returns the last n and forgets all.
func (a *arrivals) take(n int) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	last := a.all[max(0, len(a.all)-n):]
	a.all = nil
	return last
}

// TestCheckIsReproduced runs the command of every check: what arrives is what
// the check itself had sent.
func TestCheckIsReproduced(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not here")
	}
	came := &arrivals{}
	server := httptest.NewServer(came)
	defer server.Close()
	tried := 0
	for _, c := range check.All() {
		line := checkOnce(t, server.URL+"/hook?x=1&y=%20", c.Name)
		if line.Curl == "" {
			continue
		}
		tried++
		if shown := oneLine(line.Curl); shown != line.Curl {
			t.Errorf("%s: shown as another command: %s", c.Name, shown)
		}
		n := 1
		if strings.HasPrefix(line.Curl, "for ") {
			n = strings.Count(line.Curl, "seq 2") * 2
			n = max(n, strings.Count(line.Curl, "seq 5")*5)
		}
		want := came.take(n)
		if out, err := exec.Command("sh", "-c", line.Curl).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s\n%s", c.Name, err, out, line.Curl)
		}
		if diff := cmp.Diff(want, came.take(n)); diff != "" {
			t.Errorf("%s (-sent by the check +by its command):\n%s", c.Name, diff)
		}
	}
	if tried < 40 {
		t.Errorf("%d commands", tried)
	}
}

// checkOnce makes one check against a consumer.
func checkOnce(t *testing.T, url, name string) checkLine {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	e := systemEnv("1.2.3-test")
	e.dir, e.stdout, e.stderr = t.TempDir(), out, out
	e.lookup = func(name string) (string, bool) { return e.dir, name == "HOME" }
	e.args = []string{"check", url, "--provider", "standard", "--secret", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3", "--only", name, "--json"}
	if code := run(e); code == exitUnreachable {
		t.Fatalf("exit code %d", code)
	}
	text, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	var line checkLine
	first, _, _ := strings.Cut(string(text), "\n")
	if err := json.Unmarshal([]byte(first), &line); err != nil || line.Name != name {
		t.Fatalf("%s: %v\n%s", name, err, text)
	}
	return line
}
