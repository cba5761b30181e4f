package interop

import (
	"crypto/sha1"
	"crypto/sha512"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// What the libraries accept and the program refuses.

// theirTimes are spellings of a timestamp that no sender uses.
func theirTimes() []difference {
	const why = "strconv.ParseInt takes it; the senders write decimal digits and nothing else"
	spelled := func(prefix string) func(testing.TB, *library) *sign.Message {
		return func(t testing.TB, l *library) *sign.Message {
			at := time.Now()
			switch l.provider {
			case "slack": // the text of the header is signed
				m := unsigned([]byte(aBody))
				m.Headers = append(m.Headers, slackHeaders(prefix+unix(at), m.Body, l.secret)...)
				return m
			case "paddle":
				m := unsigned([]byte(aBody))
				m.Headers = append(m.Headers, paddleHeaders(prefix+unix(at), m.Body, l.secret)...)
				return m
			}
			// The number is signed, whatever its spelling was.
			return withText(t, l, signTheirs(t, l, []byte(aBody), at, l.secret), unix(at), prefix+unix(at))
		}
	}
	return []difference{
		{name: "a plus sign before the timestamp", laxer: "theirs", in: []string{"stripe", "svix", "standard", "slack"}, of: spelled("+"), why: why},
		{name: "a zero before the timestamp", laxer: "theirs", in: []string{"stripe", "svix", "standard", "slack", "paddle"}, of: spelled("0"), why: why},
		{name: "two timestamps", laxer: "theirs", in: []string{"stripe"},
			of:  edited(ofSignature, func(value string) []string { return []string{"t=1," + value} }),
			why: "the last one counts there; which one was signed is ambiguous"},
	}
}

func theirHeaders() []difference {
	return []difference{
		{name: "text behind the signature", laxer: "theirs", in: []string{"svix", "standard"},
			of:  edited(ofSignature, func(value string) []string { return []string{value + ",junk"} }),
			why: "they split at commas and look at two parts; an entry of the standard has exactly two"},
		{name: "a dot in the id", laxer: "theirs", in: []string{"svix", "standard"}, of: dottedID,
			why: "the dot ends the id in the signed text: id a.1 at 2 would be id a at 1.2"},
		{name: "the header on a second line", laxer: "theirs", in: []string{"stripe", "github", "github-sha1", "slack", "paddle"},
			of:  edited(ofSignature, func(value string) []string { return []string{value, value} }),
			why: "http.Header.Get sees the first line only; a proxy may see the last"},
		{name: "the id on a second line", laxer: "theirs", in: []string{"svix", "standard"},
			of:  edited(ofFirst, func(value string) []string { return []string{value, "msg_2"} }),
			why: "http.Header.Get sees the first line only; the id is signed and must be one"},
		{name: "more than a hundred signatures", laxer: "theirs", in: []string{"stripe", "svix", "standard"}, of: manySignatures,
			why: "the work that one message can cause is bounded"},
		{name: "another algorithm in the header", laxer: "theirs", in: []string{"github"},
			of: func(t testing.TB, l *library) *sign.Message {
				return with(signedNow(t, l), l.sig, "sha1="+hexOf(macOf(sha1.New, l.secret, []byte(aBody))))
			},
			why: "the message chooses the hash there; a header that is called -256 has to mean it"},
		{name: "SHA-512 in the header", laxer: "theirs", in: []string{"github", "github-sha1"},
			of: func(t testing.TB, l *library) *sign.Message {
				return with(signedNow(t, l), l.sig, "sha512="+hexOf(macOf(sha512.New, l.secret, []byte(aBody))))
			},
			why: "kept in the library for a future that has not come"},
		{name: "only the SHA-1 header", laxer: "theirs", in: []string{"github"},
			of:  func(t testing.TB, l *library) *sign.Message { return signedNow(t, libraryOf(t, "github-sha1")) },
			why: "the library falls back by itself; here that is the provider github-sha1, so that nobody is downgraded unasked"},
	}
}

// theirSecrets are secrets that somebody forgot to set, or wrote in their own
// way.
func theirSecrets() []difference {
	signedWith := func(secret string) difference {
		return difference{
			laxer: "theirs", secret: func(*library) string { return secret },
			of: func(t testing.TB, l *library) *sign.Message {
				return signTheirs(t, l, []byte(aBody), time.Now(), secret)
			},
			why: "an HMAC with a key that is not there can be made by anybody; slack-go refuses it, too",
		}
	}
	empty, prefix, blank := signedWith(""), signedWith("whsec_"), signedWith(" \n")
	empty.name, empty.in = "an empty secret", []string{"stripe", "svix", "standard", "github", "github-sha1", "paddle"}
	prefix.name, prefix.in = "nothing behind whsec_", []string{"svix", "standard"}
	blank.name, blank.in = "a secret of white space", []string{"stripe", "github", "github-sha1", "slack", "paddle"}
	return []difference{empty, prefix, blank, {
		name: "a line end behind the secret", laxer: "theirs", in: []string{"svix", "standard"},
		secret: func(l *library) string { return l.secret + "\n" }, of: signedNow,
		why: "encoding/base64 skips line ends; a file's is cut off before the secret gets here",
	}, {
		name: "no secret and no signature", laxer: "theirs", in: []string{"github", "github-sha1"},
		secret: func(*library) string { return "" },
		of:     func(testing.TB, *library) *sign.Message { return unsigned([]byte(aBody)) },
		why:    "go-github verifies only if there is a secret or a signature",
	}}
}

// dottedID is signed by the library itself.
func dottedID(t testing.TB, l *library) *sign.Message {
	t.Helper()
	at := time.Now()
	const id = "msg.1"
	sig, err := openStandard(t, l.provider, l.secret).Sign(id, at, []byte(aBody))
	if err != nil {
		t.Fatal(err)
	}
	m := unsigned([]byte(aBody))
	m.Headers = append(m.Headers, standardHeaders(strings.TrimSuffix(l.sig, "-signature"), at, sig)...)
	return with(m, l.headers[0], id)
}

func manySignatures(t testing.TB, l *library) *sign.Message {
	t.Helper()
	secrets := append(slices.Repeat([]string{l.foreign}, 100), l.secret)
	return signTheirs(t, l, []byte(aBody), time.Now(), secrets...)
}
