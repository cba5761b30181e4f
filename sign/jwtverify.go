package sign

import (
	"crypto/hmac"
	"fmt"
	"slices"
	"strings"
	"time"
)

// match judges a token in the order of providers' own libraries: shape,
// algorithm, key, signature, and only then what it says.
func (t *jwt) match(j *judgement) fault {
	tok, f := parseToken(j.sigs[0].text, t.spec.Detached)
	if f.bad() {
		return f
	}
	alg, err := findAlgorithm(t.s.algs, tok.alg)
	if err != nil {
		return fault{UnsupportedAlg, fmt.Sprintf("the token names the algorithm %q, the scheme has %s", clip(tok.alg), strings.Join(t.spec.Algs, ", "))}
	}
	if f := t.extensions(&tok); f.bad() {
		return f
	}
	if f := t.matchKey(j, &tok, alg); f.bad() {
		return f
	}
	j.v.Content = 0
	for _, step := range []func(*judgement, *token) fault{t.constants, t.window, t.urlClaims, t.bodyClaims} {
		if f := step(j, &tok); f.bad() {
			f.detail = "signature good, but " + f.detail
			return f
		}
	}
	return fault{}
}

// extensions refuses what a token demands and this reader does not know. Only
// an unencoded payload is known, and only where it is detached.
func (t *jwt) extensions(tok *token) fault {
	for _, name := range tok.crit {
		if name != "b64" || !t.spec.Detached {
			return fault{Unsupported, fmt.Sprintf("the token demands the extension %q", clip(name))}
		}
	}
	if t.spec.Detached == tok.encoded || t.spec.Detached && !slices.Contains(tok.crit, "b64") {
		return fault{Unsupported, "the token's payload is not encoded as the scheme has it: b64, and crit that names it"}
	}
	return fault{}
}

// matchKey looks for the key. A shared secret is never a public key and the
// other way round, whatever the token says: the algorithm decides which of the
// two kinds of key is looked at.
func (t *jwt) matchKey(j *judgement, tok *token, alg algorithm) fault {
	text := []byte(tok.signed)
	if t.spec.Detached {
		text = slices.Concat(text, j.fill.m.Body)
	}
	var f fault
	switch {
	case alg.asymmetric():
		f = t.s.matchPublicText(j, tok.kid, alg, text, tok.signature)
	case len(j.keys.Secrets) == 0 && len(j.keys.Public) > 0:
		f = fault{BadSecret, "no shared secret is known"}
	default:
		f = t.s.matchSecretText(j, tok.kid, alg, text, tok.signature)
	}
	if f.reason == BadSecret && len(t.symmetric) > 0 && len(t.publicKeyed) > 0 {
		return fault{UnsupportedAlg, "the token names the algorithm " + alg.name + ", which is not our key's: " + f.detail}
	}
	return f
}

// matchPublicText looks for the public key of that id whose signature it is.
func (s *Scheme) matchPublicText(j *judgement, id string, alg algorithm, text, sig []byte) fault {
	keys, f := publicKeys(j.keys, s.algs)
	if !f.bad() {
		keys = slices.DeleteFunc(keys, func(k publicKey) bool { return fits(k.public, alg) != nil })
		f = orFault(len(keys), fault{BadSecret, "no key is one for " + alg.name})
	}
	if f.bad() {
		if f.reason == NoSecret && id != "" {
			f.detail += fmt.Sprintf("; the message names the key %q", clip(id))
		}
		return f
	}
	if keys = chosen(keys, id); len(keys) == 0 {
		return fault{UnknownKey, fmt.Sprintf("no key is called %q", clip(id))}
	}
	message := alg.digest(text)
	for _, k := range keys {
		if (k.alg == "" || k.alg == or(alg.jwk, alg.name)) && alg.verifies(k.public, message, sig) {
			j.v.Key = k.index
			return fault{}
		}
	}
	return fault{SignatureMismatch, "no signature matches"}
}

// matchSecretText looks for the shared secret whose MAC it is.
func (s *Scheme) matchSecretText(j *judgement, id string, alg algorithm, text, sig []byte) fault {
	if ours := j.fill.params[string(RoleKeyID)]; id != "" && ours != "" && id != ours {
		return fault{UnknownKey, fmt.Sprintf("the message names the key %q, not ours", clip(id))}
	}
	keys, f := s.sharedKeys(j.keys.Secrets)
	if f.bad() {
		return f
	}
	for i, key := range keys {
		if key == nil {
			continue
		}
		h := alg.hasher(key)
		h.Write(text)
		if hmac.Equal(h.Sum(nil), sig) {
			j.v.Key = i
			return fault{}
		}
	}
	return fault{SignatureMismatch, "no signature matches"}
}

// sharedKeys is secretKeys without what is no shared secret.
func (s *Scheme) sharedKeys(secrets []string) ([][]byte, fault) {
	usable := slices.Clone(secrets)
	refused := 0
	for i, secret := range secrets {
		if publicText(secret) {
			usable[i] = ""
			refused++
		}
	}
	if refused > 0 && refused == len(secrets) {
		return nil, fault{BadSecret, errPublicSecret.Detail}
	}
	return s.secretKeys(usable)
}

// errPublicSecret stops the confusion of algorithms: with a public key as the
// secret of a MAC, anybody who has the public key could sign.
var errPublicSecret = &KeyError{Reason: BadSecret, Detail: "a PEM or JSON web key is no shared secret",
	Fix: "give the secret itself: the algorithm is HMAC"}

