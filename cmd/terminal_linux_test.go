package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// TestMuteTerminal runs commands on a terminal that answers nothing: none asks
// it anything, which would cost seconds, and none writes an escape sequence.
func TestMuteTerminal(t *testing.T) {
	for _, args := range [][]string{
		{"--version"}, {"--help"}, {"listen", "--help"}, {"log"}, {"nonsense"}, {"trigger", "payment.succeeded", "--dry-run"},
		{"provider", "show", "stripe"}, {"catalog", "list"}, {"config", "show"}, {"listen", "--print-secret"},
		{"--store", "s\x1b[2J", "store", "path"},
	} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			started := time.Now()
			out := onTerminal(t, nil, append(args, "--color", "never")...)
			if strings.Contains(out, "\x1b") {
				t.Errorf("an escape sequence: %q", out)
			}
			if out == "" || time.Since(started) > 4*time.Second {
				t.Errorf("%q after %s", out, time.Since(started))
			}
		})
	}
}

// TestHostileDataOnTerminal: what a program would get byte for byte is escaped
// where a person sees it, and JSON hides nothing there.
func TestHostileDataOnTerminal(t *testing.T) {
	const hostile = "\u202e\u2066\u200b\ufeff\u2028\u009b31m\U000e0041"
	dir := t.TempDir()
	file := filepath.Join(dir, "catalog", "acme.json")
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	text := `{"catalog":"acme","event_types":[{"name":"a.b","description":"` + hostile + `","examples":[{"name":"one","payload":{"a":"` + hostile + `"}}]}]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for _, line := range []string{
		"trigger a.b --provider standard --to 127.0.0.1:1 --dry-run", "send --provider standard --event a --to 127.0.0.1:1 --dry-run --data \x1b[2J" + hostile + "\x9b\xff",
		"catalog sample a.b", "catalog export acme --format openapi", "catalog list a.b --json", "show " + hostile + " --json", "catalog show a.b",
	} {
		out := onTerminal(t, nil, append(strings.Split(line, " "), "--color", "never")...)
		for _, r := range strings.ReplaceAll(out, "\r\n", "\n") {
			if r != '\n' && term.Safe(string(r)).String() != string(r) {
				t.Errorf("%s: %q in %q", line, r, out)
				break
			}
		}
		if !strings.Contains(out, `\u202e`) {
			t.Errorf("%s: the text is not shown: %q", line, out)
		}
	}
}

// TestLogSaysMoreOnTerminal: a list that is cut says so, where nobody counts.
func TestLogSaysMoreOnTerminal(t *testing.T) {
	dir := t.TempDir()
	st, err := store.Open(t.Context(), dir, store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for range 51 {
		d := &store.Delivery{Direction: store.In, Event: &store.Event{}, Status: store.Captured, Request: store.Request{Method: "POST", Target: "/"}}
		if err := st.Append(d).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	const more = "the newest 50 are shown: --limit N shows more, --limit 0 all"
	for _, test := range []struct {
		flags []string
		rows  int
		says  bool
	}{{nil, 50, true}, {[]string{"--limit", "51"}, 51, false}, {[]string{"--limit", "5"}, 5, false}, {[]string{"--limit", "0"}, 51, false}} {
		out := onTerminal(t, nil, append([]string{"log", "--store", dir}, test.flags...)...)
		if rows := strings.Count(out, "\n#"); rows != test.rows || strings.Contains(out, more) != test.says {
			t.Errorf("log %v: %d rows, want %d, in %q", test.flags, rows, test.rows, out)
		}
	}
}

// TestListFitsTerminal: the rows of a list are no wider than the terminal, or than
// COLUMNS, whatever came.
func TestListFitsTerminal(t *testing.T) {
	dir := t.TempDir()
	st, err := store.Open(t.Context(), dir, store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range []string{strings.Repeat("a", 300), "支払い.成功\x1b[2J", "payment.succeeded"} {
		d := &store.Delivery{Direction: store.In, Event: &store.Event{Type: event}, Status: store.Captured, Request: store.Request{Method: "POST", Target: "/"}}
		if err := st.Append(d).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	for columns, sizes := range map[string]bool{"": true, "80": false, "40": false} { // the last column can be spared
		out := onTerminalIn(t, []string{"COLUMNS=" + columns}, nil, "log", "--store", dir)
		room := 120
		if columns != "" {
			room, _ = strconv.Atoi(columns)
		}
		for line := range strings.SplitSeq(out, "\r\n") {
			if width := term.Width(term.Cell(term.Plain(line))); width > room {
				t.Errorf("COLUMNS=%s: %d columns: %q", columns, width, line)
			}
		}
		if strings.Count(out, "\n#") != 3 || strings.Contains(out, "SIZE") != sizes {
			t.Errorf("COLUMNS=%s: %q", columns, out)
		}
	}
}

// TestPager: a long text goes through the pager that the user names, and reaches
// the user without one that cannot be run.
func TestPager(t *testing.T) {
	const paged = "P:hooks listen: receive"
	path := "PATH=" + os.Getenv("PATH")
	for _, test := range []struct {
		name    string
		environ []string
		args    []string
		want    string
		paged   bool
	}{
		{"named", []string{"PAGER=sed s/^/P:/"}, []string{"listen", "--help"}, "--ready-file", true},
		{"of hooks alone", []string{"PAGER=false", "HOOKS_PAGER=sed s/^/P:/"}, []string{"listen", "--help"}, "--ready-file", true},
		{"none", nil, []string{"listen", "--help"}, "--ready-file", false},
		{"cat", []string{"PAGER=cat"}, []string{"listen", "--help"}, "--ready-file", false},
		{"refused", []string{"PAGER=sed s/^/P:/"}, []string{"listen", "--help", "--no-pager"}, "--ready-file", false},
		{"a dumb terminal", []string{"PAGER=sed s/^/P:/", "TERM=dumb"}, []string{"listen", "--help"}, "--ready-file", false},
		{"a short text", []string{"PAGER=sed s/^/P:/"}, []string{"version"}, "1.2.3-test", false},
		{"not there", []string{"PAGER=no-such-pager"}, []string{"listen", "--help"}, "--ready-file", false},
		{"not there, says so", []string{"PAGER=no-such-pager"}, []string{"listen", "--help"}, `warning: the pager "no-such-pager" cannot be run`, false},
		{"left at once", []string{"PAGER=true"}, []string{"catalog", "list"}, "event types of", false},
	} {
		out := onTerminalIn(t, append(test.environ, path), nil, append(test.args, "--color", "never")...)
		if !strings.Contains(out, test.want) || strings.Contains(out, paged) != test.paged {
			t.Errorf("%s: no %q, or paged is not %v:\n%.300s", test.name, test.want, test.paged, out)
		}
	}
}

// TestNoInputOnTerminal: a command that reads stdin says how to give it
// something, and waits for nobody.
func TestNoInputOnTerminal(t *testing.T) {
	const data, secret = "hint: give a FILE, or pipe the data in, as in: ", "hint: pipe it in, or give it as env:NAME, file:PATH or keyring:NAME"
	for command, hint := range map[string]string{
		"verify --provider github --secret k":             data + "hooks verify body.json -H",
		"sign --provider github --secret k":               data + "hooks sign body.json --provider github",
		"sign --provider github --secret - body.json":     secret,
		"trigger payment.succeeded --secret - --dry-run":  secret,
		"trigger payment.succeeded --merge - --dry-run":   data + "hooks trigger",
		"provider validate -":                             data + "hooks provider validate",
		"catalog validate -":                              data + "hooks catalog validate",
		"catalog import -":                                data + "hooks catalog import",
		"provider infer --request - --secret k":           data + "hooks provider infer",
		"listen --addr 127.0.0.1:0 --respond-body -":      data + "hooks listen",
		"listen --addr 127.0.0.1:0 --secret -":            secret,
		"endpoint add http://localhost:1 --secret -":      secret,
		"check localhost:1 --provider github --secret -":  secret,
		"provider infer --request /dev/null --secret -":   secret,
		"send --to 1 --data x --provider svix --secret -": secret,
	} {
		out := onTerminal(t, nil, append(strings.Fields(command), "--color", "never")...)
		if !strings.Contains(out, hint) {
			t.Errorf("%s: %q, want %q", command, out, hint)
		}
	}
}

// TestTUIOnTerminal starts the terminal UI, waits for its frame, quits, and
// finds the main screen restored and nothing asked.
func TestTUIOnTerminal(t *testing.T) {
	out := onTerminal(t, typing("Deliveries", "q"), "tui", "--ascii")
	for _, want := range []string{"\x1b[?1049h", "\x1b[?1049l", "\x1b[?25h"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in %q", want, out)
		}
	}
	for _, question := range []string{"\x1b]11;?", "\x1b[6n", "\x1b[c"} {
		if strings.Contains(out, question) {
			t.Errorf("the terminal is asked %q", question)
		}
	}
}

// typing waits for each text on the screen and then types what follows it.
func typing(steps ...string) func(screen string) string {
	return func(screen string) string {
		if len(steps) == 0 || !strings.Contains(screen, steps[0]) {
			return ""
		}
		keys := steps[1]
		steps = steps[2:]
		return keys
	}
}

// TestTUIExplains looks at the signature of a delivery whose body was parsed on
// its way: the view finds out why it is invalid, with the settings' secret.
func TestTUIExplains(t *testing.T) {
	dir := t.TempDir()
	p, err := provider.Open().Get("github")
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.Scheme.Sign(&sign.Message{Body: []byte(compactText)}, sign.Keys{Secrets: []string{"settings-secret"}}, sign.Values{})
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), dir, store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	err = st.Append(&store.Delivery{
		Direction: store.In, Trigger: store.TriggerReceived, Event: &store.Event{Provider: "github"}, ReceivedAt: time.Now(), Status: store.Rejected,
		Request:      store.Request{Method: "POST", Target: "/", Headers: m.Headers, Body: []byte(spacedText), BodySize: int64(len(spacedText))},
		Verification: &store.Verification{Verdict: store.Invalid, Provider: "github", Reason: sign.SignatureMismatch},
	}).Wait(t.Context())
	if err = errors.Join(err, st.Close()); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "hooks.yaml")
	if err := os.WriteFile(config, []byte("secrets: {github: settings-secret}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := onTerminal(t, typing("#1", "\r]]]", "verify the raw bytes", "qq"), "tui", "--ascii", "--store", dir, "--config", config)
	for _, want := range []string{"JSON.stringify(JSON.parse(body))", "timestamp, id, url, event", "replay not limited"} {
		if !strings.Contains(out, want) {
			t.Errorf("the view does not say %q", want)
		}
	}
	if strings.Contains(out, "settings-secret") {
		t.Error("the secret is on the screen")
	}
}

// onTerminal runs hooks on a pseudo-terminal of 120x35 and returns all that it
// wrote there. answer is shown the screen as it grows and says what to type.
func onTerminal(t *testing.T, answer func(screen string) string, args ...string) string {
	t.Helper()
	return onTerminalIn(t, nil, answer, args...)
}

// onTerminalIn is onTerminal with more variables.
func onTerminalIn(t *testing.T, variables []string, answer func(screen string) string, args ...string) string {
	t.Helper()
	master, slave := openTerminal(t)
	defer master.Close()
	process := exec.Command(selfAsHooks(t), args...)
	process.Env = []string{"HOME=" + t.TempDir(), "TERM=xterm-256color", "LANG=C.UTF-8", "GORACE=atexit_sleep_ms=0"}
	process.Env = append(process.Env, variables...)
	process.Stdin, process.Stdout, process.Stderr = slave, slave, slave
	process.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	limit := time.AfterFunc(waitLimit, func() { process.Process.Kill() })
	defer limit.Stop()
	var out bytes.Buffer
	for buffer := make([]byte, 4096); ; {
		n, err := master.Read(buffer)
		out.Write(buffer[:n])
		if err != nil { // EIO: the other side is closed
			break
		}
		if answer == nil {
			continue
		}
		if keys := answer(out.String()); keys != "" {
			if _, err := io.WriteString(master, keys); err != nil {
				t.Fatal(err)
			}
		}
	}
	process.Wait() // its exit code is another test's
	return out.String()
}

// openTerminal makes a pseudo-terminal (pty(7)).
func openTerminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here: ", err)
	}
	ioctl := func(request uintptr, value unsafe.Pointer) {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), request, uintptr(value)); errno != 0 {
			t.Fatal(errno)
		}
	}
	var unlock, number int32
	ioctl(syscall.TIOCSPTLCK, unsafe.Pointer(&unlock))
	ioctl(syscall.TIOCGPTN, unsafe.Pointer(&number))
	size := [4]uint16{35, 120}
	ioctl(syscall.TIOCSWINSZ, unsafe.Pointer(&size))
	slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// TestNobodyIsAskedInCI: a terminal that a machine gives is no person.
func TestNobodyIsAskedInCI(t *testing.T) {
	for value, asks := range map[string]bool{"true": false, "1": false, "false": true, "": true} {
		out := onTerminalIn(t, []string{"CI=" + value}, typing("[y/N]", "n\n"), "store", "clear", "--color", "never")
		if strings.Contains(out, "[y/N]") != asks || strings.Contains(out, "hint: add --yes") == asks {
			t.Errorf("CI=%s: %q", value, out)
		}
	}
}
