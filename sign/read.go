package sign

import (
	"fmt"
	"strconv"
)

// read takes from a message what its signature is judged by, in the order in
// which the reasons are given: constants, ids, key id, signature, timestamp.
func (s *Scheme) read(m *Message, params map[string]string, r *reading) fault {
	if f := s.readConstants(m, params); f.bad() {
		return f
	}
	if f := s.coded.inspect(m); f.bad() {
		return f
	}
	if f := s.readRole(m, r, RoleID, s.ids); f.bad() {
		return f
	}
	if f := s.readRole(m, r, RoleNonce, s.nonces); f.bad() {
		return f
	}
	if f := s.readKeyID(m, params); f.bad() {
		return f
	}
	if f := s.readSignatures(m, params, r); f.bad() {
		return f
	}
	return s.readTime(m, r)
}

func (s *Scheme) readConstants(m *Message, params map[string]string) fault {
	for _, f := range s.consts {
		got, bad := f.once(m)
		switch {
		case bad.bad():
			return bad
		case got == "":
			return fault{MissingHeader, "no " + f.label()}
		}
		fits := false
		for _, t := range f.templates {
			want, known := t.withParams(params)
			fits = fits || !known || got == want
		}
		if !fits {
			return fault{Unsupported, fmt.Sprintf("%s is %q, not %s", f.label(), clip(got), f.templates[0])}
		}
	}
	return fault{}
}

// withParams fills a constant template; known is false when the operator did
// not say one of its values.
func (t Template) withParams(params map[string]string) (text string, known bool) {
	known = true
	text = t.fill(func(r Role) string {
		value, ok := params[string(r)[len(paramPrefix):]]
		known = known && ok
		return value
	})
	return text, known
}

// readRole reads a role that may be part of the signed text. Then the first
// place that the scheme names is the signed one, and no other stands in for
// it; a place that is only shown must not be there twice.
func (s *Scheme) readRole(m *Message, r *reading, role Role, fields []*field) fault {
	for i, f := range fields {
		signed := i == 0 && s.signed[role]
		if len(f.shapes) > 0 || !signed && f.place != InHeader {
			continue
		}
		got, bad := f.once(m)
		if bad.bad() {
			return bad
		}
		if !signed {
			continue
		}
		if got == "" {
			if s.needed[role] {
				return fault{MissingHeader, "no " + f.label()}
			}
			continue
		}
		if !f.capture(got, &r.captures) {
			return fault{MalformedHeader, f.label() + " is not of the form " + f.templates[0].String()}
		}
		if bad := s.separated(role, r.get(role)); bad.bad() {
			return bad
		}
	}
	return fault{}
}

func (f *field) capture(value string, into *captures) bool {
	for _, t := range f.reading {
		if t.match(value, into) {
			return true
		}
	}
	return false
}

// separated refuses a value that holds the character which ends it in the
// signed text.
func (s *Scheme) separated(role Role, value string) fault {
	if value == "" || !s.signed[role] {
		return fault{}
	}
	for _, c := range s.contents {
		sep, ok := c.separator(string(role))
		if !ok {
			continue
		}
		for i := range len(value) {
			if value[i] == sep {
				return fault{MalformedHeader, fmt.Sprintf("the %s contains %q, which ends it in the signed text", role, sep)}
			}
		}
	}
	return fault{}
}

// readKeyID compares a key id that stands in a place of its own with ours. An
// operator who named none leaves it to the signature.
func (s *Scheme) readKeyID(m *Message, params map[string]string) fault {
	for _, f := range s.keyIDs {
		if len(f.shapes) > 0 {
			continue
		}
		got, bad := f.once(m)
		switch {
		case bad.bad():
			return bad
		case got == "":
			return fault{MissingHeader, "no " + f.label()}
		}
		var c captures
		ours := params[string(RoleKeyID)]
		if f.capture(got, &c); ours != "" && c.keyID != ours {
			return fault{UnknownKey, fmt.Sprintf("%s names the key %q", f.label(), clip(got))}
		}
	}
	return fault{}
}

