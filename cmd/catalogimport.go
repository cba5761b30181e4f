package cmd

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
)

// formatDeliveries imports what was recorded, which the store knows and not the
// catalog.
const formatDeliveries = "deliveries"

type catalogImportOptions struct {
	catalog.ImportOptions
	mapped                  []string
	dryRun, replaceAll, yes bool // yes writes recorded payloads without asking
}

func newCatalogImportCmd(a *app) *cobra.Command {
	o := catalogImportOptions{ImportOptions: catalog.ImportOptions{Format: catalog.FormatAuto, NameFrom: catalog.NameAuto}}
	c := &cobra.Command{
		Use:   "import SRC...",
		Short: "make a catalog from OpenAPI, AsyncAPI, JSON Schemas, samples or recorded deliveries",
		Long: "Reads the webhooks of OpenAPI 3.0 to 3.2, the messages of AsyncAPI 2 and 3, folders of JSON Schemas (one file per type) or of samples (order/paid.json is of the type order.paid), the list of event types of Svix' API (svix) and other catalogs (json), " +
			"and writes one catalog into the project's folder catalog/. Nothing is fetched; references stay within the folder of the source.\n" +
			"Types that are there already are replaced, others stay; with --replace-all those that the source lacks are archived. In a catalog that is in YAML only the lines of types that change are written anew. " +
			"With --format deliveries the sources are ids of deliveries, whose payloads become samples with what looks personal or secret replaced.",
		Example: `hooks catalog import openapi.yaml
hooks catalog import openapi.json --into acme --provider standard --dry-run
hooks catalog import schemas/ --prefix acme. --format jsonschema
hooks catalog import openapi.yaml --map batch_completed=batch.done
hooks catalog import --format deliveries 12 13 --into acme`,
		Args: argsBetween(1, -1),
		RunE: func(c *cobra.Command, args []string) error { return a.importCatalog(c, args, &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.Var(newEnum(&o.Format, catalog.FormatAuto, catalog.FormatOpenAPI, catalog.FormatAsyncAPI, catalog.FormatJSONSchema, catalog.FormatSamples, catalog.FormatSvix, catalog.FormatJSON, formatDeliveries),
		"format", "what SRC is: `FORMAT` is auto, openapi, asyncapi, jsonschema, samples, svix, json or deliveries")
	flags.Var(newValue(&o.Into, "", "string", parseCatalogName), "into", "the catalog's `NAME` (default: that of the source, else of its file)")
	flags.Var(newValue(&o.Provider, "", "string", parseText), "provider", "who sends these events: `NAME` (default: the provider of that name, else standard)")
	flags.StringVar(&o.Prefix, "prefix", "", "`TEXT` before each name, as in acme.")
	flags.Var(newEnum(&o.NameFrom, catalog.NameAuto, catalog.NameKey, catalog.NameConst, catalog.NameOperationID), "name-from", "where names come from: `WORD` is auto, key, const or operation-id")
	flags.Var(newValues(&o.mapped, "string", parseAny), "map", "`KEY=NAME`: the type that a key of the source becomes; repeatable")
	flags.BoolVar(&o.IncludeCallbacks, "include-callbacks", false, "include the callbacks of operations")
	flags.BoolVar(&o.replaceAll, "replace-all", false, "archive the types that the source lacks")
	flags.BoolVar(&o.dryRun, "dry-run", false, "say what would be added, changed and archived, and write nothing")
	flags.BoolVar(&o.yes, "yes", false, "do not ask before recorded deliveries are written")
	return c
}

// parseCatalogName takes what a catalog may be called, which is also the name of
// its file.
func parseCatalogName(s string) (string, error) {
	if !regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`).MatchString(s) {
		return "", errors.New("must be lower-case letters, digits and -, as in acme")
	}
	return s, nil
}

func (a *app) importCatalog(c *cobra.Command, sources []string, o *catalogImportOptions) error {
	if err := o.readMap(); err != nil {
		return err
	}
	if o.Provider != "" {
		if _, err := a.providers().Get(o.Provider); err != nil {
			return err
		}
	}
	if o.Format == formatDeliveries {
		if o.Into == "" {
			return usageError("the catalog needs a name").withHint("--into acme")
		}
		seen, err := a.importDeliveries(c.Context(), sources)
		if err != nil {
			return err
		}
		fresh, err := seen.catalog(o.Into, o.Provider)
		if err != nil {
			return err
		}
		return a.writeLearned(fresh, seen.count, o.yes, o.replaceAll, o.dryRun)
	}
	fresh, err := a.importSources(sources, o)
	if err != nil {
		return err
	}
	return a.writeCatalog(fresh, o.replaceAll, o.dryRun)
}

// importSources makes one catalog of all sources, which has the name and sender
// that were asked for, that a source gives itself, or that the first one's file
// stands for.
func (a *app) importSources(sources []string, o *catalogImportOptions) (*catalog.Catalog, error) {
	var fresh *catalog.Catalog
	own := false
	for _, source := range sources {
		got, err := a.importSource(source, o)
		if err != nil {
			return nil, err
		}
		for _, n := range got.Notes {
			a.warn("%s: %s", source, n)
		}
		own = own || got.Own
		fresh, _ = catalog.Update(fresh, got.Catalog, false)
	}
	if fresh.Name == "" {
		name, err := parseCatalogName(plainName(sources[0]))
		if err != nil {
			return nil, usageError("the catalog needs a name").withHint("--into acme")
		}
		fresh.Name = name
	}
	if o.Provider == "" && !own {
		fresh.Provider = "" // nobody said
	}
	return fresh, nil
}

func (o *catalogImportOptions) readMap() error {
	o.Map = map[string]string{}
	for _, pair := range o.mapped {
		key, name, ok := strings.Cut(pair, "=")
		if !ok || key == "" || name == "" {
			return usageError("--map %q: must be KEY=NAME", cut(pair)).withHint("--map batch_completed=batch.completed")
		}
		o.Map[key] = name
	}
	return nil
}

// plainName is a name for a catalog: that of the file or folder.
func plainName(source string) string {
	abs, err := filepath.Abs(source)
	if err != nil {
		abs = source
	}
	stem, _, _ := strings.Cut(strings.ToLower(filepath.Base(abs)), ".")
	return strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(stem, "-"), "-")
}

func (a *app) importSource(source string, o *catalogImportOptions) (*catalog.Imported, error) {
	if source != "-" {
		info, err := os.Stat(source)
		if err != nil || info.IsDir() || info.Mode().IsRegular() {
			return catalog.Import(source, o.ImportOptions)
		}
	}
	text, err := a.definition(source, askWait, catalog.MaxImportSize) // a pipe, as <(curl …) is one
	if err != nil {
		return nil, err
	}
	return catalog.ImportText(inputName(source), text, o.ImportOptions)
}

// importLine is what `hooks catalog import --json` prints.
type importLine struct {
	File     string   `json:"file"`
	Written  bool     `json:"written"`
	Added    []string `json:"added"`
	Changed  []string `json:"changed"`
	Archived []string `json:"archived"`
	Same     []string `json:"same"`
}

func (a *app) printChange(file string, change catalog.Change, written bool) error {
	if a.json {
		return a.printJSON(importLine{file, written, listed(change.Added), listed(change.Changed), listed(change.Archived), listed(change.Same)})
	}
	t := &table{prose: true}
	for _, part := range []struct {
		word  string
		names []string
	}{{"added", change.Added}, {"changed", change.Changed}, {"archived", change.Archived}} {
		for _, name := range part.names {
			if a.quiet {
				t.add(name)
			} else {
				t.add(part.word, name)
			}
		}
	}
	if err := a.printTable(t); err != nil {
		return err
	}
	verb := "wrote"
	if !written {
		verb = "would write"
	}
	a.note("%s %s: %d added, %d changed, %d archived, %d the same", verb, file, len(change.Added), len(change.Changed), len(change.Archived), len(change.Same))
	return nil
}

// listed is a list that is never null in JSON.
func listed(names []string) []string { return append([]string{}, names...) }
