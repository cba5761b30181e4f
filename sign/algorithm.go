package sign

import (
	"crypto"
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
	familyECDSA
	familyRSA
	familyPSS
)

// algorithm is one entry of the table below.
type algorithm struct {
	name   string
	family family
	hash   crypto.Hash
	new    func() hash.Hash
	size   int // bytes of the signature; 0 where it varies
}

// word is how the algorithm is called inside a header: hmac-sha256 is sha256.
func (a algorithm) word() string { return strings.TrimPrefix(a.name, "hmac-") }

func (a algorithm) asymmetric() bool { return a.family >= familyEd25519 }

// algorithms is the whole table. MD5 and SHA-1 are in it because senders use
// them; both still hold as HMAC.
func algorithms() []algorithm {
	return []algorithm{
		{"hmac-sha256", familyMAC, crypto.SHA256, sha256.New, 32},
		{"hmac-sha1", familyMAC, crypto.SHA1, sha1.New, 20},
		{"hmac-sha384", familyMAC, crypto.SHA384, sha512.New384, 48},
		{"hmac-sha512", familyMAC, crypto.SHA512, sha512.New, 64},
		{"hmac-md5", familyMAC, crypto.MD5, md5.New, 16},
		{"sha256", familyDigest, crypto.SHA256, sha256.New, 32},
		{"sha1", familyDigest, crypto.SHA1, sha1.New, 20},
		{"ed25519", familyEd25519, 0, nil, 64},
		{"ecdsa-p256-sha256", familyECDSA, crypto.SHA256, sha256.New, 0},
		{"rsa-sha256", familyRSA, crypto.SHA256, sha256.New, 0},
		{"rsa-sha1", familyRSA, crypto.SHA1, sha1.New, 0},
		{"rsa-pss-sha512", familyPSS, crypto.SHA512, sha512.New, 0},
		{"equal", familyToken, 0, nil, 0},
	}
}

func findAlgorithm(name string) (algorithm, error) {
	all := algorithms()
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
