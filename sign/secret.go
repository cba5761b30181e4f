package sign

import (
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// keyRule is how the text of a secret becomes the bytes of a key. The text
// alone does not say it: whsec_… is literal for Stripe and base64 for
// Standard Webhooks.
type keyRule string

const (
	keyLiteral        keyRule = "literal"
	keyWhsec          keyRule = "whsec"
	keyWhsecOrLiteral keyRule = "whsec-or-literal"
	keyBase64         keyRule = "base64"
	keyHex            keyRule = "hex"
	keySHA1           keyRule = "sha1"
	keySHA256         keyRule = "sha256"
	keyNFKD           keyRule = "nfkd"
)

const whsecPrefix = "whsec_"

func keyRules() []keyRule {
	return []keyRule{keyLiteral, keyWhsec, keyWhsecOrLiteral, keyBase64, keyHex, keySHA1, keySHA256, keyNFKD}
}

func parseKeyRule(name string) (keyRule, error) {
	if name == "" {
		return keyLiteral, nil
	}
	for _, r := range keyRules() {
		if string(r) == name {
			return r, nil
		}
	}
	return "", &UnknownError{What: "key rule", Word: name, Known: names(keyRules())}
}

// KeyError is a secret or key that cannot be used.
type KeyError struct {
	Reason string // EmptySecret, BadSecret or NoSecret
	Detail string
	Fix    string // what to do about it; "" where Detail says it
}

func (e *KeyError) Error() string { return e.Detail }

// bytes returns the key that secret stands for.
func (r keyRule) bytes(secret string) ([]byte, error) {
	if Blank(secret) {
		return nil, &KeyError{Reason: EmptySecret, Detail: "the secret is empty"}
	}
	key, err := r.decode(secret)
	if err != nil {
		return nil, &KeyError{Reason: BadSecret, Detail: fmt.Sprintf("the secret is not %s: %v", r.form(), err)}
	}
	if len(key) == 0 {
		return nil, &KeyError{Reason: EmptySecret, Detail: "the secret has nothing behind its prefix"}
	}
	return key, nil
}

func (r keyRule) decode(secret string) ([]byte, error) {
	switch r {
	case keyWhsec:
		return secretBase64(strings.TrimPrefix(secret, whsecPrefix))
	case keyWhsecOrLiteral:
		if rest, ok := strings.CutPrefix(secret, whsecPrefix); ok {
			return secretBase64(rest)
		}
	case keyBase64:
		return secretBase64(secret)
	case keyHex:
		return hex.DecodeString(secret)
	case keySHA1:
		sum := sha1.Sum([]byte(secret))
		return sum[:], nil
	case keySHA256:
		sum := sha256.Sum256([]byte(secret))
		return sum[:], nil
	case keyNFKD:
		return norm.NFKD.Bytes([]byte(secret)), nil
	}
	return []byte(secret), nil
}

// secretBase64 lets a secret have set bits after its last byte, as the senders'
// libraries do: somebody made it up by hand, and nothing can be forged by it.
func secretBase64(text string) ([]byte, error) {
	if i := strings.IndexAny(text, "\r\n"); i >= 0 {
		return nil, base64.CorruptInputError(i)
	}
	if len(text)%4 == 0 {
		text = strings.TrimSuffix(strings.TrimSuffix(text, "="), "=")
	}
	return base64.RawStdEncoding.DecodeString(text)
}

func (r keyRule) form() string {
	switch r {
	case keyWhsec, keyWhsecOrLiteral:
		return "base64, with or without whsec_ in front"
	case keyBase64:
		return "base64"
	case keyHex:
		return "hex"
	}
	return "text"
}

// Blank is true for a secret that somebody forgot to set: nothing, or nothing
// that can be seen: spaces, line ends, a byte order mark, NUL, U+200B.
func Blank(secret string) bool {
	return strings.TrimFunc(secret, func(r rune) bool { return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf) }) == ""
}

// CheckSecret says whether secret can be a key of this scheme: a shared secret,
// or the private key of an asymmetric scheme. The error is a *KeyError.
func (s *Scheme) CheckSecret(secret string) error {
	if s.Unkeyed() {
		return nil // it is not looked at
	}
	return s.coded.checkSecret(secret)
}

// secretKey is the key to sign with. A token that travels as it is in a header
// must be one that a header can carry: what stands around a value is not part
// of it, and a line end would begin another header.
func (s *Scheme) secretKey(secret string) ([]byte, error) {
	key, err := s.key.bytes(secret)
	if err != nil || s.algs[0].family != familyToken || s.enc != encNone || s.sigs[0].place != InHeader {
		return key, err
	}
	control := strings.IndexFunc(secret, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
	if control >= 0 || trim(secret) != secret {
		return nil, &KeyError{Reason: BadSecret, Detail: "the token has a control character in it or space around it: a header cannot carry that"}
	}
	return key, nil
}

// WeakSecret says what is unwise about a secret that CheckSecret accepts, or
// nothing: Standard Webhooks wants 24 to 64 bytes. What others hand out is
// theirs to choose.
func (s *Scheme) WeakSecret(secret string) string {
	standard := s.key == keyWhsec || s.key == keyWhsecOrLiteral && strings.HasPrefix(secret, whsecPrefix)
	key, err := s.key.bytes(secret)
	if n := len(key); standard && err == nil && !s.algs[0].asymmetric() && (n < 24 || n > 64) {
		return fmt.Sprintf("the secret has %d bytes, Standard Webhooks asks for 24 to 64", n)
	}
	return ""
}
