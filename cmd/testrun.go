package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/contract"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// within is the program as it is in the folder of a test file: its settings,
// providers and catalogs.
func (a *app) within(path string) (*app, error) {
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return nil, environmentError("%s", err)
	}
	e := *a.env
	e.dir = dir
	inner := &app{env: &e, color: "never", configPath: a.configPath}
	inner.settings, err = loadSettings(inner)
	return inner, err
}

// trial is one test file while it is run.
type trial struct {
	*app        // within the folder of the file
	file        *contract.File
	dir         string // for what is removed at the end
	store       string
	environment map[string]string // that the commands of steps see
	tell        []string          // that the consumer is told, as NAME=value
	flags       map[string]string // of every step that sends
	secret      string            // which is never shown
}

// runTest runs the tests of one file.
func (a *app) runTest(ctx context.Context, f *contract.File, only func(string) bool, o *testOptions, report func(contract.TestResult) error) error {
	inner, err := a.within(f.Path)
	if err != nil {
		return err
	}
	t := &trial{app: inner, file: f, flags: map[string]string{"provider": f.Provider}, environment: map[string]string{}}
	if t.dir, err = os.MkdirTemp("", "hooks-test-*"); err != nil {
		return environmentError("cannot make a folder for the test: %s", cause(err))
	}
	t.store = orElse(o.store, orElse(f.Store, filepath.Join(t.dir, "store")))
	if o.keep {
		defer a.note("%s: the store is %s", f.Path, t.store)
	} else {
		defer os.RemoveAll(t.dir)
	}
	if err := t.key(); err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return environmentError("cannot find hooks itself: %s", cause(err))
	}
	client := send.NewClient(send.Options{Now: a.now})
	defer client.Close()
	runner := contract.Runner{
		File: f, Hooks: t.call, Flags: t.flags, Listening: t.listening, Client: client, Env: append(a.environ(), t.tell...), Lookup: a.lookup, Now: a.now,
		Program: program, Store: t.store, Temporary: t.dir, Quote: store.ShellQuote, Only: only, FailFast: o.failFast,
		Report: func(r contract.TestResult) error { return report(t.masked(r)) },
	}
	if a.verbose {
		runner.Output = a.stderr
	}
	return runner.Run(ctx)
}

// secretVariable is where the secret is if the file does not say.
const secretVariable = "HOOKS_TEST_SECRET"

// key takes the secret that the file names, else the one that its variable
// holds, else a new one.
func (t *trial) key() error {
	p, err := t.sender()
	if err != nil {
		return err
	}
	name := orElse(t.file.SecretEnv, secretVariable)
	ref := t.file.Secret
	if held, ok := t.lookup(name); ref == "" && ok && held != "" {
		ref = "env:" + name
	}
	public := ""
	if ref != "" {
		if t.secret, err = t.app.secret(ref); err != nil {
			return err
		}
		if err := t.checkSecrets(p, []string{t.secret}); err != nil {
			return err
		}
		public, _ = p.Scheme.PublicKey(t.secret) // which a secret that both sides have is not
	} else {
		key, err := p.NewKey("", t.random)
		var none *sign.KeyError
		if errors.As(err, &none) && none.Reason == sign.NoSecret {
			return nil // a scheme without a secret
		}
		if err != nil {
			return newKeyFailure(p, err)
		}
		t.secret, public = key.Secret+key.Private, key.Public
	}
	t.environment[name] = t.secret
	t.flags["secret"] = "env:" + name
	t.tell = append(t.tell, name+"="+orElse(public, t.secret))
	return nil
}

// sender is whose secret the consumer has: the file's provider, else that of
// the first event.
func (t *trial) sender() (*provider.Profile, error) {
	if t.file.Provider != "" {
		return t.keyOwner(t.file.Provider)
	}
	if configured := t.settings.first("provider"); configured != "" {
		return t.keyOwner(configured)
	}
	if events := t.file.Events(); len(events) > 0 {
		found, err := t.findType(events[0], "")
		if err != nil {
			return nil, err
		}
		return t.providers().Get(found.Catalog.Provider)
	}
	return t.keyOwner(defaultProvider)
}

// inner is the program as a step runs it.
func (t *trial) inner(ctx context.Context, args []string, stdout, stderr *os.File) *env {
	e := *t.env
	e.args = append(args, "--store="+t.store, "--json", "--no-input", "--color=never")
	if t.configPath != "" {
		e.args = append(e.args, "--config="+t.configPath)
	}
	e.stdout, e.stderr = stdout, stderr
	e.lookup = func(name string) (string, bool) {
		if value, ok := t.environment[name]; ok {
			return value, true
		}
		return t.lookup(name)
	}
	e.signals = func() (<-chan os.Signal, func()) { return interruptsOf(ctx) }
	return &e
}

