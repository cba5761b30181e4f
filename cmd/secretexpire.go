package cmd

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

type secretExpireOptions struct{ all, regenerate bool }

func newSecretExpireCmd(a *app) *cobra.Command {
	var o secretExpireOptions
	c := &cobra.Command{
		Use:   "expire EP [SECRET...]",
		Short: "end secrets of an endpoint at once",
		Long: "SECRET is an id that hooks secret list shows, or its beginning. When the current secret goes, --regenerate makes another; without it the youngest of the others is " +
			"current again. The last one is not ended without --regenerate.",
		Example: "hooks secret expire shop sec_01J\nhooks secret expire shop --all --regenerate",
		Args:    argsBetween(1, -1),
		RunE:    func(c *cobra.Command, args []string) error { return a.expireSecrets(c.Context(), args[0], args[1:], o) },
	}
	c.Flags().BoolVar(&o.all, "all", false, "end all of them")
	c.Flags().BoolVar(&o.regenerate, "regenerate", false, "make a new one for the current one")
	return c
}

func (a *app) expireSecrets(ctx context.Context, ref string, refs []string, o secretExpireOptions) error {
	switch {
	case o.all && len(refs) > 0:
		return usageError("--all and SECRET exclude each other: give one")
	case !o.all && len(refs) == 0:
		return usageError("say which secret is to expire").withHint("hooks secret list %s shows their ids; --all ends all of them", ref)
	}
	st, ep, err := storeWith(ctx, a.openStore, ref)
	if err != nil {
		return err
	}
	defer st.Close()
	kept, err := st.EndpointSecrets(ctx, ep.ID, a.now())
	if err != nil {
		return err
	}
	ids, err := secretIDs(kept, refs, o.all)
	if err != nil {
		return err
	}
	return a.endSecrets(ctx, st, ep, ids, o.regenerate)
}

// secretIDs finds the secrets that are meant.
func secretIDs(kept []store.EndpointSecret, refs []string, all bool) ([]string, error) {
	var ids, known []string
	for _, s := range kept {
		known = append(known, s.ID)
	}
	if all {
		return known, nil
	}
	for _, ref := range refs {
		var fits []string
		for _, id := range known {
			if id == ref || len(ref) > len("sec_") && strings.HasPrefix(id, ref) {
				fits = append(fits, id)
			}
		}
		switch len(fits) {
		case 0:
			return nil, &store.NoSecretError{ID: ref, Known: known}
		case 1:
			ids = append(ids, fits[0])
		default:
			return nil, &store.AmbiguousError{Ref: ref, IDs: fits}
		}
	}
	return ids, nil
}

func (a *app) endSecrets(ctx context.Context, st *store.Store, ep *store.Endpoint, ids []string, regenerate bool) error {
	p, rules, err := a.endpointRules(ep)
	if err != nil {
		return err
	}
	before, err := st.EndpointSecrets(ctx, ep.ID, a.now())
	if err != nil {
		return err
	}
	was := currentSecret(before)
	var next *store.EndpointSecret
	if regenerate {
		if was != nil && !slices.Contains(ids, was.ID) {
			return usageError("the current secret stays: --regenerate makes one in its place").withHint("hooks secret rotate %s", refOf(ep))
		}
		if rules.Secret == "supplied" {
			return secretError("provider %s signs with the secret that its subscriber gives: there is none to be made", p.ID).
				withHint("hooks secret rotate %s --grace 0s --secret REF", refOf(ep))
		}
		chosen, err := a.generateSecret(p)
		if err != nil {
			return err
		}
		next = &chosen.EndpointSecret
	}
	left, err := st.ExpireSecrets(ctx, ep.ID, ids, next, a.now())
	if errors.Is(err, store.ErrNoSigningKey) {
		return secretError("%s", err).withHint("add --regenerate, or give it another one: hooks secret rotate %s --grace 0s", refOf(ep))
	}
	if err != nil {
		return err
	}
	is := currentSecret(left)
	switch {
	case regenerate:
		a.noteSignatures(p)
	case was != nil && is != nil && was.ID != is.ID:
		a.note("%s is the current one again", is.ID)
	}
	return a.printRotated(ep, left, chosenSecret{}, false)
}
