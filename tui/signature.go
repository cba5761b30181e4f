package tui

import (
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// writeSignature writes the tab that says whether the signature was right, what
// it covers, and if it was not right, why.
func writeSignature(m *model, s *sheet, d *store.Delivery) {
	v := d.Verification
	if v == nil {
		s.add(lit(title, "SIGNED BY HOOKS"))
		s.gap()
		writeSigning(s, d)
		writeSecret(m, s, d)
		return
	}
	f, known := m.insights.known[raw(d.ID)]
	in := &f.value
	mark, words := verdictWords(s.th, v)
	s.add(span{verdictRole(v), term.Safe(string(mark) + " " + string(words))}, lit(plain, "  "), span{dim, s.th.line(raw(v.Provider))})
	first := m.lay.class == narrow && in.Explanation != nil // there is no room for both
	if first {
		writeExplanation(s, in.Explanation)
	}
	s.gap()
	writeSigning(s, d)
	writeCoverage(s, v, in.Coverage)
	s.fields("body", span{plain, size(d.Request.BodySize, true)}, lit(dim, "as received"), span{dim, checksum(s.th, d.Request.BodySHA256)})
	writeSecret(m, s, d)
	s.told("reason", s.th.line(raw(v.Reason)))
	if v.DuplicateOf != "" {
		s.fields("seen before", span{warn, s.th.line(raw(v.DuplicateOf))})
	}
	switch {
	case in.Explanation == nil:
		writeWhy(s, v)
		writeNext(s, d, known, m.insights.asking == raw(d.ID))
	case !first:
		s.told("detail", s.th.line(raw(v.Detail)))
		writeExplanation(s, in.Explanation)
	}
	if f.err != nil {
		s.paragraph(bad, s.th.quote(f.err.Error()), 2)
	}
	writeLimits(s, in.Coverage)
}

// writeWhy writes what the record says.
func writeWhy(s *sheet, v *store.Verification) {
	if v.Detail != "" {
		s.gap()
		s.add(lit(title, "Why"))
		s.paragraph(plain, s.th.line(raw(v.Detail)), 2)
	}
}

// writeNext writes how to learn more of an invalid signature, or that it is
// being looked for.
func writeNext(s *sheet, d *store.Delivery, known, looking bool) {
	if d.Verification.Verdict != store.Invalid || known {
		return
	}
	s.gap()
	if looking {
		s.add(lit(dim, "looking for what would have matched"))
		return
	}
	s.add(lit(title, "Next"))
	s.paragraph(plain, term.Join(term.Safe(" "), term.Safe("hooks show"), num(d.Seq), term.Safe("--explain")), 2)
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
