package cmd

import (
	"context"
	"slices"

	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// keyNames are the references of the secrets, or of the public keys, in their
// order; "" for a literal, which is never repeated.
func (o *schemeOptions) keyNames() []string {
	refs := slices.Clone(o.secretRefs)
	if o.secretFile != "" {
		refs = append(refs, "file:"+o.secretFile)
	}
	if len(refs) == 0 {
		refs = slices.Clone(o.publicRefs)
	}
	for i, ref := range refs {
		if !isReference(ref) || ref == "-" {
			refs[i] = ""
		}
	}
	return refs
}

// keysFor gives the keys to verify a provider's messages with: those that were
// named; else those of the settings and, for what is in this store, those that
// were adopted, the store's own and those of its endpoints.
func (a *app) keysFor(ctx context.Context, named sign.Keys, stored bool) (func(*provider.Profile) sign.Keys, error) {
	if len(named.Secrets)+len(named.Public) > 0 {
		return func(*provider.Profile) sign.Keys { return named }, nil
	}
	byProvider, err := a.configuredSecrets()
	if err != nil {
		return nil, err
	}
	known := &storeKeys{adopted: &adopted{}}
	if stored {
		if known, err = a.recordedKeys(ctx); err != nil {
			return nil, err
		}
	} else if len(byProvider) == 0 {
		return nil, usageError("verify needs a secret or a public key").withHint("hooks verify body.json -H 'Name: value' --secret env:NAME, or --secret-file PATH or --public-key PATH")
	}
	return func(p *provider.Profile) sign.Keys {
		keys := listen.Keys{Keys: named}
		if keys.Secrets = byProvider[p.ID]; len(keys.Secrets) == 0 {
			keys.Secrets = known.adopted.of(p.ID)
		}
		known.addTo(&keys, p)
		return keys.Keys
	}, nil
}

// configuredSecrets resolves the secrets of the settings, by provider.
func (a *app) configuredSecrets() (map[string][]string, error) {
	resolved := map[string][]string{}
	for name, refs := range a.settings.secrets {
		p, err := a.providers().Get(name)
		if err != nil {
			return nil, err
		}
		if resolved[name], err = a.secrets(refs); err != nil {
			return nil, err
		}
		if err := a.checkSecrets(p, resolved[name]); err != nil {
			return nil, err
		}
	}
	return resolved, nil
}

// configuredNamed are the secrets of the settings that an explanation compares
// with.
func (a *app) configuredNamed() []sign.Secret {
	var known []sign.Secret
	configured, err := a.configuredSecrets()
	if err != nil {
		return nil // what is wrong with them was said where they were needed
	}
	for _, name := range sortedKeys(configured) {
		for _, text := range configured[name] {
			known = append(known, sign.Secret{Name: "secrets." + name + " of the settings", Text: text})
		}
	}
	return known
}

// storeNamed are the secrets of a store that is there, none without one.
func (a *app) storeNamed(ctx context.Context) []sign.Secret {
	dir, err := a.storePath()
	if err != nil {
		return nil
	}
	st, err := store.Open(ctx, dir, store.Options{ReadOnly: true, Now: a.now})
	if err != nil {
		return nil
	}
	defer st.Close()
	known, err := a.openStoreKeys(ctx, st)
	if err != nil {
		return nil
	}
	return known.named()
}

// recordedKeys are the secrets that the store knows as it is now: one that
// cannot be written to is read all the same.
func (a *app) recordedKeys(ctx context.Context) (*storeKeys, error) {
	st, err := a.readStore(ctx)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	known, err := a.openStoreKeys(ctx, st)
	if err == nil {
		known.freeze()
	}
	return known, err
}
