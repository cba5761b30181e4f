package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

func newSecretShowCmd(a *app) *cobra.Command {
	reveal := false
	c := &cobra.Command{
		Use:     "show EP",
		Short:   "the secret that signs for an endpoint",
		Long:    "Masked. With --reveal it prints the secret and nothing else: the private key where the provider signs with one.",
		Example: "hooks secret show shop\nexport WEBHOOK_SECRET=$(hooks secret show shop --reveal)",
		Args:    argsBetween(1, 1),
		RunE:    func(c *cobra.Command, args []string) error { return a.showSecret(c.Context(), args[0], reveal) },
	}
	c.Flags().BoolVar(&reveal, "reveal", false, "print the secret itself")
	return c
}

func (a *app) showSecret(ctx context.Context, ref string, reveal bool) error {
	st, ep, err := storeWith(ctx, a.readStore, ref)
	if err != nil {
		return err
	}
	defer st.Close()
	kept, err := st.EndpointSecrets(ctx, ep.ID, a.now())
	if err != nil {
		return err
	}
	current := currentSecret(kept)
	if current == nil {
		return noSigningKey(ep)
	}
	line := newSecretLine(*current)
	line.PublicKey = a.publicKeyOf(ep, *current)
	if reveal {
		if line.Secret, err = a.secretValue(*current); err != nil {
			return err
		}
	}
	switch {
	case a.json:
		return a.printJSON(line)
	case reveal || a.quiet:
		return a.println(line.Secret)
	}
	return a.write([]byte(a.describeSecret(ep, line, kept)))
}

// noSigningKey is an endpoint that lost its secrets, or never needed one.
func noSigningKey(ep *store.Endpoint) *failure {
	return secretError("endpoint %s has no signing key", callIt(ep)).withHint("hooks secret rotate %s", ep.ID)
}

// publicKeyOf is what verifies, where the endpoint's provider signs with a pair
// of keys; "" elsewhere.
func (a *app) publicKeyOf(ep *store.Endpoint, s store.EndpointSecret) string {
	p, _, err := a.endpointRules(ep)
	if err != nil || p == nil {
		return ""
	}
	value, err := a.secretValue(s)
	if err != nil {
		return ""
	}
	public, err := p.Scheme.PublicKey(value)
	if err != nil {
		return "" // it is a shared secret
	}
	return public
}

func (a *app) describeSecret(ep *store.Endpoint, line secretLine, kept []store.EndpointSecret) string {
	var d description
	d.row("endpoint", "%s", callIt(ep))
	d.row("secret", "%s", line.Secret)
	d.row("fingerprint", "%s", line.Fingerprint)
	d.row("id", "%s", line.ID)
	d.row("source", "%s", line.Source)
	d.row("since", "%s", a.moment(*line.CreatedAt))
	for _, s := range kept {
		if !s.Current() {
			d.row("old", "%s  %s  until %s", maskedSecret(s), s.ID, a.moment(s.ExpiresAt))
		}
	}
	if line.PublicKey != "" {
		d.WriteString("\n" + line.PublicKey + "\n")
	}
	return d.String()
}
