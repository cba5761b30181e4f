package sign

import (
	"slices"
	"strings"
)

func (s *Scheme) compileContents() error {
	if s.code.closed {
		return nil
	}
	if s.algs[0].family == familyToken {
		if len(s.spec.Content) > 0 {
			return specError("content", "equal compares a token and signs nothing")
		}
		return nil
	}
	if len(s.spec.Content) == 0 {
		return specError("content", "is missing")
	}
	for _, text := range s.spec.Content {
		c, err := parseContent(text, s.code.sourceNames())
		if err != nil {
			return &SpecError{"content", err}
		}
		s.contents = append(s.contents, c)
		for _, r := range []Role{RoleTS, RoleID, RoleNonce} {
			s.signed[r] = s.signed[r] || c.uses(string(r), false)
			s.needed[r] = s.needed[r] || c.uses(string(r), true)
		}
	}
	return nil
}

func (s *Scheme) compileTime() (err error) {
	if s.spec.TS == nil {
		if len(s.times) > 0 || s.signed[RoleTS] {
			return specError("ts", "is missing: the scheme has a timestamp")
		}
		return nil
	}
	if len(s.times) == 0 {
		return specError("ts", "no place has {ts}")
	}
	if s.spec.TS.Tolerance < 0 {
		return specError("ts.tolerance", "is negative")
	}
	if s.unit, err = parseUnit(s.spec.TS.Unit); err != nil {
		return &SpecError{"ts.unit", err}
	}
	return nil
}

func (s *Scheme) compileChecks() error {
	for _, spec := range s.spec.Checks {
		label := "check." + strings.TrimSuffix(string(spec.Place), "s") + "." + spec.Name
		f := &field{place: spec.Place, name: spec.Name, names: []string{spec.Name}, path: parsePath(spec.Name)}
		c, err := ParseContent(spec.Templates[0])
		if err != nil {
			return &SpecError{label, err}
		}
		s.checks = append(s.checks, check{field: f, content: c})
	}
	return nil
}

// consistent refuses what parses and cannot work.
func (s *Scheme) consistent() error {
	for role, fields := range map[Role][]*field{RoleTS: s.times, RoleID: s.ids, RoleNonce: s.nonces} {
		if s.signed[role] && len(fields) == 0 {
			return specError("content", "signs {%s}, and no place has it", role)
		}
	}
	hasAlg := slices.ContainsFunc(s.sigs, func(f *field) bool { return f.templates[0].has(RoleAlg) })
	switch {
	case len(s.algs) > 1 && !hasAlg && s.spec.Code == "":
		return specError("alg", "several need {alg} beside {sig}")
	case len(s.algs) == 1 && hasAlg && s.algs[0].family == familyToken:
		return specError("alg", "equal has no {alg}")
	}
	if !slices.ContainsFunc(s.sigs, func(f *field) bool { return f.place == InJSON || f.place == InForm }) {
		return nil
	}
	for _, c := range s.contents {
		if c.signsWholeBody() {
			return specError("content", "signs the {body} that carries the signature: cut it out with {body|without:PATH}")
		}
	}
	return nil
}

// signsWholeBody is true when {body} stands in the content with nothing cut
// out of it.
func (c *Content) signsWholeBody() bool {
	for _, seg := range c.segments {
		for _, p := range seg.pieces {
			cut := slices.ContainsFunc(p.filters, func(f filter) bool { return f.name == filterWithout })
			if p.source == "body" && !cut {
				return true
			}
		}
	}
	return false
}
