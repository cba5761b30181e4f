package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

type logOptions struct {
	query    store.Query
	follow   bool
	attempts bool
	jq       *store.JQ

	chosen bool // by a flag which deliveries
	capped bool // by the limit that nobody asked for
}

func newLogCmd(a *app) *cobra.Command {
	o := logOptions{query: store.Query{Limit: 50}}
	c := &cobra.Command{
		Use:   "log",
		Short: "list deliveries, newest first",
		Example: `hooks log
hooks log --event 'payment.*' --status failed --since 1h
hooks log --follow --json
hooks log --event 'endpoint.*,delivery.*'
hooks log --filter 'verdict:invalid | code:5xx'`,
		Args: noArgs,
	}
	flags := c.Flags()
	flags.SortFlags = false
	a.addSelection(flags, &o.query)
	addTo(flags, &o.query)
	flags.Var(newValue(&o.query.Limit, "50", "int", parseLimit), "limit", "at most `N` deliveries; 0 is all")
	flags.BoolVarP(&o.follow, "follow", "f", false, "print deliveries as they come")
	flags.BoolVar(&o.attempts, "attempts", false, "one row per attempt")
	flags.Var(newValue(&o.jq, "", "string", store.NewJQ), "jq", "print what this jq `EXPR` makes of each delivery's JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		o.chosen, o.capped = choosesBy(flags), !flags.Changed("limit")
		return a.log(c.Context(), o)
	}
	return c
}

func (a *app) log(ctx context.Context, o logOptions) error {
	ctx, stop := a.interruptible(ctx)
	defer stop()
	st, err := a.readStore(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	if err := findEndpoint(ctx, st, &o.query); err != nil {
		return err
	}
	// Notices are for people: what reads JSON or ids asks for them by name.
	o.query.NoNotices = (a.json || a.quiet || o.jq != nil) && !asksForNotices(o.query)
	if o.follow {
		return a.logFollow(ctx, st, o)
	}
	return a.logList(ctx, st, o)
}

func (a *app) logList(ctx context.Context, st *store.Store, o logOptions) (err error) {
	found, more := 0, false
	t := logTable(o)
	query := o.query
	if query.Limit > 0 {
		query.Limit++ // to know whether there are more
	}
	for d, err := range st.List(ctx, query) {
		if err != nil {
			return interruptedOr(ctx, err)
		}
		if more = found == o.query.Limit && found > 0; more {
			break
		}
		found++
		if !a.json && o.jq == nil && !a.quiet {
			a.logRows(t, d, o)
		} else if err := a.whileRead(a.printDelivery(ctx, d, o.jq)); err != nil {
			return err
		}
	}
	if len(t.rows) > 1 {
		err = a.printTable(t)
	}
	switch {
	case found == 0:
		a.sayNone(st.Dir(), o.chosen)
	case more && o.capped && a.terminal:
		a.note("the newest %d are shown: --limit N shows more, --limit 0 all", found)
	}
	return err
}

// parseLimit reads how many; 0 is all.
func parseLimit(s string) (int, error) {
	if s == "0" {
		return 0, nil
	}
	n, err := parseCount(s)
	if err != nil {
		err = errors.New("must be a whole number; 0 is all")
	}
	return n, err
}

// choosesBy tells whether a flag chooses deliveries, and not their number or form.
func choosesBy(flags *pflag.FlagSet) bool {
	chosen := false
	flags.Visit(func(f *pflag.Flag) {
		chosen = chosen || slices.Contains(selectionFlags[:], f.Name)
	})
	return chosen
}

// sayNone says where nothing was found, and what to do next.
func (a *app) sayNone(dir string, chosen bool) {
	if chosen {
		a.note("no matching deliveries in %s; hooks log lists all", dir)
		return
	}
	a.note("no deliveries in %s yet: hooks listen receives them, hooks trigger payment.succeeded sends one", dir)
}

func (a *app) logFollow(ctx context.Context, st *store.Store, o logOptions) error {
	rev, err := st.Rev(ctx)
	if err != nil {
		return err
	}
	err = follow(ctx, st, rev, func(d *store.Delivery) error {
		wanted, err := chooses(ctx, st, o.query, d)
		if err != nil || !wanted {
			return err
		}
		return a.whileRead(a.printDelivery(ctx, d, o.jq))
	})
	return interruptedOr(ctx, err)
}

// chooses asks the store whether a query wants one delivery.
func chooses(ctx context.Context, st *store.Store, q store.Query, d *store.Delivery) (bool, error) {
	q.AfterSeq, q.BeforeSeq, q.Limit = d.Seq-1, d.Seq+1, 1
	for _, err := range st.List(ctx, q) {
		return err == nil, err
	}
	return false, nil
}

// printDelivery prints one delivery as JSON, as what jq makes of it, as its
// id, or as a line.
func (a *app) printDelivery(ctx context.Context, d *store.Delivery, jq *store.JQ) error {
	switch {
	case jq != nil:
		return a.printJQ(ctx, jq, d)
	case a.json:
		return a.printJSON(d)
	case a.quiet:
		return a.println(d.ID)
	default:
		return a.println(a.deliveryLine(d))
	}
}

// printJQ prints what jq makes of a delivery, strings without their quotes.
func (a *app) printJQ(ctx context.Context, jq *store.JQ, d *store.Delivery) error {
	err := jq.Run(ctx, d, func(line []byte) error {
		var text string
		if line[0] == '"' && json.Unmarshal(line, &text) == nil {
			return a.println(term.Safe(text).String())
		}
		return a.println(string(line))
	})
	var bad *store.JQError
	if errors.As(err, &bad) {
		return usageError("%s", bad)
	}
	return err
}

func logTable(o logOptions) *table {
	if o.attempts {
		return newTable("#", "ATTEMPT", "TIME", "EVENT", "URL", "STATUS", "DURATION")
	}
	t := newTable("#", "TIME", "DIR", "VERDICT", "EVENT", "PROVIDER", "STATUS", "CODE", "ATTEMPTS", "DURATION", "SIZE")
	t.state = []string{"VERDICT", "STATUS"}
	t.spare = []string{"SIZE", "ATTEMPTS", "DURATION", "PROVIDER", "DIR", "CODE", "VERDICT"}
	return t
}

func (a *app) logRows(t *table, d *store.Delivery, o logOptions) {
	number := fmt.Sprintf("#%d", d.Seq)
	event := eventText(d)
	if o.attempts {
		for _, at := range d.Attempts {
			t.add(number, fmt.Sprint(at.Number), a.clock(at.StartedAt), event, at.URL, attemptStatus(&at), duration(at.Duration))
		}
		return
	}
	verdict := "-" // of what is sent there is none
	if d.Direction == store.In {
		verdict, _ = verdictWord(d)
	}
	code, took := "-", "-"
	if last := lastAttempt(d); last != nil {
		code, took = attemptStatus(last), duration(last.Duration)
	} else if d.Answer != nil {
		code = fmt.Sprint(d.Answer.StatusCode)
	}
	t.add(number, a.clock(d.ReceivedAt), string(d.Direction), verdict, event, orElse(d.Event.Provider, "-"), statusText(d),
		code, fmt.Sprint(len(d.Attempts)), took, sizeText(d.Request.BodySize))
}

func attemptStatus(at *store.Attempt) string {
	if at.StatusCode == 0 {
		return orElse(at.ErrorKind, "-")
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", at.StatusCode, at.ErrorKind))
}

// interruptedOr turns what a cancelled context made fail into the interrupt
// that cancelled it.
func interruptedOr(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
