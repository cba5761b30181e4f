package cmd

import (
	"github.com/spf13/cobra"
)

func newCompletionCmd(a *app) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:       "completion bash|zsh|fish|powershell",
		Short:     "print the completion script of a shell",
		Example:   "source <(hooks completion bash)\nhooks completion zsh > ~/.zsh/completions/_hooks\nhooks completion fish > ~/.config/fish/completions/hooks.fish",
		Args:      argsBetween(1, 1),
		ValidArgs: shells,
		RunE: func(c *cobra.Command, args []string) error {
			root := c.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(a.stdout, true)
			case "zsh":
				return root.GenZshCompletion(a.stdout)
			case "fish":
				return root.GenFishCompletion(a.stdout, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.stdout)
			default:
				return usageError("no completion for %q", args[0]).withHint("%s", orElse(didYouMean(args[0], shells), firstExample(c)))
			}
		},
	}
}
