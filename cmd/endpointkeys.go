package cmd

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

// secretFlags say which secret an endpoint gets.
type secretFlags struct {
	ref, file string
	custom    bool
	reveal    bool
}

func (o *secretFlags) add(flags *pflag.FlagSet) {
	flags.StringVarP(&o.ref, "secret", "s", "", "sign with this secret: `REF` is env:NAME, file:PATH, keyring:NAME, - or the literal (default: a new one)")
	flags.StringVar(&o.file, "secret-file", "", "the secret is in `PATH`; the same as --secret file:PATH")
	flags.BoolVar(&o.custom, "allow-custom-secret", false, "take --secret where the provider makes the secrets itself")
	flags.BoolVar(&o.reveal, "reveal", false, "do not mask the secret")
}

// reference is the REF that was given, "" for none.
func (o *secretFlags) reference(flags *pflag.FlagSet) (string, error) {
	switch {
	case flags.Changed("secret") && flags.Changed("secret-file"):
		return "", usageError("--secret and --secret-file exclude each other: give one")
	case flags.Changed("secret-file"):
		return "file:" + o.file, nil
	case flags.Changed("secret") && o.ref == "":
		return "", secretError("the secret is empty").withHint("give it as env:NAME, file:PATH, keyring:NAME or -")
	}
	return o.ref, nil
}

// chosenSecret is a secret that an endpoint is about to get. Its value is known
// also where a reference is kept.
type chosenSecret struct {
	store.EndpointSecret
	value string
}

// chooseSecret makes the secret of an endpoint of p's, nil for everybody's, or
// takes the one that was given.
func (a *app) chooseSecret(p *provider.Profile, b provider.Behaviour, ref string, custom bool) (chosenSecret, error) {
	switch {
	case ref == "" && b.Secret == "supplied":
		return chosenSecret{}, secretError("provider %s signs with the secret that its subscriber gives", p.ID).withHint("--secret REF")
	case ref == "":
		return a.generateSecret(p)
	case b.Secret == "generated" && !custom:
		return chosenSecret{}, secretError("provider %s generates its own signing key", p.ID).
			withHint("leave --secret out; --allow-custom-secret takes a key that the application has already")
	}
	return a.suppliedSecret(p, ref)
}

func (a *app) generateSecret(p *provider.Profile) (chosenSecret, error) {
	if p == nil {
		var err error
		if p, err = a.providers().Get(defaultProvider); err != nil {
			return chosenSecret{}, err
		}
	}
	key, err := p.NewKey("", a.random)
	if err != nil {
		return chosenSecret{}, newKeyFailure(p, err)
	}
	value := key.Secret + key.Private
	return chosenSecret{store.EndpointSecret{Value: value, Source: store.SecretGenerated}, value}, nil
}

// suppliedSecret resolves a REF once: a wrong one is found before anything is
// written. References are kept as such, and resolved at each use.
func (a *app) suppliedSecret(p *provider.Profile, ref string) (chosenSecret, error) {
	if path, ok := strings.CutPrefix(ref, "file:"); ok && !filepath.IsAbs(path) {
		ref = "file:" + filepath.Join(a.dir, path)
	}
	value, err := a.secret(ref)
	if err != nil {
		return chosenSecret{}, err
	}
	if err := a.checkSupplied(p, value); err != nil {
		return chosenSecret{}, err
	}
	if len(value) < 16 {
		a.warn("the secret has only %d bytes: one of fewer than 16 can be guessed", len(value))
	}
	chosen := chosenSecret{store.EndpointSecret{Source: store.SecretSupplied}, value}
	if isReference(ref) && ref != "-" {
		chosen.Ref = ref
	} else {
		chosen.Value = value
	}
	return chosen, nil
}

// checkSupplied refuses a secret that the provider's scheme cannot use. For
// everybody's it is one that nobody's can.
func (a *app) checkSupplied(p *provider.Profile, value string) error {
	if p != nil {
		return a.checkSecrets(p, []string{value})
	}
	registry := a.providers()
	if err := checkUnassigned(registry, []string{value}, []string{""}); err != nil {
		return err
	}
	if standard, err := registry.Get(defaultProvider); err == nil && strings.HasPrefix(value, "whsec_") {
		if weak := standard.Scheme.WeakSecret(value); weak != "" {
			a.warn("%s", weak)
		}
	}
	return nil
}

// warnShared warns of a secret that another endpoint has as well. References
// that do not resolve any more are not its business.
func (a *app) warnShared(ctx context.Context, st *store.Store, endpoint string, chosen chosenSecret) error {
	all, err := st.AllEndpointSecrets(ctx, a.now())
	if err != nil {
		return err
	}
	for _, id := range sortedKeys(all) {
		for _, other := range all[id] {
			if value, err := a.secretValue(other); id != endpoint && err == nil && value == chosen.value {
				a.warn("%s signs with the same secret", id)
				return nil
			}
		}
	}
	return nil
}

// secretValue is the text of a secret that an endpoint has.
func (a *app) secretValue(s store.EndpointSecret) (string, error) {
	if s.Ref == "" {
		return s.Value, nil
	}
	return a.secret(s.Ref)
}

// maskedSecret is what is shown of a secret: of a reference where it points.
func maskedSecret(s store.EndpointSecret) string {
	switch {
	case s.Ref != "":
		return s.Ref
	case strings.HasPrefix(s.Value, "-----BEGIN"):
		return "…" // the end of a PEM block is that of every other
	}
	return mask(s.Value)
}

// currentSecret is the one that signs first, nil where there is none.
func currentSecret(kept []store.EndpointSecret) *store.EndpointSecret {
	i := slices.IndexFunc(kept, func(s store.EndpointSecret) bool { return s.Current() })
	if i < 0 {
		return nil
	}
	return &kept[i]
}
