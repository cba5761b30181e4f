package cmd

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// triggering is one call of trigger: what it makes of its events.
type triggering struct {
	*app
	*session
	o         *triggerOptions
	cmd       *cobra.Command
	render    catalog.RenderOptions
	named     sign.Keys
	only      string // the one provider whose endpoints are asked for
	endpoints []*store.Endpoint
	work      *dispatching
	stop      chan struct{}

	tried     map[string]bool      // providers whose scheme is known to sign
	keys      map[string]sign.Keys // of targets that are no endpoints, by provider
	direct    []*store.Delivery    // to be sent to the target
	queued    bool                 // something is to be sent to endpoints
	appended  []*store.Commit
	unmatched bool
}

// chunk is how many deliveries are recorded, or sent to a target, at a time.
const chunk = 512

func (a *app) newTriggering(c *cobra.Command, s *session, o *triggerOptions) (*triggering, error) {
	t := &triggering{app: a, session: s, o: o, cmd: c, keys: map[string]sign.Keys{}, tried: map[string]bool{}}
	var err error
	if t.render, err = o.render(a); err != nil {
		return nil, err
	}
	if t.render.Channels, err = o.eventChannels(a); err != nil {
		return nil, err
	}
	if t.named, err = a.keys(&o.schemeOptions); err != nil {
		return nil, err
	}
	if c.Flags().Changed("provider") {
		t.only = o.provider
	}
	if o.to == "" {
		if t.endpoints, err = s.store.Endpoints(s.ctx); err != nil {
			return nil, err
		}
	}
	t.work = a.dispatcher(s.store, o.clock(a), t.render.Source, t.named, o.seed)
	t.work.onlyFirst, t.work.tally.undirected = !o.wait, o.to == ""
	t.work.URL, t.work.Timeout, t.work.Insecure, t.work.Edit = o.url, o.timeout, o.insecure, o.requestOptions.edits.Apply
	if !o.timestamp.IsZero() {
		t.work.Stamp = func() time.Time { return o.timestamp }
	}
	if o.insecure {
		a.warn("--insecure: the certificate of the target is not checked")
	}
	return t, nil
}

// eventChannels are those of the event, nil where none was named.
func (o *triggerOptions) eventChannels(a *app) ([]string, error) {
	given, err := o.given(a, false)
	if err != nil || len(given) == 0 {
		return nil, err
	}
	return joined(given)
}

// run raises every event, --count times, and makes the attempts.
func (t *triggering) run(events []planned) error {
	for range t.o.count {
		for _, e := range events {
			if err := t.raise(e); err != nil {
				return interruptedOr(t.ctx, err)
			}
		}
	}
	if err := t.settle(); err != nil {
		return interruptedOr(t.ctx, err)
	}
	err := t.follow()
	if t.queued && !t.o.noDeliver && err == nil {
		err = t.work.Run(t.ctx, send.Scope{Own: true, Keep: t.o.wait, UntilIdle: true, MaxWait: t.o.longest()}, nil)
	}
	if err := t.work.verdict(t.ctx, err); err != nil {
		return err
	}
	if t.unmatched && t.o.requireMatch {
		return answerNo("")
	}
	return nil
}

// raise renders an event and finds out who is to get it.
func (t *triggering) raise(e planned) error {
	r, err := catalog.Render(e.eventType, t.render)
	if err != nil {
		return err
	}
	if t.o.id == "" && e.formsIDs() {
		r.WireID = t.o.wireID(e.profile, r.ULID, t.render.Source)
	}
	event := &store.Event{ID: t.o.eventID(r.ULID), ExternalID: r.WireID, Type: r.Type, Provider: e.profile.ID, Channels: r.Channels}
	for _, h := range r.Headers {
		event.Headers = append(event.Headers, sign.Header(h))
	}
	for _, l := range r.Late {
		event.Late = append(event.Late, store.Late{Pointer: l.Pointer, Generator: string(l.Generator), PerAttempt: l.PerAttempt})
	}
	concerned, err := t.route(event, e.profile, r)
	if err != nil || concerned {
		return err
	}
	return t.toTarget(e.profile, event, r)
}

