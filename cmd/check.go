package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/check"
	"github.com/hooks-cli/hooks/junit"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

type checkOptions struct {
	schemeOptions
	requestOptions
	event, data        string
	only, skip         []string
	list               bool
	junit              string
	stateURL, stateCmd string
	maxTime            time.Duration
}

func newCheckCmd(a *app) *cobra.Command {
	o := checkOptions{maxTime: 5 * time.Minute, schemeOptions: schemeOptions{provider: defaultProvider}}
	c := &cobra.Command{
		Use:   "check URL",
		Short: "send a consumer good and bad deliveries, and judge its answers",
		Long: "Checks that what is genuine is acknowledged, that what is forged, stale or replayed does no harm, that odd requests do not break the " +
			"consumer, and that it answers in time. What a provider's scheme cannot have is skipped, with the reason.\n" +
			"The consumer handles the genuine deliveries: point it at a test system. Without --secret the store's own secret signs.\n" +
			"Exit 0 if no check failed, 1 if one did, 4 if the consumer cannot be reached.",
		Example: `hooks check localhost:3000/webhooks --provider stripe --secret env:STRIPE_WEBHOOK_SECRET --event invoice.paid
hooks check localhost:3000/webhooks --provider github --secret env:GITHUB_SECRET --only rejects
hooks check localhost:3000/webhooks --state-url http://localhost:3000/orders/count --junit check.xml
hooks check --list`,
		Args: func(c *cobra.Command, args []string) error {
			if o.list { // the checks are the same for every consumer
				return argsBetween(0, 1)(c, args)
			}
			return argsBetween(1, 1)(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error { return a.check(c, args, &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	o.addKeys(flags, "whose deliveries: `NAME` (default: standard, or that of --event)", "the secret that the consumer verifies with: `REF` is env:NAME, file:PATH, keyring:NAME, - or the literal; a second one is the other of a rotation")
	flags.StringVarP(&o.event, "event", "e", "", "the `TYPE` of the events (default: the first one of the provider's catalog)")
	flags.StringVar(&o.data, "data", "", "this payload instead of the catalog's: `DATA` is @file, - or the literal")
	flags.Var(newValues(&o.only, "string", parseText), "only", "run only these checks: `NAME` is a check, a glob or a group; repeatable")
	flags.Var(newValues(&o.skip, "string", parseText), "skip", "skip these: `NAME`; repeatable")
	flags.BoolVar(&o.list, "list", false, "list the checks and send nothing")
	flags.StringVar(&o.junit, "junit", "", "write the results to `FILE`, too, as JUnit XML")
	flags.Var(newValue(&o.stateURL, "", "string", parseURL), "state-url", "read the consumer's state from `URL` to judge idempotency")
	flags.StringVar(&o.stateCmd, "state-cmd", "", "read it from what `COMMAND` prints (run by sh -c)")
	flags.VarP(newValues((*[]send.Edit)(&o.edits), headerKind, send.ParseEdit), "add-header", "H", "a header of every request: `'Name: value'`")
	flags.Var(newValue(&o.url, "", "string", parseURL), "url", "the `URL` as the consumer knows it, for schemes that sign it")
	o.addParams(flags)
	flags.Var(newValue(&o.timeout, "", "duration", durationBetween(time.Millisecond, maxTimeout)), "timeout", "limit of an exchange: `DUR` (default: the provider's)")
	flags.Var(newValue(&o.maxTime, "5m", "duration", durationBetween(time.Second, 24*time.Hour)), "max-time", "limit of all checks together: `DUR`; what there is no time for fails")
	flags.BoolVar(&o.insecure, "insecure", false, "accept any certificate of the consumer")
	configurable(flags, "timeout", "url")
	return c
}

func (a *app) check(c *cobra.Command, args []string, o *checkOptions) error {
	for _, pair := range [][2]string{{"secret", "secret-file"}, {"state-url", "state-cmd"}} {
		if err := exclusive(c, pair[0], pair[1]); err != nil {
			return err
		}
	}
	checks, err := check.Select(check.All(), o.only, o.skip)
	var word *check.UnknownError
	if errors.As(err, &word) {
		return usageError("%s", word).withHint("%s", orElse(didYouMean(word.Unknown()), "hooks check --list names them"))
	}
	if o.list {
		return a.listChecks(checks)
	}
	if len(checks) == 0 {
		return usageError("--only and --skip leave no check").withHint("hooks check --list names them")
	}
	subject, err := a.checkSubject(c, args[0], o)
	if err != nil {
		return err
	}
	defer subject.Client.Close()
	ctx, stop := a.interruptible(c.Context())
	defer stop()
	subject.Limit = o.maxTime
	printer := a.newCheckPrinter(subject, checks)
	subject.Starts = printer.starting
	err = check.Run(ctx, subject, checks, printer.add)
	var away *check.UnreachableError
	switch {
	case errors.As(err, &away):
		return &failure{exit: exitUnreachable, code: "unreachable", message: away.Error(), hint: "start the consumer, and give its URL: " + exampleOf(c, "localhost:3000/webhooks"), err: err}
	case err != nil:
		return interruptedOr(ctx, schemeFailureOf(subject.Profile, err))
	}
	if o.junit != "" {
		if err := writeJUnit(o.junit, check.Suite(subject.Target.String(), printer.results)); err != nil {
			return err
		}
	}
	return printer.finish()
}

// writeJUnit puts the results of tests into a file.
func writeJUnit(path string, suites ...junit.Suite) error {
	var b bytes.Buffer
	if err := junit.Write(&b, suites...); err != nil {
		return err
	}
	return createFile(path, b.Bytes(), 0o644, true)
}

// checkSubject reads all that the flags name, before anything is sent.
func (a *app) checkSubject(c *cobra.Command, to string, o *checkOptions) (check.Subject, error) {
	s := check.Subject{URL: o.url, UserAgent: a.userAgent(), Edits: o.edits, Now: a.now}
	t, err := parseTarget("to", to)
	if err != nil {
		return s, usageError("URL %q: %s", cut(send.MaskPassword(to)), err).withHint("%s", a.example)
	}
	s.Target = t
	if s.Profile, err = a.subjectEvents(c, o, &s); err != nil {
		return s, err
	}
	if s.Keys, err = a.signingKeys(c, s.Profile, &o.schemeOptions); err != nil {
		return s, err
	}
	a.warnTarget(t, true)
	s.Client = o.client(a, s.Profile)
	s.State = o.state(s.Client)
	return s, nil
}

// subjectEvents sets how events are made, and finds whose they are.
func (a *app) subjectEvents(c *cobra.Command, o *checkOptions, s *check.Subject) (*provider.Profile, error) {
	source := catalog.NewSource(a.now, nil)
	e, err := a.checkType(c, o)
	if err != nil {
		return nil, err
	}
	var data []byte
	if c.Flags().Changed("data") {
		if data, err = a.data(o.data); err != nil {
			return nil, err
		}
		data = append([]byte{}, data...)
	}
	if e.eventType == nil {
		s.Event = plainEvents(e.profile, source, orElse(o.event, "hooks.check"), data)
		return e.profile, nil
	}
	s.TypeField = e.eventType.Catalog.TypeField
	s.Event = func() (send.Event, error) {
		r, err := catalog.Render(e.eventType, catalog.RenderOptions{Source: source, Data: data})
		if err != nil {
			return send.Event{}, err
		}
		if e.formsIDs() {
			r.WireID = wireID(e.profile, source, r.ULID)
		}
		event := send.Event{Type: r.Type, WireID: r.WireID, Body: catalog.Fill(r.Body, r.Late, source, ""), ContentType: r.ContentType}
		for _, h := range r.Headers {
			event.Headers = append(event.Headers, sign.Header(h))
		}
		return event, nil
	}
	return e.profile, nil
}

// checkType is the type that is asked for, or the first one of the provider's
// catalog; a provider without a catalog has none.
func (a *app) checkType(c *cobra.Command, o *checkOptions) (planned, error) {
	if o.event != "" {
		events, err := a.plan(c, []string{o.event}, &triggerOptions{schemeOptions: o.schemeOptions})
		if err == nil {
			return events[0], nil
		}
		if !c.Flags().Changed("data") {
			return planned{}, err
		}
	}
	p, err := a.profile(c, &o.schemeOptions)
	if err != nil || o.event != "" {
		return planned{profile: p}, err
	}
	types, err := a.catalogs().ForProvider(orElse(p.Catalog, p.ID))
	if err != nil {
		return planned{}, err
	}
	for _, t := range types {
		if !t.Archived && !t.Deprecated {
			return planned{t, p}, nil
		}
	}
	return planned{profile: p}, nil
}

// plainEvents makes events of a provider without a catalog.
func plainEvents(p *provider.Profile, source *catalog.Source, typ string, data []byte) func() (send.Event, error) {
	return func() (send.Event, error) {
		id := wireID(p, source, source.ULID())
		body := data
		if body == nil {
			body = fmt.Appendf(nil, `{"id":%q,"type":%q,"data":{}}`, id, typ)
		}
		return send.Event{Type: typ, WireID: id, Body: body, ContentType: "application/json"}, nil
	}
}

// state is how the consumer's state is read, nil if nobody said how.
func (o *checkOptions) state(client *send.Client) func(context.Context) (string, error) {
	switch {
	case o.stateURL != "":
		return func(ctx context.Context) (string, error) { return stateFrom(ctx, client, o.stateURL) }
	case o.stateCmd != "":
		return func(ctx context.Context) (string, error) { return statePrinted(ctx, o.stateCmd) }
	}
	return nil
}
