package provider

import (
	"errors"
	"slices"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// codeFields choose a scheme that is written in Go, and set it up.
func codeFields() []field {
	return []field{
		{"code", setWord(func(b *builder) *string { return &b.spec.Code }, "verifier", sign.CodeNames()...)},
		{"jwt", func(b *builder, v value) error {
			b.spec.JWT = &sign.JWTSpec{}
			return b.setMembers(v, tokenFields())
		}},
		{"http-signatures", func(b *builder, v value) error {
			b.spec.HTTP = &sign.HTTPSpec{}
			return b.setMembers(v, messageFields())
		}},
	}
}

// setMembers reads a mapping whose names are those of fields.
func (b *builder) setMembers(v value, known []field) error {
	pairs, wrong := v.pairs()
	for _, p := range pairs {
		i := slices.IndexFunc(known, func(f field) bool { return f.name == p.name })
		if i < 0 {
			names := make([]string, len(known))
			for i, f := range known {
				names[i] = f.name
			}
			wrong = errors.Join(wrong, p.key.wrap(&wordError{"field", p.name, names}))
			continue
		}
		wrong = errors.Join(wrong, p.value.wrap(known[i].set(b, p.value)))
	}
	return wrong
}

func tokenFields() []field {
	return []field{
		{"header", setText(func(b *builder) *string { return &b.spec.JWT.Header })},
		{"prefix", setTexts(func(b *builder) *[]string { return &b.spec.JWT.Prefix })},
		{"body", setFlag(func(b *builder) *bool { return &b.spec.JWT.Body })},
		{"detached", setFlag(func(b *builder) *bool { return &b.spec.JWT.Detached })},
		{"algs", setTexts(func(b *builder) *[]string { return &b.spec.JWT.Algs })},
		{"key", setWord(func(b *builder) *string { return &b.spec.JWT.Key }, "key", "literal", "base64", "hex", "pem", "jwks")},
		{"claims", setClaims(func(b *builder) *[]sign.Claim { return &b.spec.JWT.Claims })},
		{"claims_if_body", setClaims(func(b *builder) *[]sign.Claim { return &b.spec.JWT.ClaimsIfBody })},
		{"require", setTexts(func(b *builder) *[]string { return &b.spec.JWT.Require })},
		{"issued", setText(func(b *builder) *string { return &b.spec.JWT.Issued })},
		{"max_age", setDuration(func(b *builder) *time.Duration { return &b.spec.JWT.MaxAge })},
		{"leeway", setDuration(func(b *builder) *time.Duration { return &b.spec.JWT.Leeway })},
		{"lifetime", setDuration(func(b *builder) *time.Duration { return &b.spec.JWT.Lifetime })},
		{"event", setText(func(b *builder) *string { return &b.spec.JWT.Event })},
		{"id", setText(func(b *builder) *string { return &b.spec.JWT.ID })},
	}
}

func messageFields() []field {
	return []field{
		{"algs", setTexts(func(b *builder) *[]string { return &b.spec.HTTP.Algs })},
		{"key", setWord(func(b *builder) *string { return &b.spec.HTTP.Key }, "key", "literal", "base64", "hex")},
		{"require", setTexts(func(b *builder) *[]string { return &b.spec.HTTP.Require })},
		{"cover", setTexts(func(b *builder) *[]string { return &b.spec.HTTP.Cover })},
		{"max_age", setDuration(func(b *builder) *time.Duration { return &b.spec.HTTP.MaxAge })},
		{"lifetime", setDuration(func(b *builder) *time.Duration { return &b.spec.HTTP.Lifetime })},
	}
}

func setClaims(to func(*builder) *[]sign.Claim) func(*builder, value) error {
	return func(b *builder, v value) error {
		pairs, wrong := v.pairs()
		for _, p := range pairs {
			texts, err := p.value.texts()
			if err != nil {
				wrong = errors.Join(wrong, err)
				continue
			}
			*to(b) = append(*to(b), sign.Claim{Name: p.name, Templates: texts})
		}
		return wrong
	}
}
