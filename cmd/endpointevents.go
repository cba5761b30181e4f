package cmd

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

// subscriptionFlags say which event types an endpoint takes.
type subscriptionFlags struct {
	events, on, off [][]string
	allowUnknown    bool
}

func (o *subscriptionFlags) add(flags *pflag.FlagSet, eventUsage string) {
	flags.VarP(newValues(&o.events, "string", parseGlobs), "event", "e", eventUsage)
	flags.Var(newValues(&o.off, "string", parseGlobs), "off", "switch the `TYPE` off, whatever else matches it; repeatable")
	flags.BoolVar(&o.allowUnknown, "allow-unknown", false, "take event types that the catalog does not have")
}

// wish is what the flags ask for, with the other spellings of on and off
// resolved.
type wish struct{ events, on, off []string }

func (o *subscriptionFlags) wish() (wish, error) {
	w := wish{on: slices.Concat(o.on...), off: slices.Concat(o.off...)}
	for _, glob := range slices.Concat(o.events...) {
		if off, excluded := strings.CutPrefix(glob, "!"); excluded {
			w.off = append(w.off, off)
			continue
		}
		if glob == "all" {
			glob = "*"
		}
		w.events = append(w.events, glob)
	}
	for _, list := range [][]string{w.on, w.off} {
		for i, glob := range list {
			if strings.HasPrefix(glob, "!") {
				return w, usageError("%q: only --event takes a leading !", cut(glob))
			}
			if glob == "all" {
				list[i] = "*"
			}
		}
	}
	for _, glob := range w.on {
		if slices.Contains(w.off, glob) {
			return w, usageError("%q is switched on and off at once", cut(glob))
		}
	}
	if len(o.events) > 0 && len(w.events) == 0 {
		w.events = []string{"*"} // a list that only excludes wants everything else
	}
	return w, nil
}

// maxTypeName is the length of the longest name of a type, in bytes.
const maxTypeName = 256

// check refuses event types that the catalog lacks, and warns of globs that
// match nothing there.
func (w wish) check(a *app, catalog string, types []string, allowUnknown bool) error {
	for _, glob := range slices.Concat(w.events, w.on, w.off) {
		matches := slices.ContainsFunc(types, func(name string) bool { return store.MatchGlobs([]string{glob}, name) })
		switch {
		case len(glob) > maxTypeName || strings.ContainsFunc(glob, func(r rune) bool { return r <= ' ' || unicode.IsControl(r) || r == unicode.ReplacementChar }):
			return usageError("%q cannot be an event type", cut(glob)).withHint("give up to 256 characters without spaces and control characters")
		case matches || len(types) == 0:
		case strings.Contains(glob, "*"):
			a.warn("%s matches no event type of %s", glob, orElse(catalog, "any catalog"))
		case !allowUnknown:
			f := usageError("%s has no event type %q", catalog, cut(glob))
			if catalog == "" {
				f = usageError("no catalog has the event type %q", cut(glob))
			}
			return f.withHint("%s", strings.TrimSpace(didYouMean(glob, types)+" --allow-unknown takes it as it is"))
		}
	}
	return nil
}

// apply changes the subscription of e.
func (w wish) apply(e *store.Endpoint) error {
	if len(w.events) > 0 {
		e.EventTypes = distinct(w.events)
	}
	muted := slices.Clone(e.MutedTypes)
	for _, name := range w.on {
		muted = slices.DeleteFunc(muted, func(off string) bool { return off == name || store.MatchGlobs([]string{name}, off) })
		for _, off := range muted {
			if store.MatchGlobs([]string{off}, name) {
				return usageError("%s is switched off by %s", name, off).withHint("--on '%s'", off)
			}
		}
		if !store.MatchGlobs(e.EventTypes, name) {
			e.EventTypes = append(slices.Clone(e.EventTypes), name)
		}
	}
	e.MutedTypes = distinct(append(muted, w.off...))
	return nil
}

func distinct(list []string) []string {
	var all []string
	for _, s := range list {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// remark says what of a new subscription is probably not meant.
func (w wish) remark(a *app, e *store.Endpoint, of subscription) {
	for _, name := range w.events {
		if !strings.Contains(name, "*") && e.Mutes(name) {
			a.warn("%s is switched off: --on %s", name, name)
		}
	}
	if !of.all && of.wanted == 0 {
		a.warn("the endpoint takes no event type at all")
	}
}

// eventTypes are the names of the types that an endpoint with these rules can
// get: those of its provider's catalog, or of all for everybody's.
func (a *app) eventTypes(ep *store.Endpoint, b provider.Behaviour) ([]string, error) {
	catalog := b.Catalog
	if ep.Provider == "" {
		catalog = ""
	}
	set := a.catalogs()
	types, err := set.List()
	if catalog != "" {
		types, err = set.ForProvider(catalog)
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, t := range types {
		names = append(names, t.Name)
	}
	return distinct(names), nil
}

// subscription counts the event types that an endpoint takes.
type subscription struct {
	all        bool
	wanted, of int
}

func subscriptionOf(e *store.Endpoint, types []string) subscription {
	s := subscription{all: slices.Equal(e.EventTypes, []string{"*"}) && len(e.MutedTypes) == 0, of: len(types)}
	for _, name := range slices.Concat(types, literals(e.EventTypes, types)) {
		if e.Takes(name) && !e.Mutes(name) {
			s.wanted++
		}
	}
	return s
}

// literals are the globs that are names which the catalog lacks.
func literals(globs, types []string) []string {
	var names []string
	for _, glob := range globs {
		if !strings.Contains(glob, "*") && !slices.Contains(types, glob) {
			names = append(names, glob)
		}
	}
	return names
}

// String is the column EVENTS.
func (s subscription) String() string {
	switch {
	case s.all:
		return "all"
	case s.of == 0:
		return fmt.Sprint(s.wanted)
	}
	return fmt.Sprintf("%d of %d", s.wanted, s.of)
}
