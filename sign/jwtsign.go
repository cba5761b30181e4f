package sign

import (
	"crypto"
	"fmt"
	"strconv"
	"time"
)

// signer finds out which algorithm a secret is for: a private key signs with
// the first that fits it, a shared secret with the first of those.
func (t *jwt) signer(secret string) (algorithm, crypto.Signer, []byte, error) {
	if len(t.publicKeyed) > 0 && (len(t.symmetric) == 0 || publicText(secret)) {
		key, err := privateKey(secret, t.publicKeyed)
		if err != nil {
			return algorithm{}, nil, nil, err
		}
		for _, a := range t.publicKeyed {
			if fits(key.Public(), a) == nil {
				return a, key, nil, nil
			}
		}
	}
	if publicText(secret) {
		return algorithm{}, nil, nil, errPublicSecret
	}
	key, err := t.s.key.bytes(secret)
	return t.symmetric[0], nil, key, err
}

// attach makes a token and puts it into its place. A body that is a token
// already is taken apart first, so that a message can be signed afresh.
func (t *jwt) attach(w *writer, k Keys) error {
	if len(k.Secrets) == 0 {
		return &KeyError{Reason: NoSecret, Detail: "there is no key to sign with"}
	}
	alg, private, shared, err := t.signer(k.Secrets[0])
	if err != nil {
		return err
	}
	claims, err := t.makeClaims(w)
	if err != nil {
		return err
	}
	header, err := t.makeHeader(w, alg, claims)
	if err != nil {
		return err
	}
	signed, payload := tokenPart(header)+".", ""
	if !t.spec.Detached {
		payload = tokenPart(claims)
	}
	text := []byte(signed + payload)
	if t.spec.Detached {
		text = append(text, w.out.Body...)
	}
	sig, err := makeSignature(alg, private, shared, text)
	if err != nil {
		return err
	}
	return w.place([]string{signed + payload + "." + tokenPart(sig)})
}

func makeSignature(alg algorithm, private crypto.Signer, shared, text []byte) ([]byte, error) {
	if private != nil {
		return alg.signWith(private, alg.digest(text))
	}
	h := alg.hasher(shared)
	h.Write(text)
	return h.Sum(nil), nil
}

// jsonMember is a member of a JSON object; the value is JSON.
type jsonMember struct{ name, value string }

// makeHeader writes what a reader needs to find the key. A detached token's
// header holds the claims, too.
func (t *jwt) makeHeader(w *writer, alg algorithm, claims []byte) ([]byte, error) {
	header := []byte("{}")
	if t.spec.Detached {
		header = claims
	}
	values := []jsonMember{{"alg", quoteJSON(alg.name)}, {"typ", `"JWT"`}}
	if t.spec.Detached {
		values = []jsonMember{values[0], {"b64", "false"}, {"crit", `["b64"]`}}
	}
	if w.roles.keyID != "" {
		values = append(values, jsonMember{"kid", quoteJSON(w.roles.keyID)})
	}
	var err error
	for _, v := range values {
		if header, err = setJSON(header, path{v.name}, v.value); err != nil {
			return nil, fmt.Errorf("sign: the token's header: %w", err)
		}
	}
	return header, nil
}

func (t *jwt) makeClaims(w *writer) (claims []byte, err error) {
	claims = []byte("{}")
	if t.spec.Body {
		if claims, err = t.payloadOf(w.out.Body); err != nil {
			return nil, err
		}
	}
	set := func(name, value string) {
		if err == nil {
			claims, err = setJSON(claims, path{name}, value)
		}
	}
	for _, c := range append(t.claims[:len(t.claims):len(t.claims)], t.ifBody...) {
		if len(w.out.Body) == 0 && c.about == aboutBody && t.isIfBody(c.name) || c.unknownParams(w.rendering("")) {
			continue
		}
		text := newBuffer(64)
		if out := c.contents[0].write(text, w.rendering("")); out != rendered {
			return nil, fmt.Errorf("sign: the claim %s cannot be built", c.name)
		}
		set(c.name, quoteJSON(string(text.bytes)))
	}
	for _, v := range t.ownClaims(w) {
		set(v.name, v.value)
	}
	if err != nil {
		return nil, fmt.Errorf("sign: the token's claims: %w", err)
	}
	return claims, nil
}

func (t *jwt) isIfBody(name string) bool {
	for _, c := range t.ifBody {
		if c.name == name {
			return true
		}
	}
	return false
}

// ownClaims are times, the id, and what only the operator knows.
func (t *jwt) ownClaims(w *writer) []jsonMember {
	var out []jsonMember
	add := func(name, value string) { out = append(out, jsonMember{name, value}) }
	unix := func(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }
	lifetime := t.spec.Lifetime
	if lifetime == 0 {
		lifetime = defaultLifetime
	}
	if t.spec.MaxAge > 0 {
		add(t.issued, unix(w.values.Time))
	}
	for _, name := range t.spec.Require {
		switch name {
		case t.issued, "nbf":
			add(name, unix(w.values.Time))
		case "exp":
			add(name, unix(w.values.Time.Add(lifetime)))
		case "jti":
		default:
			add(name, quoteJSON(w.params[name]))
		}
	}
	if w.roles.id != "" && t.needsID() {
		add("jti", quoteJSON(w.roles.id))
	}
	return out
}

func (t *jwt) needsID() bool {
	for _, what := range t.needs() {
		if what == string(RoleID) {
			return true
		}
	}
	return false
}

// payloadOf returns the object that becomes the token's payload.
func (t *jwt) payloadOf(body []byte) ([]byte, error) {
	if looksLikeToken(body) {
		if raw, err := unpadded(tokenMiddle(string(body))); err == nil {
			body = raw
		}
	}
	if _, problem := parseMembers(body); problem != "" {
		return nil, fmt.Errorf("sign: the body is to be the token's payload, and it %s", problem)
	}
	return body, nil
}
