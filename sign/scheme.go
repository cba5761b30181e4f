package sign

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Scheme is a signature scheme that is ready for use. It does not change and
// may be used by several goroutines at once.
type Scheme struct {
	spec     Spec
	algs     []algorithm
	enc      encoding
	key      keyRule
	unit     unit
	contents []*Content
	checks   []check

	// The fields by what they carry, each in file order.
	sigs, times, ids, events, nonces, keyIDs, consts []*field
	extra                                            []*field
	order                                            []*field

	signed map[Role]bool // roles that stand in the content
	needed map[Role]bool // … and cannot vanish from it
	covers [][]string    // by alternative

	code  code  // the entry of Spec.Code
	coded coded // the template itself without one
}

// field is one place with its templates parsed.
type field struct {
	place     Place
	name      string
	names     []string   // with aliases, in the order in which they are tried
	path      path       // of a JSON place, or of a claim
	token     *field     // where the token with the claim is
	joined    bool       // the header is one value, however many lines it comes on
	numbered  bool       // X-Signature-# is X-Signature-1 … -100
	templates []Template // the first is written
	reading   []Template // the same, those with most text first: {sig} alone fits anything
	shapes    []shape    // of a field that carries the signature
}

// check is a place whose value must equal a rendered text.
type check struct {
	field    *field
	content  *Content
	optional bool // a message without it passes
}

// New makes a scheme. The error is a *SpecError, the first of Problems.
func New(spec Spec) (*Scheme, error) {
	s, wrong := compile(spec)
	if len(wrong) > 0 {
		return nil, wrong[0]
	}
	return s, nil
}

// Problems returns all that is wrong with a spec. What can only be judged once
// the parts are right, as whether they fit together, comes when they are.
func Problems(spec Spec) []*SpecError {
	_, wrong := compile(spec)
	return wrong
}

func compile(spec Spec) (*Scheme, []*SpecError) {
	s := &Scheme{spec: spec, signed: map[Role]bool{}, needed: map[Role]bool{}}
	s.coded = template{s}
	for stage, steps := range [][]func() error{
		{s.findCode},
		{s.compileAlgorithms, s.compileFields, s.compileContents, s.compileUnit, s.compileChecks, s.compileExtra},
		{s.compileCode},
		{s.compileTime},
		{s.consistent},
		{func() error { return s.sameShown(spec) }},
	} {
		var wrong []*SpecError
		for _, step := range steps {
			wrong = append(wrong, specErrors(step())...)
		}
		for _, e := range wrong {
			e.Whole = e.Whole || stage > 2
		}
		if len(wrong) > 0 {
			return nil, wrong
		}
	}
	if s.covers == nil {
		s.compileCoverage()
	}
	return s, nil
}

// Spec returns what the scheme was made of, with what a code decides by its
// settings in place. It must not be changed.
func (s *Scheme) Spec() Spec { return s.spec }

// maxAlgorithms is more than any scheme lets its messages choose among.
const maxAlgorithms = 8

func (s *Scheme) compileAlgorithms() error {
	if s.code.closed {
		return nil
	}
	var wrong []error
	for i, name := range s.spec.Alg[:min(len(s.spec.Alg), maxAlgorithms)] {
		a, err := findAlgorithm(algorithms(), name)
		switch {
		case err != nil:
			wrong = append(wrong, &SpecError{Field: "alg", Err: err, Index: i})
			continue
		case len(s.algs) > 0 && a.family != s.algs[0].family:
			wrong = append(wrong, specError("alg", "%s and %s need different keys", s.algs[0].name, a.name))
		}
		s.algs = append(s.algs, a)
	}
	if len(s.spec.Alg) == 0 || len(s.spec.Alg) > maxAlgorithms {
		what := fmt.Sprintf("needs 1 to %d algorithms, has %d", maxAlgorithms, len(s.spec.Alg))
		wrong = append(wrong, &SpecError{Field: "alg", Err: &formError{what, "alg: hmac-sha256"}})
	}
	return errors.Join(append(wrong, s.compileKeyForms())...)
}

