package tui

import (
	"context"
	"strconv"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// Insight is what is known of a signature beside what the record says.
type Insight struct {
	// Coverage is what a valid signature of this provider means; nil if the
	// provider is not known.
	Coverage *sign.Coverage
	// Explanation is why the signature is not valid; nil if there is nothing to
	// explain.
	Explanation *sign.Explanation
}

// insightMsg brings what was found about a signature.
type insightMsg struct {
	id    raw
	found found[Insight]
}

func (msg insightMsg) apply(m *model) []command {
	m.insights.take(msg.id, msg.found)
	return nil
}

// look begins to look into what the tabs of the delivery show.
func (m *model) look() []command {
	return append(m.lookIntoSignature(), m.lookIntoSchema()...)
}

// lookIntoSignature looks into the delivery that the signature's tab shows.
func (m *model) lookIntoSignature() []command {
	t, explain := &m.detail, m.o.Actions.Explain
	if m.lay.detail.h == 0 || t.tab != signature || t.d == nil || t.d.Verification == nil || explain == nil {
		m.insights.leave()
		return nil
	}
	d := t.d
	return m.insights.begin(m.ctx, t.id,
		func(ctx context.Context) (Insight, error) { return explain(ctx, d) },
		func(id raw, f found[Insight]) message { return insightMsg{id, f} })
}

// writeCoverage writes what is signed and what not.
func writeCoverage(s *sheet, v *store.Verification, c *sign.Coverage) {
	covers, not := v.Covers, []string(nil)
	if c != nil {
		covers, not = c.Covers, c.Not
	}
	s.told("covers", s.list(covers))
	s.told("not", s.list(not))
}

// told is a field that is left out where there is nothing to say.
func (s *sheet) told(name text, value term.Text) {
	if !value.Empty() {
		s.field(name, plain, value)
	}
}

// list is texts from outside in one line.
func (s *sheet) list(words []string) term.Text {
	out := make([]term.Text, len(words))
	for i, w := range words {
		out[i] = s.th.line(raw(w))
	}
	return term.Join(term.Safe(", "), out...)
}

// writeExplanation writes why the signature is not valid and what to do.
func writeExplanation(s *sheet, e *sign.Explanation) {
	s.gap()
	s.add(lit(title, "Why"))
	s.paragraph(plain, s.th.line(raw(e.Summary)), 2)
	if d := e.FirstDifference; d != nil {
		s.fields("  differs", span{plain, term.Join(term.Safe(" "), term.Safe("at byte"), term.Safe(strconv.Itoa(d.Offset)))})
		s.field("  received", plain, s.th.line(raw(d.Received)))
		s.field("  signed", plain, s.th.line(raw(d.Signed)))
	}
	if e.Fix != "" {
		s.gap()
		s.add(lit(title, "Fix"))
		s.paragraph(plain, s.th.line(raw(e.Fix)), 2)
	}
}

// writeLimits writes what a valid signature does not mean.
func writeLimits(s *sheet, c *sign.Coverage) {
	if c == nil || len(c.Limits) == 0 {
		return
	}
	s.gap()
	s.add(lit(title, "What a valid signature does not say"))
	for _, l := range c.Limits {
		s.paragraph(dim, term.Join(term.Safe(": "), s.th.line(raw(l.Label)), s.th.line(raw(l.Means))), 2)
	}
}
