package interop

import (
	"strings"
	"testing"
	"time"
)

// TestTextSecrets: the key of these schemes is the text of the secret as it
// stands, whatever it looks like.
func TestTextSecrets(t *testing.T) {
	secrets := map[string]string{
		"one letter":           "s",
		"base64 with a prefix": standardSecret,
		"hex":                  strings.Repeat("0123456789abcdef", 4),
		"spaces around":        "  secret ",
		"a line end":           "secret\n",
		"not ASCII":            "pässwörd 🔑 \u2028",
		"not UTF-8":            "\xff\xfe\x00\x01",
		"longer than a block":  strings.Repeat("k", 1000),
		"exactly a block":      strings.Repeat("k", 64),
	}
	for _, id := range []string{"stripe", "github", "github-sha1", "slack", "paddle"} {
		l := libraryOf(t, id)
		for name, secret := range secrets {
			for _, signer := range sides() {
				t.Run(id+"/"+signer.name+"/"+name, func(t *testing.T) {
					wantBoth(t, l, signer.sign(t, l, []byte(aBody), time.Now(), secret), secret, true)
				})
			}
		}
	}
}

// TestBase64Secrets: Standard Webhooks and Svix decode what is behind the
// prefix. Both sides take the same secrets and refuse the same.
func TestBase64Secrets(t *testing.T) {
	const text = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	secrets := []struct {
		name, secret string
		good         bool
	}{
		{"with its prefix", "whsec_" + text, true},
		{"without", text, true},
		{"one byte", "whsec_AA==", true},
		{"padded", "whsec_" + text + "MfKQ9g==", true},
		{"both signs of the alphabet", "whsec_+/+/" + text, true},
		{"the prefix twice", "whsec_whsec_" + text, false},
		{"the prefix in capitals", "WHSEC_" + text, false},
		{"the prefix of a private key", "whsk_" + text, false},
		{"the URL-safe alphabet", "whsec_-_-_" + text, false},
		{"a space inside", "whsec_" + text[:8] + " " + text[8:], false},
		{"a space before", " whsec_" + text, false},
		{"padding in the middle", "whsec_AA==" + text, false},
		{"one digit too many", "whsec_" + text + "A", false},
		{"not base64", "whsec_it's a secret", false},
	}
	for _, id := range []string{"svix", "standard"} {
		l := libraryOf(t, id)
		for _, s := range secrets {
			t.Run(id+"/"+s.name, func(t *testing.T) {
				_, theirs := newStandard(id, s.secret)
				ours := l.scheme.CheckSecret(s.secret)
				if (ours == nil) != s.good || (theirs == nil) != s.good {
					t.Fatalf("want both to take it: %t\n ours: %v\ntheirs: %v", s.good, ours, theirs)
				}
				if !s.good {
					return
				}
				for _, signer := range sides() {
					wantBoth(t, l, signer.sign(t, l, []byte(aBody), time.Now(), s.secret), s.secret, true)
				}
			})
		}
	}
}
