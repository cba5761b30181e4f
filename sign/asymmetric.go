package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"hash"
)

// matchPublic looks for a signature that one of the public keys verifies. An
// operator who holds the private keys only, to sign with, verifies with their
// public halves.
func (s *Scheme) matchPublic(v *Verdict, fill *rendering, sigs []candidate, k Keys) fault {
	keys, f := s.publicKeys(k)
	if f.bad() {
		return f
	}
	if f := s.verifyChecks(fill); f.bad() {
		return f
	}
	s.decode(sigs)
	worst := rendered
	for j, c := range s.contents {
		for a := range s.algs {
			message, out := s.algs[a].message(c, fill)
			if worst = max(worst, out); out != rendered {
				continue
			}
			for i, key := range keys {
				if s.algs[a].verifiesAny(key, message, sigs, a) {
					v.Key, v.Content = i, j
					return fault{}
				}
			}
		}
	}
	return s.mismatch(fill.m, worst)
}

// publicKeys returns the usable public keys, nil for one that is not.
func (s *Scheme) publicKeys(k Keys) ([]crypto.PublicKey, fault) {
	var first fault
	keys, usable := make([]crypto.PublicKey, len(k.Public)), 0
	for i, key := range k.Public {
		if err := fits(key, s.algs[0]); err == nil {
			keys[i] = key
			usable++
		} else if !first.bad() {
			first = fault{BadSecret, err.Error()}
		}
	}
	if len(keys) == 0 {
		for _, secret := range k.Secrets {
			private, err := s.privateKey(secret)
			if err == nil {
				keys = append(keys, private.Public())
				usable++
				continue
			}
			if keys = append(keys, nil); !first.bad() {
				first = keyFault(err)
			}
		}
	}
	switch {
	case usable > 0:
		return keys, fault{}
	case first.bad():
		return nil, first
	}
	return nil, fault{NoSecret, "no public key is known"}
}

// message returns what the key itself signs: the content for Ed25519, its hash
// for the others.
func (a algorithm) message(c *Content, fill *rendering) ([]byte, outcome) {
	if a.family == familyEd25519 {
		b := newBuffer(len(fill.m.Body) + 256)
		out := c.write(b, fill)
		return b.bytes, out
	}
	var h hash.Hash = a.new()
	out := c.write(h, fill)
	return h.Sum(nil), out
}

func (a algorithm) verifiesAny(key crypto.PublicKey, message []byte, sigs []candidate, alg int) bool {
	for _, sig := range sigs {
		if sig.alg == alg && sig.raw != nil && a.verifies(key, message, sig.raw) {
			return true
		}
	}
	return false
}

func (a algorithm) verifies(key crypto.PublicKey, message, sig []byte) bool {
	switch k := key.(type) {
	case ed25519.PublicKey:
		return len(k) == ed25519.PublicKeySize && ed25519.Verify(k, message, sig)
	case *ecdsa.PublicKey:
		return ecdsa.VerifyASN1(k, message, sig)
	case *rsa.PublicKey:
		if a.family == familyPSS {
			return rsa.VerifyPSS(k, a.hash, message, sig, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto}) == nil
		}
		return rsa.VerifyPKCS1v15(k, a.hash, message, sig) == nil
	}
	return false
}

// signWith signs with a private key. ECDSA and PSS draw random numbers: their
// result differs from run to run.
func (a algorithm) signWith(key crypto.Signer, message []byte) ([]byte, error) {
	var opts crypto.SignerOpts = a.hash
	if a.family == familyPSS {
		opts = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: a.hash}
	}
	return key.Sign(rand.Reader, message, opts)
}
