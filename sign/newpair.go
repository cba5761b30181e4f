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
	"io"
)

// Pair is a key pair as its owner writes it down: the private key for signing,
// and what receivers verify with.
type Pair struct{ Private, Public string }

// KeyAlgorithm finds the algorithm that a new key is for: one of the scheme's
// by its name, or the first of them for "". It reports whether its keys come in
// pairs. The errors are an *UnknownError, and a *KeyError where nobody needs a
// key to sign.
func (s *Scheme) KeyAlgorithm(name string) (algorithm string, pair bool, err error) {
	if s.Unkeyed() {
		return "", false, &KeyError{Reason: NoSecret, Detail: "the scheme has no key: anybody can make its digest"}
	}
	a := s.algs[0]
	if name != "" {
		if a, err = findAlgorithm(s.algs, name); err != nil {
			return "", false, err
		}
	}
	return a.name, a.asymmetric(), nil
}

// NewPair makes a key pair for one of the scheme's algorithms, in the form that
// pub in its file names: raw keys in hex or base64, PEM, JSON web keys. With
// prefixed they are whsk_ and whpk_ as Standard Webhooks has them.
//
// Ed25519 and ECDSA keys are made of random; package rsa takes its own random
// numbers from the system.
func (s *Scheme) NewPair(name string, prefixed bool, random io.Reader) (Pair, error) {
	a, err := findAlgorithm(s.algs, name)
	if err != nil {
		return Pair{}, err
	}
	switch key, err := a.newKey(random); {
	case err != nil:
		return Pair{}, fmt.Errorf("make a key for %s: %w", name, err)
	case a.family == familyEd25519 && prefixed:
		return prefixedPair(key.(ed25519.PrivateKey)), nil
	case a.family == familyEd25519 && s.spec.Pub == "ed25519-hex":
		return rawPair(key.(ed25519.PrivateKey), hex.EncodeToString), nil
	case a.family == familyEd25519 && s.spec.Pub == "ed25519-b64":
		return rawPair(key.(ed25519.PrivateKey), base64.StdEncoding.EncodeToString), nil
	default:
		return s.writtenPair(a, key)
	}
}

// PublicKey is what receivers verify the signatures of a private key with, as
// text that ParsePublicKey reads. A secret that is no private key of this scheme
// is a *KeyError.
func (s *Scheme) PublicKey(private string) (string, error) {
	key, err := privateKey(private, s.algs)
	if err != nil {
		return "", err
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return "", fmt.Errorf("write the public key: %w", err)
	}
	return pemOf("PUBLIC KEY", der), nil
}

// rsaBits is the size of a new RSA key.
const rsaBits = 2048

func (a algorithm) newKey(random io.Reader) (crypto.Signer, error) {
	switch a.family {
	case familyEd25519:
		seed := make([]byte, ed25519.SeedSize)
		if _, err := io.ReadFull(random, seed); err != nil {
			return nil, err
		}
		return ed25519.NewKeyFromSeed(seed), nil
	case familyECDSA, familyECDSARaw:
		return newECDSA(a.keyCurve(), random)
	case familyRSA, familyPSS:
		return rsa.GenerateKey(random, rsaBits)
	}
	return nil, errors.New("it has no key pairs")
}

// newECDSA takes random numbers until one is in the range of the curve (FIPS
// 186-5, A.2.2); none of the curves refuses more than a sliver of them.
func newECDSA(curve elliptic.Curve, random io.Reader) (crypto.Signer, error) {
	raw := make([]byte, scalarSize(curve))
	for range 64 {
		if _, err := io.ReadFull(random, raw); err != nil {
			return nil, err
		}
		raw[0] &= 0xff >> (8*len(raw) - curve.Params().BitSize)
		if key, err := ecdsa.ParseRawPrivateKey(curve, raw); err == nil {
			return key, nil
		}
	}
	return nil, errors.New("the random numbers are not random")
}

// prefixedPair is the form of Standard Webhooks. The private half has seed and
// public key: svix-server reads no other (src/core/cryptography.rs, KeyPair).
func prefixedPair(key ed25519.PrivateKey) Pair {
	b64 := base64.StdEncoding.EncodeToString
	return Pair{privatePrefix + b64(key), publicPrefix + b64(key.Public().(ed25519.PublicKey))}
}

func rawPair(key ed25519.PrivateKey, encode func([]byte) string) Pair {
	return Pair{encode(key.Seed()), encode(key.Public().(ed25519.PublicKey))}
}

// writtenPair is PKCS #8 in PEM, and the public key as receivers get it.
func (s *Scheme) writtenPair(a algorithm, key crypto.Signer) (Pair, error) {
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Pair{}, fmt.Errorf("write the private key: %w", err)
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return Pair{}, fmt.Errorf("write the public key: %w", err)
	}
	out := Pair{Private: pemOf("PRIVATE KEY", private)}
	switch {
	case s.spec.JWT != nil && s.spec.JWT.Key == "jwks":
		out.Public, err = keySetOf(key.Public(), a.name)
	case s.spec.Pub == "spki-b64":
		out.Public = base64.StdEncoding.EncodeToString(public)
	default:
		out.Public = pemOf("PUBLIC KEY", public)
	}
	return out, err
}

// pemOf is a block without the line end behind it.
func pemOf(kind string, der []byte) string {
	text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	return string(text[:len(text)-1])
}
