package sign

import (
	"errors"
	"slices"
	"strings"
)

// GenericOptions describe an HMAC scheme in a few words, for a sender that has
// no file. Zero values are SHA-256, hex, the literal secret and the body alone.
type GenericOptions struct {
	Header    string // of the signature; required
	Algorithm string // the hash: sha256, sha1, sha384, sha512, md5; hmac- in front is allowed
	Encoding  string // hex, base64, base64url
	// Prefix is the text before the signature. It may hold the timestamp, as in
	// t={timestamp},v1= for a header of pairs.
	Prefix  string
	Content string // {timestamp} is {ts}

	// Where the other values of the content travel; the defaults are Header
	// with -Timestamp, -Id and -Nonce behind it.
	TimestampHeader, IDHeader, NonceHeader string

	SecretForm string // literal, whsec, base64, hex, …
}

// Generic makes a scheme from a few words. It has no window of its own: a
// tolerance given to Verify judges the timestamp.
func Generic(o GenericOptions) (*Scheme, error) {
	if o.Header == "" {
		return nil, errors.New("the signature's header is missing")
	}
	alg, err := genericAlgorithm(o.Algorithm)
	if err != nil {
		return nil, err
	}
	content, err := ParseContent(or(o.Content, "{body}"))
	if err != nil {
		return nil, err
	}
	signature, err := ParseTemplate(o.Prefix + "{sig}")
	if err != nil {
		return nil, err
	}
	spec := Spec{Alg: []string{alg}, Enc: or(o.Encoding, "hex"), Key: o.SecretForm, Content: []string{content.String()}}
	add := func(name string, t Template) {
		spec.Fields = append(spec.Fields, Field{Place: InHeader, Name: name, Templates: []string{t.String()}})
	}
	for _, value := range []struct {
		role       Role
		name, tail string
	}{
		{RoleID, o.IDHeader, "-Id"},
		{RoleTS, o.TimestampHeader, "-Timestamp"},
		{RoleNonce, o.NonceHeader, "-Nonce"},
	} {
		if content.uses(string(value.role), false) && !signature.has(value.role) {
			add(or(value.name, o.Header+value.tail), Template{[]part{{role: value.role}}})
		}
	}
	add(o.Header, signature)
	if content.uses(string(RoleTS), false) || signature.has(RoleTS) {
		spec.TS = &TimeSpec{Unit: string(unitSeconds)}
	}
	return New(spec)
}

// genericAlgorithm adds what the word leaves out.
func genericAlgorithm(word string) (string, error) {
	const prefix = "hmac-"
	var known []string
	for _, a := range algorithms() {
		if a.family == familyMAC {
			known = append(known, a.word())
		}
	}
	name := strings.TrimPrefix(or(word, "sha256"), prefix)
	if !slices.Contains(known, name) {
		return "", &UnknownError{What: "algorithm", Word: word, Known: known}
	}
	return prefix + name, nil
}

func or[S ~string](text, otherwise S) S {
	if text == "" {
		return otherwise
	}
	return text
}
