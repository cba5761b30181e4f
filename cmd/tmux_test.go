package cmd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pane is the real program in a terminal that tmux plays.
type pane struct {
	t      *testing.T
	socket string
}

func (p *pane) tmux(args ...string) string {
	p.t.Helper()
	out, err := exec.CommandContext(p.t.Context(), "tmux", append([]string{"-L", p.socket, "-f", "/dev/null"}, args...)...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("tmux %s: %v\n%s", args[0], err, out)
	}
	return string(out)
}

func (p *pane) keys(keys ...string) {
	p.t.Helper()
	p.tmux(append([]string{"send-keys"}, keys...)...)
}

// until waits for text on the screen.
func (p *pane) until(want string) {
	p.t.Helper()
	text := ""
	for deadline := time.Now().Add(waitLimit); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if text = p.tmux("capture-pane", "-p"); strings.Contains(text, want) {
			return
		}
	}
	p.t.Fatalf("the screen never showed %q:\n%s", want, text)
}

// An endpoint is added, tested, switched and deleted, and an event triggered,
// by keys alone.
func TestConsoleInTmux(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("no tmux here")
	}
	hooks, home := selfAsHooks(t), t.TempDir()
	p := &pane{t, fmt.Sprintf("hooks-test-%d", os.Getpid())}
	line := fmt.Sprintf("env HOME=%s LANG=C.UTF-8 %s --store %s tui; echo ended with $?; exec cat", home, hooks, filepath.Join(home, "store"))
	p.tmux("new-session", "-d", "-x", "120", "-y", "35", line)
	t.Cleanup(func() { exec.Command("tmux", "-L", p.socket, "kill-server").Run() })
	p.until("[1 Deliveries]")
	p.keys("2")
	p.until("No endpoints.")
	p.keys("+")
	p.until("new endpoint")
	p.keys("Enter")
	p.until("is needed")
	p.keys("-l", "localhost:1/x")
	p.keys("Tab", "C-u")
	p.keys("-l", "revkeem")
	p.until("did you mean revkeen?")
	p.keys("BSpace")
	p.keys("-l", "n")
	p.keys("Tab")
	p.keys("-l", "shop")
	p.until("$ hooks endpoint add localhost:1/x --provider revkeen --name shop")
	p.keys("Enter")
	p.until("j/k scroll") // the window with the result; before, a line says that it runs
	p.keys("q")
	p.until("http://localhost:1/x  shop")
	p.keys("e")
	p.until("$ hooks endpoint edit")
	p.keys("Tab", "Tab", "Tab", "Tab")
	p.keys("-l", "5")
	p.until("is not a duration")
	p.keys("-l", "s")
	p.until("--timeout 5s")
	p.keys("Enter")
	p.until("edited")
	p.keys("P")
	p.until("disabled: by hand")
	p.keys("Tab", "Space")
	p.until("[ ] payment.succeeded")
	p.keys("q", "T")
	p.until("j/k scroll")
	p.keys("q", "3")
	p.until("[3 Catalog]")
	p.keys("/")
	p.keys("-l", "revkeen:payment.succ")
	p.keys("Enter")
	p.until("1 of ")
	p.keys("2", "d")
	p.until("y yes, n no")
	p.keys("y")
	p.until("No endpoints.")
	p.tmux("resize-window", "-x", "40", "-y", "15")
	p.until("[2 Endp]")
	p.keys("q", "q")
	p.until("ended with 0")
}
