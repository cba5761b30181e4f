package cmd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// TestRepairSaysWhatIsLost: the new index is sound and knows nothing of what
// was cut off the log, so the repair itself says it.
func TestRepairSaysWhatIsLost(t *testing.T) {
	dir := t.TempDir()
	st, err := store.Open(t.Context(), dir, store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		d := &store.Delivery{Direction: store.In, Event: &store.Event{Type: fmt.Sprint("type.", i)}, Status: store.Captured}
		d.Request.Body = make([]byte, 3000)
		if err := st.Append(d).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "log", "00000001.log"), 10_000); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		args []string
		code int
		says []string
	}{
		{[]string{"check"}, 1, []string{"#4", "#5", "was cut", "--repair"}},
		{[]string{"check", "--repair"}, 0, []string{"#4", "#5", "was cut"}},
		{[]string{"check"}, 0, nil},
	} {
		command := exec.Command(selfAsHooks(t), append([]string{"--store", dir, "store"}, step.args...)...)
		command.Env = append(os.Environ(), "HOME="+dir, "GORACE=atexit_sleep_ms=0")
		out, _ := command.CombinedOutput()
		if code := command.ProcessState.ExitCode(); code != step.code {
			t.Errorf("%v: exit code %d, not %d", step.args, code, step.code)
		}
		for _, want := range step.says {
			if !strings.Contains(string(out), want) {
				t.Errorf("%v does not say %q:\n%s", step.args, want, out)
			}
		}
	}
}
