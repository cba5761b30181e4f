package cmd

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// story is a listener and the terminal UI over its store.
type story struct {
	*pane
	hooks, dir, url string
	listener        *exec.Cmd
}

func (s *story) store() string { return filepath.Join(s.dir, "store") }

// run runs a command beside the terminal.
func (s *story) run(args ...string) string {
	s.t.Helper()
	c := exec.CommandContext(s.t.Context(), s.hooks, append([]string{"--store", s.store()}, args...)...)
	c.Env, c.Dir = append(os.Environ(), "HOME="+s.dir), s.dir
	out, err := c.CombinedOutput()
	if err != nil {
		s.t.Fatalf("hooks %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// file waits for a file and returns what is in it.
func (s *story) file(name string) string {
	s.t.Helper()
	for deadline := time.Now().Add(waitLimit); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if b, err := os.ReadFile(filepath.Join(s.dir, name)); err == nil && len(b) > 0 {
			return string(b)
		}
	}
	s.t.Fatalf("%s was never written; the screen:\n%s", name, s.tmux("capture-pane", "-p"))
	return ""
}

func (s *story) write(name, content string) string {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o755); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// tell starts a listener and, in a terminal, the view of its store. The
// terminal's modes before and after are written down.
func tell(t *testing.T) *story {
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("no tmux here")
	}
	s := &story{pane: &pane{t, fmt.Sprintf("hooks-story-%d", os.Getpid())}, hooks: selfAsHooks(t), dir: t.TempDir()}
	s.listener = exec.Command(s.hooks, "--store", s.store(), "listen", "--addr", "127.0.0.1:0", "--ready-file", filepath.Join(s.dir, "ready"))
	s.write("hooks.yaml", "secret: the-secret-of-both-sides\n")
	s.listener.Env, s.listener.Dir = append(os.Environ(), "HOME="+s.dir), s.dir
	if err := s.listener.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.listener.Process.Kill(); s.listener.Wait() })
	s.url = strings.TrimSpace(s.file("ready"))
	// The editor says that it is open and goes on when it is told to.
	editor := s.write("editor", "#!/bin/sh\nstat -c %a \"$1\" > "+s.dir+"/open\nwhile [ ! -e "+s.dir+"/go ]; do sleep 0.05; done\nsed -i s/1999/2000/ \"$1\"\n")
	line := fmt.Sprintf("cd %[1]s; stty -a > before; env HOME=%[1]s EDITOR=%[2]s LANG=C.UTF-8 %[3]s --store %[4]s tui; echo ended with $?; stty -a > after; exec cat", s.dir, editor, s.hooks, s.store())
	s.tmux("new-session", "-d", "-x", "120", "-y", "35", line)
	t.Cleanup(func() { exec.Command("tmux", "-L", s.socket, "kill-server").Run() })
	s.tmux("set-option", "-g", "set-clipboard", "on")
	return s
}

// A bad delivery is found, looked into, sent again, changed in an editor, set
// against another and taken along; the listener dies meanwhile.
func TestStoryInTmux(t *testing.T) {
	s := tell(t)
	for range 3 {
		s.run("trigger", "revkeen:payment.succeeded", "--to", s.url, "--set", "data.object.amount=1999")
	}
	s.tampered()
	s.until("BAD")
	s.keys("/")
	s.keys("-l", "verdict:inv")
	s.keys("Tab")
	s.until("verdict:invalid")
	s.keys("Enter")
	s.until("1 of 7")
	s.keys("Enter", "[")
	s.until("problem")
	s.keys("Enter")
	s.until("[Request]")
	s.keys("q", "Escape")
	s.until("#1 ") // the filter is gone
	s.keys("g", "R")
	s.until("$ hooks replay 1")
	s.keys("Enter")
	s.until("-> 200")
	s.edits()
	s.keys("g", "m", "G", "c")
	s.until("data.object.amount")
	s.keys("i", "]")
	s.until("[lines]")
	s.keys("q", "g", "Y")
	s.until("copied curl")
	s.curl()
	s.listener.Process.Kill()
	s.listener.Wait()
	s.keys("x", "b")
	s.until("written to")
	s.sizes()
	s.keys("q")
	s.until("ended with 0")
	if before, after := s.file("before"), s.file("after"); before != after {
		t.Errorf("the terminal was\n%s\nand is\n%s", before, after)
	}
}

// tampered sends a delivery whose signature is another's and whose payload
// breaks its schema.
func (s *story) tampered() {
	s.t.Helper()
	body := `{"id":"evt_x","type":"payment.failed","data":{"object":{"amount":"x"}}}`
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url+"/hooks", strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("x-revkeen-signature", "sha256="+strings.Repeat("0", 64))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusUnauthorized {
		s.t.Errorf("a wrong signature is answered %d", resp.StatusCode)
	}
}

// edits changes a delivery in the editor. While that is open the listener
// answers, and what it took is there afterwards.
func (s *story) edits() {
	s.t.Helper()
	s.keys("g", "e")
	if mode := strings.TrimSpace(s.file("open")); mode != "600" {
		s.t.Errorf("the editor's file has the mode %s", mode)
	}
	s.run("trigger", "revkeen:payment.refunded", "--to", s.url)
	s.write("go", "on")
	s.until("--set data.object.amount=2000")
	s.keys("Enter")
	s.until("payment.refunded")
	s.until("-> 200")
}

// curl runs what was copied: the terminal has it from OSC 52.
func (s *story) curl() {
	s.t.Helper()
	script := s.tmux("show-buffer")
	if !strings.HasPrefix(script, "curl ") {
		s.t.Fatalf("the clipboard has %.200q", script)
	}
	if _, err := exec.LookPath("curl"); err != nil {
		return
	}
	c := exec.CommandContext(s.t.Context(), "sh", "-c", script)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil {
		s.t.Errorf("%s: %v\n%s", script, err, out.String())
	}
}

// sizes makes the terminal smaller and larger again: no line is ever wider.
func (s *story) sizes() {
	s.t.Helper()
	for _, size := range []struct{ w, h, want string }{{"80", "24", "? help"}, {"40", "15", "? help"}, {"20", "5", "20x5"}, {"120", "35", "q quit"}} {
		s.tmux("resize-window", "-x", size.w, "-y", size.h)
		s.until(size.want)
	}
	s.tmux("resize-window", "-x", "1", "-y", "1")
	s.tmux("resize-window", "-x", "120", "-y", "35")
	s.until("q quit")
}
