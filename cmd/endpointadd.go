package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

type endpointAddOptions struct {
	endpointFlags
	subscriptionFlags
	channelFlags
	secretFlags
	provider string
	uid      string
	disabled bool
	noLimit  bool
}

// everybody is how a provider is named that an endpoint has not.
const everybody = "any"

func newEndpointAddCmd(a *app) *cobra.Command {
	var o endpointAddOptions
	c := &cobra.Command{
		Use:   "add URL",
		Short: "add an endpoint",
		Long: "URL is an http:// or https:// URL; 3000 and localhost:3000/path are on this machine. Without --provider the endpoint takes the events of every " +
			"provider, each signed as its own does. It gets a secret of its own in the form of the provider, unless --secret gives one: a reference is kept as such " +
			"and resolved at each use, a literal and what comes from stdin are kept in the store.",
		Example: `hooks endpoint add https://example.com/hooks --provider revkeen
hooks endpoint add localhost:3000/webhooks --name shop --event 'payment.*,!payment.failed'
hooks endpoint add https://example.com/hooks --provider raas --secret env:WEBHOOK_SECRET --pause-after 3
hooks endpoint add https://example.com/hooks --client 6f2c41e0-7a0b-4751-9a3e-2b8d1c5f7e90`,
		Args: argsBetween(1, 1),
		RunE: func(c *cobra.Command, args []string) error { return a.addEndpoint(c, args[0], &o) },
	}
	c.Flags().SortFlags = false
	o.add(c.Flags())
	return c
}

func (o *endpointAddOptions) add(flags *pflag.FlagSet) {
	flags.StringVarP(&o.provider, "provider", "p", everybody, "whose events, signed and retried as it does: `NAME` or any")
	o.subscriptionFlags.add(flags, "take these event types: `GLOBS`, comma-separated, ! switches off (default: all); repeatable")
	o.channelFlags.add(flags, "channel", "take only events of this channel: `C`; repeatable (default: of all and of none)")
	o.secretFlags.add(flags)
	o.endpointFlags.add(flags)
	flags.Var(newValue(&o.uid, "", "string", parseUID), "uid", "the `UUID` that some providers name the subscription by (default: a new one)")
	flags.BoolVar(&o.disabled, "disabled", false, "add it switched off")
	flags.BoolVar(&o.noLimit, "no-limit", false, "add it beyond the number that the provider allows")
}

func parseUID(s string) (string, error) {
	if !isUUID(s) {
		return "", errors.New("is not a UUID")
	}
	return s, nil
}

func (a *app) addEndpoint(c *cobra.Command, url string, o *endpointAddOptions) error {
	ep, rules, chosen, err := a.buildEndpoint(c.Flags(), url, o)
	if err != nil {
		return err
	}
	return a.keepEndpoint(c.Context(), ep, rules, chosen, o)
}

// buildEndpoint is the endpoint that the flags describe, with its rules and the
// secret that it is to get.
func (a *app) buildEndpoint(flags *pflag.FlagSet, url string, o *endpointAddOptions) (ep *store.Endpoint, rules provider.Behaviour, chosen chosenSecret, err error) {
	ep, p, rules, err := a.describedEndpoint(flags, url, o)
	if err == nil {
		chosen, err = a.secretFor(flags, p, rules, o)
	}
	return ep, rules, chosen, err
}

// describedEndpoint is the endpoint that the flags describe, with its provider,
// nil for everybody's, and its rules.
func (a *app) describedEndpoint(flags *pflag.FlagSet, url string, o *endpointAddOptions) (*store.Endpoint, *provider.Profile, provider.Behaviour, error) {
	ep := &store.Endpoint{UID: o.uid, EventTypes: []string{"*"}, Concurrency: store.DefaultConcurrency, Enabled: !o.disabled}
	if o.disabled {
		ep.DisabledReason = store.DisabledByUser
	}
	if o.provider != everybody {
		ep.Provider = o.provider
	}
	p, rules, err := a.endpointRules(ep)
	if err != nil {
		return nil, nil, rules, err
	}
	if ep.URL, err = endpointURL(url); err != nil {
		return nil, nil, rules, err
	}
	if err := a.checkTransport(ep.URL, ep.Provider, rules, o.strict); err != nil {
		return nil, nil, rules, err
	}
	return ep, p, rules, a.fill(flags, ep, p, rules, o)
}

// secretFor is the secret that the flags give an endpoint of p's, or a new one.
func (a *app) secretFor(flags *pflag.FlagSet, p *provider.Profile, rules provider.Behaviour, o *endpointAddOptions) (chosenSecret, error) {
	ref, err := o.reference(flags)
	switch {
	case err != nil:
		return chosenSecret{}, err
	case p == nil || !p.Scheme.Unkeyed():
		return a.chooseSecret(p, rules, ref, o.custom)
	case ref != "":
		return chosenSecret{}, secretError("%s signs without a secret", p.ID).withHint("leave --secret out")
	}
	return chosenSecret{}, nil
}

