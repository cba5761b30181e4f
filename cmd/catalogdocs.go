package cmd

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
)

// Formats of `hooks catalog docs`.
const (
	formatMarkdown = "md"
	formatHTML     = "html"
)

type catalogDocsOptions struct {
	typeFilter
	format string
	out    string
	title  string
	watch  bool
}

func newCatalogDocsCmd(a *app) *cobra.Command {
	var o catalogDocsOptions
	c := &cobra.Command{
		Use:   "docs",
		Short: "write an event reference in Markdown or HTML",
		Long: "Writes what a catalog knows of its events for people: descriptions, fields, samples, and how to send one. " +
			"The HTML is one file that needs no network, with a search. Without -p all catalogs are described.",
		Example: "hooks catalog docs -p stripe -o events.md\nhooks catalog docs -o events.html\nhooks catalog docs -p my-app -o events.html --watch\nhooks catalog docs --event 'payment.*'",
		Args:    noArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.catalogDocs(c, &o) },
	}
	flags := c.Flags()
	o.add(c)
	flags.Var(newEnum(&o.format, formatMarkdown, formatHTML), "format", "md or html: `FORMAT` (default: by the name of the file, else md)")
	flags.StringVarP(&o.out, "out", "o", "", "write to `FILE`, and over it (default: stdout)")
	flags.StringVar(&o.title, "title", "", "the page's `TITLE`")
	flags.BoolVar(&o.watch, "watch", false, "write again whenever a catalog changes, until interrupted")
	return c
}

func (o *catalogDocsOptions) toFile() bool { return o.out != "" && o.out != "-" }

func (a *app) catalogDocs(c *cobra.Command, o *catalogDocsOptions) error {
	if err := o.checkEnding(); err != nil {
		return err
	}
	if o.watch && !o.toFile() {
		return usageError("--watch rewrites a file: say which").withHint("%s --watch -o events.html", c.CommandPath())
	}
	set := a.catalogs()
	if !o.watch {
		return a.writeDocs(set, o)
	}
	ctx, cancel := a.interruptible(c.Context())
	defer cancel()
	reports := set.Watch(ctx) // before the first reading, so that nothing is missed
	if err := a.writeDocs(set, o); err != nil {
		return err
	}
	a.catalogsChanged(reports, func() error { return a.writeDocs(set, o) })
	return nil // interrupted, as it is meant to end
}

// writeDocs writes the reference once.
func (a *app) writeDocs(set *catalog.Set, o *catalogDocsOptions) error {
	types, err := a.chosenTypes(set, &o.typeFilter)
	if err != nil {
		return err
	}
	if len(types) == 0 {
		return usageError("no event type matches").withHint("hooks catalog list shows them all")
	}
	r := &reference{title: o.title, set: set}
	r.gather(types)
	text := r.markdown()
	if o.html() {
		text = r.html()
	}
	if !o.toFile() {
		return a.write(text)
	}
	if err := createFile(o.out, text, 0o644, true); err != nil {
		return err
	}
	a.note("wrote %s: %s", o.out, countedTypes(types))
	return nil
}

func (o *catalogDocsOptions) html() bool {
	return o.format == formatHTML || o.format == "" && strings.HasPrefix(o.ending(), ".htm")
}

// ending is how the name of the file ends, in lower case.
func (o *catalogDocsOptions) ending() string { return strings.ToLower(filepath.Ext(o.out)) }

// checkEnding refuses a file whose name promises what it would not hold.
func (o *catalogDocsOptions) checkEnding() error {
	known := []string{"", ".html", ".htm", ".md", ".markdown", ".mdx", ".txt"}
	if o.format != "" || !o.toFile() || slices.Contains(known, o.ending()) {
		return nil
	}
	return usageError("--out %q: the reference is written as .html or .md", cut(o.out)).withHint("--format html or --format md writes it under any name")
}

// reference is an event reference before it has a format.
type reference struct {
	title    string
	set      *catalog.Set
	chapters []chapter
	count    int
}

// chapter is one catalog.
type chapter struct {
	*catalog.Catalog
	groups []docGroup
}

// docGroup is one group of a catalog.
type docGroup struct {
	name  string
	types []*catalog.EventType
}

// gather makes chapters of types, which are in order.
func (r *reference) gather(types []*catalog.EventType) {
	for _, t := range types {
		r.count++
		if n := len(r.chapters); n == 0 || r.chapters[n-1].Name != t.Catalog.Name {
			r.chapters = append(r.chapters, chapter{Catalog: t.Catalog})
		}
		c := &r.chapters[len(r.chapters)-1]
		if n := len(c.groups); n == 0 || c.groups[n-1].name != t.Group {
			c.groups = append(c.groups, docGroup{name: t.Group})
		}
		g := &c.groups[len(c.groups)-1]
		g.types = append(g.types, t)
	}
	if r.title == "" {
		r.title = "Events"
		if len(r.chapters) == 1 {
			r.title = "Events of " + orElse(r.chapters[0].Title, r.chapters[0].Name)
		}
	}
}

// command sends one of the type.
func (r *reference) command(t *catalog.EventType, e *catalog.Example) string {
	command := "hooks trigger " + r.set.Ref(t)
	if e.Name != t.Examples[0].Name {
		command += " --example " + e.Name
	}
	return command
}

func indented(data []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, data, "", "  ") != nil {
		return string(data)
	}
	return b.String()
}

// notes are what a reader should know of a type beside its description.
func notes(t *catalog.EventType) []string {
	var all []string
	if t.Archived {
		all = append(all, "Archived: no longer sent.")
	}
	if t.Deprecated {
		all = append(all, "Deprecated.")
	}
	if t.Assumed != "" {
		all = append(all, "Assumed: "+t.Assumed)
	}
	return all
}
