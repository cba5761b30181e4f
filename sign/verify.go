package sign

import (
	"crypto/hmac"
	"fmt"
	"hash"
	"time"
)

// Verdict is what is known about a message after Verify.
type Verdict struct {
	OK     bool
	Reason string // a constant of this package, "" if OK
	Detail string // for people; may quote the message

	// Key is the index of the secret or public key that matched, Content that
	// of the alternative; -1 if none did.
	Key, Content int

	Time time.Time     // the message's timestamp; zero if it has none or it is not judged
	Skew time.Duration // how old the timestamp is; negative is ahead

	// Covers is what the signature vouches for, a list of body, parts,
	// timestamp, id, url and method. It is shared and must not be changed.
	Covers []string
}

// Verify judges a message. A nil tolerance means the scheme's own, one of zero
// switches the window off. Any signature under any key with any alternative
// of the content is enough; the first thing that is wrong gives the reason.
//
// The signature is computed even when the timestamp is outside the window, so
// that the detail can say whether it is good; the reason stays.
func (s *Scheme) Verify(m *Message, k Keys, now time.Time, tolerance *time.Duration) Verdict {
	v := Verdict{Key: -1, Content: -1}
	r := reading{}
	params := s.params(k.Params)
	if f := s.read(m, params, &r); f.bad() {
		return v.refuse(f)
	}
	late := s.judge(&v, r.ts, now, tolerance)
	if f := s.separated(RoleTS, r.ts); f.bad() && !late.bad() {
		late = f
	}
	fill := &rendering{m: m, roles: &r.captures, params: params, coded: s.coded}
	f := fault{}
	if s.spec.Code == "" {
		f = s.match(&v, fill, r.sigs, k)
	} else {
		v, f = s.judgeCode(v, rendering{m: m, params: params, coded: s.coded}, r.captures, r.sigs, k, now, tolerance)
	}
	switch {
	case late.bad() && f.bad():
		v.Key, v.Content = -1, -1
		if f.reason == SignatureMismatch {
			late.detail += "; the signature does not match either"
		}
		return v.refuse(late)
	case late.bad():
		late.detail = "signature good, but " + late.detail
		return v.refuse(late)
	case f.bad():
		return v.refuse(f)
	}
	if v.OK = true; v.Covers == nil {
		v.Covers = s.covers[max(v.Content, 0)]
	}
	return v
}

func (v Verdict) refuse(f fault) Verdict {
	v.OK, v.Reason, v.Detail, v.Covers = false, f.reason, f.detail, nil
	return v
}

// params puts the operator's values over the scheme's defaults.
func (s *Scheme) params(given map[string]string) map[string]string {
	if len(s.spec.Params) == 0 {
		return given
	}
	out := make(map[string]string, len(s.spec.Params)+len(given))
	for name, value := range s.spec.Params {
		out[name] = value
	}
	for name, value := range given {
		out[name] = value
	}
	return out
}

// match looks for a signature that one of the keys made.
func (s *Scheme) match(v *Verdict, fill *rendering, sigs []candidate, k Keys) fault {
	if s.algs[0].asymmetric() {
		return s.matchPublic(v, fill, sigs, k)
	}
	keys, f := s.secretKeys(k.Secrets)
	if s.Unkeyed() {
		keys, f = nil, fault{}
	}
	if f.bad() {
		return f
	}
	if f := s.verifyChecks(fill); f.bad() {
		return f
	}
	s.decode(sigs)
	if s.algs[0].family == familyToken {
		return s.matchToken(v, sigs, keys)
	}
	worst := worstOutcome{}
	if s.Unkeyed() && s.matchContents(v, fill, sigs, nil, &worst) {
		return fault{}
	}
	for i, key := range keys {
		if key == nil {
			continue
		}
		fill.secret = k.Secrets[i]
		if s.matchContents(v, fill, sigs, key, &worst) {
			v.Key = i
			return fault{}
		}
	}
	return s.mismatch(fill.m, worst.outcome)
}

// matchContents tries one key with every alternative of the content.
func (s *Scheme) matchContents(v *Verdict, fill *rendering, sigs []candidate, key []byte, worst *worstOutcome) bool {
	for i, c := range s.contents {
		matched, out := s.matchDigest(c, fill, sigs, key)
		if matched {
			v.Content = i
			return true
		}
		worst.note(out)
	}
	return false
}

