package cmd

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The real listener holds what a filter takes, under its terminal UI: requests
// are released, edited in $EDITOR, answered by hand and dropped, and what is
// still held when the UI ends goes on.
func TestHoldInTmux(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("no tmux here")
	}
	hooks, home := selfAsHooks(t), t.TempDir()
	got := make(chan string, 10)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- string(body)
		w.WriteHeader(http.StatusAccepted)
	}))
	defer app.Close()
	editor := filepath.Join(home, "editor")
	if err := os.WriteFile(editor, []byte("#!/bin/sh\nsed -i 's/one/two/' \"$1\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	ready := filepath.Join(home, "ready")
	p := &pane{t, fmt.Sprintf("hooks-hold-%d", os.Getpid())}
	line := fmt.Sprintf("env HOME=%s LANG=C.UTF-8 EDITOR=%s %s --store %s listen --addr 127.0.0.1:0 --forward %s --tui --hold 'body.hold:true' --hold-limit 30s --ready-file %s; echo ended with $?; exec cat",
		home, editor, hooks, filepath.Join(home, "store"), app.URL, ready)
	p.tmux("new-session", "-d", "-x", "120", "-y", "35", line)
	t.Cleanup(func() { exec.Command("tmux", "-L", p.socket, "kill-server").Run() })
	p.until("holding (b)")
	address, err := os.ReadFile(ready)
	if err != nil {
		t.Fatal(err)
	}
	post := func(body string) <-chan int {
		answer := make(chan int, 1)
		go func() {
			r, err := http.Post(strings.TrimSpace(string(address)), "application/json", strings.NewReader(body))
			if err != nil {
				answer <- 0
				return
			}
			r.Body.Close()
			answer <- r.StatusCode
		}()
		return answer
	}
	expect := func(what string, answer <-chan int, want int) {
		t.Helper()
		if status := <-answer; status != want {
			t.Errorf("%s: the sender got %d, want %d", what, status, want)
		}
	}
	expect("not held", post(`{"hold":false}`), 202)
	<-got
	answer := post(`{"hold":true,"n":"one"}`)
	p.until("1 held (b)")
	p.keys("b")
	p.until("sender waits")
	p.keys("e")
	expect("edited", answer, 202)
	if body := <-got; body != `{"hold":true,"n":"two"}` {
		t.Errorf("edited: forwarded %s", body)
	}
	p.until("released edited")
	// An empty page first: what the page still shows may be the one before.
	p.until("Nothing is held.")
	answer = post(`{"hold":true}`)
	p.until("sender waits")
	p.keys("Enter")
	expect("released", answer, 202)
	<-got
	p.until("Nothing is held.")
	answer = post(`{"hold":true}`)
	p.until("sender waits")
	p.keys("a")
	p.until("answer 200")
	p.keys("C-u")
	p.keys("-l", "418 teapot")
	p.keys("Enter")
	expect("answered by hand", answer, 418)
	p.until("Nothing is held.")
	answer = post(`{"hold":true}`)
	p.until("sender waits")
	p.keys("d")
	expect("dropped", answer, 0)
	p.until("Nothing is held.")
	answer = post(`{"hold":true,"last":1}`)
	p.until("sender waits")
	p.keys("q", "q")
	expect("held at the end", answer, 202)
	p.until("ended with 0")
	out, err := exec.Command(hooks, "--store", filepath.Join(home, "store"), "log", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	for word, n := range map[string]int{`"status_reason":"edited"`: 1, `"status_reason":"answered_by_hand"`: 1, `"status_reason":"dropped"`: 1, `"status_reason":"held"`: 0, `"status":"succeeded"`: 4} {
		if found := strings.Count(string(out), word); found != n {
			t.Errorf("the record has %d times %s, want %d:\n%s", found, word, n, out)
		}
	}
}
