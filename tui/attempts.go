package tui

import (
	"time"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// writeAttempts writes a line an attempt, the one that is looked at marked, and
// what came of that one.
func writeAttempts(m *model, s *sheet, d *store.Delivery, chosen int) {
	if len(d.Attempts) == 0 {
		s.fields("status", span{statusRole(raw(d.Status)), s.th.line(raw(d.Status))}, span{dim, s.th.line(raw(d.StatusReason))})
		s.paragraph(dim, term.Safe("no attempt was made"), 0)
		return
	}
	room := s.width >= 56
	s.add(span{dim, attemptsHead(room)})
	var before time.Time
	for i := range d.Attempts {
		a := &d.Attempts[i]
		writeAttempt(m, s, a, before, i == len(d.Attempts)-1-chosen, room)
		before = a.StartedAt
	}
	if !d.Due().IsZero() {
		s.add(lit(plain, "  "), span{warn, nextAttempt(d.Due(), m)}, lit(warn, "  scheduled  "), span{warn, countdown(m, d)})
	}
	s.gap()
	if a := nthAttempt(d, chosen); a != nil {
		s.fields("to", span{plain, s.th.line(raw(a.URL))}, span{dim, s.th.line(raw(a.RemoteIP))})
		s.fields("because", span{plain, s.th.line(raw(a.Trigger))})
		if a.Outcome != "" {
			s.fields("means", span{outcomeRole(raw(a.Outcome)), s.th.line(raw(a.Outcome))})
		}
		if !a.VirtualAt.IsZero() {
			s.fields("schedule", span{plain, clock(a.VirtualAt, m.now, m.o.Location)}, lit(dim, "in the time of the schedule"))
		}
		if a.ErrorKind != "" {
			s.fields("failed", span{bad, s.th.line(raw(a.ErrorKind))}, span{plain, s.th.line(raw(a.Error))})
		}
		if a.StatusCode != 0 {
			contentType, _ := a.ResponseHeaders.Get("Content-Type")
			s.fields("answer", span{plain, size(a.ResponseSize, true)}, span{plain, s.th.line(raw(contentType))})
		}
	}
}

func attemptsHead(room bool) term.Text {
	if room {
		return term.Safe("   #  WHEN          WAITED    STATUS  DURATION")
	}
	return term.Safe("   #  WHEN          STATUS  DURATION")
}

func writeAttempt(m *model, s *sheet, a *store.Attempt, before time.Time, chosen, room bool) {
	mark := text("  ")
	if chosen {
		mark = s.th.cursor + " "
	}
	state, r := term.Safe("ERR"), bad
	if a.StatusCode != 0 {
		state, r = num(int64(a.StatusCode)), codeRole(a.StatusCode)
	}
	when := term.Safe(a.StartedAt.In(m.o.Location).Format("15:04:05.000"))
	spans := []span{lit(title, mark), {plain, term.Pad(num(int64(a.Number)), 4, "")}, {plain, term.Pad(when, 14, "")}}
	if room {
		waited := term.Safe("-")
		if !before.IsZero() {
			waited = took(a.StartedAt.Sub(before), false)
		}
		spans = append(spans, span{plain, term.Pad(waited, 10, "")})
	}
	spans = append(spans, span{r, term.Pad(state, 8, "")}, span{plain, took(a.Duration, true)})
	if a.Outcome != "" && room {
		spans = append(spans, lit(plain, "  "), span{outcomeRole(raw(a.Outcome)), s.th.line(raw(a.Outcome))})
	}
	s.add(spans...)
}

// untilDue is how long the next attempt is away, in the time that the schedule
// lives in: ahead of the clock by what the last attempt was.
func untilDue(m *model, d *store.Delivery) time.Duration {
	now := m.now
	if a := nthAttempt(d, 0); a != nil && !a.VirtualAt.IsZero() {
		now = now.Add(a.VirtualAt.Sub(a.StartedAt))
	}
	return d.Due().Sub(now)
}

func countdown(m *model, d *store.Delivery) term.Text {
	if left := untilDue(m, d); left > 0 {
		return term.Join(term.Safe(" "), term.Safe("in"), took(left.Round(time.Second), false))
	}
	return term.Safe("due")
}

func outcomeRole(outcome raw) role {
	switch outcome {
	case "":
		return dim
	case store.OutcomeSuccess:
		return good
	case store.OutcomeConflict:
		return warn
	}
	return bad
}

// counting returns the tick that keeps a countdown going while one is shown.
func (m *model) counting() []command {
	d := m.detail.d
	if m.ticking || m.page != deliveriesPage || m.lay.detail.h == 0 || m.detail.tab != attempts || d == nil || d.Due().IsZero() || untilDue(m, d) <= 0 {
		return nil
	}
	m.ticking = true
	return []command{later(m.ctx, time.Second, secondMsg{})}
}

// secondMsg says that a second has passed.
type secondMsg struct{}

func (secondMsg) apply(m *model) []command {
	m.ticking = false
	return nil
}
