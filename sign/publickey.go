package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
)

const publicPrefix = "whpk_"

func checkPublicForm(name string) error {
	known := []string{"ed25519-hex", "ed25519-b64", "spki-b64", "pem"}
	if name == "" || slices.Contains(known, name) {
		return nil
	}
	return &UnknownError{What: "form of public key", Word: name, Known: known}
}

// maxKeyText is many times the longest file of keys.
const maxKeyText = 1 << 20

// ParsePublicKey reads a public key as its owner writes it: PEM (keys, or a
// certificate with those that vouch for it), a JSON web key or a set of them,
// base64 or hex of SPKI, of PKCS #1 or of the raw key, whpk_ and base64. It
// returns an ed25519.PublicKey, *ecdsa.PublicKey or *rsa.PublicKey, or a *KeySet
// where the text says more. The error is a *KeyError.
func ParsePublicKey(text string) (crypto.PublicKey, error) {
	if Blank(text) {
		return nil, &KeyError{Reason: EmptySecret, Detail: "the public key is empty"}
	}
	key, err := parsePublicKey(text)
	if err != nil {
		return nil, &KeyError{Reason: BadSecret, Detail: fmt.Sprintf("the public key cannot be used: %v", err), Fix: fixOf(err)}
	}
	return key, nil
}

func parsePublicKey(text string) (crypto.PublicKey, error) {
	if len(text) > maxKeyText {
		return nil, fmt.Errorf("it is longer than %d bytes", maxKeyText)
	}
	text = pastedKey(text)
	if err := noPublicKey(text); err != nil {
		return nil, err
	}
	switch block, rest := pem.Decode([]byte(text)); {
	case block != nil:
		return parsePEM(block, rest)
	case isPEM(text):
		return nil, &formError{"its PEM is cut off or has lost its line ends", "give the whole file: file:PATH"}
	case strings.HasPrefix(text, "{"):
		return parseKeySet(text)
	}
	raw, err := keyBytes(strings.TrimPrefix(text, publicPrefix))
	if err != nil {
		return nil, &formError{err.Error(), publicForms}
	}
	return publicFromBytes(raw)
}

// publicFromBytes tells raw keys by their length, and the rest by what it is.
func publicFromBytes(raw []byte) (crypto.PublicKey, error) {
	if len(raw) == ed25519.PublicKeySize {
		return ed25519.PublicKey(raw), nil
	}
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		if len(raw) == 1+2*scalarSize(curve) && raw[0] == 4 { // uncompressed: SEC 1, section 2.3.3
			return ecdsa.ParseUncompressedPublicKey(curve, raw)
		}
	}
	if key, err := x509.ParsePKCS1PublicKey(raw); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKIXPublicKey(raw)
	if err == nil {
		return usablePublic(key, nil)
	}
	what := fmt.Sprintf("its %d bytes are neither a raw key nor SPKI", len(raw))
	if _, wrong := privateFromDER(raw); wrong == nil {
		return nil, &formError{"it is a private key", "give its public half, or this one as the secret"}
	}
	if len(raw) == ed25519.PrivateKeySize {
		what = "its 64 bytes are as long as an Ed25519 private key"
	}
	return nil, &formError{what, publicForms}
}

// parsePEM reads the blocks of a PEM file. The first certificate is the
// sender's, those behind it vouch for it. A key may have a header Kid: id.
func parsePEM(block *pem.Block, rest []byte) (crypto.PublicKey, error) {
	set := &KeySet{}
	for n := 0; block != nil; block, rest = pem.Decode(rest) {
		if n++; n > maxSetKeys {
			return nil, fmt.Errorf("it has more than %d keys", maxSetKeys)
		}
		if block.Type == "CERTIFICATE" {
			if err := set.addCertificate(block.Bytes); err != nil {
				return nil, err
			}
			continue
		}
		key, err := publicFromPEM(block)
		if err != nil {
			return nil, err
		}
		set.keys = append(set.keys, setKey{id: block.Headers["Kid"], public: key})
	}
	if only := set.keys[0]; len(set.keys) == 1 && only.id == "" && only.certificate == nil {
		return only.public, nil
	}
	return set, nil
}

func publicFromPEM(block *pem.Block) (crypto.PublicKey, error) {
	switch block.Type {
	case "RSA PUBLIC KEY":
		return x509.ParsePKCS1PublicKey(block.Bytes)
	case "PUBLIC KEY":
		return usablePublic(x509.ParsePKIXPublicKey(block.Bytes))
	}
	return nil, noPublicBlock(block)
}

// usablePublic refuses kinds of key that no scheme verifies with.
func usablePublic(key any, err error) (crypto.PublicKey, error) {
	switch key.(type) {
	case nil:
		return nil, err
	case ed25519.PublicKey, *ecdsa.PublicKey, *rsa.PublicKey:
		return key, err
	}
	return nil, fmt.Errorf("%s is no key to verify with", keyKind(key))
}

// keyBytes decodes hex or base64, with any line breaks a copied key has.
func keyBytes(text string) ([]byte, error) {
	text = strings.Join(strings.Fields(text), "")
	if b, err := hex.DecodeString(text); err == nil {
		return b, nil
	}
	if b, err := decodeBase64(nil, base64.RawStdEncoding, text); err == nil {
		return b, nil
	}
	return nil, errors.New("it is neither PEM nor hex nor base64")
}
