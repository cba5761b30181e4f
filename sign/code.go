package sign

import (
	"slices"
	"strings"
	"time"
)

// coded is the part of a scheme that is decided in Go. Whatever it does not
// decide is read, written and shown as the scheme's fields say, so that nobody
// outside this package has to know which schemes are code.
type coded interface {
	// inspect judges what needs no key: a version, where a certificate is from.
	inspect(m *Message) fault
	// value is what one of the code's own placeholders stands for.
	value(source string, m *Message) ([]byte, outcome)
	// match looks for the key that made one of the signatures.
	match(j *judgement) fault
	// prepare writes what is signed along with the message.
	prepare(w *writer) error
	// attach signs, and puts the signatures where they belong.
	attach(w *writer, k Keys) error
	// checkSecret says whether a secret can be a key. The error is a *KeyError.
	checkSecret(secret string) error
	// needs lists what signing wants beside what the content says.
	needs() []string
	// plausible is true when one of the signatures looks like this scheme's.
	plausible(sigs []candidate) bool
}

// judgeCode lets the code find the key. It works on copies: what the template
// alone judges stays off the heap.
func (s *Scheme) judgeCode(v Verdict, fill rendering, roles captures, sigs []candidate, k Keys, now time.Time, tolerance *time.Duration) (Verdict, fault) {
	fill.roles = &roles
	f := s.coded.match(&judgement{&v, &fill, sigs, k, now, tolerance})
	return v, f
}

// judgement is one message being verified, up to where keys come in.
type judgement struct {
	v         *Verdict
	fill      *rendering
	sigs      []candidate
	keys      Keys
	now       time.Time
	tolerance *time.Duration // nil is the scheme's own
}

// template decides everything as the wire template does. The schemes in code
// embed it and replace what differs.
type template struct{ s *Scheme }

func (t template) inspect(*Message) fault                   { return fault{} }
func (t template) value(string, *Message) ([]byte, outcome) { return nil, absent }
func (t template) match(j *judgement) fault                 { return t.s.match(j.v, j.fill, j.sigs, j.keys) }
func (t template) prepare(*writer) error                    { return nil }
func (t template) needs() []string                          { return nil }
func (t template) plausible(sigs []candidate) bool          { return t.s.plausible(sigs) }

func (t template) attach(w *writer, k Keys) error {
	sigs, err := w.signatures(k)
	if err != nil {
		return err
	}
	return w.place(sigs)
}

func (t template) checkSecret(secret string) error {
	if t.s.algs[0].asymmetric() {
		_, err := privateKey(secret, t.s.algs)
		return err
	}
	_, err := t.s.secretKey(secret)
	return err
}

// The codes that have settings, which are called like them.
const (
	codeJWT  = "jwt"
	codeHTTP = "http-signatures"
)

// code is one entry of the table of schemes that need Go.
type code struct {
	name    string
	sources []codeSource
	new     func(*Scheme) (coded, error)
	// closed is a code that decides about algorithms, keys and the place of the
	// signature itself, by its settings. It signs no text that a template has.
	closed bool
}

// codeSource is a placeholder that only the content of one code has, and what
// of a message it puts into the signed text.
type codeSource struct {
	name   string
	covers []string
}

// codes is the whole table. A provider's file chooses with code: NAME.
func codes() []code {
	return []code{
		{"twilio", []codeSource{
			{"url_without_port", []string{CoversURL}}, {"url_with_port", []string{CoversURL}}, {"form_params", []string{CoversParts}},
		}, newTwilio, false},
		{"aws-sns", nil, newSNS, false},
		{"paypal", nil, newPayPal, false},
		{"plivo-v3", []codeSource{
			{"request", []string{CoversURL, CoversParts}}, {"request_as_sent", []string{CoversURL, CoversParts}},
		}, newPlivo, false},
		{"contentful", []codeSource{{"escaped_path", []string{CoversURL}}, {"signed_headers", nil}}, newContentful, false},
		{codeJWT, []codeSource{{"qsh", []string{CoversURL}}}, newJWT, true},
		{codeHTTP, nil, newMessageSignatures, true},
		{"content-digest", nil, newContentDigest, true},
	}
}

// CodeNames lists the schemes that are written in Go.
func CodeNames() []string {
	var names []string
	for _, c := range codes() {
		names = append(names, c.name)
	}
	return names
}

// Closed reports whether the code of that name decides about algorithms, keys
// and the place of the signature by its own settings.
func Closed(name string) bool {
	c, err := findCode(name)
	return err == nil && c.closed
}

func findCode(name string) (code, error) {
	all := codes()
	if i := slices.IndexFunc(all, func(c code) bool { return c.name == name }); i >= 0 {
		return all[i], nil
	}
	return code{}, &UnknownError{What: "verifier", Word: name, Known: CodeNames()}
}

// sourceNames are the placeholders of the code, those of nobody for the zero
// code.
func (c code) sourceNames() []string {
	var names []string
	for _, s := range c.sources {
		names = append(names, s.name)
	}
	return names
}

// covering lists the code's placeholders that cover part.
func (c code) covering(part string) []string {
	var names []string
	for _, s := range c.sources {
		if slices.Contains(s.covers, part) {
			names = append(names, s.name)
		}
	}
	return names
}

// findCode looks up the code, and takes out of the spec what a closed one
// decides itself: Spec shows it again.
func (s *Scheme) findCode() (err error) {
	for name, set := range map[string]bool{codeJWT: s.spec.JWT != nil, codeHTTP: s.spec.HTTP != nil} {
		if set && s.spec.Code != name {
			return specError(name, "are the settings of code: %s", name)
		}
	}
	if s.spec.Code == "" {
		return nil
	}
	if s.code, err = findCode(s.spec.Code); err != nil {
		return &SpecError{Field: "code", Err: err}
	}
	if s.code.closed {
		s.spec.Alg, s.spec.Enc, s.spec.Key, s.spec.Pub, s.spec.Content = nil, "", "", "", nil
		s.spec.Fields = slices.DeleteFunc(slices.Clone(s.spec.Fields), Field.signs)
	}
	return nil
}

// sameShown is an error when the spec says otherwise what a closed code
// decides.
func (s *Scheme) sameShown(given Spec) error {
	if !s.code.closed {
		return nil
	}
	shown := s.spec
	for _, f := range []struct {
		name         string
		given, shown []string
	}{
		{"alg", given.Alg, shown.Alg}, {"content", given.Content, shown.Content},
		{"enc", one(given.Enc), one(shown.Enc)}, {"key", one(given.Key), one(shown.Key)}, {"pub", one(given.Pub), one(shown.Pub)},
	} {
		if len(f.given) > 0 && !slices.Equal(f.given, f.shown) {
			return specError(f.name, "is decided by the code %s and its settings", s.code.name)
		}
	}
	for _, f := range given.Fields {
		same := func(g Field) bool {
			return g.Place == f.Place && g.Name == f.Name && slices.Equal(g.Templates, f.Templates)
		}
		if f.signs() && !slices.ContainsFunc(shown.Fields, same) {
			return specError(f.label(), "the code %s decides where the signature is", s.code.name)
		}
	}
	return nil
}

// signs is true for a place of the signature.
func (f Field) signs() bool {
	return slices.ContainsFunc(f.Templates, func(t string) bool { return strings.Contains(t, "{"+string(RoleSig)+"}") })
}

func one(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// compileCode makes the part that is decided in Go, last of all that a message
// is read by: it may add fields, algorithms and coverage of its own.
func (s *Scheme) compileCode() (err error) {
	if s.spec.Code == "" {
		return nil
	}
	s.coded, err = s.code.new(s)
	return err
}
