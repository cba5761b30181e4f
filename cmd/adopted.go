package cmd

import (
	"context"
	"sync"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

// adopted are the secrets that providers handed over in a handshake. A listener
// adds to them while it verifies with them.
type adopted struct {
	store *store.Store

	mu         sync.RWMutex
	byProvider map[string]store.Adopted
}

func openAdopted(ctx context.Context, st *store.Store) (*adopted, error) {
	all, err := st.Adopted(ctx)
	if err != nil {
		return nil, err
	}
	s := &adopted{store: st, byProvider: map[string]store.Adopted{}}
	for _, one := range all {
		s.byProvider[one.Provider] = one
	}
	return s, nil
}

// of is the secret of a provider, in a slice of its own.
func (s *adopted) of(id string) []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if one, ok := s.byProvider[id]; ok {
		return []string{one.Secret}
	}
	return nil
}

// keep keeps a secret, and tells whether it is the provider's from now on: the
// first one is, whichever process took it.
func (s *adopted) keep(ctx context.Context, id, secret string, at time.Time) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept, err := s.store.Adopt(ctx, id, secret)
	if err != nil {
		return false, err
	}
	s.byProvider[id] = store.Adopted{Provider: id, Secret: kept, At: at}
	return kept == secret, nil
}

// adopt is what a listener does with a secret that is handed over.
func (a *app) adopt(ctx context.Context, s *adopted) func(*provider.Profile, string) (bool, error) {
	return func(p *provider.Profile, secret string) (bool, error) {
		if err := p.Scheme.CheckSecret(secret); err != nil {
			return false, err
		}
		kept, err := s.keep(ctx, p.ID, secret, a.now())
		if kept {
			a.note("%s handed over its secret: it is kept in the store, and verifies from now on", p.ID)
		}
		return kept, err
	}
}

// sayAdopted says at the start whose secret was handed over, where it is used.
func (a *app) sayAdopted(s *adopted, keys listenKeys, o *listenOptions) {
	if len(keys.named.Secrets)+len(keys.named.Public) > 0 {
		return
	}
	for _, id := range sortedKeys(s.byProvider) {
		if len(keys.configured[id]) == 0 && (o.schemeOptions.provider == autoProvider || o.schemeOptions.provider == id) {
			a.note("%s is verified with the secret that it handed over on %s (hooks secret adopted --forget %[1]s drops it)",
				id, s.byProvider[id].At.Local().Format(time.DateTime))
		}
	}
}
