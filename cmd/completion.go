package cmd

import (
	"bytes"
	_ "embed"

	"github.com/spf13/cobra"
)

// bashCompletion is ours: cobra's fails on every tab where the package
// bash-completion is not installed, does not know @FILE, and evaluates what is
// typed.
//
//go:embed completion.bash
var bashCompletion string

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
				"bash":       func() error { script.WriteString(bashCompletion); return nil },
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
