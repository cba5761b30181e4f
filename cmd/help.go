package cmd

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// printHelp is what cobra calls for --help and the help command.
func (a *app) printHelp(c *cobra.Command, _ []string) { a.helped = a.help(c) }

// help is of every command: what it is, examples that can be pasted, then usage
// and flags. It goes to stdout, without escape sequences.
func (a *app) help(c *cobra.Command) error {
	if words := c.Flags().Args(); c.HasAvailableSubCommands() && len(words) > 0 {
		return unknownCommand(c, words[0])
	}
	if a.json {
		return a.printJSON(a.describeCommand(c))
	}
	var text bytes.Buffer
	w := &helpWriter{w: &text, width: a.helpWidth()}
	w.para(strings.TrimSpace(c.CommandPath() + ": " + c.Short))
	w.examples(c)
	if c.Long != "" {
		w.gap()
		w.para(c.Long)
	}
	w.title("Usage")
	w.line("  " + strings.Join(wrap(usageLine(c), w.width-4), "\n    "))
	w.commands(a, c)
	for _, group := range append([]string{""}, flagGroups(c)...) {
		w.flags(orElse(group, "Flags"), c.LocalNonPersistentFlags(), group)
	}
	w.flags("Global flags", c.Root().PersistentFlags(), "")
	if !c.HasParent() {
		w.title("More")
		w.row("hooks COMMAND --help", "the reference of a command", moreColumn)
		w.row("hooks help TOPIC", strings.Join(topicNames(), ", "), moreColumn)
		w.row("documents", project, moreColumn)
		w.row("report a problem", project+"/issues", moreColumn)
	}
	return a.page(text.Bytes())
}

const moreColumn = 22

// project is where the documents are, and problems are reported.
const project = "https://github.com/hooks-cli/hooks"

// usageLine names the flags always: there are the global ones.
func usageLine(c *cobra.Command) string {
	if c.HasAvailableSubCommands() {
		return c.CommandPath() + " COMMAND"
	}
	return strings.TrimSuffix(c.UseLine(), " [flags]") + " [flags]"
}

// helpWidth is the width of help: the terminal's or COLUMNS', at most 100.
func (a *app) helpWidth() int {
	width := 100
	if isTerminal(a.stdout) {
		columns, _ := size(a.stdout)
		width = min(width, columns)
	}
	if n, ok := a.wishedColumns(); ok {
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
func (h *helpWriter) title(s string) { h.gap(); h.para(s) }

// examples are broken before flags and pipes, so that they still can be pasted.
func (h *helpWriter) examples(c *cobra.Command) {
	examples := examplesOf(c)
	if len(examples) > 0 {
		h.title("Examples")
	}
	for _, example := range examples {
		line := "  "
		for i, part := range exampleParts(example) {
			if i > 0 && len(line)+len(part) > h.width-len(` \`) {
				h.line(line + `\`)
				line = "      "
			}
			line += part
		}
		h.line(line)
	}
}

// exampleParts splits a command where a line may end. What stands in quotes is
// never split: no flag begins there.
func exampleParts(example string) []string {
	var parts []string
	begun, quote := 0, byte(0)
	for i := range len(example) {
		c := example[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == ' ' && i+1 < len(example) && strings.IndexByte("-|", example[i+1]) >= 0:
			parts, begun = append(parts, example[begun:i+1]), i+1
		}
	}
	return append(parts, example[begun:])
}

func (h *helpWriter) para(s string) {
	for part := range strings.SplitSeq(s, "\n") {
		for _, line := range wrap(part, h.width) {
			h.line(line)
		}
	}
}

func (h *helpWriter) commands(a *app, c *cobra.Command) {
	listed := []group{{"Commands", c.Commands()}}
	if !c.HasParent() {
		listed = a.contents
	}
	for _, g := range listed {
		if len(g.commands) > 0 {
			h.title(g.title)
		}
		for _, sub := range g.commands {
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
			if err != nil || len(rest) > 0 {
				return unknownSubject(target, rest)
			}
			return target.Help()
		},
		ValidArgsFunction: helpSubjects,
	}
}

// helpSubjects are the topics and commands, then the commands below.
func helpSubjects(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	var names []string
	if len(args) == 0 {
		names = topicNames()
	}
	if target, rest, err := c.Root().Find(args); err == nil && len(rest) == 0 {
		for _, sub := range target.Commands() {
			if sub.IsAvailableCommand() {
				names = append(names, sub.Name()+"\t"+sub.Short)
			}
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// unknownSubject is a word after help that is neither a command nor a topic.
func unknownSubject(c *cobra.Command, words []string) *failure {
	if c.HasParent() {
		return unknownCommand(c, words[0])
	}
	f := usageError("unknown command or topic %q", cut(strings.Join(words, " ")))
	if places := commandsNamed(c, words[0]); len(places) > 0 {
		return f.withHint("%s --help", places[0])
	}
	known := topicNames()
	for _, sub := range c.Commands() {
		known = append(known, sub.Name())
	}
	return f.withHint("%s", orElse(didYouMean(words[0], known), "the topics are "+strings.Join(topicNames(), ", ")+"; hooks --help lists the commands"))
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
	return a.page([]byte(text))
}
