package cmd

import (
	_ "embed"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
)

// starterCatalog is what `hooks catalog init` writes, with my-app for the name
// and standard for the provider.
//
//go:embed starter-catalog.yaml
var starterCatalog string

type catalogInitOptions struct {
	provider string
	out      string
	force    bool
}

func newCatalogInitCmd(a *app) *cobra.Command {
	o := catalogInitOptions{provider: defaultProvider}
	c := &cobra.Command{
		Use:   "init [NAME]",
		Short: "write a catalog of your own to begin with",
		Long: "Writes catalog/NAME.yaml beside hooks.yaml: two event types with schemas and samples, and a comment for each field. " +
			"hooks trigger knows them at once; commands that run take up each change. NAME is the folder's unless it is given. What exists is left alone.",
		Example: "hooks catalog init\nhooks catalog init shop --provider stripe\nhooks catalog init shop --out -",
		Args:    argsBetween(0, 1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.initCatalog(append(args, "")[0], &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVarP(&o.provider, "provider", "p", defaultProvider, "whose scheme signs the events: `NAME`")
	flags.StringVar(&o.out, "out", "", "write to `FILE`, or - for stdout (default: catalog/NAME.yaml in the project)")
	flags.BoolVar(&o.force, "force", false, "replace a file that exists")
	return c
}

func (a *app) initCatalog(name string, o *catalogInitOptions) error {
	if _, err := a.providers().Get(o.provider); err != nil {
		return err
	}
	if name == "" {
		name = catalogName(filepath.Base(a.projectDir()))
	}
	text := strings.NewReplacer("my-app", name, "provider: standard", "provider: "+o.provider).Replace(starterCatalog)
	path := orElse(o.out, filepath.Join(a.projectDir(), "catalog", name+".yaml"))
	if _, err := catalog.Parse(name+".yaml", []byte(text)); err != nil {
		return usageError("a catalog's name is lower-case letters, digits and -: %q is not", cut(name)).withHint("hooks catalog init %s", catalogName(name))
	}
	if o.out == "-" {
		return a.write([]byte(text))
	}
	if err := createInFolder(path, []byte(text), 0o644, o.force); err != nil {
		return thereAlready(err, "--force replaces it; --out FILE writes elsewhere")
	}
	a.note("wrote %s", path)
	a.note("next: hooks trigger %s:order.created, hooks catalog show %[1]s:order.created", name)
	return nil
}

// catalogName makes a name out of any text.
func catalogName(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	name := strings.Join(words, "-")
	return orElse(name[:min(len(name), 64)], "my-app")
}
