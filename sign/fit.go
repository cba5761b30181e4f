package sign

// Fit is how well a message looks like one of this scheme, without any key.
type Fit uint8

// The degrees of likeness, each of which includes those before it.
const (
	Unfit       Fit = iota // no signature where the scheme has it, or another constant
	Hinted                 // there is something where the scheme has its signature
	Accompanied            // … and another header that the scheme requires
	Shaped                 // the signature's surroundings are the scheme's
	Exact                  // every value has the length and alphabet of the scheme's
)

// Fit says how much m looks like a message of this scheme. The signature is
// not computed: a message that fits exactly may still be invalid.
func (s *Scheme) Fit(m *Message) Fit {
	params := s.spec.Params
	if s.readConstants(m, params).bad() {
		return Unfit
	}
	var r reading
	f := s.readSignatures(m, params, &r)
	switch {
	case f.reason == MissingHeader, f.reason == MissingSignature:
		return Unfit
	case f.bad() && s.accompanied(m):
		return Accompanied
	case f.bad():
		return Hinted
	}
	r = reading{}
	if s.read(m, params, &r).bad() || !s.plausible(r.sigs) {
		return Shaped
	}
	if _, ok := s.unit.parse(r.ts); r.ts != "" && s.spec.TS != nil && !ok {
		return Shaped
	}
	return Exact
}

// accompanied is true when a required header besides the signature's is there.
func (s *Scheme) accompanied(m *Message) bool {
	if len(s.consts) > 0 {
		return true
	}
	for role, fields := range map[Role][]*field{RoleID: s.ids, RoleTS: s.times, RoleNonce: s.nonces} {
		if s.needed[role] && fields[0].place == InHeader && len(fields[0].shapes) == 0 && fields[0].look(m).value != "" {
			return true
		}
	}
	return false
}

// plausible is true when one of the signatures has the right number of bytes.
func (s *Scheme) plausible(sigs []candidate) bool {
	s.decode(sigs)
	for _, sig := range sigs {
		n, a := len(sig.raw), s.algs[sig.alg]
		switch {
		case n == 0:
		case a.size > 0 && n != a.size:
		case a.family == familyECDSA && (n < 8 || n > 72):
		case (a.family == familyRSA || a.family == familyPSS) && n < 128:
		default:
			return true
		}
	}
	return false
}

// Shown counts the places that only tell the event type or id and that the
// message has: in its headers, and in its body. They tell senders apart that
// sign alike.
func (s *Scheme) Shown(m *Message) (headers, body int) {
	for role, fields := range map[Role][]*field{RoleEvent: s.events, RoleID: s.ids} {
		for i, f := range fields {
			if s.signed[role] && i == 0 || f.look(m).value == "" {
				continue
			}
			if f.place == InHeader {
				headers++
			} else {
				body++
			}
		}
	}
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
