package cmd

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/check"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// deliveryOptions are the flags of the commands that raise events.
type deliveryOptions struct {
	timingOptions
	channelFlags
	misbehaveOptions
	count                         int
	wait, noDeliver, requireMatch bool
}

func (o *deliveryOptions) add(flags *pflag.FlagSet) {
	o.count = 1
	flags.Var(newValue(&o.count, "1", "int", parseCount), "count", "send `N` events, each with its own id and signature")
	o.channelFlags.add(flags, "channel", "the event is of this channel: `NAME`; repeatable")
	flags.BoolVar(&o.wait, "wait", false, "follow the provider's retry schedule to the end")
	o.timingOptions.add(flags)
	flags.BoolVar(&o.noDeliver, "no-deliver", false, "put the deliveries to endpoints into the queue and leave them to hooks dispatch")
	flags.BoolVar(&o.requireMatch, "require-match", false, "exit 1 when no endpoint wants an event")
}

// check refuses what excludes each other.
func (o *deliveryOptions) check(c *cobra.Command) error {
	for _, other := range []string{"wait", "skip-waits", "time-scale", "to"} {
		if err := exclusive(c, "no-deliver", other); err != nil {
			return err
		}
	}
	if err := o.misbehaveOptions.check(c); err != nil {
		return err
	}
	o.wait = o.wait || o.compressed()
	return o.timingOptions.check(c)
}

// eventChannels are those of the event, nil where none was named.
func (o *deliveryOptions) eventChannels(a *app) ([]string, error) {
	given, err := o.given(a, false)
	if err != nil || len(given) == 0 {
		return nil, err
	}
	return joined(given)
}

// raised is an event, who sends it, and what it holds.
type raised struct {
	event               *store.Event
	profile             *provider.Profile
	method, contentType string
	body                []byte   // without the values that it gets when it is sent
	did                 []string // what is wrong with its place among the others
}

// delivery is the record of the event on its way to a target.
func (e *raised) delivery(t send.Target, at time.Time) *store.Delivery {
	return &store.Delivery{Direction: store.Out, Event: e.event, ReceivedAt: at.UTC(), Destination: t.String(), Request: store.Request{
		Method: orElse(e.method, "POST"), Target: t.RequestTarget("/"), Body: e.body, ContentType: e.contentType}}
}

// raisedFrom is a rendered event of a provider.
func raisedFrom(r *catalog.Rendered, p *provider.Profile, id string) raised {
	e := raised{profile: p, contentType: r.ContentType, body: r.Body,
		event: &store.Event{ID: id, ExternalID: r.WireID, Type: r.Type, Provider: p.ID, Channels: r.Channels}}
	for _, h := range r.Headers {
		e.event.Headers = append(e.event.Headers, sign.Header(h))
	}
	for _, l := range r.Late {
		e.event.Late = append(e.event.Late, store.Late{Pointer: l.Pointer, Generator: string(l.Generator), PerAttempt: l.PerAttempt})
	}
	return e
}

// outbox is where the events of one command go: to the endpoints that want
// them, or to a target.
type outbox struct {
	*app
	*session
	o         *deliveryOptions
	request   *requestOptions
	scheme    *schemeOptions
	cmd       *cobra.Command
	source    *catalog.Source
	stamp     time.Time // of the signatures, zero for the present
	only      string    // the one provider whose endpoints are asked for
	endpoints []*store.Endpoint
	work      *dispatching

	tried     map[string]bool      // providers whose scheme is known to sign
	keys      map[string]sign.Keys // of targets that are no endpoints, by provider
	direct    []*store.Delivery    // to be sent to the target
	queued    bool                 // something is to be sent to endpoints
	appended  []*store.Commit
	unmatched bool
	looked    bool // at a body, for what receivers make of it

	unruly   *check.Sender // nil if nothing is to go wrong
	gathered []raised      // that wait to be sent in disorder
	begun    int           // deliveries of the burst, and of those before
	due      time.Time     // when the next burst may begin
}

// chunk is how many deliveries are recorded, or sent to a target, at a time.
const chunk = 512

func (a *app) newOutbox(c *cobra.Command, s *session, request *requestOptions, scheme *schemeOptions, o *deliveryOptions, source *catalog.Source, stamp time.Time, seed *int64) (*outbox, error) {
	b := &outbox{app: a, session: s, o: o, request: request, scheme: scheme, cmd: c, source: source, stamp: stamp,
		keys: map[string]sign.Keys{}, tried: map[string]bool{}}
	named, err := a.keys(scheme)
	if err != nil {
		return nil, err
	}
	if c.Flags().Changed("provider") {
		b.only = scheme.provider
	}
	if request.to == "" {
		if b.endpoints, err = s.store.Endpoints(s.ctx); err != nil {
			return nil, err
		}
	}
	b.work = a.dispatcher(s.store, o.clock(a), source, named, seed)
	b.work.onlyFirst = !o.wait
	if b.unruly = o.sender(seed); b.unruly != nil {
		b.work.Build, b.work.tally.unruly = b.unruly.Build, true
	}
	b.work.URL, b.work.Timeout, b.work.Insecure, b.work.Edit = scheme.url, request.timeout, request.insecure, request.edits.Apply
	if !stamp.IsZero() {
		b.work.Stamp = func() time.Time { return stamp }
	}
	if request.insecure {
		a.warn("--insecure: the certificate of the target is not checked")
	}
	return b, nil
}

// prints tells whether requests are shown and nothing is sent.
func (b *outbox) prints() bool { return b.request.dryRun || b.request.as != "" }

