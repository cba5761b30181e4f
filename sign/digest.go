package sign

import (
	"crypto/hmac"
	"fmt"
)

const contentDigestHeader = "Content-Digest"

// contentDigest is the digest of RFC 9530 alone: it shows that nothing broke on
// the way, and not who sent it. There is no key.
type contentDigest struct {
	template
	algs []algorithm
}

func newContentDigest(s *Scheme) (coded, error) {
	algs := digestAlgorithms()
	for _, a := range algs {
		s.spec.Alg = append(s.spec.Alg, a.name)
	}
	s.algs, s.enc, s.spec.Enc = algs, encBase64, string(encBase64)
	body, err := ParseContent("{body}")
	if err != nil {
		return nil, err
	}
	s.contents, s.spec.Content = []*Content{body}, []string{"{body}"}
	return contentDigest{template{s}, algs}, s.addJoined(contentDigestHeader)
}

// addJoined adds a header whose value is a structured field: one signature, as
// far as anybody outside is concerned.
func (s *Scheme) addJoined(name string) error {
	spec := Field{Place: InHeader, Name: name, Templates: []string{"{sig}"}}
	f, err := s.addField(spec)
	if err != nil {
		return err
	}
	f.joined = true
	s.spec.Fields = append(s.spec.Fields, spec)
	return nil
}

func (t contentDigest) match(j *judgement) fault {
	f := checkDigest(t.algs, j.sigs[0].text, j.fill.m.Body, nil)
	if !f.bad() {
		j.v.Content = 0
	}
	return f
}

// checkDigest compares every digest whose algorithm is known with the body.
// With keys, one of those must be among them.
func checkDigest(algs []algorithm, value string, body []byte, keys []string) fault {
	members, err := parseDictionary(value)
	if err != nil {
		return fault{MalformedHeader, contentDigestHeader + " is no dictionary of digests"}
	}
	checked := map[string]bool{}
	for _, m := range members {
		a, err := findAlgorithm(algs, m.key)
		if err != nil {
			continue
		}
		if m.list || m.kind != sfBytes {
			return fault{MalformedHeader, contentDigestHeader + " has a " + a.name + " that is no byte sequence"}
		}
		if !hmac.Equal(a.digest(body), []byte(m.text)) {
			return fault{BodyHashMismatch, fmt.Sprintf("%s: %s is not the body's", contentDigestHeader, a.name)}
		}
		checked[m.key] = true
	}
	for _, key := range keys {
		if !checked[key] {
			return fault{UnsupportedAlg, fmt.Sprintf("%s: the digest %q is not known here", contentDigestHeader, clip(key))}
		}
	}
	if len(checked) == 0 {
		return fault{UnsupportedAlg, contentDigestHeader + " has neither sha-256 nor sha-512"}
	}
	return fault{}
}

// digestValue is the header's value for a body.
func digestValue(a algorithm, body []byte) string { return a.name + "=" + byteSequence(a.digest(body)) }

func (t contentDigest) attach(w *writer, _ Keys) error {
	return w.place([]string{digestValue(t.algs[0], w.out.Body)})
}

// checkSecret accepts anything: a secret is not looked at.
func (t contentDigest) checkSecret(string) error { return nil }

func (t contentDigest) plausible(sigs []candidate) bool {
	members, err := parseDictionary(sigs[0].text)
	if err != nil {
		return false
	}
	for _, m := range members {
		if a, err := findAlgorithm(t.algs, m.key); err == nil && m.kind == sfBytes && len(m.text) == a.size {
			return true
		}
	}
	return false
}
