// Package cmd is the command line: flags, environment, streams, wording and
// exit codes. `hooks <verb>` is in the file of that name; the other packages
// know nothing of each other's commands and are tied together here.
package cmd

import (
	"context"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/crash"
	"github.com/hooks-cli/hooks/term"
	"github.com/hooks-cli/hooks/term/noprobe"
)

// Main runs the command line of the process and returns its exit code.
// version may be empty: then the build information decides.
func Main(version string) int {
	noprobe.Restore() // first: until here TERM is dumb, so that nothing probes the terminal
	// A reader that goes away is an error of the write, not the death of the
	// process: listen keeps recording when nobody reads its lines.
	signal.Ignore(syscall.SIGPIPE)
	return attended(systemEnv(version))
}

// app is the program while one command runs: the outside world, the global
// flags and the settings in force.
type app struct {
	*env
	settings *settings

	storeDir   string
	durable    bool // fsync before a commit counts
	configPath string
	color      string
	json       bool
	quiet      bool
	verbose    bool
	noInput    bool
	noPager    bool

	contents []group // of the program, as help lists it
	example  string  // the first one of the command, for hints
	piped    piped
	warning  sync.Mutex
	warned   []string    // what warnOnce said
	helped   error       // why there is no help; cobra takes no error of it
	unread   atomic.Bool // the reader of stdout went away

	terminal  bool // stdout is one
	colourOut bool
	colourErr bool
}

func run(e *env) (code int) {
	a := &app{env: e, color: "auto"}
	asJSON := func() bool { return a.json || slices.Contains(e.args, "--json") }
	defer func() {
		if v := recover(); v != nil {
			code = report(e.stderr, asJSON(), a.colourErr, internalError(e, v, debug.Stack()))
		}
	}()
	ctx := context.Background()
	if e.crashed != nil {
		ctx = crash.With(ctx, e.crashed)
	}
	root := newRoot(a)
	if len(e.args) > 0 && strings.HasPrefix(e.args[0], cobra.ShellCompRequestCmd) {
		a.complete(root) // a third of what the whole tree costs, and only shells ask
	}
	root.SetArgs(e.args)
	root.SetIn(e.stdin)
	root.SetOut(e.stdout)
	root.SetErr(e.stderr)
	c, err := root.ExecuteContextC(ctx)
	if err == nil {
		err = a.helped
	}
	a.judgeStreams() // again, for a call that was refused before that
	return report(e.stderr, asJSON(), a.colourErr, withNextStep(c, err))
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "hooks",
		Short: "build and test webhooks of any provider, offline",
		Example: `hooks listen --forward localhost:3000
hooks trigger payment.succeeded
hooks verify body.json -H 'X-Hub-Signature-256: sha256=…' --secret env:SECRET
hooks tui`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              cobra.ArbitraryArgs,
		PersistentPreRunE: func(c *cobra.Command, _ []string) error { return a.prepare(c) },
		RunE:              func(c *cobra.Command, args []string) error { return a.root(c, args) },
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	}
	root.SetHelpFunc(a.printHelp)
	root.SetFlagErrorFunc(a.flagError)
	root.SetHelpCommand(newHelpCmd(a))

	// cobra's own --version prints by a template, and whatever reaches
	// text/template keeps every exported method in the binary: 3 MB.
	root.Flags().Bool("version", false, "print the version")
	flags := root.PersistentFlags()
	flags.SortFlags = false
	flags.Var(newValue(&a.storeDir, "", "string", parseText), "store", "the store's `DIR` (default: the nearest .hooks upwards, else the user's)")
	flags.Var(newValue(&a.configPath, "", "string", parseText), "config", "settings `FILE` instead of the nearest hooks.yaml upwards")
	flags.BoolVar(&a.json, "json", false, "print JSON, one object a line")
	flags.Var(newEnum(&a.color, "auto", "always", "never"), "color", "colours: `WHEN` is auto, always or never")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "print ids and values only")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "say more on stderr")
	flags.BoolVar(&a.noInput, "no-input", false, "never ask")
	flags.BoolVar(&a.noPager, "no-pager", false, "no pager for long texts, whatever PAGER says")
	configurable(flags, "store", "color")

	a.contents = groups(a)
	for _, g := range a.contents {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title})
		for _, c := range g.commands {
			c.GroupID = g.title
			root.AddCommand(c)
		}
	}
	return root
}

