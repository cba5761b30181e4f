package cmd

import (
	"bytes"
	"os/exec"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/term"
)

// TestSignalRestoresTerminal ends the terminal UI by each signal, several times,
// for the end is a race: the shell gets its terminal back as it was, and no trace.
func TestSignalRestoresTerminal(t *testing.T) {
	for _, test := range []struct {
		line    string
		signals []syscall.Signal
		code    int
	}{
		{"tui", []syscall.Signal{syscall.SIGTERM}, 130},
		{"tui", []syscall.Signal{syscall.SIGQUIT}, 130},
		{"listen --tui --addr 127.0.0.1:0", []syscall.Signal{syscall.SIGINT}, 0},
		{"listen --tui --addr 127.0.0.1:0", []syscall.Signal{syscall.SIGINT}, 0},
		{"listen --tui --addr 127.0.0.1:0", []syscall.Signal{syscall.SIGHUP}, 0},
		{"listen --tui --addr 127.0.0.1:0", []syscall.Signal{syscall.SIGQUIT}, 0},
	} {
		signalTUI(t, strings.Fields(test.line), test.signals, test.code)
	}
}

func signalTUI(t *testing.T, args []string, signals []syscall.Signal, want int) {
	t.Helper()
	master, slave := openTerminal(t)
	defer master.Close()
	defer slave.Close() // kept open: the state is read from it
	before, err := term.GetState(int(slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command(selfAsHooks(t), args...)
	process.Env = []string{"HOME=" + t.TempDir(), "TERM=xterm-256color", "LANG=C.UTF-8", "GORACE=atexit_sleep_ms=0"}
	process.Stdin, process.Stdout, process.Stderr = slave, slave, slave
	process.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(waitLimit, func() { process.Process.Kill() })
	defer limit.Stop()
	ended := make(chan struct{})
	go func() { process.Wait(); slave.WriteString("\x04ended"); close(ended) }()
	var out bytes.Buffer
	for buffer := make([]byte, 4096); !bytes.Contains(out.Bytes(), []byte("\x04ended")); {
		n, err := master.Read(buffer)
		if err != nil {
			t.Fatal(err)
		}
		if out.Write(buffer[:n]); len(signals) > 0 && strings.Contains(out.String(), "Deliveries") {
			for _, s := range signals {
				process.Process.Signal(s)
			}
			signals = nil
		}
	}
	<-ended
	after, err := term.GetState(int(slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	if code := process.ProcessState.ExitCode(); code != want || strings.Contains(out.String(), "goroutine ") {
		t.Errorf("%v: exit code %d, want %d: %.300q", args, code, want, out.String())
	}
	if !reflect.DeepEqual(before, after) || !strings.Contains(out.String(), "\x1b[?1049l") {
		t.Errorf("%v: the terminal is not as it was", args)
	}
}
