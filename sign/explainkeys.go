package sign

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// keyGuess is a key that may have signed the message.
type keyGuess struct {
	change
	bytes  []byte
	secret string           // the text, for a scheme that signs it
	public crypto.PublicKey // of an asymmetric scheme
	rare   bool             // not combined with other differences
}

// keyReading is a way of making a key of a secret's text. The scheme's own has
// no phrase.
type keyReading struct {
	phrase, why, fix string
	key              func(secret string) []byte
}

// keyGuesses are the current secrets as the scheme reads them, how many those
// are, and then whatever else may have been the key: other readings of the
// current secrets, former secrets, all others that are known.
func (x *explainer) keyGuesses() (guesses []keyGuess, native int) {
	if x.s.algs[0].asymmetric() {
		return x.publicGuesses()
	}
	for _, secret := range x.k.Secrets {
		guesses = x.addKey(guesses, secret, x.s.ownReading(), change{}, false)
	}
	native = len(guesses)
	for _, secret := range x.k.Secrets {
		guesses = x.addReadings(guesses, secret, change{}, false)
	}
	others := x.otherSecrets()
	for _, other := range others {
		guesses = x.addKey(guesses, other.Text, x.s.ownReading(), otherSecret(other.Name), false)
	}
	for _, other := range others {
		guesses = x.addReadings(guesses, other.Text, otherSecret(other.Name), true)
	}
	return guesses, native
}

func otherSecret(name string) change {
	return change{ClassSecret, "with " + name, "the sender signs with that secret", "use the secret that the sender uses"}
}

// otherSecrets are those that the call did not name.
func (x *explainer) otherSecrets() []Secret {
	var out []Secret
	for _, text := range x.o.Previous {
		out = append(out, Secret{"a former secret", text})
	}
	for _, secret := range x.o.Others {
		if secret.Name == "" {
			secret.Name = "another secret"
		}
		out = append(out, secret)
	}
	return slices.DeleteFunc(out, func(s Secret) bool { return slices.Contains(x.k.Secrets, s.Text) })
}

// everySecret lists the texts of all secrets, the current ones first, and
// their names.
func (x *explainer) everySecret() (texts, names []string) {
	texts = slices.Clone(x.k.Secrets)
	names = make([]string, len(texts))
	for _, other := range x.otherSecrets() {
		texts, names = append(texts, other.Text), append(names, other.Name)
	}
	return texts, names
}

// addKey adds the key that the reading makes, unless another one made it.
func (x *explainer) addKey(guesses []keyGuess, secret string, r keyReading, c change, rare bool) []keyGuess {
	if Blank(secret) {
		return guesses
	}
	key := r.key(secret)
	if len(key) == 0 || slices.ContainsFunc(guesses, func(g keyGuess) bool { return bytes.Equal(g.bytes, key) }) {
		return guesses
	}
	switch {
	case c.class == "" && r.phrase != "":
		c = change{ClassSecret, "with the secret " + r.phrase, r.why, r.fix}
	case r.phrase != "":
		c.phrase, c.fix = c.phrase+" "+r.phrase, c.fix+"; "+r.fix
	}
	return append(guesses, keyGuess{change: c, bytes: key, secret: secret, rare: rare})
}

func (x *explainer) addReadings(guesses []keyGuess, secret string, c change, rare bool) []keyGuess {
	for _, r := range x.s.readings() {
		guesses = x.addKey(guesses, secret, r, c, rare)
	}
	return guesses
}

func (s *Scheme) ownReading() keyReading {
	return keyReading{key: s.keyOrNil}
}

func (s *Scheme) keyOrNil(secret string) []byte {
	key, err := s.key.bytes(secret)
	if err != nil {
		return nil
	}
	return key
}

