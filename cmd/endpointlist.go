package cmd

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

type endpointListOptions struct{ channel, provider string }

func newEndpointListCmd(a *app) *cobra.Command {
	var o endpointListOptions
	c := &cobra.Command{
		Use:     "list",
		Short:   "list the endpoints",
		Long:    "SUCCESS RATE is the share of the finished deliveries that were acknowledged; tests, replays and what was sent by hand do not count.",
		Example: "hooks endpoint list\nhooks endpoint list --provider revkeen\nhooks endpoint list --channel client_6f2c41e0-7a0b-4751-9a3e-2b8d1c5f7e90 --json",
		Args:    noArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.listEndpoints(c.Context(), o) },
	}
	c.Flags().Var(newValue(&o.channel, "", "string", parseChannel), "channel", "only those in this channel: `C`")
	c.Flags().StringVarP(&o.provider, "provider", "p", "", "only those of this provider: `NAME` or any")
	return c
}

func (a *app) listEndpoints(ctx context.Context, o endpointListOptions) error {
	if o.provider != "" && o.provider != everybody {
		if _, err := a.parseProvider(o.provider); err != nil {
			return err
		}
	}
	st, err := a.readEndpoints(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	endpoints, err := st.Endpoints(ctx)
	if err != nil {
		return err
	}
	endpoints = slices.DeleteFunc(endpoints, func(e *store.Endpoint) bool {
		return o.channel != "" && !slices.Contains(e.Channels, o.channel) || o.provider != "" && orElse(e.Provider, everybody) != o.provider
	})
	views, err := a.views(ctx, st, endpoints...)
	if err != nil {
		return err
	}
	if len(views) == 0 && o != (endpointListOptions{}) {
		a.note("no endpoints of that kind; hooks endpoint list shows all")
		return nil
	}
	return a.printEndpoints(views)
}

func (a *app) printEndpoints(views []endpointView) error {
	named := slices.ContainsFunc(views, func(v endpointView) bool { return v.Name != "" })
	heading := []string{"ID", "NAME", "URL", "EVENTS", "STATUS", "SUCCESS RATE", "LAST DELIVERY"}
	if !named {
		heading = slices.Delete(heading, 1, 2)
	}
	list := a.newListing(heading...)
	list.table.spare, list.table.whole = []string{"NAME"}, []string{"STATUS"}
	list.table.state = []string{"STATUS"}
	if !slices.ContainsFunc(views, func(v endpointView) bool { return v.Name == "" }) {
		list.table.spare = []string{idColumn}
	}
	for _, v := range views {
		row := []string{v.ID, orElse(v.Name, "–"), urlText(v.Endpoint), v.events.String(), v.statusText(), rateText(v.counts), a.moment(v.LastAttemptAt)}
		if !named {
			row = slices.Delete(row, 1, 2)
		}
		if err := list.add(v.line(v.secretText()), v.ID, row...); err != nil {
			return err
		}
	}
	return list.end("no endpoints: hooks endpoint add URL makes one")
}
