package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/term"
)

func newCatalogValidateCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "validate [FILE…]",
		Short: "check catalogs: schemas, samples, places, names",
		Long: "Checks the named files, or those of the project and of the user. Schemas must compile, every sample must be what its schema says, and generated places must exist. " +
			"A schema that takes any type, a sample that a receiver would serialise differently and a missing description are warnings.\n" +
			"Exits 1 if a file is wrong, 2 if one cannot be read; a warning changes nothing.",
		Example:           "hooks catalog validate\nhooks catalog validate catalog/acme.yaml\nhooks catalog validate --json - < draft.yaml",
		Args:              argsBetween(0, -1),
		ValidArgsFunction: cobra.FixedCompletions([]string{"json", "yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt),
		RunE:              func(_ *cobra.Command, args []string) error { return a.validateCatalogs(args) },
	}
}

// catalogReport is what `hooks catalog validate --json` prints of a file.
type catalogReport struct {
	File     string        `json:"file"`
	Catalog  string        `json:"catalog,omitempty"`
	Valid    bool          `json:"valid"`
	Types    int           `json:"types"`
	Examples int           `json:"examples"`
	Errors   []catalogFlaw `json:"errors"`
	Warnings []catalogFlaw `json:"warnings"`
}

// catalogFlaw is one mistake. Where a sample breaks its schema the pointer leads
// to the place inside the payload.
type catalogFlaw struct {
	Line     int     `json:"line,omitempty"`
	Column   int     `json:"column,omitempty"`
	Message  string  `json:"message"`
	Hint     string  `json:"hint,omitempty"`
	Pointer  *string `json:"pointer,omitempty"`
	Expected string  `json:"expected,omitempty"`
	Got      string  `json:"got,omitempty"`
}

func (a *app) validateCatalogs(files []string) error {
	ofProject := len(files) == 0
	if ofProject {
		var err error
		if files, err = catalog.Files(a.dataDirs("catalog")...); err != nil {
			return err
		}
		if len(files) == 0 {
			a.note("no catalogs in %s; those that are built in are fine", strings.Join(a.dataDirs("catalog"), " or "))
			return nil
		}
	}
	wrong := 0
	var unread error
	for _, file := range files {
		text, err := a.definition(file, readWait, catalog.MaxFileSize)
		if err != nil {
			unread = errors.Join(unread, err)
			if len(files) > 1 {
				a.warn("%s", err)
			}
			continue
		}
		r := catalog.CheckFile(file, text)
		if !r.OK() {
			wrong++
		}
		if err := a.printCatalogReport(r); err != nil {
			return err
		}
	}
	if unread == nil && wrong == 0 && ofProject { // one type in two files of a folder is seen by nobody alone
		if err := a.catalogs().Load(); err != nil {
			return answerNo("%s", err)
		}
	}
	switch {
	case unread != nil:
		return unread
	case wrong > 0:
		return answerNo("%d of %s not valid", wrong, plural(len(files), "catalog"))
	}
	a.note("%s valid", plural(len(files), "catalog"))
	return nil
}

func (a *app) printCatalogReport(r *catalog.Report) error {
	if a.json {
		return a.printJSON(catalogReport{File: r.File, Catalog: r.Catalog, Valid: r.OK(), Types: r.Types, Examples: r.Examples,
			Errors: flawsOf(r.Errors), Warnings: flawsOf(r.Warnings)})
	}
	var b strings.Builder
	say := func(flaws catalog.Errors, style term.Style, word string) {
		for _, e := range flaws {
			place := e.File
			if e.Line > 0 {
				place = fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column)
			}
			fmt.Fprintf(&b, "%s: %s %s\n", oneLine(place), painted(a.colourOut, style, word), oneLine(e.Message))
			a.quote(&b, excerpt{line: e.Source, column: e.Column})
			if hint := orElse(didYouMean(e.Unknown()), e.Fix); hint != "" {
				fmt.Fprintf(&b, "  %s %s\n", painted(a.colourOut, term.Cyan, "hint:"), oneLine(hint))
			}
		}
	}
	say(r.Errors, term.Red, "error:")
	say(r.Warnings, term.Yellow, "warning:")
	if r.OK() && !a.quiet {
		fmt.Fprintf(&b, "%s: %s, %s\n", oneLine(r.File), counted(r.Types, "event type"), counted(r.Examples, "example"))
	}
	return a.write([]byte(b.String()))
}

func flawsOf(errs catalog.Errors) []catalogFlaw {
	out := []catalogFlaw{}
	for _, e := range errs {
		f := catalogFlaw{Line: e.Line, Column: e.Column, Message: e.Message, Hint: orElse(didYouMean(e.Unknown()), e.Fix), Expected: e.Expected, Got: e.Got}
		if e.Expected != "" {
			f.Pointer = &e.Pointer
		}
		out = append(out, f)
	}
	return out
}
