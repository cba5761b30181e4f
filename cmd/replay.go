package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/store"
)

type replayOptions struct {
	schemeOptions
	requestOptions
	query      store.Query
	failed     bool
	asReceived bool
	newID      bool
	force      bool
	yes        bool
	changes    []catalog.Edit
	watch      []string
	data       string
	given      bool   // --data
	payload    []byte // what it holds, if it is read once
	edit       bool
	editor     func([]byte) ([]byte, error)
}

// askAbove is how many deliveries are sent again without --yes.
const askAbove = 20

func newReplayCmd(a *app) *cobra.Command {
	var o replayOptions
	c := &cobra.Command{
		Use:   "replay [ID...]",
		Short: "send recorded deliveries again",
		Long: "The same bytes, signed afresh with a current timestamp by the secret that verified them, or as they were received. " +
			"They go where they went, or to --to. Exits 0 if all were acknowledged.\n" +
			"With --watch they are sent, and again whenever a file there changes, until they are acknowledged: each try waits until the target listens, and " +
			"a change is followed by up to five, in 8 s, since the program may be restarting. What version control and package managers keep, and what " +
			"editors leave for a moment, does not count as a change.",
		Example: `hooks replay @last
hooks replay 12 --to localhost:3000/webhooks --set data.object.amount=500
hooks replay @last --edit
hooks replay --failed --since 1h
hooks replay @last --as-received
hooks replay @failed --watch src`,
		Args: argsBetween(0, -1),
		RunE: func(c *cobra.Command, args []string) error { return a.replay(c, args, &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	o.requestOptions.add(flags, "send to this `TARGET` instead")
	flags.BoolVar(&o.failed, "failed", false, "those that failed")
	flags.Var(newValue(&o.query.Since, "", "string", a.parseTime), "since", "those from this `TIME` on: 1h, RFC 3339 or Unix seconds")
	flags.VarP(newValue(&o.query.Events, "", "string", parseGlobs), "event", "e", "those of these event types: `GLOBS`")
	flags.BoolVar(&o.asReceived, "as-received", false, "send the recorded headers, signature and all")
	flags.BoolVar(&o.newID, "new-id", false, "give the event a new id on the wire")
	flags.Var(newValues(&o.changes, "string", parseSet), "set", "`path=value`: change one value of the body; repeatable")
	flags.Var(newValues(&o.changes, "string", parseUnset), "unset", "`path`: take one value out of the body; repeatable")
	flags.StringVar(&o.data, "data", "", "send this body instead: `DATA` is @file, - or the literal")
	flags.BoolVar(&o.edit, "edit", false, "change the body in $VISUAL or $EDITOR, after all other changes")
	flags.BoolVar(&o.force, "force", false, "also to an endpoint that is disabled")
	flags.Var(newValues(&o.watch, "string", parseText), "watch", "send again whenever a file at or below `PATH` changes, until it is acknowledged; repeatable")
	flags.BoolVar(&o.yes, "yes", false, "send more than 20 without asking")
	o.addKeys(flags, "sign by the scheme of `NAME` (default: the delivery's)", "sign with this secret: `REF`")
	o.addParams(flags)
	return c
}

func (a *app) replay(c *cobra.Command, refs []string, o *replayOptions) error {
	if err := o.check(c, a); err != nil {
		return err
	}
	if err := o.readData(a); err != nil {
		return err
	}
	ctx, stop := a.interruptible(c.Context())
	defer stop()
	st, err := a.openStore(ctx)
	if err != nil {
		return interruptedOr(ctx, err)
	}
	defer st.Close()
	deliveries, err := o.choose(ctx, c, st, refs)
	switch {
	case err != nil:
		return interruptedOr(ctx, err)
	case len(deliveries) == 0:
		a.note("no deliveries to send again")
		return nil
	case len(o.watch) > 0:
		return a.replayWatching(ctx, st, deliveries, o)
	}
	jobs, err := a.again(ctx, st, deliveries, o)
	if err != nil {
		return err
	}
	return a.sendAgain(ctx, st, jobs, o)
}

// check refuses what excludes each other.
func (o *replayOptions) check(c *cobra.Command, a *app) error {
	if err := exclusive(c, "secret", "secret-file"); err != nil {
		return err
	}
	for _, change := range []string{"set", "new-id", "unset", "data", "edit"} {
		if err := exclusive(c, "as-received", change); err != nil {
			return err
		}
	}
	if err := o.checkWatch(c); err != nil {
		return err
	}
	if o.given = c.Flags().Changed("data"); o.edit && a.noInput {
		return usageError("--edit asks, and --no-input never does: give one").withHint("--set path=value or --data @payload.json")
	}
	return nil
}

// sendAgain sends the requests one after the other, or only shows them.
func (a *app) sendAgain(ctx context.Context, st *store.Store, jobs []job, o *replayOptions) error {
	n := &tally{}
	for _, j := range jobs {
		if o.dryRun || o.as != "" {
			if err := a.printRequest(j, o.as); err != nil {
				return err
			}
			continue
		}
		client := o.client(a, j.profile)
		err := a.deliver(ctx, st, client, j, n)
		client.Close()
		if err != nil {
			return err
		}
	}
	return a.conclude(n)
}

// choose finds the deliveries to send again, oldest first.
func (o *replayOptions) choose(ctx context.Context, c *cobra.Command, st *store.Store, refs []string) ([]string, error) {
	selects := o.failed || c.Flags().Changed("since") || c.Flags().Changed("event")
	switch {
	case len(refs) > 0 && selects:
		return nil, usageError("give ids, or --failed, --since and --event")
	case len(refs) == 0 && !selects:
		return nil, usageError("replay needs an id, or --failed, --since or --event").withHint("%s", firstExample(c))
	case len(refs) > 0:
		return refs, nil
	}
	if o.failed {
		o.query.Status = store.Failed
	}
	o.query.Ascending = true
	var ids []string
	for d, err := range st.List(ctx, o.query) {
		if err != nil {
			return nil, err
		}
		if !d.IsNotice() {
			ids = append(ids, d.ID)
		}
	}
	if len(ids) > askAbove && !o.yes && !o.dryRun {
		return nil, usageError("%d deliveries would be sent again", len(ids)).withHint("add --yes, or --dry-run to see them")
	}
	return ids, nil
}

// again builds the requests, all before the first is sent.
func (a *app) again(ctx context.Context, st *store.Store, refs []string, o *replayOptions) ([]job, error) {
	keys, err := a.replayKeys(ctx, st)
	if err != nil {
		return nil, err
	}
	keys.named, err = a.keys(&o.schemeOptions)
	if err != nil {
		return nil, err
	}
	o.editor = a.editor()
	var jobs []job
	for _, ref := range refs {
		d, err := a.find(ctx, st, ref)
		if err != nil {
			return nil, err
		}
		j, err := a.rebuild(ctx, st, d, o, keys)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	return jobs, nil
}

// readData reads --data once for all deliveries, while Ctrl-C still ends what
// waits for a pipe. A file is read anew whenever --watch sends again.
func (o *replayOptions) readData(a *app) (err error) {
	if o.given && (len(o.watch) == 0 || !strings.HasPrefix(o.data, "@")) {
		o.payload, err = a.data(o.data)
	}
	return err
}
