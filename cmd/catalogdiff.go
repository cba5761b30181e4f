package cmd

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
)

func newCatalogDiffCmd(a *app) *cobra.Command {
	var breaking bool
	c := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "what a newer catalog or specification changes for consumers",
		Long: "OLD and NEW are catalogs by name, catalog files, OpenAPI or AsyncAPI files, or folders of schemas. What consumers could rely on and no longer can breaks them: a type or field that is " +
			"gone, a field that may be missing, another type or format, a further value of an enumeration. What is new does not. Exits 1 if something breaks.",
		Example: "hooks catalog diff openapi-v1.yaml openapi-v2.yaml\nhooks catalog diff acme draft.json --breaking\nhooks catalog diff acme openapi.yaml --json",
		Args:    argsBetween(2, 2),
		RunE:    func(_ *cobra.Command, args []string) error { return a.diffCatalogs(args[0], args[1], breaking) },
	}
	c.Flags().BoolVar(&breaking, "breaking", false, "say only what breaks consumers")
	return c
}

// differenceLine is what `hooks catalog diff --json` prints of a change.
type differenceLine struct {
	Breaks  bool   `json:"breaks"`
	Event   string `json:"event"`
	Pointer string `json:"pointer"`
	Message string `json:"message"`
}

func (a *app) diffCatalogs(before, after string, breaking bool) error {
	old, err := a.anyCatalog(before)
	if err != nil {
		return err
	}
	now, err := a.anyCatalog(after)
	if err != nil {
		return err
	}
	t := &table{prose: true}
	breaks := 0
	for _, d := range catalog.Diff(old, now) {
		word := "compatible"
		if d.Breaks {
			breaks++
			word = "breaks"
		} else if breaking {
			continue
		}
		if a.json {
			if err := a.printJSON(differenceLine{d.Breaks, d.Type, d.Pointer, d.Message}); err != nil {
				return err
			}
			continue
		}
		t.add(word, d.Type, strings.TrimSpace(d.Pointer+" "+d.Message))
	}
	if !a.json {
		if err := a.printTable(t); err != nil {
			return err
		}
	}
	if breaks > 0 {
		return answerNo("%s consumers", breaksText(breaks))
	}
	a.note("nothing breaks consumers")
	return nil
}

func breaksText(n int) string {
	if n == 1 {
		return "1 change breaks"
	}
	return strconv.Itoa(n) + " changes break"
}

// anyCatalog is a catalog by its name, or what a file or folder holds.
func (a *app) anyCatalog(ref string) (*catalog.Catalog, error) {
	info, err := os.Stat(ref)
	switch {
	case err != nil && (filepath.Base(ref) != ref || filepath.Ext(ref) != ""): // no catalog is called so
		return nil, usageError("cannot read %s: %s", ref, cause(err)).withHint("OLD and NEW are files, folders, or names of catalogs")
	case err != nil:
		return a.wholeCatalog(ref, nil)
	}
	if !info.IsDir() {
		c, err := catalog.ReadFile(ref)
		if err == nil {
			return c, nil
		}
		if got, imported := catalog.Import(ref, catalog.ImportOptions{Into: "source"}); imported == nil {
			return got.Catalog, nil
		}
		return nil, err
	}
	got, err := catalog.Import(ref, catalog.ImportOptions{Into: "source"})
	if err != nil {
		return nil, err
	}
	return got.Catalog, nil
}
