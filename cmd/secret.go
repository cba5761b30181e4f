package cmd

import "github.com/spf13/cobra"

func newSecretCmd(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "secret",
		Short:   "the secrets and keys that sign",
		Example: "hooks secret new\nhooks secret new --provider stripe\nhooks secret new --provider discord --out discord.key\nhooks secret adopted",
		Args:    cobra.ArbitraryArgs,
		RunE:    runGroup,
	}
	c.AddCommand(newSecretNewCmd(a), newSecretAdoptedCmd(a))
	return c
}
