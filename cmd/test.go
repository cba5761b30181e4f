package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"runtime"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/contract"
	"github.com/hooks-cli/hooks/crash"
	"github.com/hooks-cli/hooks/store"
)

type testOptions struct {
	only                []string
	failFast            bool
	jobs                int
	junit               string
	tap                 bool
	annotate            string
	keep                bool
	list, schema, start bool
	store               string // the one that was asked for, "" is a new one for each file
}

func newTestCmd(a *app) *cobra.Command {
	o := testOptions{jobs: runtime.GOMAXPROCS(0), annotate: "auto"}
	c := &cobra.Command{
		Use:   "test FILE... | --init [FILE] | --schema",
		Short: "run contract tests of a consumer from YAML files",
		Long: "A file says how the consumer is started, what it is sent, and what is expected of its answers. Every file has a store, a port and a secret of " +
			"its own, and the consumer is stopped at the end. A test that fails says what was sent, what was expected, what came, and the command that repeats it.\n" +
			"--init writes a file that passes as it stands: put your application in the place of its run. docs/contract-tests.md is the reference.\n" +
			"Exit 0 if all passed, 1 if a test failed, 2 if a file is wrong, 3 if a consumer cannot be started, 4 if it is not ready or cannot be reached.",
		Example: `hooks test --init webhooks.test.yaml
hooks test webhooks.test.yaml
hooks test tests/*.yaml --jobs 4 --junit report.xml
hooks test webhooks.test.yaml --only 'a payment*' -v
hooks test --schema > hooks-test.schema.json`,
		Args: func(c *cobra.Command, args []string) error {
			switch {
			case o.schema:
				return noArgs(c, args)
			case o.start:
				return argsBetween(0, 1)(c, args)
			}
			return argsBetween(1, -1)(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error { return a.test(c, args, &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.Var(newValues(&o.only, "string", parseText), "only", "run only these tests: `NAME` is a glob or a part of the name; repeatable")
	flags.Var(newValues(&o.only, "string", parseText), "run", "`NAME`: the same as --only")
	flags.BoolVar(&o.failFast, "fail-fast", false, "stop at the first test that fails")
	flags.Var(newValue(&o.jobs, "", "int", parseCount), "jobs", "run `N` files at a time (default: the number of processors)")
	flags.StringVar(&o.junit, "junit", "", "write the results to `FILE`, too, as JUnit XML")
	flags.BoolVar(&o.tap, "tap", false, "print the results as TAP, version 14")
	flags.Var(newEnum(&o.annotate, "auto", "always", "never"), "annotate", "annotations for GitHub on stderr: `WHEN` is auto (GITHUB_ACTIONS is true), always or never")
	flags.BoolVar(&o.keep, "keep", false, "keep the stores of the files, and say where they are")
	flags.BoolVar(&o.list, "list", false, "list the tests and run none")
	flags.BoolVar(&o.start, "init", false, "write a first file that passes (default: webhooks.test.yaml)")
	flags.BoolVar(&o.schema, "schema", false, "print the JSON Schema of the files, for editors")
	return c
}

func (a *app) test(c *cobra.Command, args []string, o *testOptions) error {
	if err := errors.Join(exclusive(c, "init", "schema", "list", "tap"), exclusive(c, "only", "run")); err != nil {
		return err
	}
	if o.tap && a.json {
		return usageError("--tap and --json exclude each other: give one")
	}
	switch {
	case o.schema:
		return a.testSchema()
	case o.start:
		return a.initTest(args)
	}
	if c.Flags().Changed("store") {
		dir, err := a.storePath()
		if err != nil {
			return err
		}
		o.store = dir
	}
	files, err := a.readTests(args)
	if err != nil {
		return err
	}
	only, err := selectTests(files, o.only)
	if err != nil {
		return err
	}
	if o.list {
		return a.listTests(files, only)
	}
	ctx, stop := a.interruptible(c.Context())
	defer stop()
	return a.runTests(ctx, files, only, o)
}

func (a *app) testSchema() error {
	text, err := json.MarshalIndent(contract.Schema(a.testVerbs()), "", "  ")
	if err != nil {
		return err
	}
	return a.println(string(text))
}

// readTests reads all files before anything is started.
func (a *app) readTests(paths []string) ([]*contract.File, error) {
	var files []*contract.File
	for _, path := range paths {
		inner, err := a.within(path)
		if err != nil {
			return nil, err
		}
		f, err := contract.Read(path, contract.Options{Verbs: inner.testVerbs(), Lookup: a.lookup, Provider: inner.isProvider})
		var wrong *contract.Error
		switch {
		case errors.As(err, &wrong):
			failure := &failure{exit: exitUsage, code: "test_file", message: wrong.Error(), err: err}
			if text, err := readFile(path, configLimit); err == nil {
				shown := excerptOf(string(text), wrong.Line, wrong.Column)
				failure.excerpt = excerptFor(wrong, shown.line, shown.column)
			}
			return nil, failure.withHint("%s", orElse(strings.TrimSpace(didYouMean(wrong.Unknown())), wrong.Fix))
		case errors.Is(err, fs.ErrNotExist):
			return nil, usageError("cannot read %s: %s", path, cause(err)).withHint("hooks test --init %s writes a first one", store.ShellQuote(path))
		case err != nil:
			return nil, usageError("cannot read %s: %s", path, cause(err))
		}
		files = append(files, f)
	}
	return files, nil
}

// isProvider says what is wrong with the name of a provider.
func (a *app) isProvider(name string) error {
	_, err := a.keyOwner(name)
	return err
}

func selectTests(files []*contract.File, words []string) (func(string) bool, error) {
	only, missing := contract.Select(files, words)
	if len(missing) == 0 {
		return only, nil
	}
	var known []string
	for _, f := range files {
		for _, t := range f.Tests {
			known = append(known, t.Name)
		}
	}
	return nil, usageError("no test is called %q", cut(missing[0])).withHint("%s", orElse(didYouMean(missing[0], known), "hooks test FILE --list shows them all"))
}

func (a *app) listTests(files []*contract.File, only func(string) bool) error {
	list := a.newListing("FILE", "LINE", "TEST")
	for _, f := range files {
		for _, test := range f.Tests {
			if only != nil && !only(test.Name) {
				continue
			}
			line := testLine{Type: "test", File: f.Path, Line: test.Line, Name: test.Name, Steps: []stepLine{}}
			if err := list.add(line, oneLine(test.Name), f.Path, strconv.Itoa(test.Line), test.Name); err != nil {
				return err
			}
		}
	}
	return list.end("no tests")
}

// runTests runs the files, several at a time, and prints the results of each
// together, in the order of the files.
func (a *app) runTests(ctx context.Context, files []*contract.File, only func(string) bool, o *testOptions) error {
	p := a.newTestPrinter(files, only, o)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	slots := make(chan struct{}, min(o.jobs, len(files)))
	done := make(chan struct{})
	for i, f := range files {
		go func() {
			defer func() { done <- struct{}{} }()
			slots <- struct{}{}
			defer func() { <-slots }()
			defer crash.Catch(ctx)
			if !f.Selected(only) || ctx.Err() != nil {
				p.finish(i, nil)
				return
			}
			err := a.runTest(ctx, f, only, o, func(r contract.TestResult) error { return p.add(i, r) })
			p.finish(i, err)
			if o.failFast && p.failed() {
				cancel(errFailedFast)
			}
		}()
	}
	for range files {
		<-done
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, errFailedFast) {
		return interruptedOr(ctx, cause)
	}
	return p.end()
}

// errFailedFast ends the other files when a test has failed.
var errFailedFast = errors.New("a test failed")
