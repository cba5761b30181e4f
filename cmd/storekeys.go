package cmd

import (
	"context"
	"crypto"
	"errors"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// ownSecret is what the store's own secret is called.
const ownSecret = "the store's own secret"

// storeKeys are the secrets that a store knows: its own, those that senders
// handed over, and those of its endpoints. What hooks itself signs with is
// verified with them, also by a listener that was started before.
type storeKeys struct {
	*app
	store   *store.Store // nil: nothing is read any more
	own     string       // "" where the store never had one
	adopted *adopted

	reading   sync.Mutex
	endpoints atomic.Pointer[keyRing]
}

// keyRing is the secrets of all endpoints as they were at one time.
type keyRing struct {
	stamp store.SecretsStamp
	read  time.Time
	until time.Time // when the first of them expires, zero for never
	refs  bool      // some are kept elsewhere, and may change there
	keys  []ringKey
	fit   sync.Map // by a provider's id: the *fitting of it
}

// fitting is what of a ring can be a provider's key.
type fitting struct {
	secrets, names []string
	public         []crypto.PublicKey
	played         bool
}

// ringKey is a secret of an endpoint.
type ringKey struct {
	provider string // "" for everybody's
	name     string // what it is called
	text     string
}

// refsAge is how long a reference is taken to have the value that it had.
const refsAge = time.Second

func (a *app) openStoreKeys(ctx context.Context, st *store.Store) (*storeKeys, error) {
	own, err := st.Secret(ctx)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	handed, err := openAdopted(ctx, st)
	if err != nil {
		return nil, err
	}
	k := &storeKeys{app: a, store: st, own: own, adopted: handed}
	ring, err := k.read(ctx)
	k.endpoints.Store(ring)
	return k, err
}

// freeze keeps what was read: the store is about to be closed.
func (k *storeKeys) freeze() { k.store = nil }

// ring is the secrets of the endpoints as they are now.
func (k *storeKeys) ring() *keyRing {
	ring := k.endpoints.Load()
	if k.store == nil || !k.outdated(ring) {
		return ring
	}
	k.reading.Lock()
	defer k.reading.Unlock()
	if ring = k.endpoints.Load(); !k.outdated(ring) {
		return ring // somebody else was faster
	}
	now, err := k.read(context.Background())
	if err != nil {
		k.warnOnce("the secrets of the endpoints cannot be read: %s", err)
		return ring
	}
	k.endpoints.Store(now)
	return now
}

func (k *storeKeys) outdated(ring *keyRing) bool {
	_, changed := k.store.SecretsSince(ring.stamp)
	now := k.now()
	return changed || !ring.until.IsZero() && !ring.until.After(now) || ring.refs && now.Sub(ring.read) > refsAge
}

// read reads the secrets of the endpoints. A reference that does not resolve is
// warned of, and left out.
func (k *storeKeys) read(ctx context.Context) (*keyRing, error) {
	ring := &keyRing{read: k.now()}
	ring.stamp, _ = k.store.SecretsSince(store.SecretsStamp{})
	all, err := k.store.AllEndpointSecrets(ctx, ring.read)
	if err != nil || len(all) == 0 {
		return ring, err
	}
	endpoints, err := k.store.Endpoints(ctx)
	if err != nil {
		return ring, err
	}
	for _, ep := range endpoints {
		for _, s := range all[ep.ID] {
			ring.refs = ring.refs || s.Ref != ""
			if !s.Current() && (ring.until.IsZero() || s.ExpiresAt.Before(ring.until)) {
				ring.until = s.ExpiresAt
			}
			text, err := k.secretValue(s)
			if err != nil {
				k.warnOnce("endpoint %s: %s", callIt(ep), err)
				continue
			}
			ring.keys = append(ring.keys, newRingKey(ep, s, text))
		}
	}
	return ring, nil
}

func newRingKey(ep *store.Endpoint, s store.EndpointSecret, text string) ringKey {
	name := "the secret of "
	if !s.Current() {
		name = "an old secret of "
	}
	return ringKey{provider: ep.Provider, name: name + refOf(ep), text: text}
}

// addTo adds what the store knows to the keys that a provider's messages are
// verified with: its own secret, those of the provider's endpoints, those of
// others.
func (k *storeKeys) addTo(keys *listen.Keys, p *provider.Profile) {
	ring := k.ring()
	if ring == nil {
		return
	}
	found, ok := ring.fit.Load(p.ID)
	if !ok {
		found, _ = ring.fit.LoadOrStore(p.ID, k.fitting(ring, p))
	}
	f := found.(*fitting)
	keys.Names = append(make([]string, len(keys.Secrets), len(keys.Secrets)+len(f.names)), f.names...)
	keys.Secrets = append(keys.Secrets[:len(keys.Secrets):len(keys.Secrets)], f.secrets...)
	keys.Public = append(keys.Public[:len(keys.Public):len(keys.Public)], f.public...)
	keys.Played = f.played
}

func (k *storeKeys) fitting(ring *keyRing, p *provider.Profile) *fitting {
	f := &fitting{}
	f.add(p, k.own, ownSecret)
	for _, its := range []bool{true, false} {
		for _, key := range ring.keys {
			if (key.provider == p.ID) != its {
				continue
			}
			f.played = f.played || its
			if public, ok := publicHalf(p, key.text); ok {
				f.public = append(f.public, public)
			} else {
				f.add(p, key.text, key.name)
			}
		}
	}
	return f
}

func (f *fitting) add(p *provider.Profile, text, name string) {
	if text != "" && p.Scheme.CheckSecret(text) == nil {
		f.secrets, f.names = append(f.secrets, text), append(f.names, name)
	}
}

// publicHalf is what verifies, of a secret that is the private one of two keys.
func publicHalf(p *provider.Profile, secret string) (crypto.PublicKey, bool) {
	text, err := p.Scheme.PublicKey(secret)
	if err != nil {
		return nil, false
	}
	public, err := sign.ParsePublicKey(text)
	return public, err == nil
}

// named are the secrets that an explanation compares with.
func (k *storeKeys) named() []sign.Secret {
	var known []sign.Secret
	if k.own != "" {
		known = append(known, sign.Secret{Name: ownSecret, Text: k.own})
	}
	ring := k.ring()
	if ring == nil {
		return known
	}
	for _, key := range ring.keys {
		known = append(known, sign.Secret{Name: key.name, Text: key.text})
	}
	return known
}
