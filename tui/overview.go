package tui

import (
	"time"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// answerLines is how much of an answer the overview shows.
const answerLines = 12

// writeOverview writes the tab that answers the three questions in one look.
func writeOverview(m *model, s *sheet, d *store.Delivery, answer term.View) {
	th := s.th
	at := term.Safe(d.ReceivedAt.In(m.o.Location).Format("2006-01-02 15:04:05.000"))
	name, from := text("received"), term.Text{}
	if d.Direction == store.Out {
		name = "raised"
	} else if d.Request.RemoteAddr != "" {
		from = term.Join(term.Safe(" "), term.Safe("from"), th.line(raw(d.Request.RemoteAddr)))
	}
	what := term.Join(term.Safe(" "), th.line(raw(d.Request.Method)), th.line(raw(d.Request.Target)))
	s.fields(name, span{plain, at}, span{plain, from}, span{plain, what})
	writeEvent(s, d)
	writeVerdict(s, d)
	writeDrift(m, s, raw(d.ID))
	writeDestination(s, d)
	if d.Answer != nil {
		s.fields("answered", span{codeRole(d.Answer.StatusCode), num(int64(d.Answer.StatusCode))})
	}
	s.fields("status", span{statusRole(raw(d.Status)), th.line(raw(d.Status))}, span{dim, th.line(raw(d.StatusReason))})
	if !d.Due().IsZero() {
		s.fields("next", span{plain, nextAttempt(d.Due(), m)})
	}
	if d.ReplayOf != "" {
		s.fields("replay of", span{plain, th.line(raw(d.ReplayOf))})
	}
	s.fields("body", span{plain, size(d.Request.BodySize, true)}, span{plain, th.line(raw(d.Request.ContentType))}, span{dim, checksum(th, d.Request.BodySHA256)})
	if a := nthAttempt(d, 0); a != nil {
		writeAnswer(s, a, answer)
	}
}

func writeEvent(s *sheet, d *store.Delivery) {
	if d.Event == nil {
		return
	}
	kind := s.th.line(raw(d.Event.Type))
	if d.Event.Type == "" {
		kind = term.Safe("(unknown)")
	}
	parts := []span{{title, kind}, {plain, s.th.line(raw(d.Event.ExternalID))}}
	if d.Event.Test {
		parts = append(parts, lit(dim, "test"))
	}
	if d.Event.Handshake != "" {
		parts = append(parts, span{dim, term.Join(term.Safe(" "), term.Safe("handshake"), s.th.line(raw(d.Event.Handshake)))})
	}
	if v := d.Verification; v != nil && v.DuplicateOf != "" {
		parts = append(parts, span{warn, term.Join(term.Safe(" "), term.Safe("seen before:"), s.th.line(raw(v.DuplicateOf)))})
	}
	s.fields("event", parts...)
	for _, c := range d.Event.Channels {
		s.fields("channel", span{plain, s.th.line(raw(c))})
	}
}

func writeVerdict(s *sheet, d *store.Delivery) {
	v := d.Verification
	if d.IsNotice() {
		s.fields("signature", lit(dim, "none: a notice goes to nobody"))
		return
	}
	if v == nil {
		s.fields("signature", lit(plain, "signed by hooks"))
		return
	}
	s.fields("signature", span{verdictRole(v), s.th.line(raw(v.Verdict))},
		span{plain, s.th.line(raw(v.Provider))}, span{plain, s.th.line(raw(v.Reason))})
}

// writeDrift names the first places that break the schema.
func writeDrift(m *model, s *sheet, id raw) {
	f, known := m.schemas.known[id]
	if !known || f.err != nil || f.value.Type == "" || f.value.None != "" {
		return
	}
	parts := []span{f.value.verdict()}
	for _, fault := range f.value.Faults[:min(3, len(f.value.Faults))] {
		parts = append(parts, span{plain, s.th.line(raw(fault.Pointer))})
	}
	s.fields("schema", parts...)
}

func writeDestination(s *sheet, d *store.Delivery) {
	if d.Destination == "" {
		s.fields("forwarded", lit(dim, "to nobody"))
		return
	}
	n := len(d.Attempts)
	count := span{dim, counted(n, "attempt", "attempts")}
	s.fields("forwarded", span{plain, s.th.line(raw(d.Destination))}, count)
	if d.Endpoint != "" {
		s.fields("endpoint", span{plain, s.th.line(raw(d.Endpoint))})
	}
	a := nthAttempt(d, 0)
	if a == nil {
		return
	}
	if a.StatusCode == 0 {
		s.fields("failed", span{bad, s.th.line(raw(a.ErrorKind))}, span{plain, s.th.line(raw(a.Error))})
		return
	}
	s.fields("came back", span{codeRole(a.StatusCode), num(int64(a.StatusCode))}, span{plain, term.Join(term.Safe(" "), term.Safe("after"), took(a.Duration, true))})
}

// counted writes a number and its noun.
func counted(n int, one, many text) term.Text {
	if n == 1 {
		many = one
	}
	return term.Join(term.Safe(" "), grouped(n), term.Safe(string(many)))
}

func writeAnswer(s *sheet, a *store.Attempt, v term.View) {
	if a.ResponseSize == 0 {
		return
	}
	contentType, _ := a.ResponseHeaders.Get("Content-Type")
	s.gap()
	s.fields("answer", span{plain, s.th.line(raw(contentType))}, span{dim, size(a.ResponseSize, true)})
	for i, r := range v.Rows {
		if i == answerLines {
			s.add(lit(dim, "more in the Response tab"))
			break
		}
		margin := term.Pad(term.Text{}, min(2*r.Depth, s.width/2), "")
		s.add(span{plain, margin}, span{plain, r.Text})
	}
}

func checksum(th *theme, hex string) term.Text {
	if len(hex) > 12 {
		hex = hex[:12]
	}
	if hex == "" {
		return term.Text{}
	}
	return term.Join(term.Text{}, term.Safe("sha256 "), th.line(raw(hex)), term.Safe(th.ellipsis))
}

// nextAttempt says when. It is drawn when something changes, so it names the
// time and not how long that is.
func nextAttempt(at time.Time, m *model) term.Text {
	return term.Join(term.Safe(" "), term.Safe("at"), clock(at, m.now, m.o.Location))
}
