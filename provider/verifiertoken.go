package provider

import (
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// tokenPlan is a scheme of JSON web tokens, reduced like the others.
type tokenPlan struct {
	Header   string   // "" is the body
	Prefix   string   // before the token
	Optional bool     // … which may be missing
	Detached bool     // the payload is the body
	Algs     []string // RS256, …
	Public   bool
	Claims   []tokenClaim
	Require  []string
	Issued   string
	Times    []string // the claims with a time
	MaxAge   int64    // seconds; 0 is not judged
	Leeway   int64    // seconds
}

// tokenClaim is what a claim must be: one of the texts.
type tokenClaim struct {
	Name   string
	Values []alternative
	IfBody bool // absent without a body
}

// token plans a scheme of tokens.
func (b *planner) token() {
	spec := b.spec.JWT
	t := &tokenPlan{
		Header: spec.Header, Detached: spec.Detached, Algs: spec.Algs, Require: spec.Require, Issued: spec.Issued,
		MaxAge: int64(spec.MaxAge.Seconds()), Leeway: int64(spec.Leeway.Seconds()),
	}
	b.v.JWT = t
	if t.Issued == "" {
		t.Issued = "iat"
	}
	t.Times = slices.Compact([]string{t.Issued, "nbf", "exp"})
	b.tokenKeys(t)
	if spec.Key == "jwks" {
		b.v.Notes = append(b.v.Notes, "The keys are published as JSON web keys: take the one of the token's kid, as PEM. Node makes one of the other:",
			"crypto.createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })")
	}
	switch n := len(spec.Prefix); {
	case n == 2 && spec.Prefix[1] == "", n == 1:
		t.Prefix, t.Optional = spec.Prefix[0], n == 2
	case n > 1:
		b.refuse("its token has several prefixes", "")
	}
	if !plainText(t.Prefix + t.Issued + strings.Join(t.Require, "")) {
		b.refuse("its token has letters beyond ASCII", "")
	}
	b.v.Sig = signature{Place: place{In: "headers", Names: []string{t.Header}}}
	for _, c := range spec.Claims {
		t.Claims = append(t.Claims, b.tokenClaim(c, false))
	}
	for _, c := range spec.ClaimsIfBody {
		t.Claims = append(t.Claims, b.tokenClaim(c, true))
	}
}

// tokenKeys settles on one kind of key: a verifier that took both would have
// to tell them apart by what the token says.
func (b *planner) tokenKeys(t *tokenPlan) {
	shared := slices.DeleteFunc(slices.Clone(t.Algs), func(alg string) bool { return !strings.HasPrefix(alg, "HS") })
	if t.Public = len(shared) == 0; t.Public {
		b.v.Key, b.v.Pub = "", "pem"
	} else if len(shared) < len(t.Algs) {
		t.Algs = shared
		b.v.Notes = append(b.v.Notes, "For tokens signed with a shared secret ("+strings.Join(shared, ", ")+"); those of a key pair are refused.")
	}
	for _, alg := range t.Algs {
		if !slices.Contains([]string{"HS256", "HS384", "HS512", "RS256", "ES256"}, alg) {
			b.refuse("its tokens are signed with "+alg, "the JWT library of your language")
		}
	}
}

func (b *planner) tokenClaim(c sign.Claim, ifBody bool) tokenClaim {
	out := tokenClaim{Name: c.Name, IfBody: ifBody}
	for _, text := range c.Templates {
		content, err := sign.ParseContent(text)
		if err != nil {
			b.refuse("the claim "+c.Name+" is "+text, "the sender's own library")
			continue
		}
		a := b.alternative(content.Outline())
		for _, r := range a.Runs {
			if !r.Text {
				b.refuse("the claim "+c.Name+" is no text", "")
			}
		}
		out.Values = append(out.Values, a)
	}
	if !plainText(c.Name) {
		b.refuse("its token has letters beyond ASCII", "")
	}
	return out
}
