package cmd

import (
	"context"
	"fmt"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// endpointKeys finds the secrets that an endpoint's deliveries are signed with.
// The file of them is read again when it has changed; references are resolved
// once for each state of it.
type endpointKeys struct {
	*app
	store *store.Store
	named sign.Keys
	stamp store.SecretsStamp
	cache map[string][]endpointKey
	own   string
}

type endpointKey struct {
	text    string
	expires time.Time
}

// of are the keys of an endpoint that are valid at now, the current one first;
// without any, the settings' of the provider, then the store's own.
func (k *endpointKeys) of(ctx context.Context, ep *store.Endpoint, p *provider.Profile, now time.Time) (sign.Keys, error) {
	if len(k.named.Secrets) > 0 || p.Scheme.Unkeyed() {
		return k.named, nil
	}
	texts, err := k.texts(ctx, ep, now)
	if err != nil {
		return sign.Keys{}, err
	}
	keys := k.named
	if keys.Secrets = texts; len(texts) == 0 {
		if keys, err = k.fallback(ctx, p); err != nil {
			return sign.Keys{}, err
		}
	}
	if !p.Scheme.Rotates() {
		keys.Secrets = keys.Secrets[:1]
	}
	for _, text := range keys.Secrets {
		if err := p.Scheme.CheckSecret(text); err != nil {
			return sign.Keys{}, err
		}
	}
	return keys, nil
}

func (k *endpointKeys) texts(ctx context.Context, ep *store.Endpoint, now time.Time) ([]string, error) {
	if ep.ID == "" {
		return nil, nil
	}
	if stamp, changed := k.store.SecretsSince(k.stamp); changed || k.cache == nil {
		k.stamp, k.cache = stamp, map[string][]endpointKey{}
	}
	known, ok := k.cache[ep.ID]
	if !ok {
		secrets, err := k.store.EndpointSecrets(ctx, ep.ID, now)
		if err != nil {
			return nil, err
		}
		for _, s := range secrets {
			text, err := k.secretValue(s)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.ID, err)
			}
			known = append(known, endpointKey{text, s.ExpiresAt})
		}
		k.cache[ep.ID] = known
	}
	var texts []string
	for _, key := range known {
		if key.expires.IsZero() || key.expires.After(now) {
			texts = append(texts, key.text)
		}
	}
	return texts, nil
}

func (k *endpointKeys) fallback(ctx context.Context, p *provider.Profile) (sign.Keys, error) {
	configured, err := k.configuredSecrets()
	if err != nil {
		return sign.Keys{}, err
	}
	if texts := configured[p.ID]; len(texts) > 0 {
		return sign.Keys{Secrets: texts}, nil
	}
	if k.own == "" {
		if k.own, err = k.store.Secret(ctx); err != nil {
			return sign.Keys{}, err
		}
	}
	return sign.Keys{Secrets: []string{k.own}}, nil
}
