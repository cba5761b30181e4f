package provider

import (
	"errors"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

func schemeFields() []field {
	return []field{
		{"alg", setTexts(func(b *builder) *[]string { return &b.spec.Alg })},
		{"enc", setText(func(b *builder) *string { return &b.spec.Enc })},
		{"key", setText(func(b *builder) *string { return &b.spec.Key })},
		{"pub", setText(func(b *builder) *string { return &b.spec.Pub })},
		{"content", setTexts(func(b *builder) *[]string { return &b.spec.Content })},
		{"ts", setTime},
		{"list", setText(func(b *builder) *string { return &b.spec.List })},
		{"headers", setPlace(sign.InHeader)},
		{"json", setPlace(sign.InJSON)},
		{"form", setPlace(sign.InForm)},
		{"query", setPlace(sign.InQuery)},
		{"strict", setFlag(func(b *builder) *bool { return &b.spec.Strict })},
		{"continue", setFlag(func(b *builder) *bool { return &b.spec.Continue })},
		{"check", setChecks},
		{"aliases", setAliases},
		{"send_headers", func(b *builder, v value) (err error) {
			b.spec.SendExtra, err = templates(v, sign.InHeader)
			return err
		}},
	}
}

func setPlace(place sign.Place) func(*builder, value) error {
	return func(b *builder, v value) error {
		found, err := templates(v, place)
		b.spec.Fields = append(b.spec.Fields, found...)
		return err
	}
}

func templates(v value, place sign.Place) ([]sign.Field, error) {
	pairs, err := v.pairs()
	if err != nil {
		return nil, err
	}
	var out []sign.Field
	for _, p := range pairs {
		texts, err := p.value.texts()
		if err != nil {
			return nil, err
		}
		out = append(out, sign.Field{Place: place, Name: p.name, Templates: texts})
	}
	return out, nil
}

func setTime(b *builder, v value) error {
	pairs, err := v.pairs()
	if err != nil {
		return err
	}
	b.spec.TS = &sign.TimeSpec{}
	for _, p := range pairs {
		switch p.name {
		case "unit":
			b.spec.TS.Unit, err = p.value.text()
		case "tolerance":
			b.spec.TS.Tolerance, err = p.value.duration()
		case "future":
			_, err = p.value.word("future", "unbounded")
			b.spec.TS.PastOnly = true
		case "optional":
			b.spec.TS.Optional, err = p.value.flag()
		default:
			return p.key.wrap(&wordError{"field", p.name, []string{"unit", "tolerance", "future", "optional"}})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// setChecks reads places as content writes them: header.Digest.
func setChecks(b *builder, v value) error {
	pairs, err := v.pairs()
	if err != nil {
		return err
	}
	for _, p := range pairs {
		text, err := p.value.text()
		if err != nil {
			return err
		}
		kind, name, _ := strings.Cut(p.name, ".")
		if err := oneOf("place", kind, "header", "json", "form", "query"); err != nil {
			return p.key.wrap(err)
		}
		place := sign.Place(kind)
		if kind == "header" {
			place = sign.InHeader
		}
		b.spec.Checks = append(b.spec.Checks, sign.Field{Place: place, Name: name, Templates: []string{text}})
	}
	return nil
}

func setAliases(b *builder, v value) error {
	pairs, err := v.pairs()
	if err != nil {
		return err
	}
	b.spec.Aliases = map[string][]string{}
	for _, p := range pairs {
		if b.spec.Aliases[p.name], err = p.value.texts(); err != nil {
			return err
		}
	}
	return nil
}

// compile makes the scheme. A mistake is reported where it stands in the file.
func (b *builder) compile() (err error) {
	b.profile.Scheme, err = sign.New(b.spec)
	var wrong *sign.SpecError
	switch {
	case err == nil:
		if _, ok := b.doc.fields["secret_format"]; !ok {
			b.profile.SecretFormat = secretFormatFor(b.profile.Scheme.Spec())
		}
		return nil
	case !errors.As(err, &wrong):
		return err
	}
	name, rest, _ := strings.Cut(wrong.Field, ".")
	if v, ok := b.doc.at(name, rest); ok {
		return v.wrap(err)
	}
	return &FileError{File: b.doc.file, Err: err}
}
