package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/send"
)

func newConfigCmd(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "config",
		Short:   "show the settings in force and where they come from",
		Example: "hooks config show --origin\nhooks config path\nhooks config validate\nhooks config edit\nhooks config schema > hooks.schema.json",
		Args:    cobra.ArbitraryArgs,
		RunE:    runGroup,
	}
	c.AddCommand(newConfigShowCmd(a), newConfigPathCmd(a), newConfigValidateCmd(a), newConfigEditCmd(a), newConfigSchemaCmd(a))
	return c
}

func newConfigShowCmd(a *app) *cobra.Command {
	var origin bool
	c := &cobra.Command{
		Use:     "show",
		Short:   "print every setting with its value",
		Example: "hooks config show\nhooks config show --origin --json",
		Args:    noArgs,
		RunE:    func(*cobra.Command, []string) error { return a.showConfig(origin) },
	}
	c.Flags().BoolVar(&origin, "origin", false, "say where each value comes from")
	return c
}

// settingLine is one setting as `hooks config show --json` prints it.
type settingLine struct {
	Key    string   `json:"key"`
	Values []string `json:"values"`
	Origin string   `json:"origin"`
	Doc    string   `json:"doc"`
}

func (a *app) showConfig(origin bool) error {
	t := newTable("SETTING", "VALUE", "ORIGIN")
	if !origin {
		t = newTable("SETTING", "VALUE")
	}
	t.whole = []string{"VALUE", "ORIGIN"} // which are what is asked for
	for _, k := range knownSettings() {
		line := a.settings.line(k)
		if a.json {
			if err := a.printJSON(line); err != nil {
				return err
			}
			continue
		}
		row := []string{line.Key, strings.Join(line.Values, ", ")}
		if len(line.Values) == 0 {
			row[1] = "(" + orElse(k.initial, "none") + ")"
		}
		if origin {
			row = append(row, line.Origin)
		}
		t.add(row...)
	}
	if a.json {
		return nil
	}
	return a.printTable(t)
}

// line is the value in force. Literal secrets and passwords in URLs are masked,
// references are not.
func (s *settings) line(k setting) settingLine {
	line := settingLine{Key: k.key, Values: []string{}, Origin: "default", Doc: k.doc}
	switch {
	case k.kind == refValues:
		for _, name := range sortedKeys(s.secrets) {
			line.Values = append(line.Values, name+": "+strings.Join(maskRefs(s.secrets[name]), " "))
		}
	case k.kind == mapValue:
		for _, name := range sortedKeys(s.params) {
			line.Values = append(line.Values, name+"="+s.params[name])
		}
	case k.kind == endpointValues:
		for _, d := range s.declared {
			line.Values = append(line.Values, d.name+": "+send.MaskPassword(d.url))
		}
	case len(s.entries[k.key]) > 0:
		e := s.entries[k.key][0]
		line.Values, line.Origin = e.values, e.origin
		switch k.key {
		case "secret":
			line.Values = maskRefs(e.values)
		case "forward", "route", "to", "url":
			line.Values = maskPasswords(e.values)
		}
	}
	if len(line.Values) > 0 && line.Origin == "default" {
		line.Origin = strings.Join(s.files, ", ")
	}
	return line
}

func maskRefs(refs []string) []string {
	masked := make([]string, len(refs))
	for i, ref := range refs {
		if isReference(ref) {
			masked[i] = ref
		} else {
			masked[i] = mask(ref)
		}
	}
	return masked
}

func maskPasswords(urls []string) []string {
	masked := make([]string, len(urls))
	for i, text := range urls {
		masked[i] = send.MaskPassword(text)
	}
	return masked
}

func isReference(ref string) bool {
	kind, _, ok := strings.Cut(ref, ":")
	return ref == "-" || ok && slices.Contains([]string{"env", "file", "keyring"}, kind)
}

// mask shows the end of a secret that is long enough to have one.
func mask(secret string) string {
	if len(secret) < 16 {
		return "…"
	}
	return "…" + secret[len(secret)-4:]
}

func newConfigPathCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "path",
		Short:   "print the settings files that were read, the strongest first",
		Example: "hooks config path",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			for _, path := range a.settings.files {
				if err := a.printPath(path); err != nil {
					return err
				}
			}
			if len(a.settings.files) == 0 {
				a.note("no settings file was found; hooks init writes one")
			}
			return nil
		},
	}
}

func newConfigValidateCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "validate",
		Short:   "check the settings files",
		Example: "hooks config validate",
		Args:    noArgs,
		// The files were parsed before the command ran: what is wrong with them
		// has ended the program. What is left are the values of each flag.
		RunE: func(*cobra.Command, []string) error {
			if err := a.checkSettings(a.settings); err != nil {
				return err
			}
			switch n := len(a.settings.files); {
			case a.json:
				return a.printJSON(configReport{"config", true, append([]string{}, a.settings.files...)})
			case n == 0:
				return a.println("there is no settings file; hooks init writes one")
			case n == 1:
				return a.println("1 settings file is valid")
			default:
				return a.println(fmt.Sprintf("%d settings files are valid", n))
			}
		},
	}
}

// configReport is what `hooks config validate --json` prints; a file that is wrong
// is an error instead.
type configReport struct {
	Type  string   `json:"type"`
	Valid bool     `json:"valid"`
	Files []string `json:"files"` // that were read, the strongest first
}

// checkSettings gives every value to the flags that take it.
func (a *app) checkSettings(s *settings) error {
	for _, c := range []*cobra.Command{newListenCmd(a), newTriggerCmd(a), newTUICmd(a)} {
		if err := s.apply(c.Flags()); err != nil {
			return err
		}
	}
	return nil
}

// warnLiteralSecrets: a project's file gets committed.
func (a *app) warnLiteralSecrets() {
	for _, e := range a.settings.entries["secret"] {
		if strings.HasPrefix(e.origin, "HOOKS_") {
			continue
		}
		if slices.ContainsFunc(e.values, func(ref string) bool { return !isReference(ref) }) {
			a.warnOnce("%s holds a secret in plain text; use env:NAME or file:PATH", e.origin)
		}
	}
	for _, d := range a.settings.declared {
		for _, v := range d.values {
			if v.flag == "secret" && !isReference(v.text) {
				a.warnOnce("%s holds a secret in plain text; use env:NAME or file:PATH", v.at)
			}
		}
	}
	for provider, refs := range a.settings.secrets {
		if slices.ContainsFunc(refs, func(ref string) bool { return !isReference(ref) }) {
			a.warnOnce("secrets.%s is in plain text; use env:NAME or file:PATH", provider)
		}
	}
}
