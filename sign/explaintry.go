package sign

import (
	"crypto/hmac"
	"slices"
	"time"
)

// try computes what the variant stands for. Several keys and alternatives of
// the text are native, so one variant may cost several MACs.
func (x *explainer) try(v variant) (hit, bool) {
	if x.s.algs[0].family == familyToken {
		return x.tryToken(v)
	}
	for t := range x.choices(v[ofText], len(x.s.contents), len(x.texts)) {
		text := &x.texts[t]
		if !x.applies(v, text) {
			continue
		}
		fill := x.rendering(v)
		for key := range x.choices(v[ofKey], x.native, len(x.keys)) {
			if x.spent() {
				return hit{}, false
			}
			fill.secret = x.keys[key].secret
			if sig := x.compute(v, text.content, fill, &x.keys[key]); sig != nil {
				return hit{variant: v, key: key, text: t, signature: sig}, true
			}
		}
	}
	return hit{}, false
}

// choices yields the native indexes for 0, else the one that is meant.
func (x *explainer) choices(choice, native, all int) func(yield func(int) bool) {
	from, to := 0, min(native, all)
	if choice > 0 {
		from, to = native+choice-1, native+choice
	}
	return func(yield func(int) bool) {
		for i := from; i < to && yield(i); i++ {
		}
	}
}

// applies is false when the text does not use what the variant changes: the
// same bytes were tried before.
func (x *explainer) applies(v variant, text *textGuess) bool {
	c := text.content
	switch {
	case v[ofBody] > 0 && !c.uses("body", false) && !c.uses("json", false) && !c.uses("form", false):
		return false
	case v[ofTime] > 0 && !c.uses("ts", false), v[ofURL] > 0 && !x.s.contentURL(c):
		return false
	}
	return true
}

// rendering fills the text's placeholders with the variant's choices.
func (x *explainer) rendering(v variant) *rendering {
	m := *x.m
	if v[ofBody] > 0 {
		m.Body = x.bodies[v[ofBody]].body
	}
	if v[ofURL] > 0 {
		m.URL = x.urls[v[ofURL]].url
	}
	roles := x.roles
	if v[ofTime] > 0 {
		roles.ts = x.times[v[ofTime]].text
	}
	return &rendering{m: &m, roles: &roles, params: x.params, coded: x.s.coded}
}

// compute returns the signature that the variant makes, nil if none of those
// in the message is it.
func (x *explainer) compute(v variant, c *Content, fill *rendering, key *keyGuess) *signature {
	for i := range x.algs {
		g := &x.algs[i]
		if (i == v[ofAlgorithm] || v[ofAlgorithm] == 0 && g.native) && x.plausible(g) {
			if sig := x.computeWith(g, c, fill, key); sig != nil {
				return sig
			}
		}
	}
	return nil
}

// plausible is true when a signature has the length that the algorithm makes.
func (x *explainer) plausible(g *algorithmGuess) bool {
	return g.asymmetric() || slices.ContainsFunc(x.signatures, func(sig signature) bool {
		return len(sig.raw) == g.size || g.native && sig.cut && len(sig.raw) < g.size
	})
}

func (x *explainer) computeWith(g *algorithmGuess, c *Content, fill *rendering, key *keyGuess) *signature {
	if g.asymmetric() {
		return x.verifyWith(g, c, fill, key)
	}
	x.tried++
	h := g.hasher(key.bytes)
	if g.before {
		h.Write(key.bytes)
	}
	if c.write(h, fill) != rendered {
		return nil
	}
	if g.behind {
		h.Write(key.bytes)
	}
	sum := h.Sum(nil)
	for i := range x.signatures {
		sig := &x.signatures[i]
		if hmac.Equal(sig.raw, sum) || g.native && sig.cut && len(sig.raw) < len(sum) && hmac.Equal(sig.raw, sum[:len(sig.raw)]) {
			return sig
		}
	}
	return nil
}

func (x *explainer) verifyWith(g *algorithmGuess, c *Content, fill *rendering, key *keyGuess) *signature {
	message, out := g.message(c, fill)
	if out != rendered || key.public == nil {
		return nil
	}
	for i := range x.signatures {
		if x.spent() {
			break
		}
		x.tried++
		if sig := &x.signatures[i]; g.verifies(key.public, message, sig.raw) {
			return sig
		}
	}
	return nil
}

// tryToken compares the token that came with a reading of the secret. There
// is nothing to compute and nothing else to vary.
func (x *explainer) tryToken(v variant) (hit, bool) {
	others := v
	if others[ofKey] = 0; others != (variant{}) {
		return hit{}, false
	}
	for key := range x.choices(v[ofKey], x.native, len(x.keys)) {
		for i := range x.signatures {
			if x.spent() {
				return hit{}, false
			}
			x.tried++
			if sig := &x.signatures[i]; hmac.Equal(sig.raw, x.keys[key].bytes) {
				return hit{variant: v, key: key, signature: sig}, true
			}
		}
	}
	return hit{}, false
}

// otherProvider looks for a scheme under which the message is valid as it is.
func (x *explainer) otherProvider(now time.Time) (hit, bool) {
	if x.o.Schemes == nil || x.spent() {
		return hit{}, false
	}
	secrets, names := x.everySecret()
	k := Keys{Secrets: secrets, Public: x.k.Public, Params: x.k.Params}
	anyTime := time.Duration(0)
	for _, other := range x.o.Schemes() {
		if other.Scheme == x.s || other.Scheme.Fit(x.came) < Shaped {
			continue
		}
		if x.spent() {
			break
		}
		x.tried += max(1, len(other.Scheme.contents)*len(secrets))
		v := other.Scheme.Verify(x.came, k, now, &anyTime)
		if !v.OK {
			continue
		}
		changes := []change{{ClassProvider, "as " + other.Name, "the message has that sender's form", "name that provider: --provider " + other.Name}}
		if v.Key >= len(x.k.Secrets) && v.Key < len(names) && !other.Scheme.algs[0].asymmetric() {
			changes = append(changes, otherSecret(names[v.Key]))
		}
		return hit{changes: changes}, true
	}
	return hit{}, false
}
