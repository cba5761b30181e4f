package sign

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/asn1"
	"fmt"
	"math/big"
)

// matchPublic looks for a signature that one of the public keys verifies.
func (s *Scheme) matchPublic(v *Verdict, fill *rendering, sigs []candidate, k Keys) fault {
	keys, f := publicKeys(k, s.algs)
	if f.bad() {
		return f
	}
	if f := s.verifyChecks(fill); f.bad() {
		return f
	}
	s.decode(sigs)
	worst := worstOutcome{}
	for j, c := range s.contents {
		for a := range s.algs {
			message, out := s.algs[a].message(c, fill)
			if worst.note(out); out != rendered {
				continue
			}
			for _, key := range keys {
				if s.algs[a].verifiesAny(key.public, message, sigs, a) {
					v.Key, v.Content = key.index, j
					return fault{}
				}
			}
		}
	}
	return s.mismatch(fill.m, worst.outcome)
}

// message returns what the key itself signs: the content for Ed25519, its hash
// for the others.
func (a algorithm) message(c *Content, fill *rendering) ([]byte, outcome) {
	if a.family == familyEd25519 {
		b := newBuffer(len(fill.m.Body) + 256)
		out := c.write(b, fill)
		return b.bytes, out
	}
	h := a.new()
	out := c.write(h, fill)
	return h.Sum(nil), out
}

// digest is message of a text that is there already.
func (a algorithm) digest(text []byte) []byte {
	if a.family == familyEd25519 {
		return text
	}
	h := a.new()
	h.Write(text)
	return h.Sum(nil)
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
		if a.family == familyECDSARaw {
			half := a.size / 2
			return len(sig) == a.size && ecdsa.Verify(k, message, new(big.Int).SetBytes(sig[:half]), new(big.Int).SetBytes(sig[half:]))
		}
		return ecdsa.VerifyASN1(k, message, sig)
	case *rsa.PublicKey:
		if a.family == familyPSS {
			return rsa.VerifyPSS(k, a.hash, message, sig, &rsa.PSSOptions{SaltLength: a.salt}) == nil
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
	sig, err := key.Sign(rand.Reader, message, opts)
	if err != nil || a.family != familyECDSARaw {
		return sig, err
	}
	var pair struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(sig, &pair); err != nil {
		return nil, fmt.Errorf("sign: read the ECDSA signature: %w", err)
	}
	out := make([]byte, a.size)
	pair.R.FillBytes(out[:a.size/2])
	pair.S.FillBytes(out[a.size/2:])
	return out, nil
}