// fill takes the settings of the flags that need the provider to be judged.
func (a *app) fill(flags *pflag.FlagSet, ep *store.Endpoint, p *provider.Profile, rules provider.Behaviour, o *endpointAddOptions) error {
	o.apply(flags, ep)
	if err := checkHeaders(p, ep.Headers); err != nil {
		return err
	}
	channels, err := o.given(a, o.strict)
	if err != nil {
		return err
	}
	if ep.Channels, err = joined(channels); err != nil {
		return err
	}
	if len(channels) > 0 && !rules.ShowsChannels {
		a.warn("%s has no channels: its own events are in none, and the endpoint gets only those that trigger --channel puts into one", ep.Provider)
	}
	return a.subscribe(ep, rules, &o.subscriptionFlags)
}

// subscribe changes which event types the endpoint takes, after they were found
// in the catalog.
func (a *app) subscribe(ep *store.Endpoint, rules provider.Behaviour, o *subscriptionFlags) error {
	wish, err := o.wish()
	if err != nil || len(wish.events)+len(wish.on)+len(wish.off) == 0 {
		return err
	}
	types, err := a.eventTypes(ep, rules)
	if err != nil {
		return err
	}
	catalog := rules.Catalog
	if ep.Provider == "" {
		catalog = ""
	}
	if err := wish.check(a, catalog, types, o.allowUnknown); err != nil {
		return err
	}
	if err := wish.apply(ep); err != nil {
		return err
	}
	wish.remark(a, ep, subscriptionOf(ep, types))
	return nil
}

// keepEndpoint writes the endpoint and then its secret; an endpoint whose secret
// cannot be kept is taken back.
func (a *app) keepEndpoint(ctx context.Context, ep *store.Endpoint, rules provider.Behaviour, chosen chosenSecret, o *endpointAddOptions) error {
	st, err := a.openDeclared(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	err = st.AddEndpoint(ctx, ep, func(there []*store.Endpoint) error {
		a.warnTwins(ep, there)
		if err := nameFree(ep, there); err != nil {
			return err
		}
		return withinLimit(ep, there, rules, o.noLimit)
	})
	if err != nil {
		return err
	}
	if chosen.value != "" {
		if err := a.keepFirstSecret(ctx, st, ep, chosen); err != nil {
			return err
		}
	}
	v, err := a.view(ctx, st, ep)
	if err != nil {
		return err
	}
	secret := v.secretText()
	if o.reveal {
		secret = chosen.value
	}
	return a.printEndpoint(v, secret, func() string { return a.describeNew(v, secret) })
}

func (a *app) keepFirstSecret(ctx context.Context, st *store.Store, ep *store.Endpoint, chosen chosenSecret) error {
	if err := a.warnShared(ctx, st, ep.ID, chosen); err != nil {
		return err
	}
	chosen.Endpoint = ep.ID
	_, err := st.RotateSecret(ctx, chosen.EndpointSecret, a.now(), 0)
	if err == nil {
		return nil
	}
	_, undo := st.ChangeEndpoint(ctx, ep.ID, a.now(), false, func(e *store.Endpoint, _ []*store.Endpoint) error {
		e.DeletedAt = a.now().UTC()
		return nil
	})
	return errors.Join(err, undo)
}

// withinLimit refuses one endpoint more than the provider allows.
func withinLimit(ep *store.Endpoint, there []*store.Endpoint, rules provider.Behaviour, noLimit bool) error {
	n := 0
	for _, other := range there {
		if other.Provider == ep.Provider {
			n++
		}
	}
	if rules.MaxEndpoints == 0 || n < rules.MaxEndpoints || noLimit {
		return nil
	}
	return usageError("provider %s allows %d callback URLs; %d exist", ep.Provider, rules.MaxEndpoints, n).
		withHint("delete one (hooks endpoint list), or add --no-limit")
}

// describeNew is what there is to know about a new endpoint.
func (a *app) describeNew(v endpointView, secret string) string {
	var d description
	d.row("endpoint", "%s", callIt(v.Endpoint))
	d.row("url", "%s", urlText(v.Endpoint))
	d.row("events", "%s", eventsText(v))
	d.row("uid", "%s", v.UID)
	d.row("provider", "%s", orElse(v.Provider, everybody))
	if !v.Enabled {
		d.row("status", "%s", v.statusText())
	}
	if secret != "" {
		d.row("secret", "%s", secret)
		if s := currentSecret(v.secrets); s != nil && secret == maskedSecret(*s) {
			d.row("", "hooks secret show %s --reveal prints it", refOf(v.Endpoint))
		}
	}
	return d.String()
}
