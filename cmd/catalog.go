package cmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
)

func newCatalogCmd(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:     "catalog",
		Short:   "the event types that can be sent, with schemas and samples",
		Example: "hooks catalog list payment\nhooks catalog show payment.succeeded\nhooks catalog sample github:issues.opened\nhooks catalog init\nhooks catalog docs -o events.html",
		Args:    cobra.ArbitraryArgs,
		RunE:    runGroup,
	}
	c.AddCommand(newCatalogListCmd(a), newCatalogShowCmd(a), newCatalogSampleCmd(a), newCatalogInitCmd(a),
		newCatalogDocsCmd(a), newCatalogValidateCmd(a), newCatalogImportCmd(a), newCatalogExportCmd(a),
		newCatalogLearnCmd(a), newCatalogDiffCmd(a))
	return c
}

// typeLine is what `hooks catalog list --json` prints of a type; show adds the
// schema and the samples.
type typeLine struct {
	Name        string          `json:"name"`
	Catalog     string          `json:"catalog"`
	Provider    string          `json:"provider"`
	Group       string          `json:"group,omitempty"`
	Title       string          `json:"title,omitempty"`
	Description string          `json:"description"`
	Examples    []string        `json:"examples"`
	Assumed     string          `json:"assumed,omitempty"`
	Deprecated  bool            `json:"deprecated,omitempty"`
	Archived    bool            `json:"archived,omitempty"`
	Schema      json.RawMessage `json:"schema,omitempty"`
}

func newTypeLine(t *catalog.EventType) typeLine {
	line := typeLine{Name: t.Name, Catalog: t.Catalog.Name, Provider: t.Catalog.Provider, Group: t.Group, Title: t.Title,
		Description: t.Description, Examples: []string{}, Assumed: t.Assumed, Deprecated: t.Deprecated, Archived: t.Archived}
	for _, e := range t.Examples {
		line.Examples = append(line.Examples, e.Name)
	}
	return line
}

func newCatalogShowCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "show EVENT",
		Short:   "an event type with its schema and samples",
		Example: "hooks catalog show payment.succeeded\nhooks catalog show raas:transaction_completed --json",
		Args:    argsBetween(1, 1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.showType(args[0]) },
	}
}

func (a *app) showType(ref string) error {
	t, err := a.findType(ref, "")
	if err != nil {
		return err
	}
	line := newTypeLine(t)
	line.Schema = t.SchemaDocument()
	if a.json {
		return a.printJSON(line)
	}
	var d description
	d.row("event", "%s", t.Qualified())
	d.row("title", "%s", t.Title)
	d.row("about", "%s", t.Description)
	d.row("group", "%s", t.Group)
	d.row("provider", "%s", t.Catalog.Provider)
	d.row("assumed", "%s", t.Assumed)
	if t.Deprecated {
		d.row("deprecated", "yes")
	}
	d.row("note", "%s", t.Catalog.Note)
	d.row("from", "%s", t.Catalog.File)
	d.row("instead of", "%s", t.Replaces)
	for _, h := range t.Headers {
		d.row("header", "%s: %s", h.Name, h.Value)
	}
	for _, dyn := range t.Dynamic {
		d.row("made anew", "%s  %s%s", dyn.Pointer, dyn.Generator, perAttempt(t, dyn))
	}
	for _, e := range t.Examples {
		d.WriteString("\nSAMPLE " + oneLine(strings.TrimSpace(e.Name+"  "+e.Summary)))
		d.body(e.Payload, "")
	}
	if line.Schema != nil {
		d.WriteString("\nSCHEMA")
		d.body(line.Schema, "")
	}
	return a.page([]byte(d.String()))
}

func perAttempt(t *catalog.EventType, d catalog.Dynamic) string {
	if slices.Contains(t.RefreshOnAttempt, d.Pointer) {
		return ", at each attempt"
	}
	return ""
}

// findType finds an event type: `type` or `provider:type`. A type that several
// catalogs know is the named provider's, or that of the settings.
func (a *app) findType(ref, provider string) (*catalog.EventType, error) {
	prefer := []string{}
	for _, p := range []string{provider, a.settings.first("provider")} {
		if p != "" {
			prefer = append(prefer, p)
		}
	}
	t, err := a.catalogs().Find(ref, prefer...)
	var word *catalog.UnknownError
	if errors.As(err, &word) && word.Kind == catalog.UnknownCatalog {
		return nil, a.noCatalog(word.Unknown())
	}
	return t, err
}

// noCatalog words that nobody described a sender's events. A provider without a
// catalog is not misspelt.
func (a *app) noCatalog(name string, known []string) *failure {
	catalogs := "there are catalogs of " + strings.Join(known, ", ")
	if slices.Contains(a.providers().IDs(), name) {
		return usageError("no catalog has the events of %s", name).
			withHint("%s; hooks send --provider %s signs and sends a body of your own", catalogs, name)
	}
	return usageError("unknown catalog %q", cut(name)).withHint("%s", strings.TrimSpace(didYouMean(name, known)+" "+catalogs))
}

func newCatalogSampleCmd(a *app) *cobra.Command {
	var o payloadOptions
	var pretty bool
	c := &cobra.Command{
		Use:     "sample EVENT",
		Short:   "print the payload that trigger would send",
		Example: "hooks catalog sample payment.succeeded\nhooks catalog sample payment.succeeded --set data.object.amount=500 --pretty\nhooks catalog sample raas:transaction_completed --static\nhooks catalog sample payment.succeeded --generate --seed 7",
		Args:    argsBetween(1, 1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.sample(args[0], &o, pretty) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	o.add(a, flags)
	flags.BoolVar(&o.generate, "generate", false, "make the payload from the schema: the same for the same --seed")
	flags.BoolVar(&pretty, "pretty", false, "indent it")
	return c
}

func (a *app) sample(ref string, o *payloadOptions, pretty bool) error {
	t, err := a.findType(ref, "")
	if err != nil {
		return err
	}
	render, err := o.render(a)
	if err != nil {
		return err
	}
	r, err := catalog.Render(t, render)
	if err != nil {
		return err
	}
	body := r.Body
	if pretty {
		var indented bytes.Buffer
		if json.Indent(&indented, body, "", "  ") == nil {
			body = indented.Bytes()
		}
	}
	return a.writeBody(append(body, '\n'))
}
