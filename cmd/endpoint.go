package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/store"
)

func newEndpointCmd(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "endpoint",
		Short: "where events are delivered to, as in a provider's console",
		Long: "An endpoint is what providers call a webhook, a subscription or a callback URL: a URL, the event types that it takes, a secret of its own. " +
			"EP is its id, an unambiguous prefix of it, or its name.",
		Example: `hooks endpoint add https://example.com/hooks --provider revkeen --name shop
hooks endpoint list
hooks endpoint edit shop --off payment.failed
hooks endpoint test shop --event payment.succeeded
hooks endpoint disable shop
hooks endpoint delete shop`,
		Args: cobra.ArbitraryArgs,
		RunE: runGroup,
	}
	c.AddCommand(newEndpointAddCmd(a), newEndpointListCmd(a), newEndpointShowCmd(a), newEndpointEditCmd(a),
		newEndpointEnableCmd(a), newEndpointDisableCmd(a), newEndpointResumeCmd(a), newEndpointDeleteCmd(a), newEndpointTestCmd(a),
		newEndpointStatsCmd(a))
	return c
}

// liveEndpoint finds the endpoint that ref names; a deleted one is refused.
func liveEndpoint(ctx context.Context, st *store.Store, ref string) (*store.Endpoint, error) {
	ep, err := st.Endpoint(ctx, ref)
	if err == nil && !ep.DeletedAt.IsZero() {
		return nil, deletedEndpoint(ep)
	}
	return ep, err
}

// storeWith opens a store, and finds the endpoint that ref names in it.
func storeWith(ctx context.Context, open func(context.Context) (*store.Store, error), ref string) (*store.Store, *store.Endpoint, error) {
	st, err := open(ctx)
	if err != nil {
		return nil, nil, err
	}
	ep, err := liveEndpoint(ctx, st, ref)
	if err != nil {
		st.Close()
		return nil, nil, err
	}
	return st, ep, nil
}

func deletedEndpoint(ep *store.Endpoint) *failure {
	return usageError("endpoint %s is deleted", ep.ID).withHint("hooks endpoint list shows those that are there")
}

// endpointRules are the provider of an endpoint, nil for everybody's, and the
// rules in force there. A provider whose file is gone has the default ones.
func (a *app) endpointRules(ep *store.Endpoint) (*provider.Profile, provider.Behaviour, error) {
	if ep.Provider == "" {
		return nil, send.Rules(provider.Defaults(), ep), nil
	}
	p, err := a.providers().Get(ep.Provider)
	if err != nil {
		b := provider.Defaults()
		b.Catalog = ep.Provider
		return nil, send.Rules(b, ep), err
	}
	return p, send.Rules(p.Behaviour, ep), nil
}

// urlText is the URL of an endpoint as it is shown.
func urlText(ep *store.Endpoint) string {
	t, err := send.ParseTarget(ep.URL)
	if err != nil {
		return send.MaskPassword(ep.URL)
	}
	return t.String()
}

// refOf is what a command line calls an endpoint: its name, else its id.
func refOf(ep *store.Endpoint) string { return orElse(ep.Name, ep.ID) }

// callIt is an endpoint in a sentence.
func callIt(ep *store.Endpoint) string {
	if ep.Name == "" {
		return ep.ID
	}
	return ep.ID + " (" + ep.Name + ")"
}
