package cmd

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

type endpointTestOptions struct {
	payloadOptions
	event string
}

func newEndpointTestCmd(a *app) *cobra.Command {
	var o endpointTestOptions
	c := &cobra.Command{
		Use:   "test EP --event TYPE",
		Short: "send a sample to an endpoint and show the answer",
		Long: "One attempt, now, past switches and channels and whatever the endpoint's state: it counts in no statistic and moves no schedule. " +
			"Payloads that say whether they are live say that this one is not.",
		Example: `hooks endpoint test shop --event payment.succeeded
hooks endpoint test shop --event payment.succeeded --set data.object.amount=0`,
		Args: argsBetween(1, 1),
		RunE: func(c *cobra.Command, args []string) error { return a.testEndpoint(c, args[0], &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.event, "event", "", "the event's `TYPE` (default: the first of the catalog that the endpoint takes)")
	o.payloadOptions.add(a, flags)
	return c
}

func (a *app) testEndpoint(c *cobra.Command, ref string, o *endpointTestOptions) error {
	ctx, stop := a.interruptible(c.Context())
	defer stop()
	st, ep, err := storeWith(ctx, a.openDeclared, ref)
	if err != nil {
		return err
	}
	defer st.Close()
	t, err := a.typeFor(ep, o.event)
	if err != nil {
		return err
	}
	d, err := a.testDelivery(ep, t, o)
	if err != nil {
		return err
	}
	switch {
	case !ep.Enabled:
		a.note("endpoint %s is disabled", orElse(ep.Name, ep.ID))
	case ep.Paused:
		a.note("endpoint %s is paused", ep.ID)
	}
	if err := st.Append(d).Wait(ctx); err != nil {
		return interruptedOr(ctx, err)
	}
	work := a.dispatcher(st, send.NewClock(a.now, time.After, 1, false), o.source(a), sign.Keys{}, o.seed)
	work.onlyFirst = true
	if !o.timestamp.IsZero() {
		work.Stamp = func() time.Time { return o.timestamp }
	}
	one := *ep
	one.Concurrency = 1
	err = work.Follow(ctx, &one, []*store.Delivery{d}, send.Scope{}, nil)
	if err == nil && !a.json && !a.quiet {
		err = a.printAnswer(ctx, st, d.ID)
	}
	return work.verdict(ctx, err)
}

// typeFor is the event type that an endpoint is tested with.
func (a *app) typeFor(ep *store.Endpoint, name string) (*catalog.EventType, error) {
	of := ""
	if ep.Provider != "" {
		p, err := a.providers().Get(ep.Provider)
		if err != nil {
			return nil, err
		}
		of = p.Catalog
	}
	if name != "" {
		return a.findType(name, of)
	}
	types, err := a.catalogs().List()
	if err != nil {
		return nil, err
	}
	for _, t := range types {
		if (of == "" || t.Catalog.Name == of) && ep.Takes(t.Name) && !ep.Mutes(t.Name) && !t.Archived {
			return t, nil
		}
	}
	return nil, usageError("%s takes none of the catalog's event types", ep.ID).withHint("--event TYPE")
}

// testDelivery is the sample as it will be sent.
func (a *app) testDelivery(ep *store.Endpoint, t *catalog.EventType, o *endpointTestOptions) (*store.Delivery, error) {
	render, err := o.render(a)
	if err != nil {
		return nil, err
	}
	r, err := catalog.Render(t, render)
	if err != nil {
		return nil, err
	}
	if render.Data == nil {
		r.Body = catalog.NotLive(r.Body)
	}
	target, err := send.ParseTarget(ep.URL)
	if err != nil {
		return nil, err
	}
	p, err := a.providers().Get(orElse(ep.Provider, t.Catalog.Provider))
	if err != nil {
		return nil, err
	}
	e := raisedFrom(r, p, o.eventID(r.ULID))
	e.event.Test = true
	d := e.delivery(target, a.now())
	d.Trigger, d.Endpoint, d.Status = store.TriggerTest, ep.ID, store.Delivering
	return d, nil
}

// printAnswer shows the headers of the answer and the beginning of its body.
func (a *app) printAnswer(ctx context.Context, st *store.Store, id string) error {
	d, err := st.Get(ctx, id)
	if err != nil {
		return err
	}
	last := lastAttempt(d)
	if last == nil || last.StatusCode == 0 {
		return nil
	}
	var t description
	t.headers(maskHeaders(last.ResponseHeaders, false))
	encoding, _ := last.ResponseHeaders.Get("Content-Encoding")
	t.body(last.ResponseBody, encoding)
	return a.write([]byte(t.String()))
}
