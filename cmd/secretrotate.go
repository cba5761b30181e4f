package cmd

import (
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

type secretRotateOptions struct {
	secretFlags
	grace time.Duration
}

func newSecretRotateCmd(a *app) *cobra.Command {
	var o secretRotateOptions
	c := &cobra.Command{
		Use:   "rotate EP",
		Short: "give an endpoint a new secret; the old one expires after a grace",
		Long: "The new secret signs from the next attempt on. The old one goes on being valid for the provider's grace or --grace: where the scheme carries several signatures both " +
			"sign, and hooks listen accepts both. With --grace 0s it is gone at once.",
		Example: "hooks secret rotate shop\nhooks secret rotate shop --grace 1h\nhooks secret rotate shop --secret env:NEW_WEBHOOK_SECRET --allow-custom-secret",
		Args:    argsBetween(1, 1),
		RunE:    func(c *cobra.Command, args []string) error { return a.rotateSecret(c, args[0], &o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.Var(newValue(&o.grace, "", "duration", durationBetween(0, maxGrace)), "grace", "let the old secret be valid for `DUR` (default: the provider's)")
	o.secretFlags.add(flags)
	return c
}

// maxGrace is how long an old secret may be valid.
const maxGrace = 365 * 24 * time.Hour

func (a *app) rotateSecret(c *cobra.Command, ref string, o *secretRotateOptions) error {
	ctx := c.Context()
	st, ep, err := storeWith(ctx, a.openStore, ref)
	if err != nil {
		return err
	}
	defer st.Close()
	p, rules, err := a.endpointRules(ep)
	if err != nil {
		return err
	}
	given, err := o.reference(c.Flags())
	if err != nil {
		return err
	}
	chosen, err := a.chooseSecret(p, rules, given, o.custom)
	if err != nil {
		return err
	}
	if err := a.warnShared(ctx, st, ep.ID, chosen); err != nil {
		return err
	}
	grace := rules.RotationGrace
	if c.Flags().Changed("grace") {
		grace = o.grace
	}
	chosen.Endpoint = ep.ID
	if _, err := st.RotateSecret(ctx, chosen.EndpointSecret, a.now(), grace); err != nil {
		return rotationFailure(ep, err)
	}
	kept, err := st.EndpointSecrets(ctx, ep.ID, a.now())
	if err != nil {
		return err
	}
	a.noteSignatures(p)
	return a.printRotated(ep, kept, chosen, o.reveal)
}

func rotationFailure(ep *store.Endpoint, err error) error {
	var many *store.TooManySecretsError
	if errors.As(err, &many) {
		return secretError("%s", many).withHint("hooks secret expire %s SECRET ends one at once, --grace 0s the current one", refOf(ep))
	}
	return err
}

// noteSignatures says what a rotation means to the receiver.
func (a *app) noteSignatures(p *provider.Profile) {
	switch {
	case p == nil:
		a.note("where a scheme carries one signature the receiver must accept the new secret now")
	case !p.Scheme.Rotates():
		a.note("this scheme carries one signature: the receiver must accept the new secret now")
	}
}

// printRotated prints the secret that is current now, and until when others are
// valid.
func (a *app) printRotated(ep *store.Endpoint, kept []store.EndpointSecret, chosen chosenSecret, reveal bool) error {
	current := currentSecret(kept)
	if current == nil {
		return noSigningKey(ep)
	}
	line := newSecretLine(*current)
	line.PublicKey = a.publicKeyOf(ep, *current)
	if reveal && chosen.value != "" {
		line.Secret = chosen.value
	}
	switch {
	case a.json:
		return a.printJSON(line)
	case a.quiet:
		return a.println(line.ID)
	}
	text := a.describeSecret(ep, line, kept)
	if !reveal {
		a.note("hooks secret show %s --reveal prints it", refOf(ep))
	}
	return a.write([]byte(text))
}
