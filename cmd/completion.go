package cmd

import (
	"bytes"

	"github.com/spf13/cobra"
)

func newCompletionCmd(a *app) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:         "completion bash|zsh|fish|powershell",
		Short:       "print the completion script of a shell",
		Example:     "source <(hooks completion bash)\nhooks completion zsh > ~/.zsh/completions/_hooks\nhooks completion fish > ~/.config/fish/completions/hooks.fish",
		Args:        argsBetween(1, 1),
		ValidArgs:   shells,
		Annotations: map[string]string{withoutSettings: ""},
		RunE: func(c *cobra.Command, args []string) error {
			var script bytes.Buffer
			root := c.Root()
			generate, ok := map[string]func() error{
				"bash":       func() error { return root.GenBashCompletionV2(&script, true) },
				"zsh":        func() error { return root.GenZshCompletion(&script) },
				"fish":       func() error { return root.GenFishCompletion(&script, true) },
				"powershell": func() error { return root.GenPowerShellCompletionWithDesc(&script) },
			}[args[0]]
			if !ok {
				return usageError("no completion for %q", args[0]).withHint("%s", orElse(didYouMean(args[0], shells), firstExample(c)))
			}
			if err := generate(); err != nil {
				return err
			}
			return a.write(script.Bytes())
		},
	}
}
