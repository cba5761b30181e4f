package cmd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"

	"github.com/hooks-cli/hooks/store"
)

// A declaration is an endpoint in a settings file: its name, its URL, and the
// flags of hooks endpoint add. Whoever opens the store to deliver makes the
// endpoints so.
type declaration struct {
	name, url string
	at        string // file:line
	values    []declaredValue
}

type declaredValue struct {
	flag, text, at string
}

// declaredKey is what a flag of hooks endpoint add is called in a settings file.
func declaredKey(flag string) string {
	switch flag {
	case "event", "channel", "client", "agent":
		return flag + "s"
	case "add-header":
		return "headers"
	}
	return strings.ReplaceAll(flag, "-", "_")
}

// declarable are the flags that a declaration may have, by their keys.
func declarable() map[string]*pflag.Flag {
	var o endpointAddOptions
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	o.add(flags)
	keys := map[string]*pflag.Flag{}
	flags.VisitAll(func(f *pflag.Flag) {
		if !slices.Contains([]string{"name", "reveal", "secret-file", "strict"}, f.Name) {
			keys[declaredKey(f.Name)] = f
		}
	})
	return keys
}

// declare takes the endpoints of a settings file. A name of a nearer file stays.
func (s *settings) declare(path string, n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return configErrorAt(path, n, "must be a map from names to endpoints")
	}
	keys := declarable()
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i]
		d := declaration{name: name.Value, at: fmt.Sprintf("%s:%d", path, name.Line)}
		if _, err := parseEndpointName(d.name); err != nil || d.name == "" {
			return configErrorAt(path, name, "%q cannot be an endpoint's name", cut(d.name))
		}
		if err := d.take(path, n.Content[i+1], keys); err != nil {
			return err
		}
		if !slices.ContainsFunc(s.declared, func(nearer declaration) bool { return nearer.name == d.name }) {
			s.declared = append(s.declared, d)
		}
	}
	return nil
}

func (d *declaration) take(path string, n *yaml.Node, keys map[string]*pflag.Flag) error {
	if n.Kind != yaml.MappingNode {
		return configErrorAt(path, n, "must be a map with url and the settings of the endpoint")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, val := n.Content[i], n.Content[i+1]
		flag, known := keys[key.Value]
		if !known && key.Value != "url" {
			names := append(sortedKeys(keys), "url")
			return configError("%s:%d:%d: unknown setting %q of an endpoint", path, key.Line, key.Column, cut(key.Value)).
				withHint("%s", orElse(didYouMean(key.Value, names), "one of "+strings.Join(names, ", ")))
		}
		values, err := scalars(path, val, known && flag.Value.Type() != "bool")
		if err != nil {
			return err
		}
		if !known {
			d.url = values[0]
			continue
		}
		for _, text := range values {
			d.values = append(d.values, declaredValue{flag.Name, text, fmt.Sprintf("%s:%d:%d", path, val.Line, val.Column)})
		}
	}
	if d.url == "" {
		return configError("%s: endpoint %s has no url", d.at, d.name)
	}
	_, _, err := d.flags()
	return err
}

// flags are the declaration as hooks endpoint add would be given it.
func (d *declaration) flags() (*pflag.FlagSet, *endpointAddOptions, error) {
	o := &endpointAddOptions{}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	o.add(flags)
	for _, v := range append([]declaredValue{{"name", d.name, d.at}}, d.values...) {
		if err := flags.Set(v.flag, v.text); err != nil {
			f := badValue(declaredKey(v.flag), flags.Lookup(v.flag), v.text, err)
			f.code, f.message = "config", v.at+": "+f.message
			return nil, nil, f
		}
	}
	return flags, o, nil
}

// sum tells one declaration from another.
func (d *declaration) sum() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q", d.name, d.url)
	for _, v := range d.values {
		fmt.Fprintf(&b, " %q=%q", v.flag, v.text)
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:8])
}

// applyDeclared makes the endpoints of the settings as they are declared there.
// One that was changed by hand is changed back; one that is not declared any
// more stays.
func (a *app) applyDeclared(ctx context.Context, st *store.Store) error {
	if len(a.settings.declared) == 0 {
		return nil
	}
	there, err := st.Endpoints(ctx)
	if err != nil {
		return err
	}
	for i := range a.settings.declared {
		d := &a.settings.declared[i]
		at := slices.IndexFunc(there, func(e *store.Endpoint) bool { return e.Name == d.name })
		switch {
		case at < 0:
			err = a.addDeclared(ctx, st, d)
		case there[at].Declared != d.sum():
			err = a.changeDeclared(ctx, st, d, there[at])
		}
		if err != nil {
			return atDeclaration(d, err)
		}
	}
	return nil
}

// atDeclaration says which declaration an error is about.
func atDeclaration(d *declaration, err error) error {
	f := *asFailure(err)
	f.message = fmt.Sprintf("%s: endpoint %s: %s", d.at, d.name, f.message)
	return &f
}

func (a *app) addDeclared(ctx context.Context, st *store.Store, d *declaration) error {
	flags, o, err := d.flags()
	if err != nil {
		return err
	}
	ep, rules, chosen, err := a.buildEndpoint(flags, d.url, o)
	if err != nil {
		return err
	}
	ep.Declared = d.sum()
	made := false
	err = st.AddEndpoint(ctx, ep, func(there []*store.Endpoint) error {
		if made = !slices.ContainsFunc(there, func(e *store.Endpoint) bool { return e.Name == ep.Name }); !made {
			return nameFree(ep, there)
		}
		return withinLimit(ep, there, rules, o.noLimit)
	})
	if !made {
		return nil // another process was faster
	}
	if err == nil && chosen.value != "" {
		err = a.keepFirstSecret(ctx, st, ep, chosen)
	}
	if err == nil {
		a.note("endpoint %s is added, as %s declares it", d.name, d.at)
	}
	return err
}

// changeDeclared brings an endpoint to its declaration. What it is and has been
// (its id, its secrets, its counts) stays.
func (a *app) changeDeclared(ctx context.Context, st *store.Store, d *declaration, was *store.Endpoint) error {
	flags, o, err := d.flags()
	if err != nil {
		return err
	}
	// The secret was given when the endpoint was made; hooks secret rotate
	// changes it.
	wanted, _, _, err := a.buildEndpoint(flags, d.url, o)
	if err != nil {
		return err
	}
	if wanted.Provider != was.Provider {
		return usageError("it is %s's in the store", orElse(was.Provider, everybody)).withHint("hooks endpoint delete %s", d.name)
	}
	change, err := st.ChangeEndpoint(ctx, was.ID, a.now(), false, func(e *store.Endpoint, others []*store.Endpoint) error {
		if !e.DeletedAt.IsZero() {
			return deletedEndpoint(e)
		}
		next := *wanted
		next.ID, next.CreatedAt, next.Declared = e.ID, e.CreatedAt, d.sum()
		next.UID = orElse(o.uid, e.UID)
		next.Enabled, next.DisabledReason, next.FirstFailureAt = e.Enabled, e.DisabledReason, e.FirstFailureAt
		next.Failing, next.LastAttemptAt, next.NextSlotAt = e.Failing, e.LastAttemptAt, e.NextSlotAt
		if flags.Changed("disabled") && o.disabled == e.Enabled {
			next.Enabled, next.DisabledReason = !o.disabled, wanted.DisabledReason
		}
		*e = next
		return nil
	})
	if err == nil {
		err = a.noteChange(ctx, st, change)
	}
	if err == nil {
		a.note("endpoint %s is changed to what %s declares", d.name, d.at)
	}
	return err
}
