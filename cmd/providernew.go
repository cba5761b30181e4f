package cmd

import (
	"errors"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

type providerNewOptions struct {
	generic   sign.GenericOptions
	like      string
	tolerance time.Duration
	out       string
	force     bool
}

func newProviderNewCmd(a *app) *cobra.Command {
	o := providerNewOptions{tolerance: 5 * time.Minute}
	c := &cobra.Command{
		Use:   "new NAME",
		Short: "write a provider file for a scheme of your own",
		Long: "Writes a file in which every field is explained, from flags that say how the sender signs, or as a copy of a known provider. " +
			"It goes into the project's folder provider, where --provider NAME finds it at once; the user's is provider in ~/.config/hooks. What exists is left alone.",
		Example: `hooks provider new acme --header X-Acme-Signature --prefix sha256=
hooks provider new acme --header X-Sig --content '{timestamp}.{body}' --timestamp-header X-Time --encoding base64
hooks provider new acme --algorithm equal --in json.token
hooks provider new acme --like stripe --out -`,
		Args: argsBetween(1, 1),
		RunE: func(c *cobra.Command, args []string) error { return a.newProvider(c, args[0], &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.like, "like", "", "copy what is known of a `PROVIDER`")
	addGeneric(flags, &o.generic, "")
	flags.StringVar(&o.generic.In, "in", "", "where the signature is, if in no header: `PLACE` is json.PATH, form.NAME or query.NAME")
	flags.Var(newValue(&o.tolerance, "5m", "duration", parseDuration), "tolerance", "how far a timestamp may be off: `DUR`")
	flags.StringVar(&o.out, "out", "", "write to `FILE`, or - for stdout (default: provider/NAME.yaml in the project)")
	flags.BoolVar(&o.force, "force", false, "replace a file that exists")
	return c
}

// schemeFlags are the flags of `provider new` that describe a scheme.
func schemeFlags() []string { return append(slices.Clone(genericFlags[:]), "in", "tolerance") }

func (a *app) newProvider(c *cobra.Command, name string, o *providerNewOptions) error {
	text, err := a.draft(c, name, o)
	if err != nil {
		return err
	}
	if o.out == "-" {
		return a.write(text)
	}
	path := orElse(o.out, a.providerPath(name))
	if err := createInFolder(path, text, 0o644, o.force); err != nil {
		return thereAlready(err, "--force replaces it; --out FILE writes elsewhere")
	}
	a.note("wrote %s", path)
	a.afterDraft(name, path)
	return nil
}

// draft makes the file's text from the flags.
func (a *app) draft(c *cobra.Command, name string, o *providerNewOptions) ([]byte, error) {
	described := slices.ContainsFunc(schemeFlags(), func(flag string) bool { return c.Flags().Changed(flag) })
	switch {
	case o.like != "" && described:
		return nil, usageError("--like copies a scheme, the other flags describe one: give one or the other").withHint("change the copy where it differs")
	case o.like != "":
		return a.providers().DraftLike(name, o.like)
	case o.generic.Header == "" && o.generic.In == "":
		return nil, usageError("hooks provider new needs the place of the signature, or a provider to copy").
			withHint("--header X-Signature, --in json.PATH or --like PROVIDER")
	}
	scheme, err := sign.Generic(o.generic)
	if err != nil {
		return nil, genericFailure(err)
	}
	spec := scheme.Spec()
	if spec.TS != nil {
		spec.TS = &sign.TimeSpec{Unit: spec.TS.Unit, Tolerance: o.tolerance}
	}
	return provider.Draft(name, spec)
}

// genericFailure is flags that make no scheme.
func genericFailure(err error) *failure {
	f := usageError("%s", err)
	var word unknown
	if errors.As(err, &word) {
		return f.withHint("%s", didYouMean(word.Unknown()))
	}
	return f.withHint("hooks help signatures")
}

// afterDraft says what a new file needs to be found, and what comes next.
func (a *app) afterDraft(name, path string) {
	p, err := a.providers().Get(name)
	switch {
	case err == nil && sameFile(p.File, path):
		a.note("next: hooks verify body.json --provider %s --secret env:SECRET -H …", name)
		if slices.Contains(provider.Open().IDs(), name) {
			a.warn("it takes the place of the %s that is built in", name)
		}
	default:
		a.note("--provider %s reads %s: put it there to use it", name, a.providerPath(name))
	}
}

func sameFile(a, b string) bool {
	x, err := filepath.Abs(a)
	y, wrong := filepath.Abs(b)
	return err == nil && wrong == nil && x == y
}
