package sign

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// labelled is one signature of a message: what it covers, and its bytes.
type labelled struct {
	label      string
	input      string // the parameters as they stand, which is how they are signed
	components []sfItem
	params     sfParams
	signature  []byte
}

// match tries the signatures in their order. Any that one of our keys made is
// enough; --param label=NAME picks one.
func (t *messageSignatures) match(j *judgement) fault {
	sigs, f := readLabelled(j.fill.m, j.sigs[0].text)
	if f.bad() {
		return f
	}
	wanted := j.fill.params["label"]
	first := fault{NoSupportedVersion, fmt.Sprintf("there is no signature %q", clip(wanted))}
	judged := false
	for _, sig := range sigs {
		if wanted != "" && wanted != sig.label {
			continue
		}
		f := t.judge(j, sig)
		if !f.bad() {
			return f
		}
		// A signature by somebody else's key says less than one by ours.
		if !judged || first.reason == UnknownKey || first.reason == UnsupportedAlg {
			first, judged = f, true
		}
	}
	return first
}

// readLabelled pairs the members of Signature-Input and Signature.
func readLabelled(m *Message, value string) ([]labelled, fault) {
	input := joinHeader(m.Headers, inputHeader)
	if input == "" {
		return nil, fault{MissingHeader, "no " + inputHeader}
	}
	inputs, wrongInput := parseDictionary(input)
	values, wrongValue := parseDictionary(value)
	switch {
	case wrongInput != nil:
		return nil, fault{MalformedHeader, inputHeader + " is no dictionary"}
	case wrongValue != nil:
		return nil, fault{MalformedHeader, signatureHeader + " is no dictionary"}
	case len(inputs) > maxSignatures || len(values) > maxSignatures:
		return nil, fault{MalformedHeader, signatureHeader + " has more than 100 signatures"}
	case len(inputs) != len(values):
		return nil, fault{MalformedHeader, "a label stands in only one of " + inputHeader + " and " + signatureHeader}
	}
	var out []labelled
	for _, in := range inputs {
		i := slices.IndexFunc(values, func(m sfMember) bool { return m.key == in.key })
		if i < 0 {
			return nil, fault{MalformedHeader, fmt.Sprintf("the label %q stands in %s only", clip(in.key), inputHeader)}
		}
		if !in.list || values[i].list || values[i].kind != sfBytes {
			return nil, fault{MalformedHeader, fmt.Sprintf("the signature %q is no list of components with a byte sequence", clip(in.key))}
		}
		out = append(out, labelled{in.key, in.raw, in.inner, in.params, []byte(values[i].text)})
	}
	return out, fault{}
}

// judge judges one signature.
func (t *messageSignatures) judge(j *judgement, sig labelled) fault {
	alg, id, f := t.named(sig)
	if f.bad() {
		return f
	}
	if f := t.covered(sig); f.bad() {
		return f
	}
	created, late := t.window(j, sig)
	if f := checkCovered(j.fill.m, sig.components); f.bad() {
		return f
	}
	base, f := signatureBase(j.fill.m, sig.components, sig.input)
	if f.bad() {
		return f
	}
	f = t.matchKey(j, alg, id, []byte(base), sig.signature)
	switch {
	case f.bad() && late.bad() && f.reason == SignatureMismatch:
		late.detail += "; the signature does not match either"
		return late
	case f.bad():
		return f
	case late.bad():
		late.detail = "signature good, but " + late.detail
		return late
	}
	parts := coveredBy(sig.components)
	if created {
		parts = append(parts, CoversTimestamp)
	}
	j.v.Content, j.v.Covers = 0, inOrder(parts)
	return fault{}
}

// named reads the key and the algorithm that a signature names. Either may be
// missing.
func (t *messageSignatures) named(sig labelled) (alg, id string, f fault) {
	for _, text := range []struct {
		name string
		to   *string
	}{{"alg", &alg}, {"keyid", &id}} {
		if item, ok := sig.params.get(text.name); ok {
			if item.kind != sfString {
				return "", "", fault{MalformedHeader, fmt.Sprintf("the signature %q has a %s that is no text", clip(sig.label), text.name)}
			}
			*text.to = item.text
		}
	}
	if alg != "" && !slices.ContainsFunc(t.s.algs, func(a algorithm) bool { return a.name == alg }) {
		return "", "", fault{UnsupportedAlg, fmt.Sprintf("the signature names the algorithm %q, which is not allowed", clip(alg))}
	}
	return alg, id, fault{}
}

