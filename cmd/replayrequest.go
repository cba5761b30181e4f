package cmd

import (
	"context"
	"strings"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

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
	if j.out.Body, err = o.body(a, j.out.Body); err != nil {
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

// body is a recorded body with the changes that were asked for.
func (o *replayOptions) body(a *app, body []byte) (_ []byte, err error) {
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
	return o.editor(body)
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
