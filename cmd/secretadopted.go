package cmd

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

type secretAdoptedOptions struct {
	forget []string
	reveal bool
}

func newSecretAdoptedCmd(a *app) *cobra.Command {
	var o secretAdoptedOptions
	c := &cobra.Command{
		Use:   "adopted",
		Short: "the secrets that senders handed over to hooks listen",
		Long: "Asana chooses the secret itself and hands it over in its handshake. hooks listen --provider asana keeps the first one while no other is known, " +
			"and verifies with it. This lists what was kept, masked, and drops it: then the next handshake is kept.",
		Example: "hooks secret adopted\nhooks secret adopted --forget asana",
		Args:    noArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.adoptedSecrets(c, &o) },
	}
	flags := c.Flags()
	flags.Var(newValues(&o.forget, "string", parseAny), "forget", "drop the secret of provider `NAME`; repeatable")
	flags.BoolVar(&o.reveal, "reveal", false, "do not mask the secrets")
	return c
}

// adoptedLine is what `hooks secret adopted --json` prints.
type adoptedLine struct {
	Provider  string    `json:"provider"`
	Secret    string    `json:"secret"` // masked without --reveal
	AdoptedAt time.Time `json:"adopted_at"`
}

func (a *app) adoptedSecrets(c *cobra.Command, o *secretAdoptedOptions) error {
	open := a.readStore
	if len(o.forget) > 0 {
		open = a.openStore
	}
	st, err := open(c.Context())
	if err != nil {
		return err
	}
	defer st.Close()
	all, err := st.Adopted(c.Context())
	if err != nil {
		return err
	}
	if len(o.forget) > 0 {
		return a.forget(c, st, all, o.forget)
	}
	return a.listAdopted(all, o.reveal)
}

func (a *app) forget(c *cobra.Command, st *store.Store, all []store.Adopted, names []string) error {
	var known []string
	for _, one := range all {
		known = append(known, one.Provider)
	}
	for _, name := range names {
		err := st.Forget(c.Context(), name)
		if errors.Is(err, store.ErrNotAdopted) {
			return usageError("no secret of %q was adopted", cut(name)).withHint("%s", orElse(didYouMean(name, known), "hooks secret adopted lists what was"))
		}
		if err != nil {
			return err
		}
		a.note("dropped the secret of %s; a listener that runs keeps it until it ends", name)
	}
	return nil
}

func (a *app) listAdopted(all []store.Adopted, reveal bool) error {
	list := a.newListing("PROVIDER", "SECRET", "SINCE")
	for _, one := range all {
		if !reveal {
			one.Secret = mask(one.Secret)
		}
		line := adoptedLine{one.Provider, one.Secret, one.At}
		if err := list.add(line, one.Provider, one.Provider, one.Secret, one.At.UTC().Format(time.RFC3339)); err != nil {
			return err
		}
	}
	return list.end("no secret was adopted")
}
