package cmd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// exampleExits are the examples that do not end with 0 in the playground, and
// why. Everything else must.
var exampleExits = map[string]int{
	"hooks tui": exitEnvironment, // there is no terminal
	"hooks tui --filter 'verdict:invalid | code:5xx'":                                                               exitEnvironment,
	"hooks verify body.json -H 'X-Hub-Signature-256: sha256=…' --secret env:SECRET":                                 exitNo, // as it stands
	"hooks verify body.json -H 'X-Hub-Signature-256: sha256=…' --secret env:GITHUB_SECRET":                          exitNo,
	"hooks check localhost:3000/webhooks --provider stripe --secret env:STRIPE_WEBHOOK_SECRET --event invoice.paid": exitNo, // the consumer takes everything
	"hooks check localhost:3000/webhooks --provider github --secret env:GITHUB_SECRET --only rejects":               exitNo,
	"hooks check localhost:3000/webhooks --state-url http://localhost:3000/orders/count --junit check.xml":          exitNo,
	"hooks trigger --handshake crc --to localhost:3000/webhooks --secret env:X_CONSUMER_SECRET":                     exitNo, // it answers no challenge
	"hooks catalog diff openapi-v1.yaml openapi-v2.yaml":                                                            exitNo, // they differ
	"hooks endpoint delete shop": exitUsage, // nobody can be asked
	"hooks store clear":          exitUsage,
	"hooks catalog import --format deliveries 12 13 --into acme":           exitUsage,
	"hooks catalog learn --event 'order.*' --since 24h --into acme":        exitUsage,
	"hooks secret expire shop sec_01J":                                     exitUsage,       // it is the only one
	"hooks secret adopted --forget asana":                                  exitUsage,       // nothing was adopted
	"hooks doctor --relay https://example.ngrok.app --addr 127.0.0.1:4400": exitUnreachable, // nobody relays
}

// exampleBefore is what else was done before some of them, by how they begin.
var exampleBefore = map[string]string{
	"hooks endpoint add":                         "hooks endpoint delete shop --yes",
	"hooks catalog validate catalog/acme.yaml":   "mv catalog/my-app.yaml catalog/acme.yaml",
	"hooks catalog validate --json -":            "cp catalog/my-app.yaml draft.yaml",
	"hooks provider validate provider/acme.yaml": "hooks provider new acme --like stripe",
	"hooks provider validate --json -":           "hooks provider new acme --like stripe --out - > draft.yaml",
	"hooks provider infer --delivery @last":      "hooks import captured.http",
	"hooks endpoint resume":                      "hooks endpoint disable shop",
	"hooks replay @failed --watch":               "mkdir src",
	"hooks test webhooks.test.yaml":              "hooks test --init",
	"hooks test tests/*.yaml":                    "mkdir tests && hooks test --init tests/webhooks.test.yaml",
}

// endless are the commands that run until they are interrupted.
func endless(line string) bool {
	return strings.HasPrefix(line, "hooks listen") || strings.Contains(line, "--follow") || strings.Contains(line, "--watch") || line == "hooks dispatch" ||
		strings.HasPrefix(line, "hooks wait")
}

// TestHelpExamples runs every example of every command as it stands, each in a
// copy of a folder in which a user could have got so far. Only the ports are
// others, so that two runs do not meet.
func TestHelpExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every example")
	}
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip(err)
	}
	p := newPlayground(t)
	n := 0
	walkCommands(newRoot(&app{env: systemEnv(""), color: "auto"}), func(c *cobra.Command) {
		if c.Example == "" && c.IsAvailableCommand() {
			t.Errorf("%s has no example", c.CommandPath())
		}
		for _, line := range examplesOf(c) {
			if missingTool(line) == "" {
				p.try(line)
			}
			n++
		}
	})
	if n < 100 {
		t.Errorf("only %d examples", n)
	}
}

func walkCommands(c *cobra.Command, visit func(*cobra.Command)) {
	visit(c)
	for _, sub := range c.Commands() {
		walkCommands(sub, visit)
	}
}

// missingTool is the other program of a line that is not installed, "" if all are.
func missingTool(line string) string {
	for _, tool := range []string{"jq", "curl"} {
		if _, err := exec.LookPath(tool); err != nil && strings.Contains(line, "| "+tool) {
			return tool
		}
	}
	return ""
}

