package sign

import (
	"fmt"
	"strconv"
	"strings"
)

// signatures signs with each key that the scheme has room for, encoded as they
// travel.
func (w *writer) signatures(k Keys) ([]string, error) {
	if w.s.Unkeyed() {
		k.Secrets = []string{""}
	}
	if len(k.Secrets) == 0 {
		return nil, &KeyError{Reason: NoSecret, Detail: "there is no key to sign with"}
	}
	secrets := k.Secrets[:min(len(k.Secrets), w.s.room())]
	out := make([]string, len(secrets))
	for i, secret := range secrets {
		raw, err := w.signature(secret)
		if err != nil {
			return nil, err
		}
		out[i] = w.s.enc.encode(raw)
	}
	return out, nil
}

// room is how many signatures a message of this scheme can carry.
func (s *Scheme) room() int {
	first := s.sigs[0]
	switch {
	case first.numbered, first.shapes[0].several(s.spec.List), first.joined && s.algs[0].family != familyDigest:
		return maxSignatures
	}
	return len(s.sigs)
}

// Rotates reports whether a message can carry the signatures of several keys,
// so that a receiver may hold the old or the new one.
func (s *Scheme) Rotates() bool { return s.room() > 1 }

func (w *writer) signature(secret string) ([]byte, error) {
	a := w.s.algs[w.alg]
	if a.asymmetric() {
		key, err := privateKey(secret, w.s.algs)
		if err != nil {
			return nil, err
		}
		message, out := a.message(w.s.contents[0], w.rendering(secret))
		if out != rendered {
			return nil, w.cannotBuild(out)
		}
		return a.signWith(key, message)
	}
	var key []byte
	if !w.s.Unkeyed() {
		var err error
		if key, err = w.s.secretKey(secret); err != nil || a.family == familyToken {
			return key, err
		}
	}
	h := a.hasher(key)
	if out := w.s.contents[0].write(h, w.rendering(secret)); out != rendered {
		return nil, w.cannotBuild(out)
	}
	return h.Sum(nil), nil
}

func (w *writer) rendering(secret string) *rendering {
	return &rendering{m: w.out, roles: &w.roles, params: w.params, coded: w.s.coded, secret: secret}
}

func (w *writer) cannotBuild(out outcome) error {
	why := "a value in it is not in the message"
	if out == ambiguous {
		why = "a value in it occurs twice"
	}
	return fmt.Errorf("sign: the text %s cannot be built: %s", w.s.contents[0], why)
}

// place writes the signatures where they belong.
func (w *writer) place(sigs []string) error {
	for i, f := range w.s.sigs {
		switch {
		case f.numbered:
			for n, sig := range sigs {
				w.out.Headers = append(w.out.Headers, Header{f.name + strconv.Itoa(n+1), w.item(f, sig)})
			}
		case f.place != InHeader:
			if err := w.setField(f, w.joined(f, sigs), true); err != nil {
				return err
			}
		case len(w.s.sigs) > 1:
			// One header a key; with fewer keys the last signature stands in all
			// that are left.
			w.put(f, w.item(f, sigs[min(i, len(sigs)-1)]))
		default:
			w.put(f, w.joined(f, sigs))
		}
	}
	return nil
}

// item is the field's template around one signature.
func (w *writer) item(f *field, sig string) string {
	roles := w.roles
	roles.sig = sig
	return f.templates[0].fill(roles.get)
}

// joined is the field's value with all signatures in it.
func (w *writer) joined(f *field, sigs []string) string {
	switch sh := &f.shapes[0]; sh.kind {
	case pairsShape:
		return w.pairs(sh, sigs)
	case positionalShape:
		return w.roles.ts + sh.sep + strings.Join(sigs, sh.sep)
	}
	items := make([]string, len(sigs))
	for i, sig := range sigs {
		items[i] = w.item(f, sig)
	}
	return strings.Join(items, w.s.spec.List)
}

// pairs repeats the signature's pair for every signature. Where an item
// without = belongs to the key before it, the sender writes them so.
func (w *writer) pairs(sh *shape, sigs []string) string {
	var out []string
	for _, it := range sh.items {
		if it.role != RoleSig {
			out = append(out, it.key+"="+w.roles.get(it.role))
			continue
		}
		for n, sig := range sigs {
			if n > 0 && w.s.spec.Continue {
				out = append(out, sig)
			} else {
				out = append(out, it.key+"="+sig)
			}
		}
	}
	return strings.Join(out, sh.sep)
}
