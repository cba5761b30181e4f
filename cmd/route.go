package cmd

import (
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

// route offers an event to every endpoint. It tells whether it is any
// endpoint's business, so that it does not go to the target.
func (b *outbox) route(e *raised) (concerned bool, err error) {
	var reasons []string
	sent, recorded := false, false
	for _, ep := range b.endpoints {
		rules, err := b.rules(ep, e.profile)
		if err != nil {
			return false, err
		}
		route := send.RouteTo(ep, e.event, e.profile.Catalog, b.only, rules.Behaviour)
		if route.Reason == send.NotItsProvider {
			continue
		}
		concerned = true
		if route.Status != store.Pending {
			reasons = append(reasons, orElse(ep.Name, ep.ID)+": "+routeText(route.Reason))
		}
		sent = sent || route.Concerned && route.Status != store.Filtered
		if !route.Concerned {
			continue
		}
		recorded = true
		if err := b.toEndpoint(ep, rules, route, e); err != nil {
			return false, err
		}
	}
	if concerned && !sent {
		b.unmatched = true
		b.warn("no endpoint wants %s", orElse(e.event.Type, "the event"))
		for _, reason := range reasons[:min(len(reasons), 5)] {
			b.note("  %s", reason)
		}
	}
	if concerned && !recorded && !b.prints() {
		// What happened is in the record even where nobody is told: recover
		// --missing can make up for it.
		d := e.delivery(send.Target{}, b.now())
		d.Destination, d.Request.Target = "", "/"
		d.Trigger, d.Status, d.StatusReason = store.TriggerAuto, store.Filtered, "no_endpoint"
		b.appended = append(b.appended, b.store.Append(d))
	}
	return concerned, nil
}

// rules are the profile whose rules a delivery to an endpoint follows, with what
// the endpoint says instead.
func (b *outbox) rules(ep *store.Endpoint, p *provider.Profile) (*provider.Profile, error) {
	if ep.Provider != "" {
		own, err := b.providers().Get(ep.Provider)
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
func (b *outbox) toEndpoint(ep *store.Endpoint, rules *provider.Profile, route send.Route, e *raised) error {
	target, err := send.ParseTarget(ep.URL)
	if err != nil {
		return err
	}
	if b.prints() {
		if route.Status != store.Pending {
			return nil
		}
		keys, err := b.work.Keys(b.ctx, ep, rules, b.work.Clock.Now())
		if err != nil {
			return err
		}
		return b.show(e, rules, keys, target, ep.UID)
	}
	if err := b.tryUnruly(ep, rules, target, e); err != nil {
		return err
	}
	d := e.delivery(target, b.now())
	d.Trigger, d.Endpoint, d.Status, d.StatusReason = store.TriggerAuto, ep.ID, route.Status, route.Reason
	if route.Status != store.Filtered {
		d.Scheduled, d.NextAttemptAt = true, b.work.Clock.Now().UTC()
	}
	b.record(d, e.did)
	if b.queued = b.queued || route.Status == store.Pending; route.Status != store.Pending || b.o.noDeliver {
		if err := b.printAttempt(d); err != nil {
			return err
		}
	}
	if b.o.wait && (route.Status == store.Queued || route.Status == store.Paused) {
		b.work.open[d.Seq] = leftAs(d)
	}
	if len(b.appended) < chunk {
		return nil
	}
	return b.settle()
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
