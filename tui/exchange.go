package tui

import (
	"strings"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// manyHeaders is how many headers are shown before most of them are folded.
const manyHeaders = 8

// masked stands for a value that is a secret.
const masked = "***"

// writeRequest writes what stands above the body: the request as it came.
func writeRequest(s *sheet, d *store.Delivery, all bool, b *bodyPane) {
	s.add(span{title, s.th.line(raw(d.Request.Method))}, lit(plain, " "), span{plain, s.th.line(raw(d.Request.Target))})
	writeHeaders(s, d.Request.Headers, all)
	writeBodyHead(s, b, d.Request.BodySize)
}

// writeResponse writes what stands above the body of an attempt's response.
func writeResponse(m *model, s *sheet, d *store.Delivery, n int, all bool, b *bodyPane) {
	a := nthAttempt(d, n)
	if a == nil {
		s.paragraph(dim, term.Safe("nothing was sent"), 0)
		if d.Answer != nil {
			s.fields("answered", span{codeRole(d.Answer.StatusCode), num(int64(d.Answer.StatusCode))}, lit(dim, "by hooks"))
		}
		return
	}
	s.add(attemptTitle(m, a, len(d.Attempts))...)
	if a.StatusCode == 0 {
		s.paragraph(bad, s.th.line(raw(a.ErrorKind+": "+a.Error)), 0)
		return
	}
	writeHeaders(s, a.ResponseHeaders, all)
	writeBodyHead(s, b, a.ResponseSize)
	if a.ResponseTruncated {
		s.add(lit(warn, "only the beginning of this body was kept"))
	}
}

func attemptTitle(m *model, a *store.Attempt, of int) []span {
	state := span{bad, m.th.line(raw(a.ErrorKind))}
	if a.StatusCode != 0 {
		state = span{codeRole(a.StatusCode), num(int64(a.StatusCode))}
	}
	return []span{state, lit(plain, "  "), {plain, took(a.Duration, true)}, lit(plain, "  attempt "), {plain, num(int64(a.Number))},
		lit(plain, " of "), {plain, num(int64(of))}, lit(plain, "  "), {dim, m.th.line(raw(a.URL))}}
}

// writeHeaders writes headers in their order and with their repetitions. Of
// many, those about the content and the signature stay.
func writeHeaders(s *sheet, headers sign.Headers, all bool) {
	folded := 0
	for _, h := range headers {
		if len(headers) > manyHeaders && !all && !telling(h.Name) {
			folded++
			continue
		}
		writeHeader(s, h)
	}
	switch {
	case folded > 0:
		s.lines = append(s.lines, line{opens: true, spans: []span{lit(dim, s.th.closed), lit(plain, " "), {dim, counted(folded, "more header", "more headers")}}})
	case len(headers) > manyHeaders:
		s.lines = append(s.lines, line{opens: true, spans: []span{lit(dim, s.th.opened), lit(dim, " all headers")}})
	}
}

func writeHeader(s *sheet, h sign.Header) {
	name, value := s.th.line(raw(h.Name)), s.th.line(raw(h.Value))
	if secretHeader(h.Name) {
		value = term.Safe(masked)
	}
	both := term.Join(term.Safe(": "), name, value)
	columns := term.Width(name) + 1
	for i, w := range term.Wrap(both, max(1, s.width)) {
		if i == 0 && columns < s.width {
			s.add(span{label, name}, lit(plain, ": "), span{plain, value})
			continue
		}
		s.add(span{plain, w})
	}
}

// telling reports whether a header is one that people look for here.
func telling(name string) bool {
	name = strings.ToLower(name)
	return name == "content-type" || name == "content-encoding" || signing(name)
}

// signing reports whether a header takes part in signing, judged by its name.
func signing(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"signature", "hmac", "-sign", "webhook-", "digest"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// secretHeader reports whether the value of a header is itself a secret.
func secretHeader(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "authorization", "proxy-authorization", "cookie", "set-cookie":
		return true
	}
	for _, part := range []string{"api-key", "apikey", "token", "secret", "password"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// writeBodyHead says what the body is and what is not seen of it.
func writeBodyHead(s *sheet, b *bodyPane, bytes int64) {
	s.gap()
	if bytes == 0 {
		s.add(lit(dim, "no body"))
		return
	}
	kind := [...]text{term.FormText: "TEXT", term.FormJSON: "JSON", term.FormHex: "HEX"}[b.view.Form]
	s.add(lit(title, kind), lit(plain, "  "), span{plain, size(bytes, true)})
	for _, n := range b.view.Notes {
		s.paragraph(warn, n, 0)
	}
}