// playground is a folder with what the examples speak of.
type playground struct {
	t        *testing.T
	dir, bin string
	ports    *strings.Replacer
}

// newPlayground prepares one, with a consumer that takes everything.
func newPlayground(t *testing.T) *playground {
	t.Helper()
	consumer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "0")
	}))
	t.Cleanup(consumer.Close)
	port := consumer.URL[strings.LastIndexByte(consumer.URL, ':')+1:]
	p := &playground{t: t, dir: t.TempDir(), bin: filepath.Dir(selfAsHooks(t)),
		ports: strings.NewReplacer("ep_01J", "ep_01", "sec_01J", "sec_01", "3000", port, "4000/", port+"/",
			"https://example.ngrok.app", "https://localhost:1", "127.0.0.1:4400", "127.0.0.1:0")}
	p.prepare()
	return p
}

// prepare is what the user of the examples has done before.
func (p *playground) prepare() {
	text, err := os.ReadFile("testdata/playground.sh")
	if err != nil {
		p.t.Fatal(err)
	}
	out, code := p.run(filepath.Join(p.dir, "start"), string(text), false)
	if code != 0 {
		p.t.Fatalf("testdata/playground.sh: exit code %d\n%s", code, out)
	}
}

// try runs one example in a copy of the folder.
func (p *playground) try(line string) {
	dir := p.fresh()
	for begin, script := range exampleBefore {
		if strings.HasPrefix(line, begin) {
			if out, code := p.run(dir, script, false); code != 0 {
				p.t.Errorf("before %s: %s\n%s", line, script, out)
			}
		}
	}
	out, code := p.run(dir, line, endless(line))
	want := exampleExits[line]
	if code != want || strings.Contains(out, "failed inside") {
		p.t.Errorf("%s\nexit code %d, want %d\n%.1500s", line, code, want, out)
	}
}

// fresh is a new copy of the folder.
func (p *playground) fresh() string {
	dir := filepath.Join(p.dir, "now")
	if err := os.RemoveAll(dir); err != nil {
		p.t.Fatal(err)
	}
	if out, err := exec.Command("cp", "-Rp", filepath.Join(p.dir, "start"), dir).CombinedOutput(); err != nil {
		p.t.Fatalf("%v: %s", err, out)
	}
	return dir
}

// run gives what a script printed, and its exit code. One that goes on until it
// is interrupted is: later, where it dies of that before it listens for it.
func (p *playground) run(dir, script string, interrupt bool) (string, int) {
	for after := 400 * time.Millisecond; ; after *= 2 {
		out, state := p.runFor(dir, script, interrupt, after)
		code := state.ExitCode()
		if interrupt && code == -1 && after < waitLimit/4 {
			continue
		}
		if interrupt && code == exitInterrupted {
			code = 0
		}
		return out, code
	}
}

func (p *playground) runFor(dir, script string, interrupt bool, after time.Duration) (string, *os.ProcessState) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(p.t.Context(), waitLimit)
	defer cancel()
	script = p.ports.Replace(script)
	if interrupt && strings.Contains(script, " | ") {
		script = "timeout --preserve-status --signal=INT 1 " + script
	} else if interrupt {
		script = "exec " + strings.TrimPrefix(script, "exec ")
	}
	c := exec.CommandContext(ctx, "bash", "-o", "pipefail", "-c", script)
	c.Dir = dir
	c.Env = append(tourEnv(p.t, dir, p.ports.Replace("HOOKS_TO=localhost:3000")), "HOOKS_ADDR=127.0.0.1:0", "HOOKS_EDITOR=true", "SECRET=whsec_plJ3nmyCDGBKInavdOK15jsl", "KEY=k", "GITHUB_SECRET=s3cret", "WEBHOOK_SECRET=whsec_plJ3nmyCDGBKInavdOK15jsl",
		"STRIPE_WEBHOOK_SECRET=whsec_plJ3nmyCDGBKInavdOK15jsl", "NEW_WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "X_CONSUMER_SECRET=x")
	c.WaitDelay = time.Second
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	err := c.Start()
	if err == nil {
		if interrupt {
			defer time.AfterFunc(after, func() { _ = c.Process.Signal(os.Interrupt) }).Stop()
		}
		err = c.Wait()
	}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		p.t.Fatalf("%s: %v\n%s", script, err, out.String())
	}
	return out.String(), c.ProcessState
}
