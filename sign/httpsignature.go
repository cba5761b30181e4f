package sign

import (
	"errors"
	"slices"
	"strings"
	"time"
)

const (
	signatureHeader = "Signature"
	inputHeader     = "Signature-Input"
	labelStem       = "sig" // what signatures are called that are made here: sig1, sig2
)

// HTTPSpec are the settings of the code http-signatures: HTTP message
// signatures (RFC 9421).
type HTTPSpec struct {
	Algs    []string // what is accepted; empty is all six
	Key     string   // how a shared secret becomes key bytes; "" is base64
	Require []string // components that every signature must cover
	Cover   []string // components that are covered when signing; empty is Require

	MaxAge   time.Duration // how old by the parameter created; 0 is not judged
	Lifetime time.Duration // of a signature that is made here; 0 is no expires
}

// messageSignatures is a scheme of RFC 9421.
type messageSignatures struct {
	template
	spec            *HTTPSpec
	required, cover []sfItem
}

func newMessageSignatures(s *Scheme) (coded, error) {
	spec := s.spec.HTTP
	if spec == nil {
		spec = &HTTPSpec{}
	}
	t := &messageSignatures{template: template{s}, spec: spec}
	names := spec.Algs
	if names == nil {
		for _, a := range messageAlgorithms() {
			names = append(names, a.name)
		}
	}
	var wrong []error
	var err error
	if s.algs, err = namedAlgorithms("http-signatures.algs", messageAlgorithms(), names); err != nil {
		wrong = append(wrong, err)
	}
	s.spec.Alg, s.spec.Enc, s.spec.Key = names, string(encBase64), or(spec.Key, string(keyBase64))
	if s.key, err = parseKeyRule(s.spec.Key); err != nil {
		wrong = append(wrong, &SpecError{Field: "http-signatures.key", Err: err})
	}
	t.required, err = parseComponents("http-signatures.require", spec.Require)
	wrong = append(wrong, err)
	if t.cover, err = parseComponents("http-signatures.cover", spec.covered()); len(spec.Cover) > 0 {
		wrong = append(wrong, err)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	s.covers = [][]string{t.coverage()}
	return t, s.addJoined(signatureHeader)
}

// covered are the components that are covered when signing.
func (spec *HTTPSpec) covered() []string {
	switch {
	case len(spec.Cover) > 0:
		return spec.Cover
	case len(spec.Require) > 0:
		return spec.Require
	}
	return []string{"@method", "@target-uri", "content-digest"}
}

// parseComponents reads the names of a provider's file: a component as RFC 9421
// writes it, or its bare name.
func parseComponents(field string, names []string) ([]sfItem, error) {
	var out []sfItem
	var wrong []error
	for i, name := range names {
		item, err := parseComponent(name)
		if err != nil {
			wrong = append(wrong, &SpecError{Field: field, Err: err, Index: i})
			continue
		}
		out = append(out, item)
	}
	return out, errors.Join(wrong...)
}

func parseComponent(name string) (sfItem, error) {
	if !strings.HasPrefix(name, `"`) {
		name = quoteStructured(name)
	}
	p := &sfParser{text: name}
	item, err := p.item()
	if err == nil && p.pos != len(name) {
		err = errStructured
	}
	if err == nil && validComponent(item).bad() {
		err = &UnknownError{What: "component", Word: item.text, Known: derivedComponents()}
	}
	return item, err
}

// coverage is what every signature vouches for, by what the file requires.
func (t *messageSignatures) coverage() []string {
	out := coveredBy(t.required)
	if t.spec.MaxAge > 0 {
		out = append(out, CoversTimestamp)
	}
	return inOrder(out)
}

// coveredBy is what of a message the components stand for. That the digest is
// the body's is always checked.
func coveredBy(items []sfItem) []string {
	out := []string{}
	for _, item := range items {
		switch {
		case item.text == "content-digest":
			out = append(out, CoversBody)
		case strings.HasPrefix(item.text, "@"):
			out = append(out, CoversURL)
		}
	}
	return out
}

// inOrder sorts parts as they are listed everywhere.
func inOrder(parts []string) []string {
	out := []string{}
	for _, part := range coverable() {
		if slices.Contains(parts, part) {
			out = append(out, part)
		}
	}
	return out
}

// checkSecret accepts a shared secret, or a private key in PEM.
func (t *messageSignatures) checkSecret(secret string) error {
	_, _, _, err := t.signer(secret)
	return err
}

func (t *messageSignatures) needs() []string {
	out := []string{"time"}
	for _, c := range t.cover {
		switch {
		case c.text == "@method":
			out = append(out, "method")
		case strings.HasPrefix(c.text, "@") && !slices.Contains(out, "url"):
			out = append(out, "url")
		}
	}
	return out
}

// plausible is true for a dictionary of byte sequences.
func (t *messageSignatures) plausible(sigs []candidate) bool {
	members, err := parseDictionary(sigs[0].text)
	if err != nil || len(members) == 0 {
		return false
	}
	return !slices.ContainsFunc(members, func(m sfMember) bool { return m.list || m.kind != sfBytes || m.text == "" })
}
