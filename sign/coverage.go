package sign

import "slices"

// The parts of a message that a signature can vouch for.
const (
	CoversBody      = "body"
	CoversParts     = "parts" // only members or fields of the body
	CoversTimestamp = "timestamp"
	CoversID        = "id"
	CoversURL       = "url"
)

// coverable are the parts in the order in which they are listed everywhere.
func coverable() []string {
	return []string{CoversBody, CoversParts, CoversTimestamp, CoversID, CoversURL}
}

// Covers says what a valid signature vouches for, by the content that is used
// for signing. It is worked out from the content, never written by hand.
func (s *Scheme) Covers() []string { return slices.Clone(s.covers[0]) }

// Alternatives says the same of each content in turn: a message that matches any
// of them is valid.
func (s *Scheme) Alternatives() [][]string {
	out := make([][]string, len(s.covers))
	for i, covers := range s.covers {
		out[i] = slices.Clone(covers)
	}
	return out
}

// Unkeyed is true for a checksum: anybody can make it, and no key is needed to
// verify it.
func (s *Scheme) Unkeyed() bool {
	return s.algs[0].family == familyDigest && !s.contents[0].uses("secret", false)
}

func (s *Scheme) compileCoverage() {
	if len(s.contents) == 0 {
		s.covers = [][]string{{}}
		return
	}
	for _, c := range s.contents {
		s.covers = append(s.covers, s.coverage(c))
	}
}

func (s *Scheme) coverage(c *Content) []string {
	out := []string{}
	any := func(sources ...string) bool {
		return slices.ContainsFunc(sources, func(source string) bool { return c.uses(source, false) })
	}
	body := any("body") || s.digestSigned(c)
	switch {
	case body:
		out = append(out, CoversBody)
	case any(append(s.code.covering(CoversParts), "json", "form", "form_sorted", "form_sorted_unique")...):
		out = append(out, CoversParts)
	}
	if any("ts") || body && inBody(s.times) {
		out = append(out, CoversTimestamp)
	}
	if any("id") || body && inBody(s.ids) {
		out = append(out, CoversID)
	}
	if s.contentURL(c) {
		out = append(out, CoversURL)
	}
	return out
}

// digestSigned is true when a digest of the body is checked and the header
// that carries it is part of the signed text: unsigned, anybody could make it.
func (s *Scheme) digestSigned(c *Content) bool {
	return slices.ContainsFunc(s.checks, func(ch check) bool {
		return ch.content.uses("body", true) && c.quotes(ch.field)
	})
}

// quotes reports whether the content holds the place of f.
func (c *Content) quotes(f *field) bool {
	source := map[Place]string{InHeader: "header", InJSON: "json", InForm: "form", InQuery: "query"}[f.place]
	for _, seg := range c.segments {
		for _, p := range seg.pieces {
			if p.source == source && (p.arg == f.name || f.place == InHeader && sameName(p.arg, f.name)) {
				return true
			}
		}
	}
	return false
}

// inBody is true when the first place of a role, the one that counts, lies in
// the body: a body that is covered covers it.
func inBody(fields []*field) bool { return len(fields) > 0 && fields[0].inBody() }

func (s *Scheme) signsURL() bool { return slices.ContainsFunc(s.contents, s.contentURL) }

func (s *Scheme) contentURL(c *Content) bool {
	sources := append(s.code.covering(CoversURL), "url", "base", "path", "method", "query", "query_sorted")
	return slices.ContainsFunc(sources, func(source string) bool { return c.uses(source, false) })
}
