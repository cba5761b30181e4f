package cmd

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/tui"
)

type tuiOptions struct {
	filter string
	ascii  bool
	mouse  bool
	no     bool // --no-mouse
}

// addLook adds the flags about how the screen is drawn.
func (o *tuiOptions) addLook(flags *pflag.FlagSet) {
	flags.BoolVar(&o.ascii, "ascii", false, "draw borders and marks in ASCII")
	flags.BoolVar(&o.mouse, "mouse", true, "use the mouse")
	flags.BoolVar(&o.no, "no-mouse", false, "leave the mouse to the terminal")
	flags.Lookup("mouse").Hidden = true // the setting's; --no-mouse is the flag
	configurable(flags, "ascii", "mouse")
}

func newTUICmd(a *app) *cobra.Command {
	var o tuiOptions
	c := &cobra.Command{
		Use:   "tui",
		Short: "look at deliveries, endpoints and event types, live",
		Long: "Shows the store, whichever process writes it. 1, 2 and 3 choose deliveries, endpoints and the catalog; ? lists the keys of each; / filters; " +
			"enter opens; r sends again; : runs any command of hooks that ends by itself; q goes back and quits.",
		Example: "hooks tui\nhooks tui --filter 'verdict:invalid | code:5xx'",
		Args:    noArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.tui(c.Context(), &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.filter, "filter", "", "begin with this filter `EXPR`: see hooks help filters")
	o.addLook(flags)
	return c
}

func (a *app) tui(ctx context.Context, o *tuiOptions) error {
	if err := a.needTerminal(); err != nil {
		return err
	}
	st, err := a.openStore(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	ctx, stop := a.interruptible(ctx)
	defer stop()
	return a.screen(ctx, st, o, storedInsights(a, st), nil)
}

// needTerminal refuses what is no terminal, or one that cannot be drawn on.
func (a *app) needTerminal() error {
	if isTerminal(a.stdin) && isTerminal(a.stdout) && a.getenv("TERM") != "dumb" {
		return nil
	}
	return environmentError("the terminal UI needs a terminal").withHint("hooks log --follow")
}

// screen runs the terminal UI until it is quit.
func (a *app) screen(ctx context.Context, st *store.Store, o *tuiOptions, in *insights, gate *tui.Gate) error {
	if _, err := a.parseFilter(o.filter); err != nil {
		return usageError("--filter %q: %s", cut(o.filter), err).withHint("see hooks help filters")
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	catalogs := a.offScreen().catalogs()
	columns, rows := size(a.stdout)
	err := tui.Run(ctx, tui.Options{
		Store: st, In: a.stdin, Out: a.stdout, Width: columns, Height: rows,
		Colour: a.colourOut, ASCII: o.ascii || !a.speaksUTF8(), Mouse: o.mouse && !o.no,
		Editor: a.editorLine(), Pager: a.pagerLine(), Breaks: breaks(),
		Memory: a.filterMemory(), Clipboard: a.clipboard(exec.LookPath), Exports: pageExports,
		Filter: o.filter, Now: a.now, Location: time.Local, Gate: gate, CatalogsChanged: catalogs.Watch(ctx),
		Actions: tui.Actions{
			Replay:  func(ctx context.Context, id string) (string, error) { return a.replayOne(ctx, st, id) },
			Explain: in.of,
			Secret:  func(ctx context.Context, d *store.Delivery) (string, string, error) { return in.secret(ctx, st, d) },
			Schema:  a.pageSchema,
			Export:  func(ctx context.Context, id, form string) (string, error) { return a.pageExport(ctx, st, id, form) },
			Save: func(_ context.Context, name string, content []byte) (string, error) {
				return newNamed(a.dir, name, content)
			},
			Revise:       revise,
			Edits:        editsBetween,
			Command:      func(ctx context.Context, words []string) (string, error) { return a.runWords(ctx, st, words) },
			Endpoints:    func(ctx context.Context) ([]tui.Endpoint, error) { return a.pageEndpoints(ctx, st) },
			EventTypes:   func(context.Context) ([]tui.EventType, error) { return pageTypes(catalogs) },
			History:      func(ctx context.Context, id string) (tui.History, error) { return a.pageHistory(ctx, st, id) },
			EndpointForm: func(ctx context.Context, id string) (tui.Form, error) { return a.endpointForm(ctx, st, id) },
			CheckForm: func(ctx context.Context, begin []string, fields map[string][]string) tui.Problems {
				return a.checkForm(ctx, st, begin, fields)
			},
		},
	})
	var crash *tui.CrashError
	switch {
	case errors.Is(err, tui.ErrInterrupted):
		return errInterrupted
	case errors.As(err, &crash):
		return environmentError("%s", crash)
	}
	return err
}

// speaksUTF8 tells from the locale whether the terminal does. No locale at all
// is taken for a modern system.
func (a *app) speaksUTF8() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale := strings.ToLower(a.getenv(name)); locale != "" {
			return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
		}
	}
	return true
}

// replayOne sends one delivery again, for the r key: as hooks replay does, with
// the settings that are in force by now.
func (a *app) replayOne(ctx context.Context, st *store.Store, id string) (string, error) {
	printed, failed := a.runWords(ctx, st, []string{"replay", id, "--quiet"})
	words := strings.Fields(printed)
	if len(words) == 0 {
		return "", inOneLine(failed)
	}
	// What was not acknowledged has failed as a command; here it is an outcome.
	d, err := st.Get(ctx, words[len(words)-1])
	if err != nil {
		return "", err
	}
	return outcomeText(d), nil
}

// inOneLine is what a command that failed has said, without its warnings.
func inOneLine(err error) error {
	if err == nil {
		return errors.New("nothing was sent")
	}
	text := err.Error()
	if _, message, ok := strings.Cut(text, "error: "); ok {
		text = message
	}
	return errors.New(strings.ReplaceAll(text, "\nhint: ", "; "))
}
