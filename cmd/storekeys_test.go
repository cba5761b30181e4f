package cmd

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

// openKeys is a store with as many endpoints, each with a secret, and what a
// listener knows of them.
func openKeys(t testing.TB, endpoints int) (*store.Store, *storeKeys, []*store.Endpoint) {
	t.Helper()
	st, err := store.Open(t.Context(), t.TempDir(), store.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	var all []*store.Endpoint
	for i := range endpoints {
		ep := &store.Endpoint{URL: "http://localhost", Provider: "revkeen", EventTypes: []string{"*"}, Enabled: true}
		if err := st.AddEndpoint(t.Context(), ep, func([]*store.Endpoint) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := st.RotateSecret(t.Context(), store.EndpointSecret{Endpoint: ep.ID, Value: fmt.Sprint("secret ", i)}, time.Now(), 0); err != nil {
			t.Fatal(err)
		}
		all = append(all, ep)
	}
	k, err := (&app{env: &env{now: time.Now}}).openStoreKeys(t.Context(), st)
	if err != nil {
		t.Fatal(err)
	}
	return st, k, all
}

func secretsOf(t testing.TB, k *storeKeys) []string {
	p, err := provider.Open().Get("revkeen")
	if err != nil {
		t.Fatal(err)
	}
	var keys listen.Keys
	k.addTo(&keys, p)
	if len(keys.Names) != len(keys.Secrets) {
		t.Errorf("%d names of %d secrets", len(keys.Names), len(keys.Secrets))
	}
	return keys.Secrets
}

// Whoever asks after a secret was changed gets the new one, however many ask.
func TestStoreKeysFollow(t *testing.T) {
	st, k, endpoints := openKeys(t, 1)
	for i := range 20 {
		value := fmt.Sprint("another secret ", i)
		if _, err := st.RotateSecret(t.Context(), store.EndpointSecret{Endpoint: endpoints[0].ID, Value: value}, time.Now(), 0); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if got := secretsOf(t, k); !slices.Contains(got, value) || len(got) != 2 {
					t.Errorf("after the change to %q it is %q", value, got)
				}
			})
		}
		wg.Wait()
	}
}

func TestStoreKeysExpire(t *testing.T) {
	st, k, endpoints := openKeys(t, 1)
	now := time.Now()
	k.now = func() time.Time { return now }
	if _, err := st.RotateSecret(t.Context(), store.EndpointSecret{Endpoint: endpoints[0].ID, Value: "next"}, now, time.Hour); err != nil {
		t.Fatal(err)
	}
	own := k.own
	for _, step := range []struct {
		after time.Duration
		want  []string
	}{{0, []string{own, "next", "secret 0"}}, {time.Hour - 1, []string{own, "next", "secret 0"}}, {time.Hour, []string{own, "next"}}} {
		now = now.Add(step.after)
		if got := secretsOf(t, k); !slices.Equal(got, step.want) {
			t.Errorf("after %v it is %q, want %q", step.after, got, step.want)
		}
		now = now.Add(-step.after)
	}
}

func BenchmarkStoreKeys(b *testing.B) {
	for _, n := range []int{0, 1, 100} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			_, k, _ := openKeys(b, n)
			p, err := provider.Open().Get("revkeen")
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				var keys listen.Keys
				k.addTo(&keys, p)
			}
		})
	}
}
