package sign

import (
	"crypto"
	"crypto/elliptic"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"slices"
	"strings"
)

// family says what an algorithm needs and how its result is compared.
type family uint8

const (
	familyMAC    family = iota // keyed with a secret: HMAC
	familyDigest               // no key: a plain hash
	familyToken                // the secret itself travels
	familyEd25519
	familyECDSA    // ASN.1
	familyECDSARaw // r and s side by side, as tokens and RFC 9421 have them
	familyRSA
	familyPSS
)

// algorithm is one entry of the table below.
type algorithm struct {
	name   string
	family family
	hash   crypto.Hash
	new    func() hash.Hash
	size   int            // bytes of the signature; 0 where it varies
	curve  elliptic.Curve // of an ECDSA key; nil is P-256
	salt   int            // bytes of a PSS salt as package rsa has them; 0 is any
	jwk    string         // what a JSON web key calls it; "" is the name
}

// word is how the algorithm is called inside a header: hmac-sha256 is sha256.
func (a algorithm) word() string { return strings.TrimPrefix(a.name, "hmac-") }

func (a algorithm) asymmetric() bool { return a.family >= familyEd25519 }

// algorithms is the whole table. MD5 and SHA-1 are in it because senders use
// them; both still hold as HMAC.
func algorithms() []algorithm {
	return []algorithm{
		{name: "hmac-sha256", family: familyMAC, hash: crypto.SHA256, new: sha256.New, size: 32},
		{name: "hmac-sha1", family: familyMAC, hash: crypto.SHA1, new: sha1.New, size: 20},
		{name: "hmac-sha384", family: familyMAC, hash: crypto.SHA384, new: sha512.New384, size: 48},
		{name: "hmac-sha512", family: familyMAC, hash: crypto.SHA512, new: sha512.New, size: 64},
		{name: "hmac-md5", family: familyMAC, hash: crypto.MD5, new: md5.New, size: 16},
		{name: "sha256", family: familyDigest, hash: crypto.SHA256, new: sha256.New, size: 32},
		{name: "sha1", family: familyDigest, hash: crypto.SHA1, new: sha1.New, size: 20},
		{name: "ed25519", family: familyEd25519, size: 64},
		{name: "ecdsa-p256-sha256", family: familyECDSA, hash: crypto.SHA256, new: sha256.New},
		{name: "rsa-sha256", family: familyRSA, hash: crypto.SHA256, new: sha256.New},
		{name: "rsa-sha1", family: familyRSA, hash: crypto.SHA1, new: sha1.New},
		{name: "rsa-pss-sha512", family: familyPSS, hash: crypto.SHA512, new: sha512.New},
		{name: "equal", family: familyToken},
	}
}

// findAlgorithm looks for a name among all.
func findAlgorithm(all []algorithm, name string) (algorithm, error) {
	i := slices.IndexFunc(all, func(a algorithm) bool { return a.name == name })
	if i >= 0 {
		return all[i], nil
	}
	known := make([]string, len(all))
	for i, a := range all {
		known[i] = a.name
	}
	return algorithm{}, &UnknownError{What: "algorithm", Word: name, Known: known}
}
