package contract

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// stepLimit is how long an http or exec step may take, unless it says
// otherwise, and againPause how long it waits before it is made again.
const (
	stepLimit  = 30 * time.Second
	againPause = 50 * time.Millisecond
)

// step makes one step and judges it.
func (r *run) step(ctx context.Context, s *Step) StepResult {
	result := StepResult{Status: Pass, Title: s.title(r.vars)}
	switch s.Verb {
	case Sleep:
		d, _ := parseDuration(s.subject.text()) // which was judged as it was read
		pause(ctx, d)
	case Restart:
		if err := r.restart(ctx, s.subject.text()); err != nil {
			result.fail(err)
		}
	case HTTP, Exec:
		r.repeated(ctx, s, &result)
	default:
		r.command(ctx, s, &result)
	}
	return result
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func (r *StepResult) fail(err error) {
	r.Status, r.Message = Fail, err.Error()
}

// restart ends the consumer and starts it again.
func (r *run) restart(ctx context.Context, how string) error {
	grace := stopLimit
	if how == "kill" {
		grace = 0
	}
	r.end(grace)
	return r.begin(ctx)
}

// command calls the program.
func (r *run) command(ctx context.Context, s *Step, result *StepResult) {
	args, err := s.arguments(r.File, r.vars)
	if err != nil {
		result.fail(err)
		return
	}
	args = append(args, r.usual(s)...)
	result.Again = r.shown(args)
	called := r.Hooks(ctx, args)
	all := make([]*sight, 0, len(called.Deliveries))
	for _, d := range called.Deliveries {
		seen := delivered(d)
		all = append(all, seen)
		result.Saw = append(result.Saw, seen.line)
	}
	result.Unreachable = called.Exit == exitUnreachable
	if called.Exit != 0 && called.Exit != exitNo && called.Exit != exitUnreachable {
		result.Status, result.Message, result.Hint, result.Exit = Fail, cmp.Or(called.Message, "hooks "+s.Verb+" failed"), called.Hint, called.Exit
		return
	}
	r.judge(s, all, result)
	if !s.judged() && called.Exit != 0 {
		result.Status = Fail
		if called.Message != "" {
			result.Message, result.Hint = called.Message, called.Hint
		} else if len(result.Failures) == 0 {
			result.Failures = append(result.Failures, unacknowledged(all, s.Line))
		}
	}
	r.saveFrom(s, all, result)
}

// The exit codes of commands that ran.
const (
	exitNo          = 1
	exitUnreachable = 4
)

// judged tells whether the file says itself what is right, so that the exit
// code of the command does not.
func (s *Step) judged() bool {
	return slices.ContainsFunc(s.expect, func(e *expectation) bool {
		switch e.what {
		case "status", "outcome", "error":
			return true
		case "deliveries":
			return s.Verb == Wait
		}
		return false
	})
}

// unacknowledged is what is wrong where nothing is expected but the usual.
func unacknowledged(all []*sight, line int) Failure {
	f := Failure{What: "status", Want: "an acknowledgement of every delivery", Line: line}
	for _, s := range all {
		if s.outcome != "succeeded" {
			f.Got = cmp.Or(s.err, strconv.Itoa(s.status))
			break
		}
	}
	return f
}

// usual are the flags of a step that the file sets for all.
func (r *run) usual(s *Step) []string {
	var args []string
	if s.Verb == Wait {
		if !s.has("direction") {
			args = append(args, "--direction=in")
		}
		return args
	}
	if !s.has("to") && (s.Verb != Replay || r.File.to != nil) {
		args = append(args, "--to="+r.to())
	}
	for _, key := range []string{"provider", "secret"} {
		value := r.Flags[key]
		if value != "" && !s.has(key) && !(key == "provider" && s.Verb == Replay) && !s.has("as_received") {
			args = append(args, "--"+key+"="+value)
		}
	}
	return args
}

// shown is the command line as it can be given to a shell.
func (r *run) shown(args []string) string {
	var b strings.Builder
	pipe := ""
	b.WriteString("hooks")
	for _, arg := range args {
		name, value, isFlag := strings.Cut(arg, "=")
		if name == "--data" && strings.ContainsAny(value, "\r\n\t") { // the command is shown on one line
			pipe, value = store.PutOut(value)+" | ", "-"
		}
		if name == "--secret" && !slices.ContainsFunc([]string{"env:", "file:", "keyring:"}, func(kind string) bool { return strings.HasPrefix(value, kind) }) {
			value = "***" // a secret is not shown, a reference to one is
		}
		if isFlag && strings.HasPrefix(name, "--") {
			b.WriteString(" " + name + " " + r.Quote(value))
			continue
		}
		b.WriteString(" " + r.Quote(arg))
	}
	return pipe + b.String()
}

// repeated makes an http or exec step, again and again while its expectations
// may still come true.
func (r *run) repeated(ctx context.Context, s *Step, result *StepResult) {
	deadline := r.Now().Add(s.within)
	for {
		one := StepResult{Status: Pass, Title: result.Title}
		seen, err := r.look(ctx, s, &one)
		if err != nil {
			one.fail(err)
		} else {
			r.judge(s, []*sight{seen}, &one)
			r.saveFrom(s, []*sight{seen}, &one)
		}
		*result = one
		if one.Status == Pass || ctx.Err() != nil || !r.Now().Before(deadline) {
			return
		}
		pause(ctx, againPause)
	}
}

func (r *run) look(ctx context.Context, s *Step, result *StepResult) (*sight, error) {
	limit := stepLimit
	if text := s.option("timeout", r.vars); text != "" {
		d, err := parseDuration(text)
		if err != nil {
			return nil, fmt.Errorf("timeout %s %w", quote(text), err)
		}
		limit = d
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if s.Verb == Exec {
		seen, err := r.exec(ctx, s, limit)
		if err == nil {
			result.Saw = printedLines(seen)
		}
		return seen, err
	}
	return r.ask(ctx, s, result)
}

// shownLines is how many lines of what a command printed a result shows.
const shownLines = 8

// printedLines are the last lines that a command printed.
func printedLines(s *sight) []string {
	text := strings.TrimRight(string(s.body)+s.stderr, "\r\n")
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	lines = lines[max(0, len(lines)-shownLines):]
	for i := range lines {
		lines[i] = "| " + shorten(lines[i])
	}
	return lines
}

// splitRequest takes a method off a URL.
func splitRequest(text string) (method, url string, err error) {
	method, url, found := strings.Cut(text, " ")
	if !found {
		return http.MethodGet, text, nil
	}
	if url = strings.TrimSpace(url); url == "" || method != strings.ToUpper(method) {
		return "", "", fmt.Errorf("%s is not a request: GET /path, or a URL", quote(text))
	}
	return method, url, nil
}

// ask makes a request of its own, which is not signed.
func (r *run) ask(ctx context.Context, s *Step, result *StepResult) (*sight, error) {
	method, url, err := splitRequest(r.vars.of(s.subject))
	if err != nil {
		return nil, err
	}
	t, err := r.url(url)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	out := send.Outgoing{Method: method, RequestTarget: t.RequestTarget("/")}
	var edits send.Edits
	for _, o := range s.options {
		switch o.Key {
		case "data":
			if out.Body, err = r.bytes(o.value); err != nil {
				return nil, err
			}
			if !o.value.isText() {
				out.Headers = append(out.Headers, sign.Header{Name: "Content-Type", Value: "application/json"})
			}
		case "headers":
			for _, text := range values(o.Option, o.value, r.vars) {
				edit, err := send.ParseEdit(text)
				if err != nil {
					return nil, fmt.Errorf("headers: %w", err)
				}
				edits = append(edits, edit)
			}
		}
	}
	edits.Apply(&out)
	request := send.Recorded(out)
	result.Again = store.CurlLine(&store.Delivery{Direction: store.Out, Event: &store.Event{}, Request: request, Destination: t.String(),
		Attempts: []store.Attempt{{URL: t.URL(out.RequestTarget)}}}, false)
	x := r.Client.Attempt(ctx, t, out)
	defer x.Close()
	seen := answered(method, x)
	result.Saw, result.Unreachable = []string{seen.line}, x.Unreachable()
	return seen, nil
}

// exec runs a command to its end.
func (r *run) exec(ctx context.Context, s *Step, limit time.Duration) (*sight, error) {
	argv := shell(s.subject, r.vars)
	c := exec.Command(argv[0], argv[1:]...)
	stdout, stderr := &tail{}, &tail{}
	c.Dir, c.Env, c.Stdout, c.Stderr, c.WaitDelay = r.folder(), r.environ(), stdout, stderr, outputWait
	if dir := s.option("dir", r.vars); dir != "" {
		c.Dir = r.File.join(dir)
	}
	ownGroup(c)
	began := r.Now()
	if err := c.Start(); err != nil {
		return nil, err
	}
	over := context.AfterFunc(ctx, func() { killGroup(c) })
	err := c.Wait()
	if !over() {
		return nil, fmt.Errorf("it took longer than %s", limit)
	}
	killGroup(c) // what it has left behind
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay) {
		return nil, err
	}
	return &sight{status: c.ProcessState.ExitCode(), body: []byte(stdout.String()), stderr: stderr.String(), duration: r.Now().Sub(began)}, nil
}
