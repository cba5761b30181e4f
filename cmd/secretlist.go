package cmd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
)

func newSecretListCmd(a *app) *cobra.Command {
	reveal := false
	c := &cobra.Command{
		Use:   "list [EP]",
		Short: "list the secrets that sign, masked",
		Long: "Lists the store's own secret and those of the endpoints, the current one of each first. FINGERPRINT is the beginning of the SHA-256 of a secret, " +
			"to compare it with what a receiver has; a reference has none, its value is not looked at.",
		Example: "hooks secret list\nhooks secret list shop --json",
		Args:    argsBetween(0, 1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.listSecrets(c.Context(), append(args, "")[0], reveal)
		},
	}
	c.Flags().BoolVar(&reveal, "reveal", false, "do not mask the secrets")
	return c
}

// secretLine is what the secret commands print with --json.
type secretLine struct {
	Type        string     `json:"type"`
	ID          string     `json:"id"`       // "" for the store's own
	Endpoint    string     `json:"endpoint"` // "store" for that
	State       string     `json:"state"`
	Secret      string     `json:"secret"` // masked, unless it was to be revealed
	Fingerprint string     `json:"fingerprint"`
	PublicKey   string     `json:"public_key,omitempty"`
	Source      string     `json:"source"`
	CreatedAt   *time.Time `json:"created_at"`
	ExpiresAt   *time.Time `json:"expires_at"`
}

func newSecretLine(s store.EndpointSecret) secretLine {
	state := stateOf(s)
	return secretLine{Type: "secret", ID: s.ID, Endpoint: s.Endpoint, State: state.State, Secret: maskedSecret(s), Fingerprint: fingerprint(s.Value),
		Source: s.Source, CreatedAt: timeOrNull(s.CreatedAt), ExpiresAt: state.ExpiresAt}
}

// fingerprint tells secrets apart that are too long to be guessed from it.
func fingerprint(secret string) string {
	if len(secret) < 16 {
		return ""
	}
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:4])
}

// ownerStore is the owner of the store's own secret.
const ownerStore = "store"

// printOwnSecret prints the store's own secret in full, and nothing else.
func (a *app) printOwnSecret(value string) error {
	if !a.json {
		return a.println(value)
	}
	line := ownSecretLine(value)
	line.Secret = value
	return a.printJSON(line)
}

func ownSecretLine(value string) secretLine {
	return newSecretLine(store.EndpointSecret{Endpoint: ownerStore, Value: value, Source: store.SecretGenerated})
}

func (a *app) listSecrets(ctx context.Context, ref string, reveal bool) error {
	st, err := a.readStore(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	var endpoints []*store.Endpoint
	var lines []secretLine
	if ref != "" {
		ep, err := liveEndpoint(ctx, st, ref)
		if err != nil {
			return err
		}
		endpoints = append(endpoints, ep)
	} else {
		if endpoints, err = st.Endpoints(ctx); err != nil {
			return err
		}
		own, err := st.Secret(ctx)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if own != "" {
			line := ownSecretLine(own)
			if reveal {
				line.Secret = own
			}
			lines = append(lines, line)
		}
	}
	all, err := st.AllEndpointSecrets(ctx, a.now())
	if err != nil {
		return err
	}
	names := map[string]string{ownerStore: "the store's own"}
	for _, ep := range endpoints {
		names[ep.ID] = refOf(ep)
		for _, s := range all[ep.ID] {
			lines = append(lines, a.listedSecret(s, reveal))
		}
	}
	return a.printSecrets(lines, names)
}

// listedSecret is a secret in a list. A reference that leads nowhere is shown as
// such: the others are there.
func (a *app) listedSecret(s store.EndpointSecret, reveal bool) secretLine {
	line := newSecretLine(s)
	if !reveal {
		return line
	}
	value, err := a.secretValue(s)
	if err != nil {
		a.warn("%s: %s", s.ID, err)
		return line
	}
	line.Secret = value
	return line
}

func (a *app) printSecrets(lines []secretLine, names map[string]string) error {
	list := a.newListing("ENDPOINT", "SECRET", "ID", "STATE", "EXPIRES", "FINGERPRINT", "SOURCE")
	list.table.spare = []string{"SOURCE", "FINGERPRINT"}
	for _, line := range lines {
		expires := "never"
		if line.ExpiresAt != nil {
			expires = a.moment(*line.ExpiresAt)
		}
		err := list.add(line, orElse(line.ID, line.Endpoint),
			names[line.Endpoint], line.Secret, orElse(line.ID, "–"), line.State, expires, orElse(line.Fingerprint, "–"), line.Source)
		if err != nil {
			return err
		}
	}
	return list.end("no secrets")
}
