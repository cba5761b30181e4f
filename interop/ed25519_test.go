package interop

import (
	"crypto"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// ed25519Library stands in for a library of Standard Webhooks v1a: neither of
// the two in Go knows the asymmetric variant. It is written after the text of
// the specification, with crypto/ed25519 alone.
func ed25519Library(t testing.TB) *library {
	return &library{
		provider: "standard-v1a",
		secret:   seedKey(1), older: seedKey(2), foreign: seedKey(3),
		keys: func(secrets ...string) sign.Keys {
			k := sign.Keys{Secrets: secrets}
			for _, secret := range secrets {
				k.Public = append(k.Public, publicKey(t, secret))
			}
			return k
		},
		headers: []string{"webhook-id", "webhook-timestamp", "webhook-signature"}, sig: "webhook-signature", mark: "v1a,",
		window: 5 * time.Minute, several: true,
		verify: verifyEd25519,
		sign: func(body []byte, at time.Time, secrets ...string) sign.Headers {
			var sigs []string
			for _, secret := range secrets {
				raw := ed25519.Sign(privateKey(secret), fmt.Appendf(nil, "%s.%d.%s", eventID, at.Unix(), body))
				sigs = append(sigs, "v1a,"+base64.StdEncoding.EncodeToString(raw))
			}
			return standardHeaders("webhook", at, sigs...)
		},
	}
}

// seedKey is a private key as its owner writes it.
func seedKey(fill byte) string {
	seed := make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = fill
	}
	return "whsk_" + base64.StdEncoding.EncodeToString(seed)
}

// privateKey is nil for what is no key: it verifies nothing then.
func privateKey(secret string) ed25519.PrivateKey {
	seed, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsk_"))
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil
	}
	return ed25519.NewKeyFromSeed(seed)
}

// publicText is the public half as a sender shows it.
func publicText(secret string) string {
	public := privateKey(secret).Public().(ed25519.PublicKey)
	return "whpk_" + base64.StdEncoding.EncodeToString(public)
}

func publicKey(t testing.TB, secret string) crypto.PublicKey {
	t.Helper()
	key, err := sign.ParsePublicKey(publicText(secret))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func verifyEd25519(r *http.Request, secret string) error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	id, ts := r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp")
	if id == "" {
		return errors.New("no id")
	}
	at, err := strconv.ParseInt(ts, 10, 64)
	if err != nil {
		return err
	}
	if time.Since(time.Unix(at, 0)).Abs() > 5*time.Minute {
		return errors.New("outside the window")
	}
	public := privateKey(secret).Public().(ed25519.PublicKey)
	for entry := range strings.SplitSeq(r.Header.Get("webhook-signature"), " ") {
		version, text, _ := strings.Cut(entry, ",")
		raw, err := base64.StdEncoding.Strict().DecodeString(text)
		if version == "v1a" && err == nil && ed25519.Verify(public, fmt.Appendf(nil, "%s.%s.%s", id, ts, body), raw) {
			return nil
		}
	}
	return errors.New("no signature matches")
}
