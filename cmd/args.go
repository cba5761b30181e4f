package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// A missing or surplus argument is answered with the command's first example and
// its usage line, not with the whole help.

func noArgs(c *cobra.Command, args []string) error { return argsBetween(0, 0)(c, args) }

func argsBetween(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return usageError("%s needs %s", c.CommandPath(), missing(c)).withHint("%s", firstExample(c)).withUsage(c)
		case most >= 0 && len(args) > most:
			return usageError("%s does not take %q", c.CommandPath(), cut(args[most])).withHint("%s", firstExample(c)).withUsage(c)
		}
		return nil
	}
}

// exclusive refuses flags that contradict each other.
func exclusive(c *cobra.Command, names ...string) error {
	given := ""
	for _, name := range names {
		switch {
		case !c.Flags().Changed(name):
		case given == "":
			given = name
		default:
			return usageError("--%s and --%s exclude each other: give one", given, name)
		}
	}
	return nil
}

// missing is the arguments' part of the usage line.
func missing(c *cobra.Command) string {
	_, rest, _ := strings.Cut(c.Use, " ")
	return strings.TrimSuffix(rest, " [flags]")
}

func firstExample(c *cobra.Command) string {
	first, _, _ := strings.Cut(strings.TrimSpace(c.Example), "\n")
	return orElse(first, c.CommandPath()+" --help")
}

// withUsage adds the usage line of a command.
func (f *failure) withUsage(c *cobra.Command) *failure {
	f.usage = fmt.Sprintf("%s; see %s --help", usageLine(c), c.CommandPath())
	return f
}

// exampleOf is the example of a command for a hint.
func exampleOf(c *cobra.Command, rest string) string { return c.CommandPath() + " " + rest }