// toTarget sends an event to a target that is no endpoint.
func (t *triggering) toTarget(p *provider.Profile, event *store.Event, r *catalog.Rendered) error {
	keys, err := t.targetKeys(p)
	if err != nil {
		return err
	}
	if t.o.dryRun || t.o.as != "" {
		return t.show(p, keys, t.target, event, r, "")
	}
	if !t.tried[p.ID] { // what cannot be signed is said before anything is recorded
		e := send.Event{Type: r.Type, WireID: r.WireID, ContentType: r.ContentType, Body: r.Body}
		if _, err := t.build(p, keys, t.target, e, t.now(), t.o.url, nil, event); err != nil {
			return err
		}
		t.tried[p.ID] = true
	}
	d := t.delivery(event, r)
	d.Trigger, d.Destination, d.Status, d.Scheduled = store.TriggerManual, t.target.String(), store.Delivering, t.o.wait
	d.Request.Target = t.target.RequestTarget("/")
	if d.Scheduled {
		d.Trigger = store.TriggerAuto
	}
	t.direct = append(t.direct, d)
	t.appended = append(t.appended, t.store.Append(d))
	if len(t.direct) < chunk || t.o.wait {
		return nil
	}
	if err := t.settle(); err != nil {
		return err
	}
	return t.follow()
}

func (t *triggering) delivery(event *store.Event, r *catalog.Rendered) *store.Delivery {
	return &store.Delivery{Direction: store.Out, Event: event, ReceivedAt: t.now().UTC(), NextAttemptAt: t.work.Clock.Now().UTC(),
		Request: store.Request{Method: "POST", Target: "/", Body: r.Body, ContentType: r.ContentType}}
}

// targetKeys are what signs for a target that is no endpoint.
func (t *triggering) targetKeys(p *provider.Profile) (sign.Keys, error) {
	if keys, ok := t.keys[p.ID]; ok {
		return keys, nil
	}
	scheme := t.o.schemeOptions
	scheme.provider = p.ID
	keys, err := t.signingKeys(t.cmd, p, &scheme)
	if err == nil {
		t.keys[p.ID] = keys
	}
	return keys, err
}

// settle waits until what was raised is recorded.
func (t *triggering) settle() error {
	for _, c := range t.appended {
		if err := c.Wait(t.ctx); err != nil {
			return err
		}
	}
	t.appended = t.appended[:0]
	return nil
}

// follow sends what goes to the target, and follows it to its end.
func (t *triggering) follow() error {
	if len(t.direct) == 0 {
		return nil
	}
	ep := &store.Endpoint{URL: t.to, Enabled: true, Concurrency: 1}
	if t.o.wait {
		ep.Concurrency = store.DefaultConcurrency
	}
	ds := t.direct
	t.direct = nil
	endpointKeys := t.work.Keys
	defer func() { t.work.Keys = endpointKeys }()
	t.work.Keys = func(_ context.Context, _ *store.Endpoint, p *provider.Profile, _ time.Time) (sign.Keys, error) {
		return t.targetKeys(p)
	}
	return t.work.Follow(t.ctx, ep, ds, send.Scope{MaxWait: t.o.longest()}, nil)
}

// show prints the request that would go to a target.
func (t *triggering) show(p *provider.Profile, keys sign.Keys, target send.Target, event *store.Event, r *catalog.Rendered, uid string) error {
	at := t.o.timestamp
	if at.IsZero() {
		at = t.now()
	}
	e := send.Event{Type: r.Type, WireID: r.WireID, ContentType: r.ContentType, Headers: event.Headers,
		Body: catalog.Fill(r.Body, r.Late, t.render.Source, uid)}
	j, err := t.build(p, keys, target, e, at, t.o.url, t.o.requestOptions.edits, event)
	if err != nil {
		return err
	}
	return t.printRequest(j, t.o.as)
}

