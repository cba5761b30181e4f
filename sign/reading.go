package sign

import "strings"

// reading is what a message says about its signature.
type reading struct {
	captures
	sigs []candidate
}

// candidate is one signature as it stands in the message.
type candidate struct {
	text string
	alg  int    // index into the scheme's algorithms
	raw  []byte // decoded, nil if it does not decode
}

// fault is why a message is not valid. The zero fault is none.
type fault struct{ reason, detail string }

func (f fault) bad() bool { return f.reason != "" }

// add notes a signature. It returns false when there are too many.
func (r *reading) add(text string, alg int) bool {
	if len(r.sigs) >= maxSignatures {
		return false
	}
	r.sigs = append(r.sigs, candidate{text: text, alg: alg})
	return true
}

func (s *Scheme) tooMany(f *field) fault {
	return fault{MalformedHeader, f.label() + " has more than 100 signatures"}
}

// readSignature takes one value of a field apart with the shapes that fit.
func (s *Scheme) readSignature(r *reading, f *field, value string, params map[string]string) fault {
	switch f.shapes[0].kind {
	case pairsShape:
		return s.readPairs(r, f, value)
	case positionalShape:
		return s.readPositional(r, f, value)
	case taggedShape:
		return s.readTagged(r, f, value)
	case keyedShape:
		return s.readKeyed(r, f, value, params[string(RoleKeyID)])
	}
	return s.readPlain(r, f, value)
}

// readPairs reads t=…,v1=… in any order. Each occurrence of the signature's
// key is one signature, other keys are ignored.
func (s *Scheme) readPairs(r *reading, f *field, value string) fault {
	sh := &f.shapes[0]
	before, seen, times := "", false, 0
	for text := range strings.SplitSeq(value, strings.TrimSpace(sh.sep)) {
		text = trim(text)
		key, val, ok := strings.Cut(text, "=")
		switch {
		case ok:
			before = key
		case s.spec.Strict:
			return fault{MalformedHeader, f.label() + " has an item without ="}
		case s.spec.Continue && before != "":
			key, val = before, text
		default:
			continue
		}
		switch role := sh.roleOf(key); role {
		case RoleSig:
			if seen = true; !r.add(val, 0) {
				return s.tooMany(f)
			}
		case RoleTS:
			if times++; times > 1 {
				return fault{MalformedHeader, f.label() + " has two timestamps"}
			}
			r.ts = val
		default:
			r.set(role, val)
		}
	}
	if !seen {
		return fault{NoSupportedVersion, f.label() + " has no " + sh.keyOf(RoleSig) + "="}
	}
	return fault{}
}

func (sh *shape) roleOf(key string) Role {
	for _, it := range sh.items {
		if it.key == key {
			return it.role
		}
	}
	return ""
}

func (sh *shape) keyOf(role Role) string {
	for _, it := range sh.items {
		if it.role == role {
			return it.key
		}
	}
	return ""
}

// readPositional reads a timestamp and then signatures: Recurly's header.
func (s *Scheme) readPositional(r *reading, f *field, value string) fault {
	sep := strings.TrimSpace(f.shapes[0].sep)
	first, rest, ok := strings.Cut(value, sep)
	if !ok || trim(rest) == "" {
		return fault{MalformedHeader, f.label() + " has no signature behind the timestamp"}
	}
	r.ts = trim(first)
	for text := range strings.SplitSeq(rest, sep) {
		if !r.add(trim(text), 0) {
			return s.tooMany(f)
		}
	}
	return fault{}
}

// readTagged reads the list of Standard Webhooks: v1,… v1,… and entries with
// other tags, which are skipped.
func (s *Scheme) readTagged(r *reading, f *field, value string) fault {
	sh := &f.shapes[0]
	entries, mine := 0, 0
	for text := range strings.SplitSeq(value, sh.sep) {
		text = trim(text)
		if text == "" {
			continue
		}
		if entries++; entries > maxSignatures {
			return s.tooMany(f)
		}
		tag, sig, _ := strings.Cut(text, ",")
		if tag != sh.tag {
			continue
		}
		if mine++; !r.add(sig, 0) {
			return s.tooMany(f)
		}
	}
	if mine == 0 {
		return fault{NoSupportedVersion, f.label() + " has no " + sh.tag + " signature"}
	}
	return fault{}
}

// readKeyed reads Braintree's pairs of key id and signature.
func (s *Scheme) readKeyed(r *reading, f *field, value, ours string) fault {
	fits, mine := 0, 0
	for _, text := range s.split(value) {
		var c captures
		if !f.templates[0].match(text, &c) {
			continue
		}
		if fits++; fits > maxSignatures {
			return s.tooMany(f)
		}
		if ours != "" && c.keyID != ours {
			continue
		}
		if mine++; !r.add(c.sig, 0) {
			return s.tooMany(f)
		}
	}
	switch {
	case fits == 0:
		return s.badPrefix(f)
	case mine == 0:
		return fault{UnknownKey, f.label() + " has no signature for key " + ours}
	}
	return fault{}
}

// readPlain reads literal text around the signature, or a list of that.
func (s *Scheme) readPlain(r *reading, f *field, value string) fault {
	if s.spec.List == "" {
		if !s.readItem(r, f, value) {
			return s.badPrefix(f)
		}
		return fault{}
	}
	fits := 0
	for _, text := range s.split(value) {
		if fits >= maxSignatures {
			return s.tooMany(f)
		}
		if s.readItem(r, f, text) {
			fits++
		}
	}
	if fits == 0 {
		return s.badPrefix(f)
	}
	return fault{}
}

// readItem adds the signature in text by the first template that fits.
func (s *Scheme) readItem(r *reading, f *field, text string) bool {
	for _, t := range f.reading {
		var c captures
		if !t.match(text, &c) || t.text() == 0 && s.prefixed(c.sig) {
			continue
		}
		alg := 0
		if t.has(RoleAlg) {
			if alg = s.algByWord(c.alg); alg < 0 {
				continue
			}
		}
		if c.keyID != "" {
			r.keyID = c.keyID
		}
		return r.add(c.sig, alg)
	}
	return false
}

// prefixed tells whether there is a word= before a signature that should stand
// alone: no encoding has an = but at its end. In a list it is an entry that
// matches nothing, like any other.
func (s *Scheme) prefixed(sig string) bool {
	i := strings.IndexByte(sig, '=')
	return i > 0 && s.enc != encNone && s.spec.List == "" && strings.Trim(sig[i:], "=") != ""
}

func (s *Scheme) algByWord(word string) int {
	for i, a := range s.algs {
		if a.word() == word {
			return i
		}
	}
	return -1
}

func (s *Scheme) badPrefix(f *field) fault {
	return fault{BadPrefix, f.label() + " is not of the form " + f.templates[0].String()}
}

func (s *Scheme) split(value string) []string {
	if s.spec.List == "" {
		return []string{value}
	}
	parts := strings.Split(value, s.spec.List)
	out := parts[:0]
	for _, p := range parts {
		if p = trim(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// trim removes what RFC 9110 calls optional white space. Each header of a
// message is trimmed for each scheme it is held against, hence no strings.Trim.
func trim(s string) string {
	for s != "" && isBlank(s[0]) {
		s = s[1:]
	}
	for s != "" && isBlank(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }
