package tui

import (
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// writeSignature writes the tab that says whether the signature was right, and
// if not why.
func writeSignature(s *sheet, d *store.Delivery) {
	v := d.Verification
	if v == nil {
		s.add(lit(title, "SIGNED BY HOOKS"))
		s.gap()
		writeSigning(s, d)
		return
	}
	mark, words := verdictWords(s.th, v)
	s.add(span{verdictRole(v), term.Safe(string(mark) + " " + string(words))}, lit(plain, "  "), span{dim, s.th.line(raw(v.Provider))})
	s.gap()
	writeSigning(s, d)
	covers := make([]term.Text, 0, len(v.Covers))
	for _, c := range v.Covers {
		covers = append(covers, s.th.line(raw(c)))
	}
	if len(covers) > 0 {
		s.field("covers", plain, term.Join(term.Safe(", "), covers...))
	}
	s.fields("body", span{plain, size(d.Request.BodySize, true)}, lit(dim, "as received"), span{dim, checksum(s.th, d.Request.BodySHA256)})
	s.fields("secret", lit(plain, masked), lit(dim, "never part of the record"))
	s.field("reason", plain, s.th.line(raw(v.Reason)))
	if v.DuplicateOf != "" {
		s.fields("seen before", span{warn, s.th.line(raw(v.DuplicateOf))})
	}
	if v.Detail != "" {
		s.gap()
		s.add(lit(title, "Why"))
		s.paragraph(plain, s.th.line(raw(v.Detail)), 2)
	}
	if v.Verdict == store.Invalid {
		s.gap()
		s.add(lit(title, "Next"))
		s.paragraph(plain, term.Join(term.Safe(" "), term.Safe("hooks show"), num(d.Seq), term.Safe("--explain")), 2)
	}
}

// writeSigning writes the headers that take part in signing.
func writeSigning(s *sheet, d *store.Delivery) {
	name := text("header")
	for _, h := range d.Request.Headers {
		if !signing(h.Name) {
			continue
		}
		value := s.th.line(raw(h.Value))
		if secretHeader(h.Name) {
			value = term.Safe(masked)
		}
		s.field(name, plain, term.Join(term.Safe(": "), s.th.line(raw(h.Name)), value))
		name = ""
	}
}

// verdictWords says in a mark and in words what was found.
func verdictWords(th *theme, v *store.Verification) (mark, words text) {
	switch {
	case v.Verdict == store.Valid:
		return "ok", "SIGNATURE IS VALID"
	case v.Verdict == store.Unverified:
		return "---", "NOT VERIFIED"
	case late(raw(v.Reason)):
		return th.cross, "OUTSIDE THE TOLERANCE"
	case v.Reason == "signature_mismatch":
		return th.cross, "SIGNATURE DOES NOT MATCH"
	}
	return th.cross, "SIGNATURE IS NOT VALID"
}

func verdictRole(v *store.Verification) role {
	switch {
	case v.Verdict == store.Valid:
		return good
	case v.Verdict == store.Unverified:
		return dim
	case late(raw(v.Reason)):
		return warn
	}
	return bad
}

// late reports whether a reason is about the time alone.
func late(reason raw) bool { return reason == "timestamp_too_old" || reason == "timestamp_too_new" }