// readSignatures collects the signatures of every place. A place whose shape
// is not the scheme's is forgiven when another one has a signature.
func (s *Scheme) readSignatures(m *Message, params map[string]string, r *reading) fault {
	var first fault
	for _, f := range s.sigs {
		bad := s.readPlace(m, params, r, f)
		switch bad.reason {
		case "":
		case MalformedHeader, DuplicateHeader:
			return bad
		default:
			if !first.bad() {
				first = bad
			}
		}
	}
	switch {
	case len(r.sigs) > 0:
		return fault{}
	case first.bad():
		return first
	case s.sigs[0].place == InHeader:
		return fault{MissingHeader, "no " + s.sigs[0].label() + s.similar(m)}
	}
	return fault{MissingSignature, "no " + s.sigs[0].label()}
}

func (s *Scheme) readPlace(m *Message, params map[string]string, r *reading, f *field) fault {
	if f.joined {
		if value := joinHeader(m.Headers, f.name); value != "" {
			r.add(value, 0)
		}
		return fault{}
	}
	if f.numbered {
		return s.readNumbered(m, params, r, f)
	}
	if f.place != InHeader || s.spec.List == "" {
		value, bad := f.once(m)
		if bad.bad() || value == "" {
			return bad
		}
		return s.readSignature(r, f, value, params)
	}
	return s.readLines(m, params, r, f)
}

// readLines reads a list, which may come on several lines.
func (s *Scheme) readLines(m *Message, params map[string]string, r *reading, f *field) fault {
	var first fault
	for _, name := range f.names {
		lines := 0
		for i := range m.Headers {
			if !sameName(m.Headers[i].Name, name) {
				continue
			}
			value := trim(m.Headers[i].Value)
			if value == "" {
				continue
			}
			lines++
			bad := s.readSignature(r, f, value, params)
			if bad.reason == MalformedHeader {
				return bad
			}
			if bad.bad() && !first.bad() {
				first = bad
			}
		}
		if lines > 0 {
			break
		}
	}
	return first
}

// readNumbered reads X-Signature-1, X-Signature-2, … as far as they go.
func (s *Scheme) readNumbered(m *Message, params map[string]string, r *reading, f *field) fault {
	var first fault
	for i := range m.Headers {
		if !f.numberedName(m.Headers[i].Name) {
			continue
		}
		value, n := lookHeader(m.Headers, m.Headers[i].Name)
		if n > 1 {
			return fault{DuplicateHeader, m.Headers[i].Name + " occurs more than once"}
		}
		if value == "" {
			continue
		}
		if bad := s.readSignature(r, f, value, params); bad.bad() && !first.bad() {
			first = bad
		}
	}
	return first
}

// numberedName is true for the field's name with a number from 1 to 100.
func (f *field) numberedName(name string) bool {
	if len(name) <= len(f.name) || !sameName(name[:len(f.name)], f.name) {
		return false
	}
	digits := name[len(f.name):]
	n, err := strconv.Atoi(digits)
	return err == nil && 1 <= n && n <= maxSignatures && strconv.Itoa(n) == digits
}

func (s *Scheme) readTime(m *Message, r *reading) fault {
	if s.spec.TS == nil {
		return fault{}
	}
	for i, f := range s.times {
		if i > 0 && s.signed[RoleTS] {
			break
		}
		if len(f.shapes) == 0 {
			got, bad := f.once(m)
			if bad.bad() {
				return bad
			}
			if got != "" && !f.capture(got, &r.captures) {
				return fault{BadTimestamp, f.label() + " is not of the form " + f.templates[0].String()}
			}
		}
		if r.ts != "" {
			return fault{}
		}
	}
	if s.spec.TS.Optional {
		return fault{}
	}
	return fault{MissingTimestamp, "no timestamp in " + s.times[0].label()}
}