// readings are the usual mistakes with a secret.
func (s *Scheme) readings() []keyReading {
	typed := func(phrase string, change func(string) string) keyReading {
		return keyReading{phrase, "the secret was copied with more than itself", "remove what does not belong to the secret",
			func(secret string) []byte { return s.keyOrNil(change(secret)) }}
	}
	behind := func(phrase, tail string) keyReading {
		return keyReading{phrase, "the sender reads its secret with the line end of a file", "remove the line end from the sender's secret",
			func(secret string) []byte { return []byte(secret + tail) }}
	}
	read := func(phrase string, key func(string) []byte) keyReading {
		return keyReading{phrase, fmt.Sprintf("the sender reads the secret so, this scheme takes it as %s", s.key.form()),
			"read the secret as the sender does: set key in " + ProviderFile, key}
	}
	text := func(s string) []byte { return []byte(s) }
	return []keyReading{
		typed("without the white space around it", func(t string) string { return strings.TrimFunc(t, spaceOrMark) }),
		typed("without its quotes", func(t string) string { return strings.Trim(strings.TrimFunc(t, spaceOrMark), "\"'`") }),
		typed("without the name before it", func(t string) string { _, t, _ = strings.Cut(t, "="); return t }),
		behind("and a newline behind it", "\n"),
		behind("and CRLF behind it", "\r\n"),
		read("as text", text),
		read("decoded from base64", base64Key),
		read("decoded from base64 behind its prefix", func(t string) []byte { return base64Key(behindPrefix(t)) }),
		read("as text without its prefix", func(t string) []byte { return text(behindPrefix(t)) }),
		read("as text without all before its last _", func(t string) []byte { return text(t[strings.LastIndexByte(t, '_')+1:]) }),
		read("with whsec_ before it", func(t string) []byte { return text(whsecPrefix + t) }),
		read("decoded from hex", hexKey),
		read("decoded from hex behind its prefix", func(t string) []byte { return hexKey(behindPrefix(t)) }),
		read("decoded from base64url", func(t string) []byte { return base64URLKey(behindPrefix(t)) }),
		read("as the hex text of its bytes", func(t string) []byte { return hex.AppendEncode(nil, []byte(t)) }),
		read("encoded in base64", func(t string) []byte { return base64.StdEncoding.AppendEncode(nil, []byte(t)) }),
		read("hashed with SHA-256", func(t string) []byte { sum := sha256.Sum256([]byte(t)); return sum[:] }),
		read("hashed with SHA-256, in hex", func(t string) []byte { sum := sha256.Sum256([]byte(t)); return hex.AppendEncode(nil, sum[:]) }),
		read("hashed with SHA-1", func(t string) []byte { key, _ := keySHA1.decode(t); return key }),
		read("in normal form NFKD", func(t string) []byte { key, _ := keyNFKD.decode(t); return key }),
		read("in lower case", func(t string) []byte { return text(strings.ToLower(t)) }),
		read("in upper case", func(t string) []byte { return text(strings.ToUpper(t)) }),
		read("with its % escapes decoded", func(t string) []byte { t, _ = url.QueryUnescape(t); return text(t) }),
	}
}

func spaceOrMark(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' }

// behindPrefix cuts whsec_, sk_, … off: letters, and digits, up to the first _.
func behindPrefix(secret string) string {
	prefix, rest, ok := strings.Cut(secret, "_")
	if !ok || len(prefix) > 12 || strings.ContainsFunc(prefix, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		return secret
	}
	return rest
}

func base64Key(text string) []byte {
	key, err := decodeBase64(nil, base64.RawStdEncoding, text)
	if err != nil {
		return nil
	}
	return key
}

func base64URLKey(text string) []byte {
	key, err := decodeBase64(nil, base64.RawURLEncoding, text)
	if err != nil {
		return nil
	}
	return key
}

func hexKey(text string) []byte {
	key, err := hex.DecodeString(text)
	if err != nil {
		return nil
	}
	return key
}

// publicGuesses are the public keys of the call, and those that other known
// texts hold.
func (x *explainer) publicGuesses() (guesses []keyGuess, native int) {
	keys, _ := publicKeys(x.k, x.s.algs)
	for _, key := range keys {
		guesses = append(guesses, keyGuess{public: key.public})
	}
	native = len(guesses)
	for _, other := range x.otherSecrets() {
		// The text of a raw key does not say whether it is public or private.
		var readings []crypto.PublicKey
		if key, err := ParsePublicKey(other.Text); err == nil {
			for _, k := range everyKey([]crypto.PublicKey{key}) {
				readings = append(readings, k.public)
			}
		}
		if private, err := privateKey(other.Text, x.s.algs); err == nil {
			readings = append(readings, private.Public())
		}
		c := change{ClassSecret, "with " + other.Name, "the sender signs with that key", "use the key that the sender uses"}
		for _, key := range readings {
			if fitsAny(key, x.s.algs) == nil {
				guesses = append(guesses, keyGuess{change: c, public: key})
			}
		}
	}
	return guesses, native
}
