package handshake

import (
	"bytes"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
)

// findings compares an answer with the right one.
func (a *Answer) findings(r Response, slips []slip) []Finding {
	switch a.form {
	case inText:
		if a.made {
			return madeFindings("the body", string(a.Body), string(r.Body), slips)
		}
		return textFindings("the body", string(a.Body), string(r.Body))
	case inJSON:
		return a.jsonFindings(r, slips)
	case inHeader:
		return a.headerFindings(r)
	}
	return nil
}

// slip is a wrong value that is known by heart, and what it comes of.
type slip struct{ value, problem, fix string }

// textFindings says how a text differs from the one that is wanted. what names
// the text.
func textFindings(what, want, got string) []Finding {
	if got == want {
		return nil
	}
	one := func(problem, fix string) []Finding { return []Finding{{Problem: what + " " + problem, Fix: fix}} }
	trimmed := strings.TrimSpace(got)
	decoded, _ := url.QueryUnescape(got)
	switch {
	case trimmed == "":
		return one("is empty", "answer with "+quote(want))
	case trimmed == want:
		return one("has blanks or a line end around the right text", "write the text alone, without a line end")
	case unquoted(got) == want:
		return one("is in quotes, as JSON writes a text", "answer with the plain text: no JSON, no quotes")
	case decoded == want && got != want:
		return one("is encoded as it stood in the URL", "decode the parameter before it goes back")
	case strings.HasPrefix(trimmed, "<") && strings.Contains(html.UnescapeString(got), want):
		return one("is HTML around the right text", "answer with the text alone")
	case json.Valid([]byte(trimmed)) && strings.Contains(got, want):
		return one("is JSON around the right text", "answer with the text alone: no JSON")
	case strings.Contains(got, want):
		return one("has more than the right text", "answer with the text alone")
	case len(trimmed) >= 8 && strings.HasPrefix(want, trimmed):
		return one("is the right text cut short", "give all of it back, however long it is")
	case strings.EqualFold(trimmed, want):
		return one("is the right text in another case", "give it back as it came")
	}
	return one("is "+quote(got)+", not "+quote(want), "give back what this request carries, not a stored text")
}

// madeFindings says how a value differs from the one that the secret makes,
// which is never shown.
func madeFindings(what, want, got string, slips []slip) []Finding {
	trimmed := strings.TrimSpace(got)
	if i := slices.IndexFunc(slips, func(s slip) bool { return trimmed == s.value }); got != want && i >= 0 {
		return []Finding{{Problem: what + " " + slips[i].problem, Fix: slips[i].fix}}
	}
	switch {
	case got == want:
		return nil
	case trimmed == want:
		return []Finding{{Problem: what + " has blanks or a line end around the right text", Fix: "write the text alone, without a line end"}}
	case trimmed == "":
		return []Finding{{Problem: what + " is empty", Fix: "make it with the secret"}}
	case strings.Contains(got, want):
		return []Finding{{Problem: what + " has more than the right text", Fix: "answer with the text alone"}}
	}
	return []Finding{{Problem: what + " is not what the secret makes of this challenge", Fix: "is the secret that was given here (--secret) the one that the consumer has?"}}
}

func unquoted(s string) string { return text(json.RawMessage(s)) }

// jsonFindings compares member by member; further members are of no account.
func (a *Answer) jsonFindings(r Response, slips []slip) []Finding {
	got := string(bytes.TrimSpace(r.Body))
	if slices.Contains(a.alternate, got) {
		return nil
	}
	fix := "answer with " + a.sample()
	var members map[string]json.RawMessage
	switch err := json.Unmarshal(r.Body, &members); {
	case got == "":
		return []Finding{{Problem: "the body is empty, and the sender wants JSON", Fix: fix}}
	case err != nil && json.Valid(r.Body):
		return []Finding{{Problem: "the body is JSON, but no object: " + quote(got), Fix: fix}}
	case err != nil:
		return []Finding{{Problem: "the body is no JSON: " + quote(got), Fix: fix}}
	}
	var found []Finding
	for _, m := range a.members {
		found = append(found, m.findings(members, slips, fix)...)
	}
	return found
}

// sample is the shape of the wanted object; values that are made with a secret
// are not shown.
func (a *Answer) sample() string {
	var names []string
	for _, m := range a.members {
		names = append(names, `"`+m.name+`":…`)
	}
	return "{" + strings.Join(names, ",") + "}"
}

func (m member) findings(members map[string]json.RawMessage, slips []slip, fix string) []Finding {
	raw, ok := members[m.name]
	if !ok {
		return []Finding{{Problem: m.name + " is missing" + m.elsewhere(members), Fix: fix}}
	}
	if bytes.Equal(bytes.TrimSpace(raw), m.value) {
		return nil
	}
	want, got := text(m.value), text(raw)
	if want == "" || raw[0] != '"' {
		return []Finding{{Problem: m.name + " is " + quote(string(raw)) + ", not " + kindOf(m.value), Fix: fix}}
	}
	if m.made {
		return madeFindings(m.name, want, got, slips)
	}
	return textFindings(m.name, want, got)
}

// kindOf is what a member should have been.
func kindOf(value json.RawMessage) string {
	if value[0] == '"' {
		return "a text"
	}
	return "the number " + string(value)
}

// elsewhere says where a missing member may have got to.
func (m member) elsewhere(members map[string]json.RawMessage) string {
	plain := func(s string) string { return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(s)) }
	for name, raw := range members {
		if plain(name) == plain(m.name) {
			return "; there is " + quote(name) + " in its place"
		}
		var inner map[string]json.RawMessage
		if json.Unmarshal(raw, &inner) == nil {
			if _, ok := inner[m.name]; ok {
				return "; it stands inside of " + quote(name)
			}
		}
	}
	return ""
}

// headerFindings wants one header.
func (a *Answer) headerFindings(r Response) []Finding {
	want, _ := a.Headers.Get(a.header)
	got, ok := r.Headers.Get(a.header)
	switch {
	case got == want:
		return nil
	case ok: // it may be a secret: it is not repeated
		return []Finding{{Problem: a.header + " came back with another value", Fix: "give the header " + a.header + " of this request back as it came"}}
	case strings.Contains(string(r.Body), want):
		return []Finding{{Problem: a.header + " came back in the body, and not as a header", Fix: "answer with the header " + a.header + " as it came"}}
	default:
		return []Finding{{Problem: "there is no header " + a.header, Fix: "answer with the header " + a.header + " as it came"}}
	}
}
