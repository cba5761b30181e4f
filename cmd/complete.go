package cmd

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/check"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// completion is what cobra asks for the words that could stand next.
type completion = func(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective)

// complete lets the shell complete the names that the program knows: event
// types, providers, deliveries, and the values of flags that have a few. It only
// says who is asked; nothing is read before a shell asks.
func (a *app) complete(c *cobra.Command) {
	words := map[string]completion{
		"hooks trigger":        a.eventNames,
		"hooks catalog show":   first(a.eventNames),
		"hooks catalog sample": first(a.eventNames),
		"hooks provider show":  first(a.providerNames),
		"hooks provider code":  first(a.providerNames),
		"hooks show":           first(a.deliveryRefs),
		"hooks replay":         a.deliveryRefs,
		"hooks export":         a.deliveryRefs,
		"hooks retry":          a.deliveryRefs,
		"hooks cancel":         a.deliveryRefs,
		"hooks secret expire":  a.secretRefs,
	}
	for _, of := range []string{"endpoint show", "endpoint edit", "endpoint enable", "endpoint disable", "endpoint resume", "endpoint delete", "endpoint test",
		"endpoint stats", "secret list", "secret show", "secret rotate"} {
		words["hooks "+of] = first(a.endpointRefs)
	}
	if ask := words[c.CommandPath()]; ask != nil && c.ValidArgsFunction == nil {
		c.ValidArgsFunction = ask
	}
	c.Flags().VisitAll(func(f *pflag.Flag) { a.completeFlag(c, f) })
	c.PersistentFlags().VisitAll(func(f *pflag.Flag) { a.completeFlag(c, f) })
	for _, sub := range c.Commands() {
		a.complete(sub)
	}
}

// completeFlag fails only for a flag that the command has not, or whose own
// completion is registered already.
func (a *app) completeFlag(c *cobra.Command, f *pflag.Flag) {
	if v, ok := f.Value.(enum); ok {
		completeWords(c, f.Name, v.words)
		return
	}
	if f.Value.Type() == headerKind {
		_ = c.RegisterFlagCompletionFunc(f.Name, headerFiles)
	}
	switch f.Name {
	case "data", "merge", "respond-body":
		_ = c.RegisterFlagCompletionFunc(f.Name, dataWords)
	case "secret", "public-key":
		_ = c.RegisterFlagCompletionFunc(f.Name, a.refWords)
	case "only", "skip":
		_ = c.RegisterFlagCompletionFunc(f.Name, checkNames)
	case "provider", "like":
		_ = c.RegisterFlagCompletionFunc(f.Name, a.providerNames)
	case "event", "on", "off":
		_ = c.RegisterFlagCompletionFunc(f.Name, a.eventNames)
	case "endpoint":
		_ = c.RegisterFlagCompletionFunc(f.Name, a.endpointRefs)
	case "delivery", "diff":
		_ = c.RegisterFlagCompletionFunc(f.Name, a.deliveryRefs)
	}
}

// first completes one argument.
func first(ask completion) completion {
	return func(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return ask(c, args, begun)
	}
}

// checkNames are those of hooks check.
func checkNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var names []string
	for _, c := range check.All() {
		names = append(names, c.Name+"\t"+c.Asks)
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func (a *app) providerNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return a.providers().IDs(), cobra.ShellCompDirectiveNoFileComp
}

func (a *app) eventNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	names, err := a.catalogs().Names()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	refs := make([]string, len(names))
	for i, name := range names {
		refs[i] = name.Ref + "\t" + term.Safe(name.Title).String()
	}
	return refs, cobra.ShellCompDirectiveNoFileComp
}

// offered is how many deliveries a shell is offered.
const offered = 20

// deliveryRefs are the latest deliveries by number, with what each is. A store
// that is not there is not made for it.
func (a *app) deliveryRefs(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	refs := []string{"@last\tthe latest delivery", "@failed\tthe latest that failed"}
	a.glance(func(ctx context.Context, st *store.Store) {
		for d, err := range st.List(ctx, store.Query{Limit: offered}) {
			if err != nil {
				break
			}
			refs = append(refs, fmt.Sprintf("%d\t%s %s", d.Seq, term.Truncate(term.Safe(eventText(d)), shownEvent, "…"), d.Status))
		}
	})
	return refs, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// glance looks into the store for somebody who waits at a prompt. A store that
// is not there, or cannot be read at once, has nothing to offer.
func (a *app) glance(look func(context.Context, *store.Store)) {
	dir, err := a.storePath()
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	st, err := store.Open(ctx, dir, store.Options{ReadOnly: true, Now: a.now})
	if err != nil {
		return
	}
	defer st.Close()
	look(ctx, st)
}

// endpointRefs are the endpoints by name, those without one by id, with their
// URLs.
func (a *app) endpointRefs(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var refs []string
	a.glance(func(ctx context.Context, st *store.Store) {
		endpoints, err := st.Endpoints(ctx)
		if err != nil {
			return
		}
		for _, ep := range endpoints {
			refs = append(refs, fmt.Sprintf("%s\t%s", refOf(ep), term.Safe(urlText(ep))))
		}
	})
	return refs, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// secretRefs are an endpoint, then its secrets.
func (a *app) secretRefs(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return a.endpointRefs(c, args, begun)
	}
	var refs []string
	a.glance(func(ctx context.Context, st *store.Store) {
		ep, err := st.Endpoint(ctx, args[0])
		if err != nil {
			return
		}
		kept, err := st.EndpointSecrets(ctx, ep.ID, a.now())
		if err != nil {
			return
		}
		for _, s := range kept {
			refs = append(refs, fmt.Sprintf("%s\t%s %s", s.ID, stateOf(s).State, maskedSecret(s)))
		}
	})
	return refs, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}

// completeWords makes the shell offer the words of a flag that the command has:
// that it has it is all that could go wrong.
func completeWords(c *cobra.Command, flag string, words []string) {
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}
