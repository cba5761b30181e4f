package provider

import (
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// signatures plans how the value with the signature is taken apart.
func (b *planner) signatures() {
	fields := b.o.Signatures
	first := fields[0]
	s := signature{Place: b.place(first), Numbered: first.Numbered, List: b.spec.List, Strict: b.spec.Strict, Continue: b.spec.Continue}
	for _, f := range fields[1:] {
		if f.Place != sign.InHeader || first.Place != sign.InHeader || !slices.EqualFunc(f.Templates, first.Templates, slices.Equal) {
			b.refuse("its signatures stand in places of different kinds", "")
		}
	}
	if len(fields) > 1 {
		for _, f := range fields {
			s.Headers = append(s.Headers, f.Names[0])
		}
	}
	if s.List != "" && (first.Place != sign.InHeader && first.Place != sign.InForm || len(fields) > 1) || s.Numbered && len(fields) > 1 {
		b.refuse("it has lists of signatures in several places", "")
	}
	if !plainText(s.List) {
		b.refuse("its list has an unusual separator", "")
	}
	switch {
	case len(first.Pairs) > 0:
		b.pairs(&s, first)
	case first.Sep != "":
		s.Kind, s.Sep = "positional", strings.TrimSpace(first.Sep)
	default:
		b.plain(&s, first)
	}
	b.v.Sig = s
}

// pairs plans t=…,v1=….
func (b *planner) pairs(s *signature, f sign.OutlineField) {
	s.Kind, s.Sep = "pairs", strings.TrimSpace(f.Sep)
	s.SigKey, s.TimeKey = f.Pairs[sign.RoleSig], f.Pairs[sign.RoleTS]
	for role := range f.Pairs {
		if role != sign.RoleSig && role != sign.RoleTS && (b.textHas(string(role)) || role == sign.RoleKeyID) {
			b.refuse("the "+string(role)+" stands between its signatures", "")
		}
	}
	if len(f.Templates) > 1 || !plainText(s.SigKey+s.TimeKey) {
		b.refuse("its header has several forms", "")
	}
}

// plain plans text in front of a signature, which may be optional, or name the
// algorithm or the key.
func (b *planner) plain(s *signature, f sign.OutlineField) {
	s.Kind = "plain"
	parts := f.Templates[0]
	role := func(i int) sign.Role { return parts[i].Role }
	switch {
	case len(f.Templates) == 1 && len(parts) == 3 && role(0) == sign.RoleAlg && role(2) == sign.RoleSig:
		s.Kind, s.Prefix = "choice", parts[1].Text
	case len(f.Templates) == 1 && len(parts) == 3 && role(0) == sign.RoleKeyID && role(2) == sign.RoleSig:
		s.Kind, s.Prefix = "keyed", parts[1].Text
		b.param(string(sign.RoleKeyID))
	case len(parts) == 2 && role(1) == sign.RoleSig:
		s.Prefix = parts[0].Text
	case len(parts) != 1:
		b.refuse("its header is of an unusual form", "")
	}
	if s.Kind == "choice" && (s.List != "" || s.Numbered || len(s.Headers) > 0 || b.v.Kind != "hmac") || s.Kind != "choice" && len(b.spec.Alg) > 1 {
		b.refuse("its messages choose among algorithms in an unusual way", "")
	}
	switch rest := f.Templates[1:]; {
	case len(rest) == 1 && len(rest[0]) == 1 && s.Kind == "plain":
		s.Optional = true
	case len(rest) > 0:
		b.refuse("its header has several forms", "")
	}
	if !plainText(s.Prefix) {
		b.refuse("its header has letters beyond ASCII", "")
	}
}

// contents plans the signed texts.
func (b *planner) contents() {
	for _, c := range b.o.Contents {
		b.v.Contents = append(b.v.Contents, b.alternative(c))
	}
}

func (b *planner) alternative(segments []sign.OutlineSegment) alternative {
	var a alternative
	var terms []term
	for _, seg := range segments {
		var inside []term
		for _, p := range seg.Pieces {
			t := b.term(p)
			if t.Source == "form" && !slices.Contains(a.Form, t.Arg) {
				a.Form = append(a.Form, t.Arg)
			}
			inside = append(inside, t)
		}
		if seg.Optional {
			inside = []term{b.optional(inside)}
		}
		terms = append(terms, inside...)
	}
	for _, t := range terms {
		if n := len(a.Runs); n > 0 && !t.bytes() && a.Runs[n-1].Text {
			a.Runs[n-1].Terms = append(a.Runs[n-1].Terms, t)
		} else {
			a.Runs = append(a.Runs, run{!t.bytes(), []term{t}})
		}
	}
	return a
}

// optional makes one term of a segment with one value.
func (b *planner) optional(inside []term) term {
	at := slices.IndexFunc(inside, func(t term) bool { return t.Source != "" })
	out := inside[at]
	out.Optional, out.Before, out.After = true, inside[:at], inside[at+1:]
	if out.bytes() || out.Source == "form" || slices.ContainsFunc(out.After, func(t term) bool { return t.Source != "" }) {
		b.refuse("an optional part of its text has several values", "")
	}
	return out
}

func (b *planner) term(p sign.OutlinePiece) term {
	t := term{Lit: p.Text, Source: p.Source, Arg: p.Arg, Path: p.Path, Filters: p.Filters}
	for _, text := range append([]string{p.Text, p.Arg}, p.Path...) {
		if !plainText(text) {
			b.refuse("its text has letters beyond ASCII", "")
		}
	}
	for i, f := range p.Filters {
		switch {
		case strings.HasPrefix(f, "without:"):
			b.refuse("a member is cut out of the body before it is signed", "")
		case f == "crc32", len(p.Filters) > 1, i > 0, f == "jcs" && p.Source != "body":
			b.refuse("its text needs the filter "+f, "")
		}
	}
	if p.Source == "param" {
		b.param(p.Arg)
	}
	if p.Source == "form_sorted_unique" || p.Source == "qsh" {
		b.refuse("its text needs {"+p.Source+"}", "")
	}
	b.v.terms = append(b.v.terms, t)
	return t
}

// Uses reports whether one of the values comes from a source, of the message
// or of the texts.
func (v *verifier) Uses(source string) bool {
	if slices.ContainsFunc(v.terms, func(t term) bool { return t.Source == source || slices.Contains(t.Filters, source) }) {
		return true
	}
	for _, p := range v.looked() {
		if p.In == source {
			return true
		}
	}
	return source == "json" && v.JWT != nil
}

// looked are the places beside the signed text.
func (v *verifier) looked() []place {
	out := []place{v.Sig.Place}
	for _, p := range []*place{v.KeyID, v.MsgID, v.Nonce} {
		if p != nil {
			out = append(out, *p)
		}
	}
	if v.Time != nil && v.Time.Place != nil {
		out = append(out, *v.Time.Place)
	}
	for _, c := range v.Constants {
		out = append(out, c.Place)
	}
	return out
}

// FieldName is the variable of a value in JSON. It is no word of any language.
func (t term) FieldName() string {
	name := camel(t.Path[len(t.Path)-1] + " value")
	if name == "value" || name[0] <= '9' {
		return camel("item " + name)
	}
	return name
}

// Fields are the values in JSON that stand in a text, each with a variable of
// its own.
func (v *verifier) Fields() []jsonField {
	var out []jsonField
	for _, t := range v.terms {
		same := func(f jsonField) bool { return slices.Equal(f.Path, t.Path) }
		if t.Source == "json" && !slices.ContainsFunc(out, same) {
			out = append(out, jsonField{t.FieldName(), t.Path})
		}
	}
	return out
}

// jsonField is a variable and where in the body its value is.
type jsonField struct {
	Name string
	Path []string
}

// Queries are the fields of the query that stand in a text.
func (v *verifier) Queries() []string {
	var out []string
	for _, t := range v.terms {
		if t.Source == "query" {
			out = append(out, t.Arg)
		}
	}
	return out
}

// sameNames is true when two values would share a variable.
func (v *verifier) sameNames() bool {
	fields := v.Fields()
	for i, f := range fields {
		if slices.ContainsFunc(fields[:i], func(g jsonField) bool { return g.Name == f.Name }) {
			return true
		}
	}
	return false
}

// Method, URL and Now are true where the verifier has to be told these.
func (v *verifier) Method() bool { return v.Uses("method") || v.Uses("request") }

func (v *verifier) URL() bool {
	return slices.ContainsFunc([]string{"url", "base", "path", "query", "query_sorted", "request", "escaped_path"}, v.Uses)
}

func (v *verifier) Now() bool {
	return v.Time != nil && v.Time.Judged || v.JWT != nil
}

// Several is true where more than one text may have been signed.
func (v *verifier) Several() bool {
	return len(v.Contents) > 1 || len(v.Contents) == 1 && len(v.Contents[0].Form) > 0
}

// Checked is true where a value may be missing or double, which a lookup in the
// middle of a text can only note.
func (v *verifier) Checked() bool {
	field := slices.ContainsFunc(v.terms, func(t term) bool { return t.Source == "json" || t.Source == "query" })
	return field || v.Uses("query")
}

// language refuses what the language at hand cannot do by its own library.
func (b *planner) language() {
	v := b.v
	const canonical = "the canonical form of JSON (RFC 8785) is in no standard library but JavaScript's"
	switch {
	case v.sameNames():
		b.refuse("two values that it signs have the same name", "")
	case (v.Uses("json") || v.Uses("query") || v.Uses("jcs")) && v.JWT == nil && v.Several():
		b.refuse("it signs one of several texts, with values of the body", "")
	case v.Uses("jcs") && v.Lang != "node":
		b.refuse(canonical, "--lang node, or a library for RFC 8785")
	case v.Kind == "pss" && v.Lang == "php":
		b.refuse("the openssl extension cannot verify RSA-PSS", "--lang with another language, or the package phpseclib/phpseclib")
	}
}