// offer finds out who is to get an event, and records that.
func (b *outbox) offer(e raised) error {
	if !b.looked {
		b.looked = true
		b.sayUnstable(e.body)
	}
	concerned, err := b.route(&e)
	if err != nil || concerned {
		return err
	}
	return b.toTarget(&e)
}

// finish makes the attempts of what was raised.
func (b *outbox) finish() error {
	if len(b.gathered) > 0 {
		if err := b.release(); err != nil {
			return interruptedOr(b.ctx, err)
		}
	}
	err := b.flush()
	var unrecorded *recordError
	if errors.As(err, &unrecorded) {
		return interruptedOr(b.ctx, unrecorded.error)
	}
	if !b.o.wait {
		b.work.sayLater()
	}
	if err := b.work.verdict(b.ctx, err); err != nil {
		return err
	}
	if b.unmatched && b.o.requireMatch {
		return answerNo("")
	}
	return nil
}

// recordError is an event that could not be recorded.
type recordError struct{ error }

// flush makes the attempts of what was raised so far.
func (b *outbox) flush() error {
	if err := b.settle(); err != nil {
		return &recordError{err}
	}
	if err := b.follow(); err != nil || !b.queued || b.o.noDeliver {
		return err
	}
	b.queued = false
	return b.work.Run(b.ctx, send.Scope{Own: true, Keep: b.o.wait, UntilIdle: true, MaxWait: b.o.longest()}, nil)
}

// toTarget sends an event to a target that is no endpoint.
func (b *outbox) toTarget(e *raised) error {
	keys, err := b.targetKeys(e.profile)
	if err != nil {
		return err
	}
	if b.prints() {
		return b.show(e, e.profile, keys, b.target, "")
	}
	if !b.tried[e.profile.ID] { // what cannot be signed is said before anything is recorded
		if _, err := b.signed(e, e.profile, keys, b.target, ""); err != nil {
			return err
		}
		b.tried[e.profile.ID] = true
	}
	b.work.tally.undirected = b.request.to == ""
	d := e.delivery(b.target, b.now())
	d.Trigger, d.Status = store.TriggerManual, store.Delivering
	if b.o.wait {
		d.Trigger, d.Scheduled, d.NextAttemptAt = store.TriggerAuto, true, b.work.Clock.Now().UTC()
	}
	b.direct = append(b.direct, d)
	b.record(d, e.did)
	if len(b.direct) < chunk || b.o.wait {
		return nil
	}
	if err := b.settle(); err != nil {
		return err
	}
	return b.follow()
}

// record appends a delivery, of which something may be said when it is sent.
func (b *outbox) record(d *store.Delivery, did []string) {
	b.appended = append(b.appended, b.store.Append(d))
	if len(did) > 0 {
		b.work.did[d.Seq] = did
	}
}

// targetKeys are what signs for a target that is no endpoint.
func (b *outbox) targetKeys(p *provider.Profile) (sign.Keys, error) {
	if keys, ok := b.keys[p.ID]; ok {
		return keys, nil
	}
	scheme := *b.scheme
	scheme.provider = p.ID
	keys, err := b.signingKeys(b.cmd, p, &scheme)
	if err == nil {
		b.keys[p.ID] = keys
	}
	return keys, err
}

// settle waits until what was raised is recorded.
func (b *outbox) settle() error {
	for _, c := range b.appended {
		if err := c.Wait(b.ctx); err != nil {
			return err
		}
	}
	b.appended = b.appended[:0]
	return nil
}

// follow sends what goes to the target, and follows it to its end.
func (b *outbox) follow() error {
	if len(b.direct) == 0 {
		return nil
	}
	ep := &store.Endpoint{URL: b.to, Enabled: true, Concurrency: max(1, b.o.burst)}
	if b.o.wait {
		ep.Concurrency = store.DefaultConcurrency
	}
	ds := b.direct
	b.direct = nil
	ofEndpoints := b.work.Keys
	defer func() { b.work.Keys = ofEndpoints }()
	b.work.Keys = func(_ context.Context, _ *store.Endpoint, p *provider.Profile, _ time.Time) (sign.Keys, error) {
		return b.targetKeys(p)
	}
	return b.work.Follow(b.ctx, ep, ds, send.Scope{MaxWait: b.o.longest()}, nil)
}

// signed is the request of an event for a target, by the rules of p.
func (b *outbox) signed(e *raised, p *provider.Profile, keys sign.Keys, t send.Target, uid string) (job, error) {
	at := b.stamp
	if at.IsZero() {
		at = b.now()
	}
	out := send.Event{Type: e.event.Type, Method: e.method, WireID: e.event.ExternalID, ContentType: e.contentType, Headers: e.event.Headers,
		Body: catalog.Fill(e.body, lateOf(e.event.Late), b.source, uid)}
	build := send.Build
	if b.unruly != nil {
		build = b.unruly.Build
	}
	request, err := build(t, out, send.Signing{Profile: p, Keys: keys, At: at, URL: b.scheme.url}, b.userAgent())
	if err != nil {
		return job{}, schemeFailure(p, err)
	}
	b.request.edits.Apply(&request)
	return job{profile: p, target: t, out: request, event: e.event, trigger: store.TriggerManual}, nil
}

// show prints the request that would go to a target.
func (b *outbox) show(e *raised, p *provider.Profile, keys sign.Keys, t send.Target, uid string) error {
	j, err := b.signed(e, p, keys, t, uid)
	if err != nil {
		return err
	}
	b.sayDid(append(slices.Clone(e.did), j.out.Did...))
	if j.out.Lost {
		return nil
	}
	return b.printRequest(j, b.request.as)
}
