package contract

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/send"
)

// Runner runs a file.
type Runner struct {
	File *File
	// Hooks runs a command of the program in the store of the file, and ends it
	// when ctx ends.
	Hooks func(ctx context.Context, args []string) Called
	// Flags are those that every step gets which sends, where it does not say
	// otherwise: by the key of the option.
	Flags map[string]string
	// Listening starts the listener of the file and returns its URL.
	Listening func(ctx context.Context, args []string) (url string, stop func(), err error)
	Client    *send.Client
	Env       []string // of what is started, beside what the file says
	Lookup    func(name string) (string, bool)
	Now       func() time.Time
	Program   string // ${hooks}
	Store     string // ${store}
	Temporary string // ${tmp}, which is there
	Output    io.Writer
	Quote     func(string) string // for a command that is shown

	Only     func(test string) bool // nil makes all
	FailFast bool
	Report   func(TestResult) error
}

// run is a file that is being run.
type run struct {
	*Runner
	vars variables
	app  *process
}

// Run makes the tests of the file one after the other and gives the result of
// each to Report. The error is a *StartError, a *ReadyError, an *Error of what
// is only known by now, that of the context, or that of Report.
func (r *Runner) Run(ctx context.Context) error {
	one := &run{Runner: r}
	if err := one.variables(); err != nil {
		return err
	}
	if r.File.listen != nil {
		args, err := r.File.listen.flags([]string{Listen}, r.File, one.vars)
		if err != nil {
			return err
		}
		url, stop, err := r.Listening(ctx, args)
		if err != nil {
			return err
		}
		defer stop()
		one.vars["listen"] = textVariable(url)
	}
	if err := one.begin(ctx); err != nil {
		return err
	}
	defer func() { one.end(stopLimit) }()
	for _, t := range r.File.Tests {
		if r.Only != nil && !r.Only(t.Name) {
			continue
		}
		result := one.test(ctx, t)
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if err := r.Report(result); err != nil {
			return err
		}
		if r.FailFast && result.Status == Fail {
			return nil
		}
	}
	return nil
}

// variables sets what the file can refer to from its beginning.
func (r *run) variables() error {
	f := r.File
	port := f.Port
	if port == 0 {
		var err error
		if port, err = freePort(); err != nil {
			return &StartError{err}
		}
	}
	r.vars = variables{"port": variable{strconv.Itoa(port), []byte(strconv.Itoa(port))}}
	for name, value := range map[string]string{"dir": f.Dir, "tmp": r.Temporary, "store": r.Store, "hooks": r.Program, "file": f.Path} {
		r.vars[name] = textVariable(value)
	}
	for _, name := range f.outside {
		value, _ := r.Lookup(name)
		r.vars["env."+name] = textVariable(value)
	}
	for _, v := range f.vars {
		r.vars[v.name] = jsonVariable(v.value.appendJSON(nil, r.vars))
	}
	return nil
}

// The ports among which freePort looks: below those that systems give to whoever
// asks for any, from 32768 on.
const lowPort, ports = 16384, 16384

// freePort is a port that nobody has, and that nobody is given by chance until
// the consumer has started: it would be taken for the consumer.
func freePort() (int, error) {
	for range 20 {
		port := lowPort + rand.IntN(ports)
		if l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			return port, l.Close()
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// begin starts the consumer and waits until it is ready.
func (r *run) begin(ctx context.Context) error {
	if r.File.run == nil {
		if r.File.ready == nil {
			return nil
		}
		return r.await(ctx)
	}
	if err := r.free(ctx); err != nil {
		return err
	}
	var err error
	r.app, err = start(shell(r.File.run, r.vars), r.folder(), r.environ(), r.Output)
	if err != nil {
		r.app = nil
		return &StartError{err}
	}
	if err := r.await(ctx); err != nil {
		r.end(stopLimit)
		return err
	}
	return nil
}

// free refuses a port that somebody else has: the tests would be made of that
// program.
func (r *run) free(ctx context.Context) error {
	waits, err := r.waits()
	if err != nil {
		return &Error{File: r.File.Path, Message: err.Error()}
	}
	for _, w := range waits {
		if strings.HasPrefix(w.what, "port ") && w.done(ctx) == "" {
			return &StartError{fmt.Errorf("%s is taken by another program", w.what)}
		}
	}
	return nil
}

func (r *run) end(grace time.Duration) {
	if r.app != nil {
		r.app.stop(grace)
	}
}

// folder is where the consumer and commands run.
func (r *run) folder() string {
	if r.File.dir == nil {
		return r.File.Dir
	}
	return r.File.join(r.vars.of(r.File.dir))
}

// environ is the environment of the consumer and of commands.
func (r *run) environ() []string {
	env := append(slices.Clone(r.Env), "PORT="+r.vars["port"].text)
	for _, v := range r.File.env {
		env = append(env, v.name+"="+r.vars.of(v.value))
	}
	return env
}

// to is where events go, as --to takes it.
func (r *run) to() string {
	if r.File.to != nil {
		return r.vars.of(r.File.to)
	}
	return "localhost:" + r.vars["port"].text
}

// url is a URL, or a path of the consumer.
func (r *run) url(text string) (send.Target, error) {
	t, err := send.ParseTarget(text)
	if err != nil {
		return t, err
	}
	base, err := send.ParseTarget(r.to())
	if err != nil {
		return t, err
	}
	base.Path, base.Query = "", ""
	return t.On(base), nil
}

// test makes the steps until one fails.
func (r *run) test(ctx context.Context, t *Test) TestResult {
	result := TestResult{File: r.File, Test: t, Status: Pass}
	if t.Skip != "" {
		result.Status = Skip
		return result
	}
	file := r.vars
	r.vars = maps.Clone(file)
	defer func() { r.vars = file }()
	app, before := r.app, int64(0)
	if app != nil {
		before = app.out.mark()
	}
	for _, s := range t.Steps {
		if result.Status == Fail {
			result.Steps = append(result.Steps, StepResult{Step: s, Status: Skip, Title: s.title(nil)})
			continue
		}
		began := r.Now()
		one := r.step(ctx, s)
		one.Step, one.Duration = s, r.Now().Sub(began)
		result.Duration += one.Duration
		if one.Status == Fail {
			result.Status = Fail
			if r.app != app {
				before = 0 // it was started again
			}
			if r.app != nil {
				result.Output = r.app.out.since(before)
			}
		}
		result.Steps = append(result.Steps, one)
	}
	return result
}

// title is what a step is called.
func (s *Step) title(vars variables) string {
	if s.subject.kind == scalarKind {
		return s.Verb + " " + shorten(vars.of(s.subject))
	}
	return s.Verb + " " + compact(s.subject.appendJSON(nil, vars))
}