// secretKeys returns the key of each secret, nil for one that is not usable.
// Not one usable is a fault.
func (s *Scheme) secretKeys(secrets []string) ([][]byte, fault) {
	if len(secrets) == 0 {
		return nil, fault{NoSecret, "no secret is known"}
	}
	keys := make([][]byte, len(secrets))
	var first fault
	usable := 0
	for i, secret := range secrets {
		key, err := s.key.bytes(secret)
		if err != nil {
			if !first.bad() {
				first = keyFault(err)
			}
			continue
		}
		keys[i] = key
		usable++
	}
	if usable == 0 {
		return nil, first
	}
	return keys, fault{}
}

func keyFault(err error) fault {
	if k, ok := err.(*KeyError); ok {
		return fault{k.Reason, k.Detail}
	}
	return fault{BadSecret, err.Error()}
}

// decode reads the signatures' bytes. One that does not decode matches
// nothing, and is no fault of its own: the next one is tried.
func (s *Scheme) decode(sigs []candidate) {
	for i := range sigs {
		if raw, ok := s.enc.decode(nil, sigs[i].text); ok && len(raw) > 0 {
			sigs[i].raw = raw
		}
	}
}

func (s *Scheme) matchToken(v *Verdict, sigs []candidate, keys [][]byte) fault {
	for i, key := range keys {
		for _, sig := range sigs {
			if key != nil && hmac.Equal(sig.raw, key) {
				v.Key = i
				return fault{}
			}
		}
	}
	return fault{SignatureMismatch, "the token is not the secret"}
}

// matchDigest compares the signatures with the MAC or hash of one alternative,
// computed once for each algorithm that the signatures name.
func (s *Scheme) matchDigest(c *Content, fill *rendering, sigs []candidate, key []byte) (bool, outcome) {
	var sums [maxAlgorithms][]byte
	for _, sig := range sigs {
		if sig.raw == nil || len(sig.raw) != s.algs[sig.alg].size {
			continue
		}
		if sums[sig.alg] == nil {
			h := s.algs[sig.alg].hasher(key)
			if out := c.write(h, fill); out != rendered {
				return false, out
			}
			sums[sig.alg] = h.Sum(nil)
		}
		if hmac.Equal(sig.raw, sums[sig.alg]) {
			return true, rendered
		}
	}
	return false, rendered
}

func (a algorithm) hasher(key []byte) hash.Hash {
	if a.family == familyMAC {
		return hmac.New(a.new, key)
	}
	return a.new()
}

// worstOutcome is what of several alternatives' outcomes a reader should know:
// that one was ambiguous, or that none could be built.
type worstOutcome struct {
	outcome
	built bool
}

func (w *worstOutcome) note(out outcome) {
	switch {
	case w.outcome == ambiguous:
	case out == rendered:
		w.outcome, w.built = rendered, true
	case out == ambiguous, !w.built:
		w.outcome = out
	}
}

// mismatch is the fault when nothing matched, with the likeliest cause that
// can be told without trying anything.
func (s *Scheme) mismatch(m *Message, worst outcome) fault {
	switch {
	case worst == ambiguous:
		return fault{MalformedHeader, "ambiguous: a signed value occurs twice"}
	case worst == absent:
		return fault{SignatureMismatch, cannotBuild}
	case m.URL == "" && s.signsURL():
		return fault{SignatureMismatch, "the scheme signs the URL, and the URL is not known"}
	}
	return fault{SignatureMismatch, "no signature matches"}
}

// cannotBuild is the detail where the content has nothing to be made of.
const cannotBuild = "the signed text cannot be built from this message"

// verifyChecks compares the places that must equal a rendered text.
func (s *Scheme) verifyChecks(fill *rendering) fault {
	for _, c := range s.checks {
		got, f := c.field.once(fill.m)
		switch {
		case f.bad():
			return f
		case got == "" && c.optional:
			continue
		case got == "":
			return fault{MissingHeader, "no " + c.field.label()}
		}
		want := newBuffer(len(got))
		if c.content.write(want, fill) != rendered || !hmac.Equal(want.bytes, []byte(got)) {
			return fault{BodyHashMismatch, fmt.Sprintf("%s is not %s", c.field.label(), c.content)}
		}
	}
	return fault{}
}

// buffer is the least that content can be written to.
type buffer struct{ bytes []byte }

func newBuffer(size int) *buffer { return &buffer{make([]byte, 0, size)} }

// Write keeps p.
func (b *buffer) Write(p []byte) (int, error) {
	b.bytes = append(b.bytes, p...)
	return len(p), nil
}
