package cmd

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// commandLine is a command as `hooks help --json` prints it: the reference of
// the program for programs.
type commandLine struct {
	Type        string        `json:"type"` // command
	Name        string        `json:"name"`
	Path        string        `json:"path"`
	Group       string        `json:"group,omitempty"`
	Summary     string        `json:"summary"`
	Description string        `json:"description,omitempty"`
	Usage       string        `json:"usage"`
	Examples    []string      `json:"examples"`
	Flags       []flagLine    `json:"flags"`
	Commands    []commandLine `json:"commands"`

	// Of the program alone.
	Version     string     `json:"version,omitempty"`
	GlobalFlags []flagLine `json:"global_flags,omitempty"`
	ExitCodes   []exitLine `json:"exit_codes,omitempty"`
	Topics      []string   `json:"topics,omitempty"`
}

type flagLine struct {
	Name       string   `json:"name"`
	Shorthand  string   `json:"shorthand,omitempty"`
	Type       string   `json:"type"`
	Value      string   `json:"value,omitempty"` // what stands for it in the help
	Default    string   `json:"default,omitempty"`
	Values     []string `json:"values,omitempty"` // all that it takes
	Repeatable bool     `json:"repeatable,omitempty"`
	Setting    string   `json:"setting,omitempty"` // its key in hooks.yaml
	Variable   string   `json:"variable,omitempty"`
	Usage      string   `json:"usage"`
}

type exitLine struct {
	Code    int    `json:"code"`
	Meaning string `json:"meaning"`
}

// exitCodes are all that there are, as hooks help exit-codes words them.
func exitCodes() []exitLine {
	return []exitLine{
		{exitDone, "done, or the answer is yes"},
		{exitNo, "ran, and the answer is no"},
		{exitUsage, "the call, the configuration, the catalog or the secret is wrong; nothing was sent or written"},
		{exitEnvironment, "the local environment is in the way"},
		{exitUnreachable, "the target could not be reached"},
		{exitInterrupted, "interrupted"},
	}
}

// describeCommand is c with all that is below it.
func (a *app) describeCommand(c *cobra.Command) commandLine {
	line := commandLine{Type: "command", Name: c.Name(), Path: c.CommandPath(), Group: c.GroupID, Summary: c.Short, Description: c.Long,
		Usage: usageLine(c), Examples: examplesOf(c), Flags: flagLines(c.LocalNonPersistentFlags()), Commands: []commandLine{}}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			line.Commands = append(line.Commands, a.describeCommand(sub))
		}
	}
	if !c.HasParent() {
		line.Version, line.GlobalFlags = versionOf(a.version).Version, flagLines(c.PersistentFlags())
		line.ExitCodes, line.Topics = exitCodes(), topicNames()
	}
	return line
}

func examplesOf(c *cobra.Command) []string {
	text := strings.TrimSpace(c.Example)
	if text == "" {
		return []string{}
	}
	return strings.Split(text, "\n")
}

func flagLines(set *pflag.FlagSet) []flagLine {
	lines := []flagLine{}
	set.SortFlags = false
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		name, usage := pflag.UnquoteUsage(f)
		line := flagLine{Name: f.Name, Shorthand: f.Shorthand, Type: f.Value.Type(), Value: name, Default: f.DefValue, Usage: usage}
		if line.Type == "bool" {
			line.Value = ""
		}
		if v, ok := f.Value.(enum); ok {
			line.Values = v.words
		}
		if r, ok := f.Value.(interface{ repeats() bool }); ok {
			line.Repeatable = r.repeats()
		}
		if key := f.Annotations["setting"]; len(key) > 0 {
			line.Setting = key[0]
			line.Variable = setting{key: key[0]}.variable()
		}
		lines = append(lines, line)
	})
	return lines
}
