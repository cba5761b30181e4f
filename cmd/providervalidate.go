package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/term"
)

func newProviderValidateCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "validate [FILE…]",
		Short: "check provider files: what is wrong, where, and what to write instead",
		Long: "Checks the named files, or those of the project and of the user. Lists everything that is wrong with them, and warns where a scheme works and is risky: " +
			"what it does not sign can be forged. Exits 1 if a file is wrong, 2 if one cannot be read; a warning changes nothing.",
		Example:           "hooks provider validate\nhooks provider validate provider/acme.yaml\nhooks provider validate --json - < draft.yaml",
		Args:              argsBetween(0, -1),
		ValidArgsFunction: cobra.FixedCompletions([]string{"yaml"}, cobra.ShellCompDirectiveFilterFileExt),
		RunE:              func(_ *cobra.Command, args []string) error { return a.validateProviders(args) },
	}
}

// reportLine is what `hooks provider validate --json` prints of a file.
type reportLine struct {
	File     string        `json:"file"`
	Provider string        `json:"provider,omitempty"`
	Valid    bool          `json:"valid"`
	Errors   []problemLine `json:"errors"`
	Warnings []problemLine `json:"warnings"`
	More     int           `json:"more,omitempty"` // problems beyond those that are listed
}

// problemLine is one mistake or risk. Line and column count from 1; without
// them the whole file is meant. File is there if it is another one.
type problemLine struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

func (a *app) validateProviders(files []string) error {
	registry := a.providers()
	if len(files) == 0 {
		if files = registry.Files(); len(files) == 0 {
			a.note("no provider files in %s", strings.Join(a.dataDirs("provider"), " or "))
			return nil
		}
	}
	wrong := 0
	var unread error
	for _, file := range files {
		text, err := a.definition(file, readWait, provider.MaxFileSize)
		if err != nil {
			unread = errors.Join(unread, err)
			if len(files) > 1 {
				a.warn("%s", err)
			}
			continue
		}
		r := registry.Check(file, text)
		if !r.OK() {
			wrong++
		}
		if err := a.printReport(r); err != nil {
			return err
		}
	}
	switch {
	case unread != nil:
		return unread
	case wrong > 0:
		return answerNo("%d of %s not valid", wrong, plural(len(files), "provider file"))
	}
	a.note("%s valid", plural(len(files), "provider file"))
	return nil
}

func (a *app) printReport(r provider.Report) error {
	if a.json {
		return a.printJSON(reportLine{File: r.File, Provider: r.ID, Valid: r.OK(), Errors: problemLines(r.File, r.Errors), Warnings: problemLines(r.File, r.Warnings), More: r.More})
	}
	var b strings.Builder
	for _, part := range []struct {
		word     string
		style    term.Style
		problems []*provider.FileError
	}{{"error:", term.Red, r.Errors}, {"warning:", term.Yellow, r.Warnings}} {
		for _, e := range part.problems {
			fmt.Fprintf(&b, "%s: %s %s\n", oneLine(e.Place()), painted(a.colourOut, part.style, part.word), oneLine(e.Message()))
			a.quote(&b, excerpt{line: e.Source, column: e.Column})
			if hint := problemHint(e); hint != "" {
				fmt.Fprintf(&b, "  %s %s\n", painted(a.colourOut, term.Cyan, "hint:"), oneLine(hint))
			}
		}
	}
	if r.More > 0 {
		fmt.Fprintf(&b, "%s: and %d more\n", oneLine(r.File), r.More)
	}
	return a.write([]byte(b.String()))
}

func problemLines(file string, problems []*provider.FileError) []problemLine {
	out := []problemLine{}
	for _, e := range problems {
		line := problemLine{Line: e.Line, Column: e.Column, Message: e.Message(), Hint: problemHint(e)}
		if e.File != file {
			line.File = e.File
		}
		out = append(out, line)
	}
	return out
}

// problemHint is the nearest known word, or what to write instead.
func problemHint(e *provider.FileError) string {
	var word unknown
	if !errors.As(e.Err, &word) {
		return e.Fix()
	}
	given, known := word.Unknown()
	return orElse(didYouMean(given, known), oneOfThese(known))
}
