package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestGoroutinePanics: what panics beside a command ends it in one message, with
// a file to report it with, whatever else the command waits for.
func TestGoroutinePanics(t *testing.T) {
	const secret = "hush-hush-hush"
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	stderr := tempFile(t)
	signals := make(chan os.Signal)
	e := &env{args: []string{"log", "--follow", "--channel", secret, "--store", filepath.Join(dir, "store")}, dir: dir, stdin: tempFile(t), stdout: tempFile(t), stderr: stderr,
		now: time.Now, signals: func() (<-chan os.Signal, func()) { return signals, func() {} }}
	reached := make(chan struct{})
	var once sync.Once
	e.lookup = func(name string) (string, bool) {
		if name == "HOOKS_STORE" { // the command has begun
			once.Do(func() { close(reached) })
		}
		return dir, name == "HOME"
	}
	go func() {
		<-reached
		var none []string
		defer func() { e.crashed(recover(), []byte("goroutine 7 [running]:\n")) }()
		none[len(dir)] = secret
	}()
	if code := attended(e); code != exitEnvironment {
		t.Errorf("exit %d", code)
	}
	said, err := os.ReadFile(stderr.Name())
	if err != nil {
		t.Fatal(err)
	}
	text := string(said)
	file := regexp.MustCompile(`hint: please report it at https://\S+, with (\S+), which holds`).FindStringSubmatch(text)
	if file == nil || !strings.Contains(text, "error: hooks failed inside: runtime error: index out of range") || strings.Contains(text, "goroutine") {
		t.Fatal(text)
	}
	trace, err := os.ReadFile(file[1])
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(trace), "hooks log --follow --channel … --store …") || !strings.Contains(string(trace), "goroutine 7") || strings.Contains(string(trace), secret) {
		t.Errorf("%s", trace)
	}
}

// TestTracesHoldNoData: neither arguments nor what a panic quotes.
func TestTracesHoldNoData(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"secret show shop --reveal", "hooks secret show … --reveal"},
		{"sign body.json --secret=hush", "hooks sign … --secret"},
		{"sign --secret hush", "hooks sign --secret …"},
		{"-H Authorization:x trigger a", "hooks … … … …"},
	} {
		if got := commandWords(strings.Fields(test.args)); got != test.want {
			t.Errorf("%s: %s, want %s", test.args, got, test.want)
		}
	}
	if got := withoutData("quoted: hush"); got != "a string" {
		t.Error(got)
	}
}

// watched is an audience with what it hears of, and the code with which its
// command ends.
func watched() (inside *audience, signals chan os.Signal, ended, code chan int) {
	inside, signals, ended, code = &audience{}, make(chan os.Signal), make(chan int), make(chan int)
	go func() { c, _ := inside.watch(signals, ended, nil); code <- c }()
	return inside, signals, ended, code
}

// TestCommandIsLeft: a command that listens and does not come to its end is left.
func TestCommandIsLeft(t *testing.T) {
	inside, signals, _, code := watched()
	heard, leave := inside.join()
	signals <- syscall.SIGTERM
	if s := <-heard; s != syscall.SIGTERM {
		t.Errorf("%v", s)
	}
	signals <- os.Interrupt
	if got := <-code; got != exitInterrupted {
		t.Errorf("exit %d", got)
	}
	leave()
	if inside.tell(os.Interrupt) {
		t.Error("nobody listens")
	}
}

// TestSignalTwiceAtOnce: the echo of a signal is no second one, also where the
// command has stopped listening meanwhile and comes to its own end.
func TestSignalTwiceAtOnce(t *testing.T) {
	inside, signals, ended, code := watched()
	heard, leave := inside.join()
	signals <- os.Interrupt
	<-heard
	signals <- os.Interrupt
	leave()
	signals <- os.Interrupt
	signals <- syscall.SIGTERM // nobody listens any more, but the command is ending
	ended <- exitDone
	if got := <-code; got != exitDone {
		t.Errorf("exit %d", got)
	}
	if len(heard) > 0 {
		t.Error("the echo was passed on")
	}
}

func tempFile(t *testing.T) *os.File {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "stream")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
