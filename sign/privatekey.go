package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
)

const privatePrefix = "whsk_"

// privateKey reads a private key for one of the algorithms: PEM (PKCS #8,
// SEC 1, PKCS #1), base64 or hex of the raw key or of DER, whsk_ and base64.
func privateKey(text string, algs []algorithm) (crypto.Signer, error) {
	if Blank(text) {
		return nil, &KeyError{Reason: EmptySecret, Detail: "the private key is empty"}
	}
	// Where a secret may be shared, its text alone must not make it a private key.
	shared := slices.ContainsFunc(algs, func(a algorithm) bool { return a.family == familyMAC })
	var key crypto.Signer
	var err error = &formError{"none of its algorithms reads this text", "give the private key as PEM"}
	for _, a := range algs {
		if !a.asymmetric() || shared && !publicText(text) {
			continue
		}
		if key, err = parsePrivateKey(text, a); err == nil {
			err = fitsAny(key.Public(), algs)
			break
		}
	}
	if err != nil {
		return nil, &KeyError{Reason: BadSecret, Detail: fmt.Sprintf("the private key cannot be used: %v", err), Fix: fixOf(err)}
	}
	return key, nil
}

// parsePrivateKey reads a text that may not say what kind of key it is: want
// decides then.
func parsePrivateKey(text string, want algorithm) (crypto.Signer, error) {
	text = pastedKey(text)
	if err := noPrivateKey(text); err != nil {
		return nil, err
	}
	if isPEM(text) {
		return privateFromPEM(text)
	}
	raw, err := keyBytes(strings.TrimPrefix(text, privatePrefix))
	if err != nil {
		return nil, &formError{err.Error(), privateForms}
	}
	switch curve := want.keyCurve(); {
	case want.family == familyEd25519 && len(raw) == ed25519.SeedSize:
		return ed25519.NewKeyFromSeed(raw), nil
	case want.family == familyEd25519 && len(raw) == ed25519.PrivateKeySize:
		return ed25519FromPair(raw)
	case (want.family == familyECDSA || want.family == familyECDSARaw) && len(raw) == scalarSize(curve):
		return ecdsa.ParseRawPrivateKey(curve, raw)
	}
	key, err := privateFromDER(raw)
	if err != nil {
		err = &formError{fmt.Sprintf("its %d bytes are neither %s nor DER", len(raw), want.rawForm()), privateForms}
	}
	return key, err
}

// privateFromPEM reads the first private key of a file: openssl writes the
// curve's parameters before a key, and others a certificate behind it.
func privateFromPEM(text string) (crypto.Signer, error) {
	first := error(&formError{"its PEM is cut off or has lost its line ends", "give the whole file: file:PATH"})
	rest := []byte(text)
	for n := range maxSetKeys {
		block, after := pem.Decode(rest)
		if block == nil {
			break
		}
		rest = after
		switch block.Type {
		case "EC PARAMETERS":
			continue
		case "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY":
			if !encryptedPEM(block) {
				return privateFromDER(block.Bytes)
			}
		}
		if err := noPrivateBlock(block); n == 0 || fixOf(first) == "" {
			first = err
		}
	}
	return nil, first
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
		return nil, fmt.Errorf("%s is no key to sign with", keyKind(key))
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

// scalarSize is the length of a raw private key on a curve.
func scalarSize(curve elliptic.Curve) int { return (curve.Params().BitSize + 7) / 8 }

// minRSABits is what package rsa signs and verifies with at least.
const minRSABits = 1024

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
		if ok && k.N.BitLen() < minRSABits {
			return &formError{fmt.Sprintf("an RSA key of %d bits is too short", k.N.BitLen()), "give one of 2048 bits"}
		}
	}
	if !ok {
		return &formError{fmt.Sprintf("%s is no key for %s", keyKind(key), a.name), "give " + a.keyKind()}
	}
	return nil
}