type group struct {
	title    string
	commands []*cobra.Command
}

// groups is the table of contents of the program.
func groups(a *app) []group {
	return []group{
		{"Receive", []*cobra.Command{newListenCmd(a), newLogCmd(a), newShowCmd(a), newReplayCmd(a), newWaitCmd(a), newExportCmd(a), newImportCmd(a), newTUICmd(a)}},
		{"Send", []*cobra.Command{newTriggerCmd(a), newSendCmd(a), newSignCmd(a), newVerifyCmd(a),
			newEndpointCmd(a), newSecretCmd(a), newDispatchCmd(a), newRetryCmd(a), newRecoverCmd(a), newCancelCmd(a)}},
		{"Know", []*cobra.Command{newCatalogCmd(a), newProviderCmd(a)}},
		{"Test", []*cobra.Command{newCheckCmd(a), newTestCmd(a)}},
		{"Set up", []*cobra.Command{newInitCmd(a), newConfigCmd(a), newDoctorCmd(a), newStoreCmd(a), newCompletionCmd(a), newVersionCmd(a)}},
	}
}

// root is hooks without a command.
func (a *app) root(c *cobra.Command, args []string) error {
	if version, _ := c.Flags().GetBool("version"); version {
		if a.json || a.quiet {
			return a.printVersion()
		}
		return a.println("hooks " + versionOf(a.version).Version)
	}
	return runGroup(c, args)
}

// runGroup is what a command does that only holds others: it shows its help,
// or says that it does not know the word.
func runGroup(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return c.Help()
	}
	return unknownCommand(c, args[0])
}

// unknownCommand is a word that names nothing below c.
func unknownCommand(c *cobra.Command, word string) *failure {
	if !c.HasAvailableSubCommands() {
		return usageError("%s has no command %q", c.CommandPath(), cut(word)).withHint("%s --help", c.CommandPath())
	}
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	f := usageError("unknown command %q for %s", cut(word), c.CommandPath())
	if places := commandsNamed(c.Root(), word); len(places) > 0 {
		return f.withHint("%s", strings.Join(places[:min(3, len(places))], ", or "))
	}
	if words := nearest(word, names); len(words) > 0 {
		return f.withHint("%s %s", c.CommandPath(), words[0])
	}
	return f.withHint("see %s --help", c.CommandPath())
}

// commandsNamed are the commands of that name, wherever they stand.
func commandsNamed(c *cobra.Command, name string) []string {
	var places []string
	for _, sub := range c.Commands() {
		if sub.Name() == name && sub.IsAvailableCommand() {
			places = append(places, sub.CommandPath())
		}
		places = append(places, commandsNamed(sub, name)...)
	}
	return places
}

// prepare reads the settings and gives them to the flags that were not set on
// the command line.
func (a *app) prepare(c *cobra.Command) error {
	a.example = firstExample(c)
	if path, ok := a.lookup("HOOKS_CONFIG"); ok && a.configPath == "" {
		a.configPath = path
	}
	var err error
	if a.settings, err = loadSettings(a); err != nil {
		if _, ok := c.Annotations[withoutSettings]; !ok {
			return err
		}
		a.settings = a.newSettings()
	}
	if err := a.settings.apply(c.Flags()); err != nil {
		return err
	}
	a.judgeStreams()
	a.warnLiteralSecrets()
	return nil
}

// judgeStreams decides once how stdout and stderr are written to; the two are
// judged separately.
func (a *app) judgeStreams() {
	a.terminal = isTerminal(a.stdout)
	a.colourOut = term.Colour(a.color, a.getenv, a.terminal)
	a.colourErr = term.Colour(a.color, a.getenv, isTerminal(a.stderr))
}
