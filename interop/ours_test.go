package interop

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// What the program accepts and the libraries refuse. None of it can be made
// without the secret; a consumer with this library answers such a message with
// an error all the same.

// ourSpelling are other spellings of a right signature.
func ourSpelling() []difference {
	return []difference{
		{name: "base64 without its padding", laxer: "ours", in: []string{"svix", "standard", "standard-v1a"},
			of:  edited(ofSignature, func(value string) []string { return []string{strings.TrimRight(value, "=")} }),
			why: "the bytes are compared here; both libraries compare the text"},
		{name: "capital hex digits", laxer: "ours", in: []string{"paddle"},
			of: func(t testing.TB, l *library) *sign.Message {
				m := signedNow(t, l)
				return withSignature(t, l, m, strings.ToUpper(signature(t, l, m)))
			},
			why: "paddle-go-sdk has a regular expression for small ones; the other libraries with hex take both"},
		{name: "a space behind the separator", laxer: "ours", in: []string{"stripe", "paddle"},
			of: edited(ofSignature, func(value string) []string {
				return []string{strings.NewReplacer(",", ", ", ";", "; ").Replace(value)}
			}),
			why: "lists in headers may have spaces between their items (RFC 9110, section 5.6.1)"},
		{name: "an item with two equals signs", laxer: "ours", in: []string{"stripe"},
			of:  edited(ofSignature, func(value string) []string { return []string{value + ",v0=a=b"} }),
			why: "an unknown item is skipped here whatever its value is; one without = is an error on both sides"},
		{name: "a secret without its padding", laxer: "ours", in: []string{"svix", "standard"},
			secret: func(*library) string { return "whsec_" + base64.RawStdEncoding.EncodeToString([]byte(shortKey)) },
			of: func(t testing.TB, l *library) *sign.Message {
				padded := base64.StdEncoding.EncodeToString([]byte(shortKey))
				return signTheirs(t, l, []byte(aBody), time.Now(), padded)
			},
			why: "padding gets lost in copying and carries nothing"},
	}
}

// shortKey has a length whose base64 is padded.
const shortKey = "0123456789abcdef0123456789abcdef"

// ourLists are several signatures or items where the library expects one.
func ourLists() []difference {
	return []difference{
		{name: "a list on two lines", laxer: "ours", in: []string{"svix", "standard"},
			of: edited(ofSignature, func(value string) []string {
				return []string{"v1," + strings.Repeat("A", 43) + "=", value}
			}),
			why: "a list may come on several lines (RFC 9110, section 5.3); http.Header.Get sees the first only"},
		{name: "two signatures", laxer: "ours", in: []string{"paddle"},
			of: func(t testing.TB, l *library) *sign.Message {
				return signTheirs(t, l, []byte(aBody), time.Now(), l.secret, l.older)
			},
			why: "paddle-go-sdk's regular expression knows one h1, so a rotation with two breaks its users"},
		{name: "items in another order", laxer: "ours", in: []string{"paddle"},
			of: edited(ofSignature, func(value string) []string {
				ts, h1, _ := strings.Cut(value, ";")
				return []string{h1 + ";" + ts}
			}),
			why: "paddle-go-sdk has a regular expression for the whole header"},
		{name: "an item more", laxer: "ours", in: []string{"paddle"},
			of:  edited(ofSignature, func(value string) []string { return []string{value + ";h2=00"} }),
			why: "a further version would be an item; paddle-go-sdk's regular expression has no room for one"},
		{name: "an empty item", laxer: "ours", in: []string{"paddle"},
			of:  edited(ofSignature, func(value string) []string { return []string{value + ";"} }),
			why: "paddle-go-sdk has a regular expression for the whole header"},
	}
}

// ourRules are about more than the spelling.
func ourRules() []difference {
	return []difference{
		{name: "a timestamp ahead", laxer: "ours", in: []string{"paddle"},
			of: func(t testing.TB, l *library) *sign.Message {
				return signTheirs(t, l, []byte(aBody), time.Now().Add(time.Hour), l.secret)
			},
			why: "only the past is judged here, as in Paddle's library for Node; paddle-go-sdk judges both when it judges at all"},
		{name: "a body over 2 MiB", laxer: "ours", in: []string{"paddle"},
			of: func(t testing.TB, l *library) *sign.Message {
				return signTheirs(t, l, make([]byte, 2<<20+1), time.Now(), l.secret)
			},
			why: "paddle-go-sdk reads no more; hooks listen has a limit of its own"},
		{name: "a right SHA-1 beside a wrong SHA-256", laxer: "ours", in: []string{"github-sha1"},
			of: func(t testing.TB, l *library) *sign.Message {
				return with(signedNow(t, l), "X-Hub-Signature-256", "sha256="+strings.Repeat("0", 64))
			},
			why: "whoever names github-sha1 asks for SHA-1; unless named, github is recognised and refuses (TestNoDowngrade)"},
	}
}