// publicText is true for the forms of an asymmetric key that no shared secret
// has.
func publicText(secret string) bool {
	text := strings.TrimSpace(secret)
	return strings.Contains(text, "-----BEGIN ") || strings.HasPrefix(text, "{") && strings.Contains(text, `"kty"`)
}

// constants judges the claims that are the same in every token, and those that
// only must be there.
func (t *jwt) constants(j *judgement, tok *token) fault {
	for _, c := range t.claims {
		if c.about != aboutNothing || c.unknownParams(j.fill) {
			continue
		}
		if got, _ := tok.claim(c.name); !c.equal(got, j.fill) {
			return fault{Unsupported, fmt.Sprintf("the claim %s is %q, not %s", c.name, clip(got), c.contents[0])}
		}
	}
	for _, name := range t.spec.Require {
		if got, _ := tok.claim(name); got != "" {
			continue
		}
		if slices.Contains(t.timeClaims(), name) {
			return fault{MissingTimestamp, "the token has no " + name}
		}
		return fault{Unsupported, "the token has no " + name}
	}
	return fault{}
}

// equal compares with each template. What cannot be built equals nothing.
func (c claim) equal(got string, fill *rendering) bool {
	for _, content := range c.contents {
		want := newBuffer(64)
		if content.write(want, fill) == rendered && len(want.bytes) > 0 && hmac.Equal(want.bytes, []byte(got)) {
			return true
		}
	}
	return false
}

// unknownParams is true when the operator did not say what the claim is to be
// compared with.
func (c claim) unknownParams(fill *rendering) bool {
	if !c.usesParams() {
		return false
	}
	for _, seg := range c.contents[0].segments {
		for _, p := range seg.pieces {
			if p.source == "param" && fill.params[p.arg] == "" {
				return true
			}
		}
	}
	return false
}

// window judges nbf, exp and the age. The override replaces leeway and age.
func (t *jwt) window(j *judgement, tok *token) fault {
	leeway, age := t.spec.Leeway, t.spec.MaxAge
	if j.tolerance != nil {
		leeway = *j.tolerance
		age = *j.tolerance
	}
	times := map[string]time.Time{}
	for _, name := range t.timeClaims() {
		raw, ok := tok.claims[name]
		if !ok {
			continue
		}
		at, ok := unitSeconds.number(string(raw))
		if !ok {
			return fault{BadTimestamp, fmt.Sprintf("the claim %s is %q, no number of seconds", name, clip(string(raw)))}
		}
		times[name] = at
	}
	if at, ok := firstTime(times, t.issued, "nbf"); ok {
		j.v.Time, j.v.Skew = at, j.now.Sub(at)
	}
	if t.spec.MaxAge > 0 && times[t.issued].IsZero() {
		return fault{MissingTimestamp, "the token has no " + t.issued}
	}
	if j.tolerance != nil && *j.tolerance == 0 {
		return fault{}
	}
	return t.inWindow(j.now, times, leeway, age)
}

func firstTime(times map[string]time.Time, names ...string) (time.Time, bool) {
	for _, name := range names {
		if at, ok := times[name]; ok {
			return at, true
		}
	}
	return time.Time{}, false
}

func (t *jwt) inWindow(now time.Time, times map[string]time.Time, leeway, age time.Duration) fault {
	if nbf, ok := times["nbf"]; ok && nbf.Sub(now) > leeway {
		return fault{TimestampTooNew, fmt.Sprintf("the token is not valid for %s yet", seconds(nbf.Sub(now)))}
	}
	if exp, ok := times["exp"]; ok && now.Sub(exp) > leeway {
		return fault{TimestampTooOld, fmt.Sprintf("the token expired %s ago", seconds(now.Sub(exp)))}
	}
	issued, ok := times[t.issued]
	switch old := now.Sub(issued); {
	case !ok || age == 0:
	case old > age:
		return fault{TimestampTooOld, fmt.Sprintf("%s old, %s are allowed", seconds(old), seconds(age))}
	case issued.Sub(now) > age:
		return fault{TimestampTooNew, fmt.Sprintf("%s ahead, %s are allowed", seconds(issued.Sub(now)), seconds(age))}
	}
	return fault{}
}

func (t *jwt) urlClaims(j *judgement, tok *token) fault {
	for _, c := range t.claims {
		if c.about != aboutURL {
			continue
		}
		switch got, _ := tok.claim(c.name); {
		case j.fill.m.URL == "":
			return fault{URLMismatch, "the claim " + c.name + " speaks of the URL, and the URL is not known"}
		case !c.equal(got, j.fill):
			return fault{URLMismatch, fmt.Sprintf("the claim %s is not %s", c.name, c.contents[0])}
		}
	}
	return fault{}
}

func (t *jwt) bodyClaims(j *judgement, tok *token) fault {
	for _, c := range t.claims {
		if got, _ := tok.claim(c.name); c.about == aboutBody && !c.equal(got, j.fill) {
			return fault{BodyHashMismatch, fmt.Sprintf("the claim %s is not %s", c.name, c.contents[0])}
		}
	}
	for _, c := range t.ifBody {
		got, _ := tok.claim(c.name)
		switch empty := len(j.fill.m.Body) == 0; {
		case empty && got != "":
			return fault{BodyHashMismatch, "the token has " + c.name + ", and there is no body"}
		case !empty && got == "":
			return fault{BodyHashMismatch, "the token has no " + c.name + ", and there is a body"}
		case !empty && !c.equal(got, j.fill):
			return fault{BodyHashMismatch, fmt.Sprintf("the claim %s is not %s", c.name, c.contents[0])}
		}
	}
	return fault{}
}
