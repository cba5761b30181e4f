package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// typeFilter chooses event types, for list and docs.
type typeFilter struct {
	provider string
	group    string
	search   string
	events   []string
}

func newCatalogListCmd(a *app) *cobra.Command {
	var o typeFilter
	c := &cobra.Command{
		Use:   "list [WORD]",
		Short: "list event types, those that hold WORD",
		Long: "Lists event types by catalog and group, each under the name that hooks trigger takes: provider:type where several catalogs know the type. " +
			"Those of the project and the user come first; -v says which file a type is from, and which it replaces.",
		Example: "hooks catalog list\nhooks catalog list payment\nhooks catalog list --provider github --group 'pull requests'\nhooks catalog list --search refund --json",
		Args:    argsBetween(0, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && o.search != "" {
				return usageError("WORD and --search are the same: give one of them")
			}
			o.search = orElse(o.search, append(args, "")[0])
			return a.listCatalog(&o)
		},
	}
	o.add(c)
	c.Flags().StringVarP(&o.search, "search", "s", "", "only types whose name, title or description hold `WORD`")
	return c
}

func (o *typeFilter) add(c *cobra.Command) {
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVarP(&o.provider, "provider", "p", "", "only this catalog's or provider's: `NAME`")
	flags.StringVar(&o.group, "group", "", "only this `GROUP`")
	flags.VarP(newValue(&o.events, "", "string", parseGlobs), "event", "e", "only types that match `GLOBS`")
}

// listCatalog prints the types that were chosen, and how many they are.
func (a *app) listCatalog(o *typeFilter) error {
	set := a.catalogs()
	types, err := a.chosenTypes(set, o)
	if err != nil {
		return err
	}
	switch {
	case a.json:
		for _, t := range types {
			if err := a.printJSON(newTypeLine(t)); err != nil {
				return err
			}
		}
	case a.quiet:
		for _, t := range types {
			if err := a.println(t.Qualified()); err != nil {
				return err
			}
		}
	case len(types) > 0:
		if err := a.page([]byte(a.typeTable(set, types))); err != nil {
			return err
		}
	}
	a.note("%s", countedTypes(types))
	return nil
}

func countedTypes(types []*catalog.EventType) string {
	catalogs := map[string]bool{}
	for _, t := range types {
		catalogs[t.Catalog.Name] = true
	}
	switch len(types) {
	case 0:
		return "no event type matches"
	case 1:
		return "1 event type"
	}
	return fmt.Sprintf("%d event types of %s", len(types), strings.Join(sortedKeys(catalogs), ", "))
}

// typeTable aligns all names alike, under headings that the eye finds.
func (a *app) typeTable(set *catalog.Set, types []*catalog.EventType) string {
	width := 0
	for _, t := range types {
		width = max(width, term.Width(term.Cell(set.Ref(t))))
	}
	var b strings.Builder
	heading := ""
	for _, t := range types {
		if h := t.Catalog.Name + " · " + orElse(t.Group, "events"); h != heading {
			if heading != "" {
				b.WriteByte('\n')
			}
			heading = h
			b.WriteString(strings.ToUpper(term.Cell(h).String()) + "\n")
		}
		line := "  " + term.Pad(term.Cell(set.Ref(t)), width, "").String() + "  "
		for _, part := range a.besides(term.Cell(remark(t)+orElse(t.Description, t.Title)), width+4) {
			b.WriteString(strings.TrimRight(line+part.String(), " ") + "\n")
			line = strings.Repeat(" ", width+4)
		}
		if a.verbose {
			b.WriteString(strings.Repeat(" ", width+4) + term.Safe(origin(t)).String() + "\n")
		}
	}
	return b.String()
}

// besides wraps a text that stands right of column, if the terminal has the room.
func (a *app) besides(text term.Text, column int) []term.Text {
	room := a.columns() - column
	if room < fairCell {
		return []term.Text{text}
	}
	return term.WrapWords(text, room)
}

// remark is what to know of a type before it is sent.
func remark(t *catalog.EventType) string {
	switch {
	case t.Archived:
		return "(archived) "
	case t.Deprecated:
		return "(deprecated) "
	case t.Assumed != "":
		return "(assumed) "
	}
	return ""
}

func origin(t *catalog.EventType) string {
	if t.Replaces != "" {
		return "from " + t.Catalog.File + ", in place of " + t.Replaces
	}
	return "from " + t.Catalog.File
}

// chosenTypes are grouped: catalog by catalog, the groups in the order in which
// the catalog shows them.
func (a *app) chosenTypes(set *catalog.Set, o *typeFilter) ([]*catalog.EventType, error) {
	types, err := a.typesOf(set, o.provider)
	if err != nil {
		return nil, err
	}
	if err := o.checkGroup(types); err != nil {
		return nil, err
	}
	var chosen []*catalog.EventType
	for _, t := range types {
		if store.MatchGlobs(o.events, t.Name) && mentions(t, o.search) && (o.group == "" || strings.EqualFold(t.Group, o.group)) {
			chosen = append(chosen, t)
		}
	}
	first := map[string]int{} // where a catalog stands: a name may be of several files
	for i, t := range chosen {
		if _, ok := first[t.Catalog.Name]; !ok {
			first[t.Catalog.Name] = i
		}
	}
	slices.SortStableFunc(chosen, func(x, y *catalog.EventType) int {
		if x.Catalog.Name != y.Catalog.Name {
			return first[x.Catalog.Name] - first[y.Catalog.Name]
		}
		return x.Catalog.Place(x.Group) - y.Catalog.Place(y.Group)
	})
	return chosen, nil
}

func (o *typeFilter) checkGroup(types []*catalog.EventType) error {
	groups := map[string]bool{}
	for _, t := range types {
		if t.Group != "" {
			groups[strings.ToLower(t.Group)] = true
		}
	}
	if o.group == "" || groups[strings.ToLower(o.group)] {
		return nil
	}
	known := sortedKeys(groups)
	return usageError("no catalog has the group %q", cut(o.group)).withHint("%s", orElse(didYouMean(o.group, known), oneOfThese(known)))
}

// typesOf lists all types, or those of one catalog or provider.
func (a *app) typesOf(set *catalog.Set, provider string) ([]*catalog.EventType, error) {
	if provider == "" {
		return set.List()
	}
	types, err := set.ForProvider(provider)
	if err == nil && len(types) == 0 {
		all, err := set.Catalogs()
		if err != nil {
			return nil, err
		}
		var names []string
		for _, c := range all {
			names = append(names, c.Name)
		}
		return nil, a.noCatalog(provider, names)
	}
	return types, err
}

func mentions(t *catalog.EventType, word string) bool {
	return strings.Contains(strings.ToLower(t.Qualified()+" "+t.Group+" "+t.Title+" "+t.Description), strings.ToLower(word))
}
