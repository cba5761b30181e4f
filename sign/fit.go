package sign

import (
	"bytes"
	"slices"
)

// Fit is how well a message looks like one of this scheme, without any key.
type Fit uint8

// The degrees of likeness, each of which includes those before it.
const (
	Unfit   Fit = iota // no signature where the scheme has it, or another constant
	Present            // there is something where the scheme has its signature
	Shaped             // … with the scheme's text around it
	Exact              // … and every value has the scheme's length and alphabet
)

// Fit says how much m looks like a message of this scheme. The signature is
// not computed: a message that fits exactly may still be invalid. Nothing fits
// a checksum: whoever made it has shown nothing about himself.
func (s *Scheme) Fit(m *Message) Fit {
	params := s.spec.Params
	hinted := slices.ContainsFunc(s.sigs, func(f *field) bool { return f.hinted(m) })
	if s.Unkeyed() || !hinted || s.readConstants(m, params).bad() {
		return Unfit
	}
	var r reading
	f := s.readSignatures(m, params, &r)
	switch {
	case f.reason == MissingHeader, f.reason == MissingSignature:
		return Unfit
	case f.bad():
		return Present
	}
	bare := s.bare(m) && !s.coded.plausible(r.sigs) // any text at all fits a template without text
	r = reading{}
	switch {
	case bare:
		return Present
	case s.read(m, params, &r).bad() || !s.coded.plausible(r.sigs):
		return Shaped
	}
	if s.spec.TS != nil && r.ts != "" {
		if _, ok := s.unit.parse(r.ts); !ok {
			return Shaped
		}
	}
	return Exact
}

// hinted is false when a body cannot have the member that the place is: its
// name does not occur, and nothing is escaped. That is far cheaper to know than
// where it stands, and a message is held against many schemes.
func (f *field) hinted(m *Message) bool {
	if f.place != InJSON {
		return true
	}
	name := f.path[len(f.path)-1]
	return f.path.isIndex() || bytes.Contains(m.Body, []byte(name)) || bytes.Contains(m.Body, []byte(`\u`))
}

// bare is true when the first place of the signature that m has holds it
// without any text around it.
func (s *Scheme) bare(m *Message) bool {
	for _, f := range s.sigs {
		if f.numbered || f.look(m).value != "" {
			return slices.ContainsFunc(f.templates, func(t Template) bool { return len(t.parts) == 1 })
		}
	}
	return false
}

// Accompanied is true when m has another header of the scheme beside the
// signature's, so that a signature which does not fit is still this sender's.
// Names that common approves of do not count.
func (s *Scheme) Accompanied(m *Message, common func(name string) bool) bool {
	for _, f := range s.order {
		if f.place == InHeader && len(f.shapes) == 0 && !common(f.name) && f.look(m).value != "" {
			return true
		}
	}
	return false
}

// plausible is true when each of the signatures has the right number of bytes:
// an item that is no signature hints at another scheme.
func (s *Scheme) plausible(sigs []candidate) bool {
	s.decode(sigs)
	for _, sig := range sigs {
		if !s.algs[sig.alg].makes(len(sig.raw)) {
			return false
		}
	}
	return len(sigs) > 0
}

// makes reports whether the algorithm's signatures can have n bytes.
func (a algorithm) makes(n int) bool {
	switch {
	case n == 0:
	case a.size > 0 && n != a.size:
	case a.family == familyECDSA && (n < 8 || n > 72):
	case (a.family == familyRSA || a.family == familyPSS) && n < 128:
	default:
		return true
	}
	return false
}

// Shown counts the places that only tell the event type or id and that the
// message has: in its headers, and in its body. They tell senders apart that
// sign alike.
func (s *Scheme) Shown(m *Message) (headers, body int) {
	count := func(role Role, fields []*field) {
		for i, f := range fields {
			if s.signed[role] && i == 0 || !f.hinted(m) || f.look(m).value == "" {
				continue
			}
			if f.place == InHeader {
				headers++
			} else {
				body++
			}
		}
	}
	count(RoleEvent, s.events)
	count(RoleID, s.ids)
	return headers, body
}

// SignatureFields returns the places of the signature, with the other names
// under which a header is read. A name that ends in # is numbered.
func (s *Scheme) SignatureFields() []Field {
	var out []Field
	for _, f := range s.sigs {
		for _, name := range f.names {
			if f.numbered {
				name += "#"
			}
			out = append(out, Field{Place: f.place, Name: name})
		}
	}
	return out
}
