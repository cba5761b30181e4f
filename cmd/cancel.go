package cmd

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

func newCancelCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "cancel ID...",
		Short: "cancel deliveries that are not finished",
		Long:  "No further attempt is made. One that is in flight is not torn down; if it is acknowledged the delivery has succeeded all the same.",
		Example: `hooks cancel 12
hooks cancel @last`,
		Args: argsBetween(1, -1),
		RunE: func(c *cobra.Command, args []string) error { return a.cancel(c, args) },
	}
}

func (a *app) cancel(c *cobra.Command, refs []string) error {
	ctx := c.Context()
	st, err := a.openStore(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	for _, ref := range refs {
		d, err := st.Get(ctx, ref)
		if err != nil {
			return err
		}
		err = st.Cancel(ctx, d.Seq)
		var over *store.StateError
		if errors.As(err, &over) {
			return usageError("#%d: already %s", d.Seq, over.Status).withHint("hooks replay %d sends it again", d.Seq)
		}
		if err != nil {
			return err
		}
		if d, err = st.Get(ctx, d.ID); err != nil {
			return err
		}
		if a.json {
			err = a.printJSON(d)
		} else if d.Status == store.Delivering {
			err = a.println(fmt.Sprintf("#%d is being delivered: this attempt is the last", d.Seq))
		} else {
			err = a.println(fmt.Sprintf("#%d %s", d.Seq, d.Status))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
