package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"
)

const privatePrefix = "whsk_"

// privateKey reads a private key for one of the algorithms: PEM (PKCS #8,
// SEC 1, PKCS #1), base64 or hex of the raw key or of DER, whsk_ and base64.
func privateKey(text string, algs []algorithm) (crypto.Signer, error) {
	if blank(text) {
		return nil, &KeyError{EmptySecret, "the private key is empty"}
	}
	// Where a secret may be shared, its text alone must not make it a private key.
	shared := slices.ContainsFunc(algs, func(a algorithm) bool { return a.family == familyMAC })
	var key crypto.Signer
	err := errors.New("the scheme needs PEM, or has no private keys")
	for _, a := range algs {
		if !a.asymmetric() || shared && !publicText(text) {
			continue
		}
		if key, err = parsePrivateKey(strings.TrimSpace(text), a.family); err == nil {
			err = fitsAny(key.Public(), algs)
			break
		}
	}
	if err != nil {
		return nil, &KeyError{BadSecret, fmt.Sprintf("the private key cannot be read: %v", err)}
	}
	return key, nil
}

func parsePrivateKey(text string, want family) (crypto.Signer, error) {
	if block, _ := pem.Decode([]byte(text)); block != nil {
		return privateFromDER(block.Bytes)
	}
	raw, err := keyBytes(strings.TrimPrefix(text, privatePrefix))
	if err != nil {
		return nil, err
	}
	switch {
	case want == familyEd25519 && len(raw) == ed25519.SeedSize:
		return ed25519.NewKeyFromSeed(raw), nil
	case want == familyEd25519 && len(raw) == ed25519.PrivateKeySize:
		return ed25519FromPair(raw)
	case (want == familyECDSA || want == familyECDSARaw) && len(raw) == 32:
		return ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	}
	return privateFromDER(raw)
}

// ed25519FromPair reads seed and public key. A public half that is not the
// seed's would leak the key with the first signature.
func ed25519FromPair(raw []byte) (crypto.Signer, error) {
	key := ed25519.NewKeyFromSeed(raw[:ed25519.SeedSize])
	if string(key) != string(raw) {
		return nil, fmt.Errorf("its public half does not belong to its seed")
	}
	return key, nil
}

func privateFromDER(der []byte) (crypto.Signer, error) {
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return key, nil
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("it is not PKCS #8, SEC 1 or PKCS #1")
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%T is no key to sign with", key)
	}
	return signer, nil
}

// fitsAny says whether a public key is of the kind one of the algorithms needs.
func fitsAny(key crypto.PublicKey, algs []algorithm) (err error) {
	for _, a := range algs {
		if err = fits(key, a); err == nil {
			return nil
		}
	}
	return err
}

func (a algorithm) keyCurve() elliptic.Curve {
	if a.curve == nil {
		return elliptic.P256()
	}
	return a.curve
}

// fits says whether a public key is of the kind an algorithm needs.
func fits(key crypto.PublicKey, a algorithm) error {
	ok := false
	switch k := key.(type) {
	case ed25519.PublicKey:
		ok = a.family == familyEd25519 && len(k) == ed25519.PublicKeySize
	case *ecdsa.PublicKey:
		ok = (a.family == familyECDSA || a.family == familyECDSARaw) && k != nil && k.Curve == a.keyCurve()
	case *rsa.PublicKey:
		ok = (a.family == familyRSA || a.family == familyPSS) && k != nil
	}
	if !ok {
		return fmt.Errorf("%T is no key for %s", key, a.name)
	}
	return nil
}