// compileKeyForms reads how signatures and keys are written.
func (s *Scheme) compileKeyForms() error {
	var wrong []error
	var err error
	if s.enc, err = parseEncoding(s.spec.Enc); err != nil {
		wrong = append(wrong, &SpecError{Field: "enc", Err: err})
	} else if s.enc == encNone && len(s.algs) > 0 && s.algs[0].family != familyToken {
		wrong = append(wrong, &SpecError{Field: "enc", Err: &formError{"is missing", "enc: hex"}})
	}
	if s.key, err = parseKeyRule(s.spec.Key); err != nil {
		wrong = append(wrong, &SpecError{Field: "key", Err: err})
	}
	if err := checkPublicForm(s.spec.Pub); err != nil {
		wrong = append(wrong, &SpecError{Field: "pub", Err: err})
	}
	return errors.Join(wrong...)
}

func (s *Scheme) compileFields() error {
	fields := slices.Clone(s.spec.Fields)
	slices.SortStableFunc(fields, func(a, b Field) int {
		return slices.Index(places(), a.Place) - slices.Index(places(), b.Place)
	})
	var wrong []error
	for _, spec := range fields {
		if _, err := s.addField(spec); err != nil {
			wrong = append(wrong, err)
		}
	}
	if len(wrong) == 0 && len(s.sigs) == 0 && !s.code.closed {
		wrong = append(wrong, &SpecError{Field: "headers", Err: &formError{"no place has {sig}", `headers: { X-Signature: "{sig}" }`}, Whole: true})
	}
	return errors.Join(wrong...)
}

func (s *Scheme) addField(spec Field) (*field, error) {
	f, err := newField(spec)
	if err != nil {
		return nil, err
	}
	if f.place == InHeader {
		f.names = append(f.names, s.spec.Aliases[spec.Name]...)
	}
	if err := s.sort(f); err != nil {
		return nil, &SpecError{Field: spec.label(), Err: err}
	}
	s.order = append(s.order, f)
	return f, nil
}

func newField(spec Field) (*field, error) {
	f := &field{place: spec.Place, name: spec.Name, names: []string{spec.Name}}
	if f.place == InJSON {
		f.path = parsePath(spec.Name)
	}
	if f.place == InHeader {
		if stem, ok := strings.CutSuffix(spec.Name, "#"); ok {
			f.numbered, f.name, f.names = true, stem, []string{stem}
		}
		if !headerName(f.name) {
			return nil, specError(spec.label(), "%q is no header name", spec.Name)
		}
	}
	if len(spec.Templates) == 0 {
		return nil, specError(spec.label(), "has no template")
	}
	var wrong []error
	for i, text := range spec.Templates {
		t, err := ParseTemplate(text)
		if err != nil {
			wrong = append(wrong, &SpecError{Field: spec.label(), Err: err, Index: i})
		}
		f.templates = append(f.templates, t)
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	f.reading = slices.Clone(f.templates)
	slices.SortStableFunc(f.reading, func(a, b Template) int { return b.text() - a.text() })
	return f, nil
}

// headerName is true for a token of RFC 9110, section 5.6.2.
func headerName(name string) bool {
	for i := range len(name) {
		c := name[i]
		alnum := '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
		if !alnum && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return name != ""
}

// sort files f under what it carries and works out how to read a signature.
func (s *Scheme) sort(f *field) error {
	first := f.templates[0]
	if first.has(RoleSig) {
		for _, t := range f.templates {
			sh, err := newShape(t, s.spec.List)
			if err != nil {
				return err
			}
			f.shapes = append(f.shapes, sh)
		}
		s.sigs = append(s.sigs, f)
	}
	lists := map[Role]*[]*field{
		RoleTS: &s.times, RoleID: &s.ids, RoleEvent: &s.events, RoleNonce: &s.nonces, RoleKeyID: &s.keyIDs,
	}
	for role, list := range lists {
		if first.has(role) {
			*list = append(*list, f)
		}
	}
	if first.constant() {
		s.consts = append(s.consts, f)
	}
	return nil
}

func (s *Scheme) compileExtra() error {
	var wrong []error
	for _, spec := range s.spec.SendExtra {
		f, err := newField(spec)
		switch {
		case err != nil:
			wrong = append(wrong, err)
		case !f.templates[0].constant():
			wrong = append(wrong, specError("send_headers."+spec.Name, "only text and {param.NAME} are sent"))
		default:
			s.extra = append(s.extra, f)
		}
	}
	return errors.Join(wrong...)
}
