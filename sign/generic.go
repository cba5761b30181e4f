package sign

import (
	"errors"
	"slices"
	"strings"
)

// GenericOptions describe a scheme in a few words, for a sender that has no
// file. Zero values are HMAC with SHA-256, hex, the literal secret and the body
// alone.
type GenericOptions struct {
	Header    string // of the signature; required without In
	In        string // where it is elsewhere: json.PATH, form.NAME, query.NAME
	Algorithm string // HMAC's hash: sha256, sha1, …; hmac- in front is allowed; an algorithm with key pairs; equal
	Encoding  string // hex, base64, base64url; "" is hex, but for equal
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
	place, name, err := o.place()
	if err != nil {
		return nil, err
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
	if alg == tokenAlgorithm {
		spec.Enc, spec.Content = o.Encoding, nil
		if or(o.Content, "{body}") != "{body}" {
			spec.Content = []string{content.String()}
		}
	}
	add := func(place Place, name string, t Template) {
		spec.Fields = append(spec.Fields, Field{Place: place, Name: name, Templates: []string{t.String()}})
	}
	stem := or(o.Header, "X-Webhook")
	for _, value := range []struct {
		role       Role
		name, tail string
	}{
		{RoleID, o.IDHeader, "-Id"},
		{RoleTS, o.TimestampHeader, "-Timestamp"},
		{RoleNonce, o.NonceHeader, "-Nonce"},
	} {
		if content.uses(string(value.role), false) && !signature.has(value.role) {
			add(InHeader, or(value.name, stem+value.tail), Template{[]part{{role: value.role}}})
		}
	}
	add(place, name, signature)
	if content.uses(string(RoleTS), false) || signature.has(RoleTS) {
		spec.TS = &TimeSpec{Unit: string(unitSeconds)}
	}
	return New(spec)
}

// place is where the signature stands.
func (o GenericOptions) place() (Place, string, error) {
	switch kind, name, _ := strings.Cut(o.In, "."); {
	case o.In == "" && o.Header == "":
		return "", "", errors.New("the signature's header is missing")
	case o.In == "":
		return InHeader, o.Header, nil
	case o.Header != "":
		return "", "", errors.New("the signature is in one place: a header, or elsewhere")
	case !slices.Contains(places()[1:], Place(kind)):
		return "", "", &UnknownError{What: "place", Word: kind, Known: names(places()[1:])}
	case name == "":
		return "", "", errors.New("the place needs a name, as in json.token")
	default:
		return Place(kind), name, nil
	}
}

// tokenAlgorithm is the one that compares the secret itself.
const tokenAlgorithm = "equal"

// genericAlgorithm adds what the word leaves out. A bare hash is HMAC's: nobody
// means a checksum.
func genericAlgorithm(word string) (string, error) {
	const prefix = "hmac-"
	var known []string
	for _, a := range algorithms() {
		if a.family == familyDigest {
			continue
		}
		if known = append(known, a.word()); a.word() == strings.TrimPrefix(or(word, "sha256"), prefix) {
			return a.name, nil
		}
	}
	return "", &UnknownError{What: "algorithm", Word: word, Known: known}
}

func or[S ~string](text, otherwise S) S {
	if text == "" {
		return otherwise
	}
	return text
}
