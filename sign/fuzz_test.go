package sign

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// FuzzForm holds the reading of forms to net/url where that can read them, and
// a value that is put into a query must be found there.
func FuzzForm(f *testing.F) {
	f.Add("a=1&b=2&b=1&c=%C3%A9+x", "b", "&=#?% ")
	f.Add("a&&=b&=&%zz=1;c", "bodySHA256", "0f")
	f.Fuzz(func(t *testing.T, text, key, value string) {
		pairs := parsePairs(text)
		if theirs, err := url.ParseQuery(text); err == nil {
			ours := url.Values{}
			for _, p := range pairs {
				ours.Add(p.key, p.value)
			}
			if ours.Encode() != theirs.Encode() {
				t.Fatalf("%q reads as %v, for net/url %v", text, ours, theirs)
			}
			if sorted := sortQuery(text); sorted != theirs.Encode() {
				t.Fatalf("%q sorted is %q, for net/url %q", text, sorted, theirs.Encode())
			}
		}
		glued := gluePairs(slices.Clone(pairs), true)
		if slices.Reverse(pairs); glued != gluePairs(pairs, true) {
			t.Fatalf("%q is glued differently when its fields come in another order", text)
		}
		set := setQuery("https://h/p?"+text, key, value)
		if got, n := lookPairs(parsePairs(queryOf(&Message{URL: set})), key); n == 0 || got != value {
			t.Fatalf("%q in %q: found %q, %d times", key, set, got, n)
		}
	})
}

// FuzzSignatureText: text that decodes is the one spelling of its bytes, but for
// the case of hex and the padding of base64.
func FuzzSignatureText(f *testing.F) {
	f.Add("0aFf")
	f.Add("-_-_")
	f.Add("QUI=")
	f.Add("QUJ=")
	f.Add("QU I=\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, e := range []encoding{encHex, encBase64, encBase64URL} {
			raw, ok := e.decode(nil, text)
			if !ok {
				continue
			}
			again, bare := e.encode(raw), strings.TrimRight(text, "=")
			if e == encHex {
				bare = strings.ToLower(text)
			}
			if strings.TrimRight(again, "=") != bare {
				t.Fatalf("%s: %q decodes to %x, which is %q", e, text, raw, again)
			}
		}
		if raw, err := hex.DecodeString(text); err == nil {
			if ours, ok := encHex.decode(nil, text); !ok || !bytes.Equal(ours, raw) {
				t.Fatalf("%q is %x, for encoding/hex %x", text, ours, raw)
			}
		}
		if raw, err := base64.StdEncoding.Strict().DecodeString(text); err == nil && !strings.ContainsAny(text, "\r\n") {
			if ours, ok := encBase64.decode(nil, text); !ok || !bytes.Equal(ours, raw) {
				t.Fatalf("%q is %x, for encoding/base64 %x", text, ours, raw)
			}
		}
	})
}

// FuzzTimestamp: a number that is a timestamp has no second spelling, and what
// is written reads as the same time.
func FuzzTimestamp(f *testing.F) {
	for _, seed := range []string{"1700000000", "1700000000000", "0", "+1", "01", "1e9", "1.5", "2023-11-14T22:13:20Z", "999999999999999999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, u := range []unit{unitSeconds, unitMillis, unitRFC3339} {
			when, ok := u.parse(text)
			if !ok {
				continue
			}
			written := u.format(when)
			if u != unitRFC3339 && written != text {
				t.Fatalf("%s: %q is written %q", u, text, written)
			}
			// The seconds of a far year's last day may be in the year 10000 of UTC.
			if again, ok := u.parse(written); ok && !again.Equal(when) && !again.Equal(when.Truncate(time.Second)) || !ok && when.UTC().Year() < 10000 {
				t.Fatalf("%s: %q is %s, and again %s", u, text, when, again)
			}
		}
	})
}

// FuzzPrivateKey: what is read as a private key signs, and its public half
// verifies that and nothing else.
func FuzzPrivateKey(f *testing.F) {
	f.Add("whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==")
	f.Add(strings.Repeat("01", 32))
	f.Add("-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"ed25519", "ecdsa-p256-sha256"} {
			a, err := findAlgorithm(algorithms(), name)
			if err != nil {
				t.Fatal(err)
			}
			key, err := privateKey(text, []algorithm{a})
			if err != nil {
				continue
			}
			content, err := ParseContent("{body}")
			if err != nil {
				t.Fatal(err)
			}
			message, _ := a.message(content, &rendering{m: &Message{Body: []byte("x")}})
			sig, err := a.signWith(key, message)
			if err != nil || !a.verifies(key.Public(), message, sig) {
				t.Fatalf("%s: %q signs nothing that verifies: %v", name, text, err)
			}
			other, _ := a.message(content, &rendering{m: &Message{Body: []byte("y")}})
			if a.verifies(key.Public(), other, sig) {
				t.Fatalf("%s: %q verifies anything", name, text)
			}
		}
	})
}

// FuzzContentDigest: a header that is right for one body is wrong for another.
func FuzzContentDigest(f *testing.F) {
	algs := digestAlgorithms()
	f.Add(digestValue(algs[0], []byte("x")), []byte("x"), []byte("y"))
	f.Add(digestValue(algs[0], []byte("x"))+", "+digestValue(algs[1], []byte("y")), []byte("x"), []byte("y"))
	f.Add("md5=:AAAA:", []byte{}, []byte("y"))
	f.Fuzz(func(t *testing.T, value string, body, other []byte) {
		if bytes.Equal(body, other) {
			return
		}
		if !checkDigest(algs, value, body, nil).bad() && !checkDigest(algs, value, other, nil).bad() {
			t.Fatalf("%q fits %q and %q", value, body, other)
		}
		if bad := checkDigest(algs, digestValue(algs[1], body), body, nil); bad.bad() {
			t.Fatalf("our own digest: %s", bad.reason)
		}
	})
}
