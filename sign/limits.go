package sign

import (
	"slices"
	"strings"
)

// Coverage says what a valid signature of a scheme vouches for, and what not.
type Coverage struct {
	Covers []string `json:"covers"`      // body, parts, timestamp, id, url
	Not    []string `json:"not_covered"` // the others of these, and event where a header says it
	Limits []Limit  `json:"limits"`
}

// Limit is something that a valid signature does not mean.
type Limit struct {
	Label string `json:"limit"` // a few fixed words
	Means string `json:"means"` // what follows from it, a sentence
}

// The labels of the limits.
const (
	limitToken     = "token only"
	limitParts     = "parts of the body only"
	limitBody      = "body not covered"
	limitIntegrity = "integrity only"
	limitReplay    = "replay not limited"
	limitAge       = "age not judged"
	limitURL       = "URL bound"
	limitID        = "id not covered"
	limitEvent     = "event not covered"
)

// means says what follows from each limit, for who relies on the signature.
func means(label string) string {
	return map[string]string{
		limitToken:     "the token is the same in every request and signs nothing: who has seen one request can send any other",
		limitParts:     "only parts of the body are signed: whatever else is in it can be changed on the way",
		limitBody:      "the body is not signed: any other body passes with the same headers",
		limitIntegrity: "there is no key: anybody can make it, and it says nothing about who sent the request",
		limitReplay:    "no timestamp is signed: a captured delivery can be sent again at any time",
		limitAge:       "the timestamp is signed and its age is not judged: a captured delivery can be sent again later, unless a tolerance is given",
		limitURL:       "the URL is signed: it must be verified as the sender knows it (--url)",
		limitID:        "the id is not signed: a delivery that is sent again may carry another one",
		limitEvent:     "the event type in the header is not signed: who sends a delivery again can change it",
	}[label]
}

// Coverage says what the scheme signs when it is used for signing.
func (s *Scheme) Coverage() Coverage {
	c := Coverage{Covers: s.Covers(), Not: []string{}, Limits: []Limit{}}
	for _, part := range coverable() {
		if part != CoversParts && !slices.Contains(c.Covers, part) {
			c.Not = append(c.Not, part)
		}
	}
	if s.eventBeside() {
		c.Not = append(c.Not, string(RoleEvent))
	}
	for _, label := range s.limits() {
		c.Limits = append(c.Limits, Limit{label, means(label)})
	}
	return c
}

// Sentence is the coverage in one line.
func (c Coverage) Sentence() string {
	text := strings.Join(c.Covers, ", ")
	if text == "" {
		text = "nothing"
	}
	return text + "; not " + strings.Join(c.Not, ", ")
}

// limits are the labels of what a valid signature does not mean.
func (s *Scheme) limits() []string {
	var out []string
	covers := func(part string) bool { return slices.Contains(s.covers[0], part) }
	if s.algs[0].family == familyToken {
		return []string{limitToken}
	}
	switch {
	case covers(CoversParts):
		out = append(out, limitParts)
	case !covers(CoversBody):
		out = append(out, limitBody)
	}
	if s.Unkeyed() {
		out = append(out, limitIntegrity)
	}
	switch {
	case !covers(CoversTimestamp):
		out = append(out, limitReplay)
	case !s.code.closed && (s.spec.TS == nil || s.spec.TS.Tolerance == 0):
		out = append(out, limitAge)
	}
	if covers(CoversURL) {
		out = append(out, limitURL)
	}
	if len(s.ids) > 0 && !covers(CoversID) {
		out = append(out, limitID)
	}
	if s.eventBeside() {
		out = append(out, limitEvent)
	}
	return out
}

// eventBeside is true when the event's type stands in a header first, which
// the signed text does not quote.
func (s *Scheme) eventBeside() bool {
	if len(s.events) == 0 || s.algs[0].family == familyToken || len(s.contents) == 0 {
		return false
	}
	return !s.events[0].inBody() && !s.contents[0].uses("event", false) && !s.contents[0].quotes(s.events[0])
}
