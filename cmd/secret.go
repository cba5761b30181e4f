package cmd

import "github.com/spf13/cobra"

func newSecretCmd(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "secret",
		Short:   "the secrets and keys that sign",
		Example: "hooks secret new --provider stripe\nhooks secret list\nhooks secret show shop --reveal\nhooks secret rotate shop\nhooks secret adopted",
		Args:    cobra.ArbitraryArgs,
		RunE:    runGroup,
	}
	c.AddCommand(newSecretNewCmd(a), newSecretListCmd(a), newSecretShowCmd(a), newSecretRotateCmd(a), newSecretExpireCmd(a), newSecretAdoptedCmd(a))
	return c
}
