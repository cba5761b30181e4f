package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

func newEndpointDeleteCmd(a *app) *cobra.Command {
	yes := false
	c := &cobra.Command{
		Use:     "delete EP",
		Short:   "delete an endpoint and its secrets; its history stays",
		Long:    "Deliveries that are on their way, queued or held are canceled. What was delivered stays in hooks log.",
		Example: "hooks endpoint delete shop\nhooks endpoint delete shop --yes",
		Args:    argsBetween(1, 1),
		RunE:    func(c *cobra.Command, args []string) error { return a.deleteEndpoint(c.Context(), args[0], yes) },
	}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}

func (a *app) deleteEndpoint(ctx context.Context, ref string, yes bool) error {
	st, ep, err := storeWith(ctx, a.openDeclared, ref)
	if err != nil {
		return err
	}
	defer st.Close()
	if !yes {
		if err := a.confirm(fmt.Sprintf("delete endpoint %s, %s?", callIt(ep), urlText(ep))); err != nil {
			return err
		}
	}
	change, err := st.ChangeEndpoint(ctx, ep.ID, a.now(), false, func(e *store.Endpoint, _ []*store.Endpoint) error {
		if !e.DeletedAt.IsZero() {
			return deletedEndpoint(e)
		}
		e.DeletedAt = a.now().UTC()
		return nil
	})
	if err != nil {
		return err
	}
	if err := st.DropSecrets(ctx, ep.ID, a.now()); err != nil {
		return err
	}
	return a.release(ctx, st, change, "deleted", releaseOptions{})
}
