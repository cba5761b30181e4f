package sign

import (
	"errors"
	"slices"
	"strings"
)

func (s *Scheme) compileContents() error {
	if s.code.closed {
		return nil
	}
	known := len(s.algs) > 0
	if known && s.algs[0].family == familyToken {
		if len(s.spec.Content) > 0 {
			return specError("content", "equal compares a token and signs nothing")
		}
		return nil
	}
	var wrong []error
	if known && len(s.spec.Content) == 0 {
		wrong = append(wrong, &SpecError{Field: "content", Err: &formError{"is missing", `content: "{body}"`}})
	}
	for i, text := range s.spec.Content {
		c, err := parseContent(text, s.code.sourceNames())
		if err != nil {
			wrong = append(wrong, &SpecError{Field: "content", Err: err, Index: i})
			continue
		}
		s.contents = append(s.contents, c)
		for _, r := range []Role{RoleTS, RoleID, RoleNonce} {
			s.signed[r] = s.signed[r] || c.uses(string(r), false)
			s.needed[r] = s.needed[r] || c.uses(string(r), true)
		}
	}
	return errors.Join(wrong...)
}

// compileUnit reads how a timestamp is written, wherever it is.
func (s *Scheme) compileUnit() (err error) {
	if s.spec.TS == nil {
		return nil
	}
	if s.unit, err = parseUnit(s.spec.TS.Unit); err != nil {
		err = &SpecError{Field: "ts.unit", Err: err}
	}
	if s.spec.TS.Tolerance < 0 {
		err = errors.Join(err, specError("ts.tolerance", "is negative"))
	}
	return err
}

// compileTime matches the places of a timestamp with what is said about it.
func (s *Scheme) compileTime() error {
	switch has := len(s.times) > 0; {
	case s.spec.TS == nil && (has || s.signed[RoleTS]):
		return &SpecError{Field: "ts", Err: &formError{"is missing: the scheme has a timestamp", "ts: { unit: s, tolerance: 300s }"}}
	case s.spec.TS != nil && !has:
		return &SpecError{Field: "ts", Err: &formError{"no place has {ts}", `headers: { X-Timestamp: "{ts}" }`}}
	}
	return nil
}

func (s *Scheme) compileChecks() error {
	var wrong []error
	for _, spec := range s.spec.Checks {
		label := "check." + strings.TrimSuffix(string(spec.Place), "s") + "." + spec.Name
		f := &field{place: spec.Place, name: spec.Name, names: []string{spec.Name}, path: parsePath(spec.Name)}
		c, err := ParseContent(spec.Templates[0])
		if err != nil {
			wrong = append(wrong, &SpecError{Field: label, Err: err})
		}
		s.checks = append(s.checks, check{field: f, content: c})
	}
	return errors.Join(wrong...)
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
