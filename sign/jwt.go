package sign

import (
	"errors"
	"slices"
	"time"
)

// JWTSpec are the settings of the code jwt: a JSON web token, or a signature
// of RFC 7515 without its payload, whose claims speak of the message.
type JWTSpec struct {
	Header string   // where the token is
	Prefix []string // the text before it; the first is sent, all are accepted
	Body   bool     // the token is the whole body
	// Detached is a token without its middle part: the payload is the body as it
	// stands, unencoded (RFC 7797). What is a claim elsewhere stands in the
	// token's header then.
	Detached bool

	Algs []string // what a token may name; the first that fits the key signs
	Key  string   // how a secret becomes key bytes: literal, base64, hex; pem or jwks where there is none

	Claims       []Claim  // what claims must be, in the notation of content
	ClaimsIfBody []Claim  // the same, and absent where there is no body
	Require      []string // claims that must be there and not empty

	Issued   string        // the claim with the time of issue; "" is iat
	MaxAge   time.Duration // how old a token may be by that claim; 0 is not judged
	Leeway   time.Duration // how wrong a clock may be for exp and nbf
	Lifetime time.Duration // of a token that is made here, where it has exp

	Event, ID string // claims that are shown as event type and id
}

// Claim is a claim and what it must be: one of the templates.
type Claim struct {
	Name      string
	Templates []string
}

// jwt is a scheme of tokens.
type jwt struct {
	template
	spec        *JWTSpec
	issued      string
	claims      []claim
	ifBody      []claim
	symmetric   []algorithm // of s.algs, those with a shared secret
	publicKeyed []algorithm // … and the others
}

// claim is a claim with its templates parsed.
type claim struct {
	name     string
	contents []*Content
	about    about
}

// about is what of a message a claim speaks of, in the order in which claims
// are judged.
type about uint8

const (
	aboutNothing about = iota // a constant
	aboutURL
	aboutBody
)

// defaultLifetime is that of a token whose sender's is not known.
const defaultLifetime = 5 * time.Minute

func newJWT(s *Scheme) (coded, error) {
	spec := s.spec.JWT
	if spec == nil {
		return nil, specError("jwt", "is missing: the code jwt needs its settings")
	}
	t := &jwt{template: template{s}, spec: spec, issued: or(spec.Issued, "iat")}
	if err := errors.Join(t.compileAlgorithms(), t.compilePlace(), t.compileClaims()); err != nil {
		return nil, err
	}
	s.covers = [][]string{t.coverage()}
	return t, nil
}

func (t *jwt) compileAlgorithms() (err error) {
	if t.s.algs, err = namedAlgorithms("jwt.algs", tokenAlgorithms(), t.spec.Algs); err != nil {
		return err
	}
	t.s.spec.Alg, t.s.spec.Enc = t.spec.Algs, string(encBase64URL)
	for _, a := range t.s.algs {
		if a.asymmetric() {
			t.publicKeyed = append(t.publicKeyed, a)
		} else {
			t.symmetric = append(t.symmetric, a)
		}
	}
	rule := t.spec.Key
	switch {
	case rule == "pem" || rule == "jwks":
		if len(t.symmetric) > 0 {
			return specError("jwt.key", "%s is not how a shared secret is written", rule)
		}
		t.s.spec.Pub, rule = "pem", ""
	case len(t.symmetric) == 0:
		return specError("jwt.key", "want pem or jwks: every algorithm has a public key")
	}
	t.s.spec.Key = rule
	if t.s.key, err = parseKeyRule(rule); err != nil {
		return &SpecError{Field: "jwt.key", Err: err}
	}
	return nil
}

func (t *jwt) compilePlace() error {
	if t.spec.Body == (t.spec.Header != "") {
		return specError("jwt.header", "the token is in a header, or it is the body")
	}
	if t.spec.Detached && t.spec.Body {
		return specError("jwt.detached", "a body cannot be a token and its payload")
	}
	place := Field{Place: InBody, Name: "token", Templates: []string{"{sig}"}}
	if t.spec.Header != "" {
		place = Field{Place: InHeader, Name: t.spec.Header}
		for _, prefix := range t.spec.Prefix {
			place.Templates = append(place.Templates, prefix+"{sig}")
		}
		if len(place.Templates) == 0 {
			place.Templates = []string{"{sig}"}
		}
	}
	token, err := t.s.addField(place)
	if err != nil {
		return err
	}
	t.s.spec.Fields = append(t.s.spec.Fields, place)
	for _, shown := range []struct{ claim, template string }{{t.spec.Event, "{event}"}, {t.spec.ID, "{id}"}} {
		if shown.claim == "" {
			continue
		}
		f, err := t.s.addField(Field{Place: InClaims, Name: shown.claim, Templates: []string{shown.template}})
		if err != nil {
			return err
		}
		f.token, f.path = token, path{shown.claim}
	}
	return nil
}

