package sign

import (
	"crypto"
	"crypto/x509"
)

// KeySet is what ParsePublicKey makes of a text that says more than a key: keys
// with ids, or a certificate with those that vouch for it. Where Keys wants a
// public key, it may be one of these.
type KeySet struct {
	keys []setKey

	// Certificates of a file behind the first: those that signed themselves, and
	// the others.
	roots, between []*x509.Certificate
}

// setKey is one key of a set.
type setKey struct {
	id, alg     string // "" is any
	public      crypto.PublicKey
	certificate *x509.Certificate
}

// publicKey is a key that is tried.
type publicKey struct {
	setKey
	set   *KeySet // nil for a bare key
	index int     // in Keys.Public, or in Keys.Secrets
}

// everyKey takes the sets apart.
func everyKey(public []crypto.PublicKey) []publicKey {
	var out []publicKey
	for i, key := range public {
		set, ok := key.(*KeySet)
		if !ok || set == nil {
			out = append(out, publicKey{setKey: setKey{public: key}, index: i})
			continue
		}
		for _, k := range set.keys {
			out = append(out, publicKey{setKey: k, set: set, index: i})
		}
	}
	return out
}

// publicKeys returns the keys that one of the algorithms can verify with. An
// operator who holds private keys only, to sign with, verifies with their
// public halves. No such key is a fault.
func publicKeys(k Keys, algs []algorithm) ([]publicKey, fault) {
	var usable []publicKey
	first := fault{NoSecret, "no public key is known"}
	refuse := func(f fault) {
		if first.reason == NoSecret {
			first = f
		}
	}
	for _, key := range everyKey(k.Public) {
		if err := fitsAny(key.public, algs); err != nil {
			refuse(fault{BadSecret, err.Error()})
			continue
		}
		usable = append(usable, key)
	}
	if len(k.Public) > 0 {
		return usable, orFault(len(usable), first)
	}
	for i, secret := range k.Secrets {
		private, err := privateKey(secret, algs)
		if err != nil {
			refuse(keyFault(err))
			continue
		}
		usable = append(usable, publicKey{setKey: setKey{public: private.Public()}, index: i})
	}
	return usable, orFault(len(usable), first)
}

func orFault(n int, f fault) fault {
	if n > 0 {
		return fault{}
	}
	return f
}

// chosen keeps the keys that id may mean: those of that name, and those that
// have none. Without an id it may be any.
func chosen(keys []publicKey, id string) []publicKey {
	if id == "" {
		return keys
	}
	var out []publicKey
	for _, k := range keys {
		if k.id == id || k.id == "" {
			out = append(out, k)
		}
	}
	return out
}

// PublicKeys returns the keys of the set.
func (k *KeySet) PublicKeys() []crypto.PublicKey {
	var out []crypto.PublicKey
	for _, key := range k.keys {
		out = append(out, key.public)
	}
	return out
}
