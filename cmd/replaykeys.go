package cmd

import (
	"context"
	"errors"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// replayKeys are the keys that a delivery may be signed with afresh.
type replayKeys struct {
	named      sign.Keys
	configured map[string][]string
	own        string // the store's
}

// replayKeys are those that nobody named.
func (a *app) replayKeys(ctx context.Context, st *store.Store) (k replayKeys, err error) {
	if k.own, err = st.Secret(ctx); err != nil {
		return k, err
	}
	k.configured, err = a.configuredSecrets()
	return k, err
}

// of chooses the keys: named ones, the one that verifies the delivery, or,
// where the verdict was no secret's doing, those the settings know.
func (r replayKeys) of(p *provider.Profile, d *store.Delivery, a *app) (sign.Keys, error) {
	k := r.named
	if len(k.Secrets) > 0 {
		return k, a.checkSecrets(p, k.Secrets)
	}
	known := append([]string{}, r.configured[p.ID]...)
	if p.Scheme.CheckSecret(r.own) == nil {
		known = append(known, r.own)
	}
	m := sign.Message{Method: d.Request.Method, Headers: d.Request.Headers, Body: d.Request.Body}
	var noWindow time.Duration // the recorded timestamp is old by now
	for _, secret := range known {
		k.Secrets = []string{secret}
		if v := p.Scheme.Verify(&m, k, d.ReceivedAt, &noWindow); v.OK {
			return k, nil
		}
	}
	if len(r.configured[p.ID]) > 0 {
		k.Secrets = r.configured[p.ID]
		return k, nil
	}
	return sign.Keys{}, usageError("delivery #%d is %s's, and no secret is known to sign it afresh with", d.Seq, p.ID).
		withHint("--secret REF, or --as-received")
}

// keysAgain are the named keys, else those of the endpoint: ep, or, where --to
// sends elsewhere, the one of the delivery, if it is still there.
func (a *app) keysAgain(ctx context.Context, st *store.Store, d *store.Delivery, ep *store.Endpoint, o *replayOptions, named sign.Keys) (sign.Keys, error) {
	if len(named.Secrets) > 0 || o.asReceived || d.Endpoint == "" {
		return named, nil
	}
	if ep == nil {
		var gone *store.NoEndpointError
		var err error
		if ep, err = st.Endpoint(ctx, d.Endpoint); errors.As(err, &gone) {
			return named, nil
		} else if err != nil {
			return named, err
		}
	}
	p, err := a.providers().Get(orElse(ep.Provider, d.Event.Provider))
	if err != nil {
		return named, err
	}
	keys, err := (&endpointKeys{app: a, store: st}).of(ctx, ep, p, a.now())
	if err != nil {
		return named, secretError("%s", &send.KeysError{Endpoint: ep, Err: err})
	}
	return keys, nil
}

// resign signs the request afresh: with the named secret, else the one that
// verifies the recorded request.
func (a *app) resign(j *job, d *store.Delivery, o *replayOptions, keys replayKeys) error {
	id := orElse(o.provider, d.Event.Provider)
	if id == "" || o.provider == "" && d.IsNotice() {
		return nil // nobody's signature: there is nothing to sign afresh
	}
	p, err := a.providers().Get(id)
	if err != nil {
		return err
	}
	j.profile = p
	k, err := keys.of(p, d, a)
	if err != nil {
		return err
	}
	s := send.Signing{Profile: p, Keys: k, At: a.now()}
	v := sign.Values{ID: j.event.ExternalID, Event: j.event.Type}
	if j.out, err = s.Sign(j.target, j.out, v); err != nil {
		return schemeFailure(p, err)
	}
	return nil
}