// route offers an event to every endpoint. It tells whether it is any
// endpoint's business, so that it does not go to the target.
func (t *triggering) route(event *store.Event, p *provider.Profile, r *catalog.Rendered) (concerned bool, err error) {
	var reasons []string
	sent, recorded := false, false
	for _, ep := range t.endpoints {
		rules, err := t.rules(ep, p)
		if err != nil {
			return false, err
		}
		route := send.RouteTo(ep, event, p.Catalog, t.only, rules.Behaviour)
		if route.Reason == send.NotItsProvider {
			continue
		}
		concerned = true
		if route.Status != store.Pending {
			reasons = append(reasons, ep.ID+": "+routeText(route.Reason))
		}
		sent = sent || route.Concerned && route.Status != store.Filtered
		if !route.Concerned {
			continue
		}
		recorded = true
		if err := t.toEndpoint(ep, rules, route, event, r); err != nil {
			return false, err
		}
	}
	if concerned && !sent {
		t.unmatched = true
		t.warn("no endpoint wants %s", event.Type)
		for _, reason := range reasons[:min(len(reasons), 5)] {
			t.note("  %s", reason)
		}
	}
	if concerned && !recorded && !t.o.dryRun && t.o.as == "" {
		// What happened is in the record even where nobody is told: recover
		// --missing can make up for it.
		d := t.delivery(event, r)
		d.Trigger, d.Status, d.StatusReason, d.NextAttemptAt = store.TriggerAuto, store.Filtered, "no_endpoint", time.Time{}
		t.appended = append(t.appended, t.store.Append(d))
	}
	return concerned, nil
}

// rules are the profile whose rules a delivery to an endpoint follows, with what
// the endpoint says instead.
func (t *triggering) rules(ep *store.Endpoint, p *provider.Profile) (*provider.Profile, error) {
	if ep.Provider != "" {
		own, err := t.providers().Get(ep.Provider)
		if err != nil {
			return nil, err
		}
		p = own
	}
	changed := *p
	changed.Behaviour = send.Rules(p.Behaviour, ep)
	return &changed, nil
}

// toEndpoint records a delivery to an endpoint.
func (t *triggering) toEndpoint(ep *store.Endpoint, rules *provider.Profile, route send.Route, event *store.Event, r *catalog.Rendered) error {
	target, err := send.ParseTarget(ep.URL)
	if err != nil {
		return err
	}
	if t.o.dryRun || t.o.as != "" {
		if route.Status != store.Pending {
			return nil
		}
		keys, err := t.work.Keys(t.ctx, ep, rules, t.work.Clock.Now())
		if err != nil {
			return err
		}
		return t.show(rules, keys, target, event, r, ep.UID)
	}
	d := t.delivery(event, r)
	d.Trigger, d.Endpoint, d.Destination, d.Scheduled = store.TriggerAuto, ep.ID, target.String(), true
	d.Request.Target = target.RequestTarget("/")
	d.Status, d.StatusReason = route.Status, route.Reason
	if route.Status == store.Filtered {
		d.Scheduled, d.NextAttemptAt = false, time.Time{}
	}
	t.appended = append(t.appended, t.store.Append(d))
	if t.queued = t.queued || route.Status == store.Pending; route.Status != store.Pending || t.o.noDeliver {
		if err := t.printAttempt(d); err != nil {
			return err
		}
	}
	if len(t.appended) < chunk {
		return nil
	}
	return t.settle()
}

// routeText says in words why an endpoint does not get an event now.
func routeText(reason string) string {
	switch reason {
	case send.NotItsProvider:
		return "it is another provider's"
	case send.NotItsType:
		return "it has not subscribed to the type"
	case send.EventOff:
		return "the type is switched off"
	case send.NotItsChannel:
		return "the event is in none of its channels"
	case send.NotEnabled:
		return "it is disabled"
	case send.NotResumed:
		return "it is paused"
	case send.Deleted:
		return "it is deleted"
	}
	return reason
}
