package provider

import (
	"errors"
	"slices"
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
	pairs, wrong := v.pairs()
	var out []sign.Field
	for _, p := range pairs {
		texts, err := p.value.texts()
		if err != nil {
			wrong = errors.Join(wrong, err)
			continue
		}
		out = append(out, sign.Field{Place: place, Name: p.name, Templates: texts})
	}
	return out, wrong
}

func timeFields() []string { return []string{"unit", "tolerance", "future", "optional"} }

func setTime(b *builder, v value) error {
	pairs, wrong := v.pairs()
	b.spec.TS = &sign.TimeSpec{}
	for _, p := range pairs {
		var err error
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
			err = p.key.wrap(&wordError{"field", p.name, timeFields()})
		}
		wrong = errors.Join(wrong, err)
	}
	return wrong
}

// setChecks reads places as content writes them: header.Digest.
func setChecks(b *builder, v value) error {
	pairs, wrong := v.pairs()
	for _, p := range pairs {
		text, err := p.value.text()
		kind, name, _ := strings.Cut(p.name, ".")
		err = errors.Join(err, p.key.wrap(oneOf("place", kind, "header", "json", "form", "query")))
		if err != nil {
			wrong = errors.Join(wrong, err)
			continue
		}
		place := sign.Place(kind)
		if kind == "header" {
			place = sign.InHeader
		}
		b.spec.Checks = append(b.spec.Checks, sign.Field{Place: place, Name: name, Templates: []string{text}})
	}
	return wrong
}

func setAliases(b *builder, v value) error {
	pairs, wrong := v.pairs()
	b.spec.Aliases = map[string][]string{}
	for _, p := range pairs {
		var err error
		b.spec.Aliases[p.name], err = p.value.texts()
		wrong = errors.Join(wrong, err)
	}
	return wrong
}

// compile makes the scheme. Mistakes are reported where they stand in the file.
// What follows from fields that failed before is none.
func (b *builder) compile(failed []string) (wrong []*FileError) {
	scheme, err := sign.New(b.spec)
	if err == nil {
		b.profile.Scheme = scheme
		if _, ok := b.doc.fields["secret_format"]; !ok {
			b.profile.SecretFormat = secretFormatFor(scheme.Spec())
		}
		return nil
	}
	for _, e := range sign.Problems(b.spec) {
		name, rest, _ := strings.Cut(e.Field, ".")
		if slices.Contains(failed, name) || e.Whole && len(failed) > 0 {
			continue
		}
		if v, ok := b.doc.at(name, rest); ok {
			wrong = append(wrong, v.item(e.Index).wrong(e)...)
			continue
		}
		if !slices.Contains(failed, "like") { // which may have had it
			wrong = append(wrong, &FileError{File: b.doc.file, Err: e})
		}
	}
	return wrong
}
