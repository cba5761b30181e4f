package cmd

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

type secretNewOptions struct {
	provider, algorithm, out string
	reveal                   bool
}

func newSecretNewCmd(a *app) *cobra.Command {
	o := secretNewOptions{provider: defaultProvider}
	c := &cobra.Command{
		Use:   "new",
		Short: "make a secret or a key pair in a provider's own form",
		Long: "Prints a new secret with the prefix, length and alphabet of the provider's own; it is kept nowhere. Where the scheme signs with a private key, " +
			"the private key comes first and the public key, which verifies, behind it. With --out the secret half goes into a file of mode 0600, which must not exist, " +
			"and only a public key is printed.\n" +
			"This is the one command whose purpose is to show a secret. Everywhere else secrets are masked.",
		Example: `hooks secret new
export SECRET=$(hooks secret new --provider github)
hooks secret new --provider discord --out discord.key > discord.pub
hooks secret new --provider http-message-signatures --algorithm ed25519 --json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return a.newSecret(&o) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVarP(&o.provider, "provider", "p", o.provider, "whose form: `NAME` or hmac")
	flags.StringVar(&o.algorithm, "algorithm", "", "for which of the scheme's algorithms: `NAME` (default: the first)")
	flags.StringVar(&o.out, "out", "", "write the secret or private key to `FILE`, which must not exist")
	flags.BoolVar(&o.reveal, "reveal", true, "print what is secret, for which this command is there; --reveal=false masks it")
	configurable(flags, "provider")
	return c
}

// newKeyLine is what `hooks secret new --json` prints: a secret, or the two
// halves of a pair. With --out the secret half is in the file alone.
type newKeyLine struct {
	Provider   string `json:"provider"`
	Algorithm  string `json:"algorithm"`
	Secret     string `json:"secret,omitempty"`
	PrivateKey string `json:"private_key,omitempty"`
	PublicKey  string `json:"public_key,omitempty"`
	File       string `json:"file,omitempty"`
}

func (a *app) newSecret(o *secretNewOptions) error {
	p, err := a.keyOwner(o.provider)
	if err != nil {
		return err
	}
	key, err := p.NewKey(o.algorithm, a.random)
	if err != nil {
		return newKeyFailure(p, err)
	}
	line := newKeyLine{Provider: p.ID, Algorithm: key.Algorithm, Secret: key.Secret, PrivateKey: key.Private, PublicKey: key.Public}
	if o.out != "" && o.out != "-" {
		if err := createFile(o.out, []byte(key.Secret+key.Private+"\n"), 0o600, false); err != nil {
			return thereAlready(err, "give another name: --out FILE")
		}
		a.note("wrote %s; use it as --secret file:%s", o.out, o.out)
		line.File, line.Secret, line.PrivateKey = o.out, "", ""
	}
	if !o.reveal {
		line.Secret, line.PrivateKey = maskedKey(line.Secret), maskedKey(line.PrivateKey)
	}
	return a.printKey(line)
}

// maskedKey is what is shown of a secret half, "" where there is none.
func maskedKey(text string) string {
	if text == "" {
		return ""
	}
	return maskedSecret(store.EndpointSecret{Value: text})
}

// keyOwner is the provider in whose form the key is. A scheme made from flags
// has none: any text is a key.
func (a *app) keyOwner(id string) (*provider.Profile, error) {
	if id != genericProvider {
		return a.providers().Get(id)
	}
	scheme, err := sign.Generic(sign.GenericOptions{Header: "X-Signature"})
	if err != nil {
		return nil, err
	}
	format, err := provider.ParseSecretFormat("{hex:32}")
	return &provider.Profile{ID: id, Scheme: scheme, Behaviour: provider.Behaviour{SecretFormat: format}}, err
}

// newKeyFailure words why there is no new key. Random numbers that do not come
// are the machine's fault.
func newKeyFailure(p *provider.Profile, err error) error {
	if f := classify(err); f != nil {
		f.message = p.ID + ": " + f.message
		f.hint = orElse(f.hint, "hooks provider show "+p.ID)
		return f
	}
	return environmentError("%s: %s", p.ID, err)
}

func (a *app) printKey(line newKeyLine) error {
	if a.json {
		return a.printJSON(line)
	}
	var texts []string
	for _, text := range []string{line.Secret, line.PrivateKey, line.PublicKey} {
		if text != "" {
			texts = append(texts, text)
		}
	}
	if len(texts) == 0 {
		return nil
	}
	if line.PrivateKey != "" {
		a.note("the private key signs: --secret; the public key behind it verifies: --public-key")
	}
	return a.println(strings.Join(texts, "\n"))
}