// call runs a command and reads what it recorded.
func (t *trial) call(ctx context.Context, args []string) contract.Called {
	stdout, stderr, err := t.outputs()
	if err != nil {
		return contract.Called{Exit: exitEnvironment, Message: err.Error()}
	}
	defer stdout.Close()
	defer stderr.Close()
	called := contract.Called{Exit: run(t.inner(ctx, args, stdout, stderr))}
	printed, err := readBack(stdout)
	if err != nil {
		return contract.Called{Exit: exitEnvironment, Message: err.Error()}
	}
	if called.Deliveries, err = t.deliveries(ctx, printed); err != nil {
		return contract.Called{Exit: exitEnvironment, Message: err.Error()}
	}
	if said, err := readBack(stderr); err == nil {
		called.Message, called.Hint = t.said(said)
	}
	return called
}

func (t *trial) outputs() (stdout, stderr *os.File, err error) {
	if stdout, err = os.CreateTemp(t.dir, "out-*"); err != nil {
		return nil, nil, err
	}
	if stderr, err = os.CreateTemp(t.dir, "err-*"); err != nil {
		stdout.Close()
	}
	return stdout, stderr, err
}

// maxRead bounds what is read of what a command printed, in bytes.
const maxRead = 256 << 20

func readBack(f *os.File) ([]byte, error) {
	defer os.Remove(f.Name())
	return readFile(f.Name(), maxRead)
}

// deliveries are those that a command printed, as the store has them.
func (t *trial) deliveries(ctx context.Context, printed []byte) ([]*store.Delivery, error) {
	var ids []string
	seen := map[string]bool{}
	for line := range bytes.Lines(printed) {
		var d struct{ Type, ID string }
		if json.Unmarshal(line, &d) == nil && d.Type == "delivery" && !seen[d.ID] {
			ids, seen[d.ID] = append(ids, d.ID), true
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	st, err := store.Open(context.WithoutCancel(ctx), t.store, store.Options{ReadOnly: true, Now: t.now})
	if err != nil {
		return nil, err
	}
	defer st.Close()
	var all []*store.Delivery
	for _, id := range ids {
		d, err := st.Get(context.WithoutCancel(ctx), id)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// said is the error that a command printed, and what to do about it.
func (t *trial) said(printed []byte) (message, hint string) {
	for line := range bytes.Lines(printed) {
		var e struct {
			Error struct{ Message, Hint string }
		}
		if json.Unmarshal(line, &e) == nil && e.Error.Message != "" {
			message, hint = e.Error.Message, e.Error.Hint
		} else if text := strings.TrimSpace(string(line)); strings.HasPrefix(text, "warning:") {
			t.app.debug("%s", text)
		}
	}
	return message, hint
}

// listening starts the listener of the file.
func (t *trial) listening(ctx context.Context, args []string) (url string, stop func(), err error) {
	ready := filepath.Join(t.dir, "listener")
	args = append(args, "--addr=127.0.0.1:0", "--ready-file="+ready)
	for _, key := range []string{"provider", "secret"} {
		if value := t.flags[key]; value != "" && !namesFlag(args, key) {
			args = append(args, "--"+key+"="+value)
		}
	}
	stdout, stderr, err := t.outputs()
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan int, 1)
	go func() { ended <- run(t.inner(ctx, args, stdout, stderr)) }()
	stop = func() {
		cancel()
		ended <- <-ended
		stdout.Close()
		stderr.Close()
	}
	tick := time.NewTicker(readyTick)
	defer tick.Stop()
	for {
		if text, err := os.ReadFile(ready); err == nil && len(text) > 0 {
			return strings.TrimSpace(string(text)), stop, nil
		}
		select {
		case code := <-ended:
			ended <- code
			text, _ := readBack(stderr)
			stop()
			message, hint := t.said(text)
			f := &failure{exit: code, code: "listen", message: "the listener of " + t.file.Path + " has not started: " + orElse(message, string(text))}
			return "", nil, f.withHint("%s", hint)
		case <-ctx.Done():
			stop()
			return "", nil, context.Cause(ctx)
		case <-tick.C:
		}
	}
}

// readyTick is how often is looked for a listener's URL.
const readyTick = 5 * time.Millisecond

func namesFlag(args []string, name string) bool {
	for _, arg := range args {
		if strings.HasPrefix(arg, "--"+name+"=") {
			return true
		}
	}
	return false
}

// masked is a result without the secret, which a consumer may have printed.
func (t *trial) masked(r contract.TestResult) contract.TestResult {
	if len(t.secret) < 4 {
		return r
	}
	mask := func(s string) string { return strings.ReplaceAll(s, t.secret, "***") }
	r.Output = mask(r.Output)
	for i := range r.Steps {
		s := &r.Steps[i]
		s.Title, s.Message, s.Again = mask(s.Title), mask(s.Message), mask(s.Again)
		for j := range s.Saw {
			s.Saw[j] = mask(s.Saw[j])
		}
		for j := range s.Failures {
			s.Failures[j].Got, s.Failures[j].Want = mask(s.Failures[j].Got), mask(s.Failures[j].Want)
		}
	}
	return r
}
