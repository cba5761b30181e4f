package cmd

import (
	"strings"

	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
)

// listenKeys are the keys that incoming requests are verified with.
type listenKeys struct {
	named      sign.Keys
	configured map[string][]string
}

// listenKeys resolves and checks them before the port is opened.
func (a *app) listenKeys(registry *provider.Registry, o *listenOptions) (listenKeys, error) {
	named, err := a.keys(&o.schemeOptions)
	if err != nil {
		return listenKeys{}, err
	}
	if o.schemeOptions.provider != autoProvider {
		p, err := registry.Get(o.schemeOptions.provider)
		if err != nil {
			return listenKeys{}, err
		}
		if err := a.checkSecrets(p, named.Secrets); err != nil {
			return listenKeys{}, err
		}
	} else if err := checkUnassigned(registry, named.Secrets, o.keyNames()); err != nil {
		return listenKeys{}, err
	}
	configured, err := a.configuredSecrets()
	return listenKeys{named, configured}, err
}

// checkUnassigned refuses secrets that could be nobody's: whsec_ with nothing
// or with what is neither base64 nor letters and digits behind it. Providers
// differ in what they make of the rest.
func checkUnassigned(registry *provider.Registry, secrets, names []string) error {
	p, err := registry.Get(defaultProvider)
	if err != nil {
		return err
	}
	for i, s := range secrets {
		rest, prefixed := strings.CutPrefix(s, "whsec_")
		literal := rest != "" && strings.Trim(rest, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
		if err := p.Scheme.CheckSecret(s); prefixed && !literal && err != nil {
			return keyFailure(strings.TrimSpace("secret "+names[i]), err).
				withHint("of Stripe, or of another sender that takes it as text? name the sender: --provider stripe, or secrets: in hooks.yaml")
		}
	}
	return nil
}

// of gives the keys of a provider: those of the flags; else those of the
// settings, or what it handed over itself, beside the store's own and those of
// its endpoints, which verify what hooks trigger sends.
func (k listenKeys) of(known *storeKeys) func(*provider.Profile) listen.Keys {
	return func(p *provider.Profile) listen.Keys {
		if len(k.named.Secrets)+len(k.named.Public) > 0 {
			return listen.Keys{Keys: k.named}
		}
		keys := listen.Keys{Keys: k.named, Own: true}
		if p == nil {
			return keys // nobody's: there is no secret under any name
		}
		if keys.Secrets = k.configured[p.ID]; len(keys.Secrets) == 0 {
			keys.Secrets = known.adopted.of(p.ID)
		}
		keys.Own = len(keys.Secrets) == 0
		known.addTo(&keys, p)
		return keys
	}
}
