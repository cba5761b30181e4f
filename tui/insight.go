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

// insights are what was found out about deliveries. Finding out takes a while:
// it begins when the tab is looked at, happens beside the view and ends when
// nobody looks any more.
type insights struct {
	known  map[raw]found // by delivery
	order  []raw         // of known, the oldest first
	asking raw           // the delivery that is looked into, "" if none
	cancel context.CancelFunc
}

type found struct {
	Insight
	err error
}

// maxInsights bounds what is remembered.
const maxInsights = 64

// insightMsg brings what was found.
type insightMsg struct {
	id    raw
	found found
	ended bool // nobody looked any more: it says nothing
}

func (msg insightMsg) apply(m *model) []command {
	if i := &m.insights; !msg.ended && msg.id == i.asking {
		i.keep(msg.id, msg.found)
		i.leave()
	}
	return nil
}

func (i *insights) keep(id raw, f found) {
	if i.known == nil {
		i.known = map[raw]found{}
	}
	if len(i.order) == maxInsights {
		delete(i.known, i.order[0])
		i.order = i.order[1:]
	}
	i.known[id], i.order = f, append(i.order, id)
}

// leave ends what is under way.
func (i *insights) leave() {
	if i.asking != "" {
		i.cancel()
		i.asking = ""
	}
}

// look begins to look into the delivery that the signature's tab shows.
func (m *model) look() []command {
	i, t := &m.insights, &m.detail
	if m.lay.detail.h == 0 || t.tab != signature || t.d == nil || t.d.Verification == nil || m.o.Actions.Explain == nil {
		i.leave()
		return nil
	}
	if _, known := i.known[t.id]; i.asking == t.id || known {
		return nil
	}
	i.leave()
	ctx, cancel := context.WithCancel(m.ctx)
	i.asking, i.cancel = t.id, cancel
	id, d, explain := t.id, t.d, m.o.Actions.Explain
	return []command{{do: func() message {
		in, err := explain(ctx, d)
		return insightMsg{id: id, found: found{in, err}, ended: ctx.Err() != nil}
	}}}
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
