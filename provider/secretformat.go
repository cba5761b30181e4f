package provider

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// SecretFormat is what a provider's own secrets look like: text around one run
// of random bytes or characters, as in whsec_{base64:24}.
type SecretFormat struct {
	prefix, suffix string
	encoding       string
	size           int
}

// standardPrivate begins a private key of Standard Webhooks.
const standardPrivate = "whsk_"

// secretFormatFor is what a secret looks like where the file does not say it:
// one that the scheme can use, in an alphabet that survives every form and
// shell. Keys that come in pairs are made by NewKey.
func secretFormatFor(spec sign.Spec) SecretFormat {
	switch {
	case strings.HasPrefix(spec.Key, "whsec"):
		return SecretFormat{prefix: "whsec_", encoding: "base64", size: 24}
	case spec.Key == "base64" || spec.Pub == "ed25519-b64" || spec.Pub == "spki-b64":
		return SecretFormat{encoding: "base64", size: 32}
	case spec.Pub == "" && spec.Alg[0] == "ed25519":
		return SecretFormat{prefix: standardPrivate, encoding: "base64", size: 32}
	}
	return SecretFormat{encoding: "hex", size: 32}
}

// Limits of a secret: fewer than 16 bytes can be guessed, and as many as that
// are in 22 letters and digits.
const (
	minSecretBytes = 16
	minSecretChars = 22
	maxSecretSize  = 256
)

// alphabet is that of alnum.
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// ParseSecretFormat reads text with exactly one {base64:N}, {base64url:N},
// {hex:N} or {alnum:N} in it. N counts bytes, and letters and digits of alnum.
func ParseSecretFormat(text string) (SecretFormat, error) {
	wrong := fmt.Errorf("secret_format %q needs one {base64:N}, {base64url:N}, {hex:N} or {alnum:N}", text)
	prefix, rest, ok := strings.Cut(text, "{")
	inner, suffix, closed := strings.Cut(rest, "}")
	if !ok || !closed || strings.ContainsAny(prefix+suffix, "{}") {
		return SecretFormat{}, wrong
	}
	encoding, digits, _ := strings.Cut(inner, ":")
	if err := oneOf("encoding", encoding, "base64", "base64url", "hex", "alnum"); err != nil {
		return SecretFormat{}, err
	}
	least, what := minSecretBytes, "random bytes"
	if encoding == "alnum" {
		least, what = minSecretChars, "letters and digits"
	}
	size, err := strconv.Atoi(digits)
	if err != nil || size < least || size > maxSecretSize {
		return SecretFormat{}, fmt.Errorf("secret_format %q needs %d to %d %s", text, least, maxSecretSize, what)
	}
	return SecretFormat{prefix, suffix, encoding, size}, nil
}

// String returns the text that ParseSecretFormat reads.
func (f SecretFormat) String() string {
	return fmt.Sprintf("%s{%s:%d}%s", f.prefix, f.encoding, f.size, f.suffix)
}

// Generate makes a secret from random bytes.
func (f SecretFormat) Generate(random io.Reader) (string, error) {
	raw := make([]byte, f.size)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("make a secret: %w", err)
	}
	text := ""
	switch f.encoding {
	case "hex":
		text = hex.EncodeToString(raw)
	case "base64url":
		text = base64.RawURLEncoding.EncodeToString(raw)
	case "alnum":
		if err := spell(raw, alphabet, random); err != nil {
			return "", fmt.Errorf("make a secret: %w", err)
		}
		text = string(raw)
	default:
		text = base64.StdEncoding.EncodeToString(raw)
	}
	return f.prefix + text + f.suffix, nil
}

// spell turns random bytes into letters, each as likely as the others: a byte
// beyond the last whole alphabet is drawn again.
func spell(raw []byte, letters string, random io.Reader) error {
	whole := 256 / len(letters) * len(letters)
	for i := range raw {
		for int(raw[i]) >= whole {
			if _, err := io.ReadFull(random, raw[i:i+1]); err != nil {
				return err
			}
		}
		raw[i] = letters[int(raw[i])%len(letters)]
	}
	return nil
}
