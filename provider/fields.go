package provider

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"github.com/hooks-cli/hooks/handshake"
	"github.com/hooks-cli/hooks/sign"
)

// builder collects what a document says.
type builder struct {
	doc     *document
	names   []string // of all fields
	profile *Profile
	spec    sign.Spec
}

// field is one name that a provider file may set.
type field struct {
	name string
	set  func(*builder, value) error
}

// fields is the whole form: what the signature half and the behaviour half of
// a file may say. It is made once.
var fields = sync.OnceValue(func() []field {
	return slices.Concat(identityFields(), schemeFields(), codeFields(), recognitionFields(), deliveryFields(), failureFields())
})

var fieldNames = sync.OnceValue(func() (names []string) {
	for _, f := range fields() {
		names = append(names, f.name)
	}
	return names
})

// namesAnywhere adds those inside of fields, each behind its field: somebody who
// writes one at the top has meant it.
var namesAnywhere = sync.OnceValue(func() []string {
	names := slices.Clone(fieldNames())
	for _, name := range timeFields() {
		names = append(names, "ts."+name)
	}
	for _, f := range tokenFields() {
		names = append(names, "jwt."+f.name)
	}
	for _, f := range messageFields() {
		names = append(names, "http-signatures."+f.name)
	}
	return names
})

// set makes setters for the common kinds of value, each from where in the
// builder the value goes.
func setText(to func(*builder) *string) func(*builder, value) error {
	return func(b *builder, v value) (err error) {
		*to(b), err = v.text()
		return err
	}
}

func setTexts(to func(*builder) *[]string) func(*builder, value) error {
	return func(b *builder, v value) (err error) {
		*to(b), err = v.texts()
		return err
	}
}

func setFlag(to func(*builder) *bool) func(*builder, value) error {
	return func(b *builder, v value) (err error) {
		*to(b), err = v.flag()
		return err
	}
}

func setWord(to func(*builder) *string, what string, known ...string) func(*builder, value) error {
	return func(b *builder, v value) (err error) {
		*to(b), err = v.word(what, known...)
		return err
	}
}

func identityFields() []field {
	return []field{
		{"id", func(b *builder, v value) error {
			id, err := v.text()
			if err == nil && id != b.profile.ID {
				err = v.error(fmt.Sprintf("id is %s, the file's name says %s", id, b.profile.ID))
			}
			return err
		}},
		{"name", setText(func(b *builder) *string { return &b.profile.Name })},
		{"docs", setText(func(b *builder) *string { return &b.profile.Docs })},
		{"evidence", setWord(func(b *builder) *string { return &b.profile.Evidence }, "evidence", evidences()...)},
		{"source", setText(func(b *builder) *string { return &b.profile.Source })},
		{"assumed", setAssumed},
		{"like", setText(func(b *builder) *string { return &b.profile.Like })}, // its fields were taken before
	}
}

// setAssumed accepts the names of fields, or of members of fields.
func setAssumed(b *builder, v value) (err error) {
	b.profile.Assumed, err = v.texts()
	for i, path := range b.profile.Assumed {
		if name, _, _ := strings.Cut(path, "."); !slices.Contains(b.names, name) {
			err = errors.Join(err, v.items()[i].wrap(&wordError{"field", name, b.names}))
		}
	}
	return err
}

func recognitionFields() []field {
	return []field{
		{"handshake", func(b *builder, v value) (err error) {
			b.profile.Handshakes, err = v.words("handshake", handshake.Names()...)
			return err
		}},
		{"fallback", setIDs(func(b *builder) *[]string { return &b.profile.Fallback })},
		{"yields_to", setIDs(func(b *builder) *[]string { return &b.profile.YieldsTo })},
		{"mask", setMask},
		{"answer_body", setText(func(b *builder) *string { return &b.profile.AnswerBody })},
		{"params", setParams},
	}
}

func setIDs(to func(*builder) *[]string) func(*builder, value) error {
	return func(b *builder, v value) (err error) {
		ids, err := v.texts()
		for i, id := range ids {
			if !validID(id) {
				err = errors.Join(err, v.items()[i].error(fmt.Sprintf("%q is no provider's name", id)))
			}
		}
		*to(b) = ids
		return err
	}
}

func setMask(b *builder, v value) (err error) {
	b.profile.Mask, err = v.texts()
	for i, place := range b.profile.Mask {
		kind, _, _ := strings.Cut(place, ".")
		err = errors.Join(err, v.items()[i].wrap(oneOf("place", kind, "headers", "json", "form", "query")))
	}
	return err
}

// setParams reads a list of names, or names with the values that stand in
// until the operator says otherwise.
func setParams(b *builder, v value) error {
	if v.node.Kind != yaml.MappingNode {
		var err error
		b.profile.Params, err = v.texts()
		return err
	}
	pairs, wrong := v.pairs()
	b.spec.Params = map[string]string{}
	for _, p := range pairs {
		text, err := p.value.text()
		wrong = errors.Join(wrong, err)
		b.profile.Params = append(b.profile.Params, p.name)
		b.spec.Params[p.name] = text
	}
	return wrong
}

// validID is the form of a provider's name, which is also a file's name.
func validID(id string) bool {
	for i := range len(id) {
		c := id[i]
		letter := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		if !letter && (c != '-' || i == 0) {
			return false
		}
	}
	return 0 < len(id) && len(id) <= 64
}

// nameError says why a name is none for a provider, or nothing.
func nameError(id string) error {
	switch {
	case !validID(id):
		return fmt.Errorf("%q is no name for a provider: want a-z, 0-9 and -, at most 64 of them", id)
	case slices.Contains(reserved(), id):
		return fmt.Errorf("%q is no name for a provider: it has another meaning", id)
	}
	return nil
}

// reserved names have a meaning on the command line.
func reserved() []string { return []string{"auto", "any", "hmac"} }
