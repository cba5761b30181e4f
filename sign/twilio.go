package sign

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// twilioDigest is the query parameter in which Twilio sends the digest of a
// body that is not a form.
const twilioDigest = "bodySHA256"

// twilio signs the URL and the fields of a form. A body of any other kind is
// vouched for by its digest in the URL, and then no field is signed. Twilio's
// own side is not consistent about the port in the URL, so that its libraries
// try the URL with a port and without: twilio/twilio-go
// client/request_validator.go.
type twilio struct{ template }

func newTwilio(s *Scheme) (coded, error) {
	body, err := ParseContent("{body|sha256hex}")
	if err != nil {
		return nil, err
	}
	digest := &field{place: InQuery, name: twilioDigest, names: []string{twilioDigest}}
	s.checks = append(s.checks, check{field: digest, content: body, optional: true})
	return twilio{template{s}}, nil
}

func (t twilio) value(source string, m *Message) ([]byte, outcome) {
	switch source {
	case "url_without_port":
		return otherSpelling(m.URL, withoutPort(m.URL))
	case "url_with_port":
		return otherSpelling(m.URL, withPort(m.URL))
	}
	switch {
	case digestInQuery(m):
		return nil, rendered
	case len(m.Body) > 0 && formOf(m) == nil:
		// Without a digest nothing would vouch for such a body.
		return nil, absent
	}
	return []byte(gluePairs(formOf(m), true)), rendered
}

// match says that the whole body is covered when its digest was checked.
func (t twilio) match(j *judgement) fault {
	f := t.template.match(j)
	if !f.bad() && digestInQuery(j.fill.m) {
		j.v.Covers = []string{CoversBody, CoversURL}
	}
	return f
}

// prepare puts the digest into the URL of a message that is no form.
func (t twilio) prepare(w *writer) error {
	if digestInQuery(w.out) || len(w.out.Body) > 0 && formOf(w.out) == nil {
		sum := sha256.Sum256(w.out.Body)
		w.out.URL = setQuery(w.out.URL, twilioDigest, hex.EncodeToString(sum[:]))
	}
	return nil
}

func digestInQuery(m *Message) bool {
	value, _ := lookPairs(parsePairs(queryOf(m)), twilioDigest)
	return value != ""
}

// otherSpelling is absent where it is the same: that one was tried.
func otherSpelling(url, other string) ([]byte, outcome) {
	if url == other {
		return nil, absent
	}
	return []byte(other), rendered
}

// splitHost cuts a URL around its host and port; every byte is kept.
func splitHost(url string) (before, host, port, after string, ok bool) {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return "", "", "", "", false
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	authority, after := rest[:end], rest[end:]
	at := strings.LastIndexByte(authority, '@') + 1
	host = authority[at:]
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host, port = host[:i], host[i+1:]
	}
	return scheme + "://" + authority[:at], host, port, after, true
}

func withoutPort(url string) string {
	before, host, _, after, ok := splitHost(url)
	if !ok {
		return url
	}
	return before + host + after
}

func withPort(url string) string {
	before, host, port, after, ok := splitHost(url)
	if !ok || port != "" {
		return url
	}
	return before + host + ":" + defaultPort(before) + after
}

// defaultPort is that of a URL which begins so.
func defaultPort(url string) string {
	if len(url) >= 8 && strings.EqualFold(url[:8], "https://") {
		return "443"
	}
	return "80"
}
