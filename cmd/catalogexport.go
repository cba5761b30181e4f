package cmd

import (
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/store"
)

type catalogExportOptions struct {
	format, out string
	events      []string
	force       bool
}

func newCatalogExportCmd(a *app) *cobra.Command {
	o := catalogExportOptions{format: catalog.FormatOpenAPI}
	c := &cobra.Command{
		Use:   "export CATALOG",
		Short: "write a catalog as OpenAPI, AsyncAPI, JSON Schemas, samples or one JSON file",
		Long: "openapi (3.1), asyncapi (3.0) and json (the form of the files in catalog/) are one text, on stdout or in the file that --out names. jsonschema and samples are one file per type " +
			"and need a folder. hooks catalog import reads all of them back: what a format has no place for is in members x-hooks, so that, but for samples, the catalog is the same. Samples leave archived types out.",
		Example: `hooks catalog export revkeen > openapi.json
hooks catalog export revkeen --format asyncapi --out asyncapi.json
hooks catalog export raas --format samples --out samples/
hooks catalog export standard --format json --event 'payment.*'`,
		Args: argsBetween(1, 1),
		RunE: func(_ *cobra.Command, args []string) error { return a.exportCatalog(args[0], &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.Var(newEnum(&o.format, catalog.FormatOpenAPI, catalog.FormatAsyncAPI, catalog.FormatJSONSchema, catalog.FormatSamples, "json"),
		"format", "`FORMAT` is openapi, asyncapi, jsonschema, samples or json")
	flags.StringVarP(&o.out, "out", "o", "", "write to `PATH`: a file, or a folder for jsonschema and samples")
	flags.VarP(newValue(&o.events, "", "string", parseGlobs), "event", "e", "only types that match `GLOBS`")
	flags.BoolVar(&o.force, "force", false, "replace files that are there")
	return c
}

func (a *app) exportCatalog(name string, o *catalogExportOptions) error {
	c, err := a.wholeCatalog(name, o.events)
	if err != nil {
		return err
	}
	if len(c.Types) == 0 {
		return answerNo("no event type of %s matches", name)
	}
	files, err := catalog.Export(c, o.format)
	if err != nil {
		return err
	}
	isFolder := o.format == catalog.FormatJSONSchema || o.format == catalog.FormatSamples
	switch {
	case isFolder && o.out == "":
		return usageError("%s writes one file per type: it needs a folder", o.format).withHint("--out %s/", o.format)
	case o.out == "" || o.out == "-":
		return a.writeBody(files[0].Text)
	case !isFolder:
		if err := createFile(o.out, files[0].Text, 0o644, o.force); err != nil {
			return thereAlready(err, "--force replaces it")
		}
		a.note("wrote %s", o.out)
		return nil
	}
	if err := os.MkdirAll(o.out, 0o777); err != nil {
		return environmentError("cannot make %s: %s", o.out, cause(err))
	}
	for _, f := range files {
		if err := createFile(filepath.Join(o.out, f.Name), f.Text, 0o644, o.force); err != nil {
			return thereAlready(err, "--force replaces the files that are there")
		}
	}
	a.note("wrote %s into %s", counted(len(files), "file"), o.out)
	return nil
}

// wholeCatalog is the catalog of a name, what nearer files say in place of what
// farther ones do, and of it the types that match.
func (a *app) wholeCatalog(name string, events []string) (*catalog.Catalog, error) {
	all, err := a.catalogs().Catalogs()
	if err != nil {
		return nil, err
	}
	var whole *catalog.Catalog
	var known []string
	for i := len(all) - 1; i >= 0; i-- {
		known = append(known, all[i].Name)
		if all[i].Name == name {
			whole, _ = catalog.Update(whole, all[i], false)
		}
	}
	if whole == nil {
		slices.Sort(known)
		return nil, usageError("unknown catalog %q", cut(name)).withHint("%s", orElse(didYouMean(name, known), oneOfThese(slices.Compact(known))))
	}
	wanted := *whole
	wanted.Types = nil
	for _, t := range whole.Types {
		if store.MatchGlobs(events, t.Name) {
			wanted.Types = append(wanted.Types, t)
		}
	}
	return &wanted, nil
}
