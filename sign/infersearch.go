package sign

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"slices"
	"time"
)

// inferrer is one search for an unknown scheme.
type inferrer struct {
	captures []Message
	m        *Message // the first capture
	secret   string
	o        InferOptions

	found  collection
	public []crypto.PublicKey // of a secret that is a public or private key
	keys   []ruledKey
	slots  []slot

	end       time.Time
	tried     int
	truncated bool
}

// ruledKey is the key that a rule makes of the secret.
type ruledKey struct {
	rule  keyRule
	bytes []byte
}

func newInferrer(captures []Message, secret string, o InferOptions) *inferrer {
	x := &inferrer{captures: captures, m: &captures[0], secret: secret, o: o, found: collect(&captures[0])}
	if x.o.MaxMACs <= 0 {
		x.o.MaxMACs = DefaultInferMACs
	}
	if o.Clock != nil && o.Budget > 0 {
		x.end = o.Clock().Add(o.Budget)
	}
	x.public = publicKeysOf(secret)
	x.keys = keysOf(secret)
	x.slots = x.findSlots()
	return x
}

// keysOf reads the secret by every rule; of two that give the same key the
// commoner stays.
func keysOf(secret string) []ruledKey {
	rules := []keyRule{keyLiteral, keyWhsec, keyBase64, keyHex, keySHA1, keySHA256, keyNFKD}
	if behindPrefix(secret) == secret {
		rules[1], rules[2] = keyBase64, keyWhsec
	}
	var out []ruledKey
	for _, rule := range rules {
		key, err := rule.bytes(secret)
		if err == nil && !slices.ContainsFunc(out, func(k ruledKey) bool { return bytes.Equal(k.bytes, key) }) {
			out = append(out, ruledKey{rule, key})
		}
	}
	return out
}

// publicKeysOf reads the secret as the public or private key of every kind.
func publicKeysOf(secret string) []crypto.PublicKey {
	var out []crypto.PublicKey
	if key, err := ParsePublicKey(secret); err == nil {
		out = append(out, key)
	}
	for _, kind := range []family{familyEd25519, familyECDSA, familyRSA} {
		if key, err := parsePrivateKey(secret, algorithm{family: kind}); err == nil {
			out = append(out, key.Public())
		}
	}
	return out
}

func (x *inferrer) spent() bool {
	x.truncated = x.truncated || x.tried >= x.o.MaxMACs || !x.end.IsZero() && !x.o.Clock().Before(x.end)
	return x.truncated
}

// known looks for a scheme that is known and verifies every capture.
func (x *inferrer) known() (Inference, bool) {
	if x.o.Schemes == nil {
		return Inference{}, false
	}
	for _, other := range x.o.Schemes() {
		if other.Scheme.Fit(x.m) < Shaped {
			continue
		}
		x.tried += max(1, len(other.Scheme.contents))
		if x.verifies(other.Scheme) {
			return Inference{Spec: other.Scheme.Spec(), Known: other.Name, Confirmed: len(x.captures), Tried: x.tried}, true
		}
	}
	return Inference{}, false
}

func (x *inferrer) verifies(s *Scheme) bool {
	k := Keys{Secrets: []string{x.secret}, Params: x.o.Params}
	if s.algs[0].asymmetric() {
		k.Public = slices.DeleteFunc(slices.Clone(x.public), func(key crypto.PublicKey) bool { return fits(key, s.algs[0]) != nil })
	}
	anyTime := time.Duration(0)
	for i := range x.captures {
		if !s.Verify(&x.captures[i], k, time.Time{}, &anyTime).OK {
			return false
		}
	}
	return true
}

// search goes through the texts, the commonest first, and last through what
// proves least: tokens, and hashes without a secret.
func (x *inferrer) search() (Inference, bool) {
	for _, c := range x.contents() {
		if found, ok := x.tryText(c, familyMAC); ok {
			return found, true
		}
	}
	for _, c := range x.hashedContents() {
		if found, ok := x.tryText(c, familyDigest); ok {
			return found, true
		}
	}
	if found, ok := x.token(); ok {
		return found, true
	}
	for _, c := range x.contents() {
		if found, ok := x.tryText(c, familyDigest); ok {
			return found, true
		}
	}
	return Inference{}, false
}

// tryText fills the text with every time, id and nonce that the message has.
func (x *inferrer) tryText(c *Content, kind family) (Inference, bool) {
	for _, ts := range optional(x.found.times, c.uses("ts", false)) {
		for _, id := range optional(x.found.ids, c.uses("id", false)) {
			for _, nonce := range optional(slices.Concat(x.found.nonces, x.found.ids), c.uses("nonce", false)) {
				t := inferredText{content: c, ts: ts, id: id, nonce: nonce}
				if found, ok := x.tryKeys(t, kind); ok || x.truncated {
					return found, ok
				}
			}
		}
	}
	return Inference{}, false
}

// optional is one empty value where none is needed.
func optional(values []located, needed bool) []located {
	if !needed {
		return []located{{}}
	}
	return values
}

// inferredText is a text and where its values were taken from.
type inferredText struct {
	content       *Content
	ts, id, nonce located
}

func (x *inferrer) rendering(t inferredText) *rendering {
	roles := &captures{ts: t.ts.text, id: t.id.text, nonce: t.nonce.text}
	return &rendering{m: x.m, roles: roles, params: x.o.Params, secret: x.secret}
}

func (x *inferrer) tryKeys(t inferredText, kind family) (Inference, bool) {
	for _, a := range algorithms() {
		switch {
		case a.asymmetric() && kind == familyMAC:
			if found, ok := x.tryPublic(t, a); ok {
				return found, true
			}
		case a.family != kind || !slices.ContainsFunc(x.slots, func(s slot) bool { return len(s.raw) == a.size }):
		default:
			keys := x.keys
			if kind == familyDigest {
				keys = []ruledKey{{rule: keyLiteral}}
			}
			for _, key := range keys {
				if found, ok := x.compare(t, a, key); ok || x.truncated {
					return found, ok
				}
			}
		}
	}
	return Inference{}, false
}

func (x *inferrer) compare(t inferredText, a algorithm, key ruledKey) (Inference, bool) {
	if x.spent() {
		return Inference{}, false
	}
	x.tried++
	h := a.hasher(key.bytes)
	if t.content.write(h, x.rendering(t)) != rendered {
		return Inference{}, false
	}
	sum := h.Sum(nil)
	for _, s := range x.slots {
		if hmac.Equal(s.raw, sum) {
			if found, ok := x.confirm(t, a, key.rule, s); ok {
				return found, true
			}
		}
	}
	return Inference{}, false
}

func (x *inferrer) tryPublic(t inferredText, a algorithm) (Inference, bool) {
	for _, key := range x.public {
		if fits(key, a) != nil {
			continue
		}
		message, out := a.message(t.content, x.rendering(t))
		if out != rendered {
			return Inference{}, false
		}
		for _, s := range x.slots {
			if !a.makes(len(s.raw)) {
				continue
			}
			if x.spent() {
				return Inference{}, false
			}
			x.tried++
			if !a.verifies(key, message, s.raw) {
				continue
			}
			if found, ok := x.confirm(t, a, keyLiteral, s); ok {
				return found, true
			}
		}
	}
	return Inference{}, false
}
