package cmd

import (
	"context"
	"sync"

	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/tui"
)

// insights looks into signatures for the terminal UI. What it judges with is
// gathered when it is first asked: the view does not wait for providers' files
// and keyrings to open.
type insights struct {
	*app
	public  string // the URL under which senders know the listener
	prepare func() (judge, error)
}

// newInsights judges as a listener with these keys does.
func newInsights(a *app, o *listenOptions, known *storeKeys) *insights {
	return &insights{app: a, public: o.url, prepare: func() (judge, error) {
		return a.listenJudge(o.Registry, known, func(p *provider.Profile) sign.Keys { return o.Keys(p).Keys }), nil
	}}
}

// storedInsights judges with the secrets of the settings and of the store.
func storedInsights(a *app, st *store.Store) *insights {
	return &insights{app: a, public: a.settings.first("url"), prepare: sync.OnceValues(func() (judge, error) {
		registry := a.providers()
		o := listenOptions{schemeOptions: schemeOptions{provider: autoProvider}}
		if secrets := a.settings.entries["secret"]; len(secrets) > 0 {
			o.secretRefs = secrets[0].values
		}
		keys, err := a.listenKeys(registry, &o)
		if err != nil {
			return judge{}, err
		}
		known, err := a.openStoreKeys(context.Background(), st)
		if err != nil {
			return judge{}, err
		}
		of := keys.of(known)
		return a.listenJudge(registry, known, func(p *provider.Profile) sign.Keys { return of(p).Keys }), nil
	})}
}

// listenJudge explains what a listener found.
func (a *app) listenJudge(registry *provider.Registry, store *storeKeys, keys func(*provider.Profile) sign.Keys) judge {
	configured := a.configuredNamed()
	return judge{app: a, registry: registry, keys: keys, budget: sign.DefaultBudget,
		known: func() []sign.Secret { return append(configured[:len(configured):len(configured)], store.named()...) }}
}

// of looks into one delivery.
func (i *insights) of(ctx context.Context, d *store.Delivery) (tui.Insight, error) {
	j, err := i.prepare()
	if err != nil {
		return tui.Insight{}, err
	}
	p, err := j.registry.Get(d.Verification.Provider)
	if err != nil {
		return tui.Insight{}, nil // nobody's, or a provider that is gone: there is nothing to say
	}
	coverage := p.Scheme.Coverage()
	in := tui.Insight{Coverage: &coverage}
	if d.Verification.Verdict == store.Valid {
		return in, nil
	}
	j.at, j.cancel = d.ReceivedAt, ctx.Done()
	e := j.explain(p, listen.MessageOf(d, i.public))
	if e.Found || d.Verification.Verdict == store.Invalid {
		in.Explanation = &e
	}
	return in, nil
}
