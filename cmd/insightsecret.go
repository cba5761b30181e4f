package cmd

import (
	"context"
	"fmt"

	"github.com/hooks-cli/hooks/listen"
	"github.com/hooks-cli/hooks/store"
)

// secret is the secret that a delivery is signed with: that of its endpoint,
// else the one of those known here that its signature is right with; where none
// is, the first that was tried.
func (i *insights) secret(ctx context.Context, st *store.Store, d *store.Delivery) (secret, which string, err error) {
	if d.Endpoint != "" {
		kept, err := st.EndpointSecrets(ctx, d.Endpoint, i.now())
		if err != nil {
			return "", "", err
		}
		if current := currentSecret(kept); current != nil {
			secret, err = i.secretValue(*current)
			return secret, "of the endpoint", err
		}
	}
	j, err := i.prepare()
	if err != nil {
		return "", "", err
	}
	p, err := j.registry.Get(senderOf(d))
	if err != nil {
		return "", "", fmt.Errorf("the sender is unknown, and so is its secret")
	}
	keys := j.keys(p)
	if len(keys.Secrets) == 0 {
		return "", "", fmt.Errorf("no secret of %s is known here", p.ID)
	}
	_, v := j.registry.Verify(p, listen.MessageOf(d, i.public), keys, d.ReceivedAt, nil)
	if v.OK && v.Key >= 0 && v.Key < len(keys.Secrets) {
		return keys.Secrets[v.Key], "which it was signed with", nil
	}
	return keys.Secrets[0], fmt.Sprintf("tried and not right, 1 of %d", len(keys.Secrets)), nil
}

// senderOf is whose scheme a delivery is judged by.
func senderOf(d *store.Delivery) string {
	if d.Verification != nil {
		return d.Verification.Provider
	}
	if d.Event != nil {
		return d.Event.Provider
	}
	return ""
}
