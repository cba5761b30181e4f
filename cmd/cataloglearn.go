package cmd

import (
	"context"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/store"
)

// maxLearnedFrom is how many payloads of a type are looked at: the latest ones.
const maxLearnedFrom = 500

type learnOptions struct {
	query       store.Query
	into        string
	dryRun, yes bool
}

func newCatalogLearnCmd(a *app) *cobra.Command {
	var o learnOptions
	c := &cobra.Command{
		Use:   "learn --event GLOBS",
		Short: "draft schemas and samples from recorded deliveries",
		Long: "Looks at the latest 500 deliveries of each type and prints a catalog: a schema that allows all of them, and the latest payload with what looks like e-mail addresses, tokens and " +
			"card numbers replaced. Read it before you share it: what is personal often looks like any other text. Invalid deliveries are left out.\n" +
			"--into writes it into the project's catalogs; from then on listen says what is new, missing or of another type.",
		Example: `hooks catalog learn --event order.paid
hooks catalog learn --event 'order.*' --since 24h --into acme
hooks catalog learn --event '*' --provider stripe > draft.json`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.learn(c, &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	o.addFlags(a, flags)
	return c
}

func (o *learnOptions) addFlags(a *app, flags *pflag.FlagSet) {
	flags.VarP(newValue(&o.query.Events, "", "string", parseGlobs), "event", "e", "event types: `GLOBS`, comma-separated, ! excludes")
	flags.Var(newValue(&o.query.Since, "", "string", a.parseTime), "since", "from this `TIME` on: 1h, RFC 3339 or Unix seconds")
	flags.Var(newValue(&o.query.Until, "", "string", a.parseTime), "until", "up to this `TIME`")
	flags.Var(newValue(&o.query.Provider, "", "string", a.parseProvider), "provider", "this provider's: `NAME`")
	flags.Var(newValue(&o.into, "", "string", parseCatalogName), "into", "write into the project's catalog `NAME`")
	flags.BoolVar(&o.dryRun, "dry-run", false, "with --into: say what would change, and write nothing")
	flags.BoolVar(&o.yes, "yes", false, "with --into: do not ask before payloads are written")
}

func (a *app) learn(c *cobra.Command, o *learnOptions) error {
	if len(o.query.Events) == 0 {
		return usageError("say which event types to learn").withHint("--event order.paid, or --event '*'")
	}
	ctx, stop := a.interruptible(c.Context())
	defer stop()
	st, err := a.readStore(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	o.query.Direction = store.In
	seen := newLessons()
	for d, err := range st.List(ctx, o.query) {
		if err != nil {
			return interruptedOr(ctx, err)
		}
		if d.Verification != nil && d.Verification.Verdict == store.Invalid || d.Event.Type == "" || seen.full(d.Event.Type) {
			continue
		}
		whole, err := st.Get(ctx, d.ID)
		if err != nil {
			return interruptedOr(ctx, err)
		}
		seen.add(whole)
	}
	fresh, err := seen.catalog(orElse(o.into, "learned"), "")
	if err != nil {
		return err
	}
	if o.into == "" {
		return a.writeBody(fresh.Encode())
	}
	return a.writeLearned(fresh, seen.count, o.yes, false, o.dryRun)
}

// writeLearned writes what was recorded, after asking.
func (a *app) writeLearned(c *catalog.Catalog, deliveries int, yes, archive, dryRun bool) error {
	if !yes && !dryRun {
		if err := a.confirm("write " + counted(deliveries, "recorded payload") + ", redacted as far as it shows, into the catalog " + c.Name + "?"); err != nil {
			return err
		}
	}
	return a.writeCatalog(c, archive, dryRun)
}

// lessons are the payloads of each type, the latest first.
type lessons struct {
	types    []string
	provider map[string]string
	bodies   map[string][][]byte
	count    int
}

func newLessons() *lessons {
	return &lessons{provider: map[string]string{}, bodies: map[string][][]byte{}}
}

func (l *lessons) full(eventType string) bool { return len(l.bodies[eventType]) >= maxLearnedFrom }

func (l *lessons) add(d *store.Delivery) {
	t := d.Event.Type
	if !slices.Contains(l.types, t) {
		l.types = append(l.types, t)
		l.provider[t] = d.Event.Provider
	}
	l.bodies[t] = append(l.bodies[t], d.Request.Body)
	l.count++
}

// catalog drafts the types. It is sent by the provider of the first delivery
// unless another is given.
func (l *lessons) catalog(name, provider string) (*catalog.Catalog, error) {
	if l.count == 0 {
		return nil, answerNo("no delivery of these types was received").withHint("hooks log --direction in lists what was received")
	}
	c := &catalog.Catalog{Name: name, Provider: orElse(provider, orElse(l.provider[l.types[0]], "standard"))}
	var names []string
	var bodies [][]byte
	for _, t := range l.types {
		learned := catalog.Learn(t, l.bodies[t])
		if learned == nil {
			continue
		}
		learned.Catalog = c
		c.Types = append(c.Types, learned)
		names, bodies = append(names, t), append(bodies, learned.Examples[0].Payload)
	}
	if len(c.Types) == 0 {
		return nil, answerNo("no payload of these types is JSON of at most 1 MiB")
	}
	c.TypeField = catalog.LearnedTypeField(names, bodies)
	return c, nil
}

// importDeliveries makes a catalog of the deliveries that references name.
func (a *app) importDeliveries(ctx context.Context, refs []string) (*lessons, error) {
	st, err := a.readStore(ctx)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	seen := newLessons()
	for _, ref := range refs {
		d, err := st.Get(ctx, ref)
		if err != nil {
			return nil, err
		}
		if d.Event.Type == "" {
			return nil, answerNo("delivery %s has no event type", ref).withHint("hooks listen --provider NAME finds the types of a sender it knows")
		}
		seen.add(d)
	}
	return seen, nil
}
