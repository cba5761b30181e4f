package provider

import (
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// verifier is what the templates are filled with: a scheme, reduced to what a
// reader in any language does. What does not fit is refused while it is made.
type verifier struct {
	ID, Name, Docs, Class, Lang string
	Notes                       []string // what a valid signature does not say, for the comment

	Code         string // a part of the scheme that is code: twilio, plivo-v3, contentful, content-digest or ""
	Kind         string // hmac, hash, token, ed25519, ecdsa, rsa, pss, jwt or digest
	Hash         string // sha256, …
	Hashes       []string
	Enc          string // hex, base64 or base64url; of a token, base64 or ""
	Key          string // how a secret becomes a key
	Pub          string // how the sender writes its public key
	Constants    []constant
	KeyID        *place // a place of its own for the key's id
	MsgID, Nonce *place
	Time         *timestamp
	Sig          signature
	Contents     []alternative
	JWT          *tokenPlan

	Params []string // arguments beside secrets: key_id, …
	terms  []term   // all of them, to know what is needed
}

// constant is a place whose value is fixed.
type constant struct {
	Place  place
	Values []string
}

// place is where a value is looked up.
type place struct {
	In       string   // headers, json, form or query
	Names    []string // headers that are tried in turn
	Path     []string
	Required bool
	Ends     string // the text that ends the value in the signed text, and so must not be in it
}

// timestamp is how the time of sending is read and judged.
type timestamp struct {
	Place           *place // nil where it stands beside the signature
	Unit            string
	Millis          int64 // of tolerance; 0 is no window
	PastOnly        bool
	Optional        bool
	Ends            string
	Judged, Numeric bool
}

// signature is how the value with the signature is taken apart.
type signature struct {
	Place    place
	Headers  []string // several headers that may each have one
	Numbered bool
	Kind     string // plain, choice, pairs, positional or keyed
	Prefix   string // before the signature
	Optional bool   // … which may be missing
	List     string // separator of several; "" is one
	Sep      string // between pairs or positions
	SigKey   string
	TimeKey  string
	Strict   bool
	Continue bool
}

// Many is true when the value can hold more than one signature.
func (s signature) Many() bool {
	return s.List != "" || s.Numbered || len(s.Headers) > 0 || s.Kind == "pairs" || s.Kind == "positional"
}

// alternative is one text that may have been signed, in runs of text and of
// bytes. It is tried only when the form has its fields.
type alternative struct {
	Runs []run
	Form []string
}

type run struct {
	Text  bool
	Terms []term
}

// term is text, or a value of the message.
type term struct {
	Lit     string
	Source  string
	Arg     string
	Path    []string
	Filters []string

	Before, After []term // of an optional segment: what vanishes with the value
	Optional      bool
}

// bytes is true for a term that is no text.
func (t term) bytes() bool {
	if n := len(t.Filters); n > 0 {
		return t.Filters[n-1] == "sha256raw" || t.Filters[n-1] == "jcs"
	}
	return t.Source == "body"
}

// planner makes a plan and remembers the first thing that does not fit.
type planner struct {
	v    *verifier
	o    sign.Outline
	spec sign.Spec
	err  *VerifierError
}

// refuse notes why the scheme does not fit.
func (b *planner) refuse(why, instead string) {
	if b.err == nil {
		b.err = &VerifierError{ID: b.v.ID, Lang: b.v.Lang, Why: why, Instead: instead}
	}
}

// writtenCodes are the schemes with code of their own that the templates have.
func writtenCodes() []string { return []string{"twilio", "plivo-v3", "contentful", "content-digest"} }

// whyUnwritten says why a scheme with code of its own is in no template, and
// what works instead.
func whyUnwritten(code, id string) (why, instead string) {
	switch code {
	case "aws-sns", "paypal":
		return "the certificate that a message names has to be fetched and judged before the message can be",
			"verify with the sender's own library, which does that, or with hooks verify --provider " + id
	case "http-signatures":
		return "every message chooses what its signature covers", "verify with a library for RFC 9421, or with hooks verify --provider " + id
	}
	return "its scheme is more than fields and a text", "verify with hooks verify --provider " + id + ", or with the sender's own library"
}

func planVerifier(p *Profile, lang string) (*verifier, error) {
	v := &verifier{ID: p.ID, Name: comment(p.Name), Docs: comment(p.Docs), Class: className(p.ID), Lang: lang}
	b := &planner{v: v, o: p.Scheme.Outline(), spec: p.Scheme.Spec()}
	if v.Code = b.spec.Code; v.Code != "" && b.spec.JWT == nil && !slices.Contains(writtenCodes(), v.Code) {
		b.refuse(whyUnwritten(v.Code, p.ID))
		return nil, b.err
	}
	b.notes(p)
	b.algorithm()
	switch {
	case b.spec.JWT != nil:
		b.token()
	case v.Kind == "digest": // there is no signature
	default:
		b.places()
		b.signatures()
		b.contents()
	}
	b.language()
	if b.err != nil {
		return nil, b.err
	}
	return v, nil
}

// notes are the sentences that a reader of the code must not miss.
func (b *planner) notes(p *Profile) {
	if !p.Verified() {
		b.v.Notes = append(b.v.Notes, "How "+b.v.Name+" signs is not confirmed: try this with a delivery you trust.")
	}
	for _, limit := range p.Scheme.Coverage().Limits {
		means, _, _ := strings.Cut(limit.Means, " (--") // what follows is for the command line
		means = strings.TrimSuffix(means, ", unless a tolerance is given")
		b.v.Notes = append(b.v.Notes, strings.ToUpper(means[:1])+means[1:]+".")
	}
}

// algorithm decides about keys and hashes.
func (b *planner) algorithm() {
	v, alg := b.v, b.spec.Alg[0]
	v.Hash, v.Enc, v.Key, v.Pub = hashName(alg), b.spec.Enc, b.spec.Key, b.spec.Pub
	for _, name := range b.spec.Alg {
		v.Hashes = append(v.Hashes, hashName(name))
	}
	switch {
	case b.spec.JWT != nil:
		v.Kind = "jwt"
	case v.Code == "content-digest":
		v.Kind = "digest"
	case alg == "equal":
		v.Kind = "token"
	case alg == "ed25519":
		v.Kind = "ed25519"
	case strings.HasPrefix(alg, "ecdsa-"):
		v.Kind = "ecdsa"
	case strings.HasPrefix(alg, "rsa-pss-"):
		v.Kind = "pss"
	case strings.HasPrefix(alg, "rsa-"):
		v.Kind = "rsa"
	case strings.HasPrefix(alg, "hmac-"):
		v.Kind = "hmac"
	default:
		v.Kind = "hash"
	}
	if v.Key == "literal" {
		v.Key = ""
	}
	if publicKeyed(alg) {
		if v.Key = ""; v.Pub == "" {
			v.Pub = "pem"
		}
	}
}

// Public is true where the keys are public ones.
func (v *verifier) Public() bool {
	return v.Kind == "ed25519" || v.Kind == "ecdsa" || v.Kind == "rsa" || v.Kind == "pss" || v.JWT != nil && v.JWT.Public
}

// bare reports whether a field holds the role and nothing beside it.
func bare(f sign.OutlineField) bool {
	return len(f.Templates) == 1 && len(f.Templates[0]) == 1 && f.Templates[0][0].Role != ""
}

func (b *planner) place(f sign.OutlineField) place {
	for _, name := range append(f.Names, f.Path...) {
		if !plainText(name) || strings.Contains(name, "\n") {
			b.refuse("a name has letters beyond ASCII", "")
		}
	}
	return place{In: string(f.Place), Names: f.Names, Path: f.Path, Required: f.Required}
}

// places plans what is read beside the signature.
func (b *planner) places() {
	for _, f := range b.o.Constants {
		c := constant{Place: b.place(f)}
		for _, t := range f.Templates {
			if len(t) != 1 || t[0].Role != "" || !plainText(t[0].Text) {
				b.refuse("a required header depends on a parameter", "")
				return
			}
			c.Values = append(c.Values, t[0].Text)
		}
		b.v.Constants = append(b.v.Constants, c)
	}
	for _, f := range b.o.KeyIDs {
		if slices.ContainsFunc(f.Templates[0], func(p sign.OutlinePart) bool { return p.Role == sign.RoleSig }) {
			continue
		}
		b.param("key_id")
		b.v.KeyID = b.single(f, sign.RoleKeyID)
	}
	if len(b.o.IDs) > 0 {
		b.v.MsgID = b.single(b.o.IDs[0], sign.RoleID)
	}
	if len(b.o.Nonces) > 0 {
		b.v.Nonce = b.single(b.o.Nonces[0], sign.RoleNonce)
	}
	b.time()
	if b.o.Checks > 0 && b.v.Code != "twilio" {
		b.refuse("a second check stands beside its signature", "")
	}
}

func (b *planner) single(f sign.OutlineField, role sign.Role) *place {
	if !bare(f) {
		b.refuse("text surrounds the "+string(role)+" in "+f.Names[0], "")
	}
	p := b.place(f)
	p.Ends = b.ends(string(role))
	return &p
}

// ends is the text right behind a source in the signed text: a value that had
// its first letter could pass for a shorter one.
func (b *planner) ends(source string) string {
	for _, c := range b.o.Contents {
		before := ""
		for _, seg := range c {
			for _, p := range seg.Pieces {
				if before == source && p.Text != "" {
					return p.Text[:1]
				}
				before = p.Source
			}
		}
	}
	return ""
}

func (b *planner) time() {
	if b.spec.TS == nil {
		return
	}
	t := &timestamp{
		Unit: b.spec.TS.Unit, Millis: b.spec.TS.Tolerance.Milliseconds(), PastOnly: b.spec.TS.PastOnly,
		Optional: b.spec.TS.Optional, Ends: b.ends("ts"),
	}
	t.Judged, t.Numeric = t.Millis > 0, slices.Contains([]string{"s", "ms", "auto"}, t.Unit)
	if t.Judged && !t.Numeric && t.Unit != "rfc3339" {
		b.refuse("its timestamp is written "+t.Unit, "")
	}
	if t.Judged && t.Numeric && !strings.ContainsAny(t.Ends, "0123456789") {
		t.Ends = "" // digits were checked
	}
	if first := b.o.Times[0]; len(first.Pairs) == 0 && first.Sep == "" {
		if len(b.o.Times) > 1 && !b.textHas("ts") {
			b.refuse("its timestamp stands in several places", "")
		}
		t.Place = b.single(first, sign.RoleTS)
	}
	b.v.Time = t
}

func (b *planner) textHas(source string) bool {
	for _, c := range b.o.Contents {
		for _, seg := range c {
			if slices.ContainsFunc(seg.Pieces, func(p sign.OutlinePiece) bool { return p.Source == source }) {
				return true
			}
		}
	}
	return false
}

// param asks for a value that only the operator knows. Its name becomes that of
// an argument, and no word of six languages has an underscore inside.
func (b *planner) param(name string) {
	if parts := words(name); len(parts) < 2 || name != snake(name) || name[0] <= '9' {
		b.refuse("its parameter "+name+" can be no argument", "call it "+snake(name)+"_value")
	}
	if !slices.Contains(b.v.Params, name) {
		b.v.Params = append(b.v.Params, name)
	}
}
