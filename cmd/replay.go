package cmd

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
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
			"editors leave for a moment, is no change.",
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
	for _, pair := range [][]string{{"secret", "secret-file"}, {"as-received", "set"}, {"as-received", "new-id"}, {"as-received", "unset"}, {"as-received", "data"}, {"as-received", "edit"}} {
		if err := exclusive(c, pair...); err != nil {
			return err
		}
	}
	if err := o.checkWatch(c); err != nil {
		return err
	}
	if o.given = c.Flags().Changed("data"); o.edit && a.noInput {
		return usageError("--edit asks, and --no-input never does: give one").withHint("--set path=value or --data @payload.json")
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
	if err != nil {
		return interruptedOr(ctx, err)
	}
	if len(deliveries) == 0 {
		a.note("no deliveries to send again")
		return nil
	}
	if len(o.watch) > 0 {
		return a.replayWatching(ctx, st, deliveries, o)
	}
	jobs, err := a.again(ctx, st, deliveries, o)
	if err != nil {
		return err
	}
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
	keys.editor = a.editor()
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

// replayKeys are those that nobody named.
func (a *app) replayKeys(ctx context.Context, st *store.Store) (k replayKeys, err error) {
	if k.own, err = st.Secret(ctx); err != nil {
		return k, err
	}
	k.configured, err = a.configuredSecrets()
	return k, err
}

// replayKeys are the keys that a delivery may be signed with afresh.
type replayKeys struct {
	named      sign.Keys
	configured map[string][]string
	own        string
	editor     func([]byte) ([]byte, error)
}

// readData reads --data once for all deliveries, while Ctrl-C still ends what
// waits for a pipe. A file is read anew whenever --watch sends again.
func (o *replayOptions) readData(a *app) (err error) {
	if o.given && (len(o.watch) == 0 || !strings.HasPrefix(o.data, "@")) {
		o.payload, err = a.data(o.data)
	}
	return err
}

// body is a recorded body with the changes that were asked for.
func (o *replayOptions) body(a *app, body []byte, editor func([]byte) ([]byte, error)) (_ []byte, err error) {
	switch {
	case o.payload != nil:
		body = o.payload
	case o.given:
		if body, err = a.data(o.data); err != nil {
			return nil, err
		}
	}
	if body, err = catalog.Apply(body, o.changes...); err != nil || !o.edit {
		return body, err
	}
	return editor(body)
}

// rebuild makes the request of a recorded delivery once more.
func (a *app) rebuild(ctx context.Context, st *store.Store, d *store.Delivery, o *replayOptions, keys replayKeys) (job, error) {
	var ep *store.Endpoint
	if d.Endpoint != "" && o.to == "" {
		var err error
		if ep, err = a.againTo(ctx, st, d, o.force); err != nil {
			return job{}, err
		}
	}
	target, err := o.destination(d, ep)
	if err != nil {
		return job{}, err
	}
	a.warnTarget(target, true)
	if keys.named, err = a.keysAgain(ctx, st, d, ep, o, keys.named); err != nil {
		return job{}, err
	}
	j := job{endpoint: ep, target: target, trigger: store.TriggerReplay, replay: d.ID, profile: unsigned(), out: send.Again(d, target, o.to == "")}
	event := *d.Event
	event.ID, event.Handshake = "", ""
	j.event = &event
	if j.out.Body, err = o.body(a, j.out.Body, keys.editor); err != nil {
		return job{}, err
	}
	if o.newID {
		p, err := a.providers().Get(orElse(o.provider, event.Provider))
		if err != nil {
			p = unsigned() // nobody's, or one without a file any more
		}
		source := catalog.NewSource(a.now, nil)
		event.ExternalID = wireID(p, source, source.ULID())
	}
	if o.asReceived {
		a.warnStale(d, keys.own)
	} else if err := a.resign(&j, d, o, keys); err != nil {
		return job{}, err
	}
	o.edits.Apply(&j.out)
	return j, nil
}

// keysAgain are the named keys, else those of the endpoint: ep, or, where --to
// sends elsewhere, the one of the delivery, if it is still there.
func (a *app) keysAgain(ctx context.Context, st *store.Store, d *store.Delivery, ep *store.Endpoint, o *replayOptions, named sign.Keys) (sign.Keys, error) {
	if len(named.Secrets) > 0 || o.asReceived || d.Endpoint == "" {
		return named, nil
	}
	if ep == nil {
		var gone *store.NoEndpointError
		var err error
		if ep, err = st.Endpoint(ctx, d.Endpoint); errors.As(err, &gone) {
			return named, nil
		} else if err != nil {
			return named, err
		}
	}
	p, err := a.providers().Get(orElse(ep.Provider, d.Event.Provider))
	if err != nil {
		return named, err
	}
	keys, err := (&endpointKeys{app: a, store: st}).of(ctx, ep, p, a.now())
	if err != nil {
		return named, secretError("%s", &send.KeysError{Endpoint: ep, Err: err})
	}
	return keys, nil
}

// warnStale says of a request that goes out as it was recorded that its
// timestamp is too old by now. secret is any that has a form: whether it matches
// does not count.
func (a *app) warnStale(d *store.Delivery, secret string) {
	p, err := a.providers().Get(d.Event.Provider)
	if err != nil || p.Scheme.Spec().TS == nil {
		return
	}
	m := sign.Message{Method: d.Request.Method, Headers: d.Request.Headers, Body: d.Request.Body}
	v := p.Scheme.Verify(&m, sign.Keys{Secrets: []string{secret}}, a.now(), nil)
	if allowed := p.Scheme.Spec().TS.Tolerance; allowed > 0 && v.Skew > allowed {
		a.warnOnce("the timestamp of #%d is %s old and %s allows %s: a receiver that looks will refuse it", d.Seq, roughly(v.Skew), p.ID, shortDuration(allowed))
	}
}

// unsigned is the behaviour of nobody in particular.
func unsigned() *provider.Profile {
	return &provider.Profile{Behaviour: provider.Behaviour{Ack: []string{"2xx"}}}
}

// destination is --to, else where the delivery went.
func (o *replayOptions) destination(d *store.Delivery, ep *store.Endpoint) (send.Target, error) {
	switch {
	case o.to != "":
		return parseTarget("to", o.to)
	case ep != nil:
		return send.ParseTarget(ep.URL)
	}
	// What is captured had no target: of an import the destination is where it
	// went elsewhere, and nobody expects it to go there again.
	if d.Destination == "" || d.Status == store.Captured || strings.Contains(d.Destination, ":***@") {
		return send.Target{}, usageError("delivery #%d has no target to send to again", d.Seq).
			withHint("hooks replay %d --to localhost:3000", d.Seq)
	}
	return send.ParseTarget(d.Destination)
}

// resign signs the request afresh: with the named secret, else the one that
// verifies the recorded request.
func (a *app) resign(j *job, d *store.Delivery, o *replayOptions, keys replayKeys) error {
	id := orElse(o.provider, d.Event.Provider)
	if id == "" || o.provider == "" && d.IsNotice() {
		return nil // nobody's signature: there is nothing to sign afresh
	}
	p, err := a.providers().Get(id)
	if err != nil {
		return err
	}
	j.profile = p
	k, err := keys.of(p, d, a)
	if err != nil {
		return err
	}
	s := send.Signing{Profile: p, Keys: k, At: a.now()}
	v := sign.Values{ID: j.event.ExternalID, Event: j.event.Type}
	if j.out, err = s.Sign(j.target, j.out, v); err != nil {
		return schemeFailure(p, err)
	}
	return nil
}

// of chooses the keys: named ones, the one that verifies the delivery, or,
// where the verdict was no secret's doing, those the settings know.
func (r replayKeys) of(p *provider.Profile, d *store.Delivery, a *app) (sign.Keys, error) {
	k := r.named
	if len(k.Secrets) > 0 {
		return k, a.checkSecrets(p, k.Secrets)
	}
	known := append([]string{}, r.configured[p.ID]...)
	if p.Scheme.CheckSecret(r.own) == nil {
		known = append(known, r.own)
	}
	m := sign.Message{Method: d.Request.Method, Headers: d.Request.Headers, Body: d.Request.Body}
	var noWindow time.Duration // the recorded timestamp is old by now
	for _, secret := range known {
		k.Secrets = []string{secret}
		if v := p.Scheme.Verify(&m, k, d.ReceivedAt, &noWindow); v.OK {
			return k, nil
		}
	}
	if len(r.configured[p.ID]) > 0 {
		k.Secrets = r.configured[p.ID]
		return k, nil
	}
	return sign.Keys{}, usageError("delivery #%d is %s's, and no secret is known to sign it afresh with", d.Seq, p.ID).
		withHint("--secret REF, or --as-received")
}
