package cmd

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/handshake"
)

// parseHandshake reads the name of a handshake.
func parseHandshake(s string) (string, error) { return oneOf(s, handshake.Names()) }

// parseHandshakeOff reads what may be switched off.
func parseHandshakeOff(s string) (string, error) {
	return oneOf(s, append(handshake.Names(), handshake.Everything))
}

func oneOf(s string, words []string) (string, error) {
	if !slices.Contains(words, s) {
		return "", &unknownWord{s, words}
	}
	return s, nil
}

// completeWords makes the shell offer the words of a flag that the command has:
// that it has it is all that could go wrong.
func completeWords(c *cobra.Command, flag string, words []string) {
	_ = c.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return words, cobra.ShellCompDirectiveNoFileComp
	})
}
