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
		s.add(lit(plain, "  "), span{warn, nextAttempt(d.Due(), m)}, lit(warn, "  scheduled"))
	}
	s.gap()
	if a := nthAttempt(d, chosen); a != nil {
		s.fields("to", span{plain, s.th.line(raw(a.URL))}, span{dim, s.th.line(raw(a.RemoteIP))})
		s.fields("because", span{plain, s.th.line(raw(a.Trigger))})
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
	s.add(append(spans, span{r, term.Pad(state, 8, "")}, span{plain, took(a.Duration, true)})...)
}