// covered refuses components that are not known, occur twice, or are missing
// though the file requires them.
func (t *messageSignatures) covered(sig labelled) fault {
	seen := map[string]bool{}
	for _, c := range sig.components {
		if f := validComponent(c); f.bad() {
			return f
		}
		if seen[c.serialized()] {
			return fault{MalformedHeader, fmt.Sprintf("the component %s is covered twice", clip(c.serialized()))}
		}
		seen[c.serialized()] = true
	}
	for _, c := range t.required {
		if !seen[c.serialized()] {
			return fault{Unsupported, fmt.Sprintf("the signature does not cover %s", c.serialized())}
		}
	}
	return fault{}
}

// checkCovered recomputes a digest that is covered: signed, it vouches for the
// body only if it is the body's.
func checkCovered(m *Message, components []sfItem) fault {
	var keys []string
	covered := false
	for _, c := range components {
		if c.text == "content-digest" {
			covered = true
			if key, ok := c.params.get("key"); ok {
				keys = append(keys, key.text)
			}
		}
	}
	if !covered {
		return fault{}
	}
	value := joinHeader(m.Headers, contentDigestHeader)
	if value == "" {
		return fault{MissingHeader, "no " + contentDigestHeader + ", which the signature covers"}
	}
	return checkDigest(digestAlgorithms(), value, m.Body, keys)
}

// window judges created and expires. It is switched off by a tolerance of
// zero; without one, created is only judged where the file sets an age.
func (t *messageSignatures) window(j *judgement, sig labelled) (created bool, f fault) {
	age, off := t.spec.MaxAge, false
	if j.tolerance != nil {
		age, off = *j.tolerance, *j.tolerance == 0
	}
	times := map[string]time.Time{}
	for _, name := range []string{"created", "expires"} {
		item, ok := sig.params.get(name)
		if !ok {
			continue
		}
		at, ok := unitSeconds.number(item.text)
		if item.kind != sfInteger || !ok {
			return false, fault{BadTimestamp, fmt.Sprintf("the signature's %s is no number of seconds", name)}
		}
		times[name] = at
	}
	at, created := times["created"]
	if created {
		j.v.Time, j.v.Skew = at, j.now.Sub(at)
	}
	expires, ends := times["expires"]
	switch {
	case t.spec.MaxAge > 0 && !created:
		return created, fault{MissingTimestamp, "the signature does not say when it was created"}
	case off:
	case ends && j.now.After(expires):
		return created, fault{TimestampTooOld, fmt.Sprintf("the signature expired %s ago", seconds(j.now.Sub(expires)))}
	case !created || age == 0:
	case j.now.Sub(at) > age:
		return created, fault{TimestampTooOld, fmt.Sprintf("%s old, %s are allowed", seconds(j.now.Sub(at)), seconds(age))}
	case at.Sub(j.now) > age:
		return created, fault{TimestampTooNew, fmt.Sprintf("%s ahead, %s are allowed", seconds(at.Sub(j.now)), seconds(age))}
	}
	return created, fault{}
}

// signatureBase is the text that is signed (RFC 9421, section 2.5).
func signatureBase(m *Message, components []sfItem, input string) (string, fault) {
	var b strings.Builder
	for _, c := range components {
		value, f := componentValue(m, c)
		if f.bad() {
			return "", f
		}
		b.WriteString(c.serialized() + ": " + value + "\n")
	}
	b.WriteString(`"@signature-params": ` + input)
	return b.String(), fault{}
}

// matchKey tries the allowed algorithms with the keys of their kind, or only
// the one that is named. An algorithm that none of our keys is for is not
// supported.
func (t *messageSignatures) matchKey(j *judgement, named, id string, base, sig []byte) fault {
	worst := fault{NoSecret, "no key is known"}
	for _, alg := range t.s.algs {
		if named != "" && named != alg.name {
			continue
		}
		var f fault
		switch {
		case alg.asymmetric():
			f = t.s.matchPublicText(j, id, alg, base, sig)
		case len(j.keys.Public) > 0 && len(j.keys.Secrets) == 0:
			f = fault{BadSecret, "no shared secret is known"}
		default:
			f = t.s.matchSecretText(j, id, alg, base, sig)
		}
		if !f.bad() {
			return f
		}
		if rank(f) > rank(worst) {
			worst = f
		}
	}
	if named != "" && worst.reason == BadSecret {
		return fault{UnsupportedAlg, fmt.Sprintf("the signature names the algorithm %s, which is not our key's", named)}
	}
	return worst
}

// rank orders faults by how much they say.
func rank(f fault) int {
	return slices.Index([]string{NoSecret, EmptySecret, BadSecret, UnknownKey, SignatureMismatch}, f.reason)
}
