package sign

import (
	"crypto"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"errors"
)

// tokenAlgorithms are those of JSON web signatures (RFC 7518, RFC 8037). The
// algorithm none is not among them.
func tokenAlgorithms() []algorithm {
	const salt = rsa.PSSSaltLengthEqualsHash
	return []algorithm{
		{name: "HS256", family: familyMAC, hash: crypto.SHA256, new: sha256.New, size: 32},
		{name: "HS384", family: familyMAC, hash: crypto.SHA384, new: sha512.New384, size: 48},
		{name: "HS512", family: familyMAC, hash: crypto.SHA512, new: sha512.New, size: 64},
		{name: "RS256", family: familyRSA, hash: crypto.SHA256, new: sha256.New},
		{name: "RS384", family: familyRSA, hash: crypto.SHA384, new: sha512.New384},
		{name: "RS512", family: familyRSA, hash: crypto.SHA512, new: sha512.New},
		{name: "PS256", family: familyPSS, hash: crypto.SHA256, new: sha256.New, salt: salt},
		{name: "PS384", family: familyPSS, hash: crypto.SHA384, new: sha512.New384, salt: salt},
		{name: "PS512", family: familyPSS, hash: crypto.SHA512, new: sha512.New, salt: salt},
		{name: "ES256", family: familyECDSARaw, hash: crypto.SHA256, new: sha256.New, size: 64, curve: elliptic.P256()},
		{name: "ES384", family: familyECDSARaw, hash: crypto.SHA384, new: sha512.New384, size: 96, curve: elliptic.P384()},
		{name: "ES512", family: familyECDSARaw, hash: crypto.SHA512, new: sha512.New, size: 132, curve: elliptic.P521()},
		{name: "EdDSA", family: familyEd25519, size: 64},
	}
}

// messageAlgorithms are those of HTTP message signatures (RFC 9421, section
// 3.3), with the better one of RSA's two first.
func messageAlgorithms() []algorithm {
	return []algorithm{
		{name: "hmac-sha256", family: familyMAC, hash: crypto.SHA256, new: sha256.New, size: 32},
		{name: "ed25519", family: familyEd25519, size: 64, jwk: "EdDSA"},
		{name: "ecdsa-p256-sha256", family: familyECDSARaw, hash: crypto.SHA256, new: sha256.New, size: 64, curve: elliptic.P256(), jwk: "ES256"},
		{name: "ecdsa-p384-sha384", family: familyECDSARaw, hash: crypto.SHA384, new: sha512.New384, size: 96, curve: elliptic.P384(), jwk: "ES384"},
		{name: "rsa-pss-sha512", family: familyPSS, hash: crypto.SHA512, new: sha512.New, salt: rsa.PSSSaltLengthEqualsHash, jwk: "PS512"},
		{name: "rsa-v1_5-sha256", family: familyRSA, hash: crypto.SHA256, new: sha256.New, jwk: "RS256"},
	}
}

// digestAlgorithms are those of digest fields that are fit for use (RFC 9530,
// section 5), the one that is written first.
func digestAlgorithms() []algorithm {
	return []algorithm{
		{name: "sha-256", family: familyDigest, hash: crypto.SHA256, new: sha256.New, size: 32},
		{name: "sha-512", family: familyDigest, hash: crypto.SHA512, new: sha512.New, size: 64},
	}
}

// namedAlgorithms finds every name among all, and returns those it knows. No
// name at all is an error.
func namedAlgorithms(field string, all []algorithm, names []string) ([]algorithm, error) {
	if len(names) == 0 {
		return nil, specError(field, "is missing: a message chooses among what is listed here, never more")
	}
	var out []algorithm
	var wrong []error
	for i, name := range names {
		a, err := findAlgorithm(all, name)
		if err != nil {
			wrong = append(wrong, &SpecError{Field: field, Err: err, Index: i})
			continue
		}
		out = append(out, a)
	}
	return out, errors.Join(wrong...)
}
