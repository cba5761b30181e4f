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
	return &cobra.Command{
		Use:   "list [EP]",
		Short: "list the secrets that sign, masked",
		Long: "Lists the store's own secret and those of the endpoints, the current one of each first. FINGERPRINT is the beginning of the SHA-256 of a secret, " +
			"to compare it with what a receiver has; a reference has none, its value is not looked at.",
		Example: "hooks secret list\nhooks secret list shop --json",
		Args:    argsBetween(0, 1),
		RunE:    func(c *cobra.Command, args []string) error { return a.listSecrets(c.Context(), append(args, "")[0]) },
	}
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

func (a *app) listSecrets(ctx context.Context, ref string) error {
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
			lines = append(lines, newSecretLine(store.EndpointSecret{Endpoint: ownerStore, Value: own, Source: store.SecretGenerated}))
		}
	}
	all, err := st.AllEndpointSecrets(ctx, a.now())
	if err != nil {
		return err
	}
	names := map[string]string{ownerStore: "the store's own"}
	for _, ep := range endpoints {
		names[ep.ID] = orElse(ep.Name, ep.ID)
		for _, s := range all[ep.ID] {
			lines = append(lines, newSecretLine(s))
		}
	}
	return a.printSecrets(lines, names)
}

func (a *app) printSecrets(lines []secretLine, names map[string]string) error {
	list := a.newListing("ENDPOINT", "SECRET", "ID", "STATE", "EXPIRES", "FINGERPRINT", "SOURCE")
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
