package cmd

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

type recoverOptions struct {
	endpoint     string
	since, until time.Time
	missing      bool
	yes          bool
}

func newRecoverCmd(a *app) *cobra.Command {
	var o recoverOptions
	c := &cobra.Command{
		Use:   "recover --endpoint EP --since T",
		Short: "make up for what an endpoint has missed",
		Long: "One more attempt of each delivery of the time span that has failed, in its order. With --missing the events of the time span that the " +
			"endpoint wants now and was never sent: they become deliveries with a retry schedule.",
		Example: `hooks recover --endpoint shop --since 1h
hooks recover --endpoint shop --since 24h --until 2h --yes
hooks recover --endpoint shop --since 24h --missing`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.recover(c, &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.endpoint, "endpoint", "", "the endpoint: `EP` is its id, a prefix of it, or its name")
	flags.Var(newValue(&o.since, "", "string", a.parseTime), "since", "from this `TIME` on: 1h, RFC 3339 or Unix seconds")
	flags.Var(newValue(&o.until, "", "string", a.parseTime), "until", "up to this `TIME`")
	flags.BoolVar(&o.missing, "missing", false, "what was never sent to it")
	flags.BoolVar(&o.yes, "yes", false, "send more than 20 without asking")
	return c
}

func (a *app) recover(c *cobra.Command, o *recoverOptions) error {
	if o.endpoint == "" || o.since.IsZero() {
		return usageError("recover needs an endpoint and a time").withHint("%s", firstExample(c))
	}
	ctx, stop := a.interruptible(c.Context())
	defer stop()
	st, err := a.openDeclared(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	ep, err := st.Endpoint(ctx, o.endpoint)
	if err != nil {
		return err
	}
	if o.missing {
		return interruptedOr(ctx, a.recoverMissing(ctx, st, ep, o))
	}
	return interruptedOr(ctx, a.recoverFailed(ctx, st, ep, o))
}

// recoverFailed makes an attempt of what has failed.
func (a *app) recoverFailed(ctx context.Context, st *store.Store, ep *store.Endpoint, o *recoverOptions) error {
	var chosen []retried
	for d, err := range st.List(ctx, store.Query{Endpoint: ep.ID, Since: o.since, Until: o.until, Ascending: true}) {
		if err != nil {
			return err
		}
		if d.Event.Test {
			continue // nobody misses it
		}
		switch d.Status {
		case store.Failed, store.Dead, store.Interrupted:
			if _, err := a.retriable(ctx, st, d, &retryOptions{}); err != nil {
				return err
			}
			chosen = append(chosen, retried{d, ep})
		}
	}
	if err := o.enough(a, len(chosen)); err != nil || len(chosen) == 0 {
		return err
	}
	return a.retryAll(ctx, st, chosen)
}

// enough asks before many are sent, and says when there is nothing.
func (o *recoverOptions) enough(a *app, n int) error {
	switch {
	case n == 0:
		a.note("nothing to recover")
	case n > askAbove && !o.yes:
		return usageError("%d deliveries would be sent", n).withHint("add --yes")
	}
	return nil
}

// recoverMissing makes deliveries of the events that the endpoint has not got.
func (a *app) recoverMissing(ctx context.Context, st *store.Store, ep *store.Endpoint, o *recoverOptions) error {
	missed, err := a.missed(ctx, st, ep, o)
	if err != nil {
		return err
	}
	if err := o.enough(a, len(missed)); err != nil || len(missed) == 0 {
		return err
	}
	target, err := send.ParseTarget(ep.URL)
	if err != nil {
		return err
	}
	for _, seq := range missed {
		from, err := st.Get(ctx, strconv.FormatInt(seq, 10))
		if err != nil {
			return err
		}
		event := *from.Event
		d := &store.Delivery{Direction: store.Out, Trigger: store.TriggerRecover, Event: &event, ReceivedAt: a.now().UTC(), NextAttemptAt: a.now().UTC(),
			Endpoint: ep.ID, Destination: target.String(), Scheduled: true, Request: store.Request{Method: "POST",
				Target: target.RequestTarget("/"), Body: from.Request.Body, ContentType: from.Request.ContentType}}
		d.Status, d.StatusReason = ep.Rest(false)
		if err := st.Append(d).Wait(ctx); err != nil {
			return err
		}
		if d.Status != store.Pending {
			if err := a.printAttempt(d); err != nil {
				return err
			}
		}
	}
	work := a.dispatcher(st, send.NewClock(a.now, time.After, 1, false), catalog.NewSource(a.now, nil), sign.Keys{}, nil)
	work.onlyFirst = true
	err = work.Run(ctx, send.Scope{Own: true, UntilIdle: true}, nil)
	work.sayLater()
	return work.verdict(ctx, err)
}

// missed are deliveries of the events that the endpoint wants and has not been
// sent, one of each event, in their order.
func (a *app) missed(ctx context.Context, st *store.Store, ep *store.Endpoint, o *recoverOptions) ([]int64, error) {
	sent := map[string]bool{}
	var order []int64
	first := map[string]int64{}
	// What was made up for since the time span is sent, too.
	for d, err := range st.List(ctx, store.Query{Direction: store.Out, Since: o.since, Ascending: true}) {
		if err != nil {
			return nil, err
		}
		if d.Endpoint == ep.ID && d.Status != store.Filtered {
			sent[d.Event.ID] = true
			continue
		}
		// What was replayed or tested is no event of its own, and a notice is for nobody.
		late := !o.until.IsZero() && d.ReceivedAt.After(o.until)
		if first[d.Event.ID] != 0 || late || d.Event.Test || d.ReplayOf != "" || d.IsNotice() {
			continue
		}
		wanted, err := a.wants(ep, d.Event)
		if err != nil {
			return nil, err
		}
		if wanted {
			first[d.Event.ID] = d.Seq
			order = append(order, d.Seq)
		}
	}
	var missed []int64
	events := map[int64]string{}
	for id, seq := range first {
		events[seq] = id
	}
	for _, seq := range order {
		if !sent[events[seq]] {
			missed = append(missed, seq)
		}
	}
	return missed, nil
}

// wants applies the rules of routing that do not concern whether the endpoint is
// on.
func (a *app) wants(ep *store.Endpoint, event *store.Event) (bool, error) {
	p, err := a.providers().Get(event.Provider)
	if err != nil {
		return false, nil // a provider that is not known any more
	}
	of := p.Catalog
	if ep.Provider != "" {
		if p, err = a.providers().Get(ep.Provider); err != nil {
			return false, err
		}
	}
	on := *ep
	on.Enabled, on.Paused = true, false
	return send.RouteTo(&on, event, of, "", send.Rules(p.Behaviour, ep)).Status == store.Pending, nil
}