func (t *jwt) compileClaims() (err error) {
	var wrong error
	t.claims, wrong = t.parseClaims("jwt.claims", t.spec.Claims)
	t.ifBody, err = t.parseClaims("jwt.claims_if_body", t.spec.ClaimsIfBody)
	err = errors.Join(wrong, err)
	for _, c := range t.ifBody {
		if err == nil && c.about != aboutBody {
			err = specError("jwt.claims_if_body", "%s does not speak of the body", c.name)
		}
	}
	if err == nil && t.spec.Detached && len(t.claims)+len(t.ifBody) > 0 {
		err = specError("jwt.claims", "a detached token has no claims")
	}
	return err
}

func (t *jwt) parseClaims(field string, specs []Claim) ([]claim, error) {
	var out []claim
	var wrong []error
	for _, spec := range specs {
		c, err := t.parseClaim(field+"."+spec.Name, spec)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		out = append(out, c)
	}
	return out, errors.Join(wrong...)
}

func (t *jwt) parseClaim(field string, spec Claim) (claim, error) {
	c := claim{name: spec.Name}
	for i, text := range spec.Templates {
		content, err := parseContent(text, t.s.code.sourceNames())
		if err != nil {
			return claim{}, &SpecError{Field: field, Err: err, Index: i}
		}
		c.contents = append(c.contents, content)
	}
	if len(c.contents) == 0 {
		return claim{}, specError(field, "has no template")
	}
	switch first := c.contents[0]; {
	case first.uses("body", false):
		c.about = aboutBody
	case t.s.contentURL(first):
		c.about = aboutURL
	}
	return c, nil
}

// coverage is what a token vouches for, by what it must say.
func (t *jwt) coverage() []string {
	out := []string{}
	speaks := func(of about) bool {
		return slices.ContainsFunc(slices.Concat(t.claims, t.ifBody), func(c claim) bool { return c.about == of })
	}
	if t.spec.Body || t.spec.Detached || speaks(aboutBody) {
		out = append(out, CoversBody)
	}
	requires := func(name string) bool { return slices.Contains(t.spec.Require, name) }
	if t.spec.MaxAge > 0 || requires("exp") || requires(t.issued) {
		out = append(out, CoversTimestamp)
	}
	if len(t.s.ids) > 0 && t.s.ids[0].place == InClaims { // the place that is shown
		out = append(out, CoversID)
	}
	if speaks(aboutURL) {
		out = append(out, CoversURL)
	}
	return out
}

// checkSecret accepts a shared secret or a private key, as the algorithms say.
func (t *jwt) checkSecret(secret string) error {
	_, _, _, err := t.signer(secret)
	return err
}

func (t *jwt) needs() []string {
	out := []string{}
	if t.spec.MaxAge > 0 || t.timed() {
		out = append(out, "time")
	}
	if slices.Contains(t.spec.Require, "jti") || t.spec.ID == "jti" {
		out = append(out, "id")
	}
	uses := func(sources ...string) bool {
		return slices.ContainsFunc(t.claims, func(c claim) bool {
			return slices.ContainsFunc(sources, func(source string) bool { return c.contents[0].uses(source, true) })
		})
	}
	if uses("url", "base", "path", "qsh") {
		out = append(out, "url")
	}
	if uses("method", "qsh") {
		out = append(out, "method")
	}
	for _, name := range t.spec.Require {
		if !slices.Contains(t.timeClaims(), name) && name != "jti" {
			out = append(out, paramPrefix+name)
		}
	}
	return out
}

func (t *jwt) timeClaims() []string { return []string{t.issued, "exp", "nbf"} }

// timed is true when a token must carry a time.
func (t *jwt) timed() bool {
	return slices.ContainsFunc(t.timeClaims(), func(name string) bool { return slices.Contains(t.spec.Require, name) })
}

// plausible is true for a token that says what this scheme's tokens say.
func (t *jwt) plausible(sigs []candidate) bool {
	tok, f := parseToken(sigs[0].text, t.spec.Detached)
	if f.bad() {
		return false
	}
	if _, err := findAlgorithm(t.s.algs, tok.alg); err != nil {
		return false
	}
	for _, c := range t.claims {
		value, ok := tok.claim(c.name)
		constant := c.about == aboutNothing && !c.usesParams()
		if !ok || constant && !slices.ContainsFunc(c.contents, func(x *Content) bool { return x.String() == value }) {
			return false
		}
	}
	return !slices.ContainsFunc(t.spec.Require, func(name string) bool {
		value, _ := tok.claim(name)
		return value == ""
	})
}

func (c claim) usesParams() bool { return c.contents[0].uses("param", false) }
