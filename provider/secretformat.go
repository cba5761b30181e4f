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
// of random bytes, as in whsec_{base64:24}.
type SecretFormat struct {
	prefix, suffix string
	encoding       string
	size           int
}

// secretFormatFor is what a secret looks like where the file does not say it:
// one that the scheme can use. RSA keys cannot be made of random bytes.
func secretFormatFor(spec sign.Spec) SecretFormat {
	alg := spec.Alg[0]
	switch {
	case spec.Key == "hex" || spec.Pub == "ed25519-hex":
		return SecretFormat{encoding: "hex", size: 32}
	case spec.Key == "base64" || strings.HasPrefix(alg, "ecdsa") || alg == "ES256":
		return SecretFormat{encoding: "base64", size: 32}
	case alg == "ed25519":
		return SecretFormat{prefix: "whsk_", encoding: "base64", size: 32}
	}
	return SecretFormat{prefix: "whsec_", encoding: "base64", size: 24}
}

// maxSecretBytes is the longest key a format may ask for.
const maxSecretBytes = 256

// ParseSecretFormat reads text with exactly one {base64:N}, {base64url:N} or
// {hex:N} in it, N in bytes.
func ParseSecretFormat(text string) (SecretFormat, error) {
	wrong := fmt.Errorf("secret_format %q needs one {base64:N}, {base64url:N} or {hex:N}", text)
	prefix, rest, ok := strings.Cut(text, "{")
	inner, suffix, closed := strings.Cut(rest, "}")
	if !ok || !closed || strings.ContainsAny(prefix+suffix, "{}") {
		return SecretFormat{}, wrong
	}
	encoding, digits, _ := strings.Cut(inner, ":")
	size, err := strconv.Atoi(digits)
	if err != nil || size < 16 || size > maxSecretBytes {
		return SecretFormat{}, fmt.Errorf("secret_format %q needs 16 to %d random bytes", text, maxSecretBytes)
	}
	if err := oneOf("encoding", encoding, "base64", "base64url", "hex"); err != nil {
		return SecretFormat{}, err
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
	default:
		text = base64.StdEncoding.EncodeToString(raw)
	}
	return f.prefix + text + f.suffix, nil
}
