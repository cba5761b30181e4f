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

// ParsePublicKey reads a public key as its owner writes it: PEM (a key or a
// certificate), base64 or hex of SPKI or of the raw key, whpk_ and base64. The
// error is a *KeyError.
func ParsePublicKey(text string) (crypto.PublicKey, error) {
	if blank(text) {
		return nil, &KeyError{EmptySecret, "the public key is empty"}
	}
	key, err := parsePublicKey(strings.TrimSpace(text))
	if err != nil {
		return nil, &KeyError{BadSecret, fmt.Sprintf("the public key cannot be read: %v", err)}
	}
	return key, nil
}

func parsePublicKey(text string) (crypto.PublicKey, error) {
	if block, _ := pem.Decode([]byte(text)); block != nil {
		return publicFromPEM(block)
	}
	der, err := keyBytes(strings.TrimPrefix(text, publicPrefix))
	if err != nil {
		return nil, err
	}
	switch len(der) {
	case ed25519.PublicKeySize:
		return ed25519.PublicKey(der), nil
	case 65:
		return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), der)
	}
	return usablePublic(x509.ParsePKIXPublicKey(der))
}

func publicFromPEM(block *pem.Block) (crypto.PublicKey, error) {
	switch block.Type {
	case "CERTIFICATE":
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		return usablePublic(cert.PublicKey, nil)
	case "RSA PUBLIC KEY":
		return x509.ParsePKCS1PublicKey(block.Bytes)
	case "PUBLIC KEY":
		return usablePublic(x509.ParsePKIXPublicKey(block.Bytes))
	}
	return nil, fmt.Errorf("it is a %s", block.Type)
}

// usablePublic refuses kinds of key that no scheme verifies with.
func usablePublic(key any, err error) (crypto.PublicKey, error) {
	switch key.(type) {
	case nil:
		return nil, err
	case ed25519.PublicKey, *ecdsa.PublicKey, *rsa.PublicKey:
		return key, err
	}
	return nil, fmt.Errorf("%T is no key to verify with", key)
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
