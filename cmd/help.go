package cmd

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// printHelp is the help of every command: what it is, examples that can be
// pasted, then usage and flags. It goes to stdout, without escape sequences.
func (a *app) printHelp(c *cobra.Command, _ []string) {
	if words := c.Flags().Args(); c.HasSubCommands() && len(words) > 0 {
		a.helped = runGroup(c, words) // there is no help of an unknown command
		return
	}
	var text bytes.Buffer
	defer func() { a.helped = a.write(text.Bytes()) }()
	w := &helpWriter{w: &text, width: a.helpWidth()}
	w.para(strings.TrimSpace(c.CommandPath() + ": " + c.Short))
	if c.Example != "" {
		w.title("Examples")
		for line := range strings.SplitSeq(strings.TrimSpace(c.Example), "\n") {
			w.line("  " + line)
		}
	}
	if c.Long != "" {
		w.gap()
		w.para(c.Long)
	}
	w.title("Usage")
	w.line("  " + usageLine(c))
	w.commands(c)
	for _, group := range append([]string{""}, flagGroups(c)...) {
		w.flags(orElse(group, "Flags"), c.LocalNonPersistentFlags(), group)
	}
	w.flags("Global flags", c.Root().PersistentFlags(), "")
	if !c.HasParent() {
		w.title("More")
		w.line("  hooks COMMAND --help   the reference of a command")
		w.line("  hooks help TOPIC       " + strings.Join(topicNames(), ", "))
	}
}

func usageLine(c *cobra.Command) string {
	if c.HasAvailableSubCommands() {
		return c.CommandPath() + " COMMAND"
	}
	return c.UseLine()
}

// helpWidth is the width of help: the terminal's or COLUMNS', at most 100.
func (a *app) helpWidth() int {
	width := 100
	if isTerminal(a.stdout) {
		columns, _ := size(a.stdout)
		width = min(width, columns)
	}
	if n, err := strconv.Atoi(a.getenv("COLUMNS")); err == nil && n > 0 {
		width = min(width, n)
	}
	return max(width, 40)
}

type helpWriter struct {
	w     io.Writer
	width int
}

func (h *helpWriter) line(s string)  { fmt.Fprintln(h.w, strings.TrimRight(s, " ")) }
func (h *helpWriter) gap()           { fmt.Fprintln(h.w) }
func (h *helpWriter) title(s string) { h.gap(); h.line(s) }

func (h *helpWriter) para(s string) {
	for part := range strings.SplitSeq(s, "\n") {
		for _, line := range wrap(part, h.width) {
			h.line(line)
		}
	}
}

func (h *helpWriter) commands(c *cobra.Command) {
	for _, g := range c.Groups() {
		h.title(g.Title)
		for _, sub := range c.Commands() {
			if sub.GroupID == g.ID && sub.IsAvailableCommand() {
				h.row(sub.Name(), sub.Short, 12)
			}
		}
	}
	if len(c.Groups()) == 0 && c.HasAvailableSubCommands() {
		h.title("Commands")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() {
				h.row(sub.Name(), sub.Short, 12)
			}
		}
	}
}

// helpGroup annotates a flag with the title under which help shows it.
const helpGroup = "help-group"

// groupOf is the title of a flag, "" of those that need none.
func groupOf(f *pflag.Flag) string { return strings.Join(f.Annotations[helpGroup], "") }

// flagGroups are the titles that the flags of a command have.
func flagGroups(c *cobra.Command) (groups []string) {
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
		if group := groupOf(f); group != "" && !slices.Contains(groups, group) {
			groups = append(groups, group)
		}
	})
	return groups
}

// flags prints those of a group.
func (h *helpWriter) flags(title string, set *pflag.FlagSet, group string) {
	set.SortFlags = false // common ones first, as they were added
	titled := false
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" || f.Name == "version" || groupOf(f) != group {
			return
		}
		if !titled {
			h.title(title)
			titled = true
		}
		name, usage := pflag.UnquoteUsage(f)
		label := "--" + f.Name
		if f.Shorthand != "" {
			label = "-" + f.Shorthand + ", " + label
		}
		if name != "" && f.Value.Type() != "bool" {
			label += " " + name
		}
		h.row(label, usage, 28)
	})
}

// row prints a term and its explanation, hanging at column.
func (h *helpWriter) row(term, text string, column int) {
	column = min(column, h.width/3)
	indent := strings.Repeat(" ", column+2)
	lines := wrap(text, h.width-column-2)
	first := "  " + term
	if len(first) >= len(indent) {
		h.line(first)
		first = ""
	}
	for i, line := range lines {
		if i == 0 && first != "" {
			h.line(first + indent[len(first):] + line)
			continue
		}
		h.line(indent + line)
	}
}

// wrap breaks text at blanks into lines of at most width characters; words
// longer than that stand alone.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case len(line)+1+len(word) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

// newHelpCmd is `hooks help [COMMAND|TOPIC]`.
func newHelpCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "help [COMMAND|TOPIC]",
		Short:       "the reference of a command or a topic",
		Long:        "With --json the commands below COMMAND, or all of them, with their flags and examples, are one object; that of the program has the exit codes and topics, too.",
		Example:     "hooks help trigger\nhooks help filters\nhooks help --json",
		Annotations: map[string]string{withoutSettings: ""},
		Args:        cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 {
				if text, ok := topic(args[0]); ok {
					return a.printTopic(args[0], text)
				}
			}
			target, rest, err := c.Root().Find(args)
			if err != nil || (len(rest) > 0 && target == c.Root()) {
				f := usageError("unknown command or topic %q", strings.Join(args, " "))
				if places := commandsNamed(c.Root(), args[0]); len(places) > 0 {
					return f.withHint("%s --help", places[0])
				}
				known := topicNames()
				for _, sub := range c.Root().Commands() {
					known = append(known, sub.Name())
				}
				return f.withHint("%s", orElse(didYouMean(args[0], known), "the topics are "+strings.Join(topicNames(), ", ")+"; hooks --help lists the commands"))
			}
			if a.json {
				return a.printJSON(a.describeCommand(target))
			}
			return target.Help()
		},
		ValidArgsFunction: func(c *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
			return topicNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// topicLine is what `hooks help TOPIC --json` prints.
type topicLine struct {
	Type string `json:"type"` // topic
	Name string `json:"name"`
	Text string `json:"text"`
}

func (a *app) printTopic(name, text string) error {
	if a.json {
		return a.printJSON(topicLine{"topic", name, text})
	}
	return a.write([]byte(text))
}
