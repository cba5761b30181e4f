package sign

import (
	"crypto"
	"fmt"
	"strconv"
	"strings"
)

// signer finds out which algorithm a secret is for.
func (t *messageSignatures) signer(secret string) (algorithm, crypto.Signer, []byte, error) {
	if publicText(secret) {
		key, err := privateKey(secret, t.s.algs)
		if err != nil {
			return algorithm{}, nil, nil, err
		}
		for _, a := range t.s.algs {
			if fits(key.Public(), a) == nil {
				return a, key, nil, nil
			}
		}
	}
	for _, a := range t.s.algs {
		if !a.asymmetric() {
			key, err := t.s.key.bytes(secret)
			return a, nil, key, err
		}
	}
	_, err := privateKey(secret, t.s.algs)
	return t.s.algs[0], nil, nil, err
}

// prepare writes the digest of the body where it is covered.
func (t *messageSignatures) prepare(w *writer) error {
	for _, c := range t.cover {
		if c.text == "content-digest" {
			w.putNamed(contentDigestHeader, digestValue(digestAlgorithms()[0], w.out.Body))
		}
	}
	return nil
}

// attach makes a signature for each key, all over the same components.
func (t *messageSignatures) attach(w *writer, k Keys) error {
	if len(k.Secrets) == 0 {
		return &KeyError{Reason: NoSecret, Detail: "there is no key to sign with"}
	}
	if f := t.covered(labelled{components: t.cover}); f.bad() {
		return fmt.Errorf("sign: %s", f.detail)
	}
	var inputs, values []string
	for i, secret := range k.Secrets[:min(len(k.Secrets), maxSignatures)] {
		alg, private, shared, err := t.signer(secret)
		if err != nil {
			return err
		}
		input := t.input(w, i)
		base, f := signatureBase(w.out, t.cover, input)
		if f.bad() {
			return fmt.Errorf("sign: %s", f.detail)
		}
		sig, err := makeSignature(alg, private, shared, []byte(base))
		if err != nil {
			return err
		}
		label := labelStem + strconv.Itoa(i+1)
		inputs = append(inputs, label+"="+input)
		values = append(values, label+"="+byteSequence(sig))
	}
	w.putNamed(inputHeader, strings.Join(inputs, ", "))
	w.put(w.s.sigs[0], strings.Join(values, ", "))
	return nil
}

// input is the list of components with the parameters of the signature. The
// key's id belongs to the first key.
func (t *messageSignatures) input(w *writer, key int) string {
	params := sfParams{{"created", number(w.values.Time.Unix())}}
	if t.spec.Lifetime > 0 {
		params = append(params, sfParam{"expires", number(w.values.Time.Add(t.spec.Lifetime).Unix())})
	}
	if w.roles.keyID != "" && key == 0 {
		params = append(params, sfParam{"keyid", sfItem{kind: sfString, canonical: quoteStructured(w.roles.keyID)}})
	}
	return sfMember{list: true, inner: t.cover, sfItem: sfItem{params: params}}.serialized()
}

func number(n int64) sfItem { return sfItem{kind: sfInteger, canonical: strconv.FormatInt(n, 10)} }
