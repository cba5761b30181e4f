package sign

import "strings"

// found is the value at a place of a message.
type found struct {
	value     string
	count     int  // lines of a header, fields of a form
	ambiguous bool // two readers could read two values
}

func (f *field) label() string {
	if f.place == InHeader {
		return f.name
	}
	return strings.TrimSuffix(string(f.place), "s") + "." + f.name
}

// inBody is true for a place that a sender fills inside the payload.
func (f *field) inBody() bool { return f.place == InJSON || f.place == InForm }

func (f *field) inHeader() bool { return f.place == InHeader }

// look reads the field's place. A header is looked for under its own name
// first and then under its aliases.
func (f *field) look(m *Message) found {
	switch f.place {
	case InJSON:
		t, ok := findJSON(m.Body, f.path)
		if !ok || !t.found {
			return found{ambiguous: t.ambiguous}
		}
		return found{string(jsonText(m.Body[t.start:t.end])), 1, t.ambiguous}
	case InForm:
		value, n := lookPairs(formOf(m), f.name)
		return found{value, n, n > 1}
	case InQuery:
		value, n := lookPairs(parsePairs(queryOf(m)), f.name)
		return found{value, n, n > 1}
	case InBody:
		if looksLikeToken(m.Body) {
			return found{string(m.Body), 1, false}
		}
		return found{}
	case InClaims:
		return f.lookClaim(m)
	}
	for _, name := range f.names {
		if value, n := lookHeader(m.Headers, name); n > 0 {
			return found{value, n, false}
		}
	}
	return found{}
}

// lookClaim reads a claim of a token that nobody has judged.
func (f *field) lookClaim(m *Message) found {
	var c captures
	if !f.token.capture(f.token.look(m).value, &c) || len(c.sig) > maxToken {
		return found{}
	}
	payload, err := unpadded(tokenMiddle(c.sig))
	if err != nil {
		return found{}
	}
	t, ok := findJSON(payload, f.path)
	if !ok || !t.found {
		return found{}
	}
	return found{string(jsonText(payload[t.start:t.end])), 1, t.ambiguous}
}

// lookHeader returns the first value of a header, trimmed, and how many lines
// there are.
func lookHeader(h Headers, name string) (value string, n int) {
	for i := range h {
		if !sameName(h[i].Name, name) {
			continue
		}
		if n++; n == 1 {
			value = trim(h[i].Value)
		}
	}
	return value, n
}

// sameName compares header names. Equal length keeps letters that only fold
// to ASCII, such as the Kelvin sign, from passing for it.
func sameName(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }

// joinHeader returns all lines of a header as RFC 9110 joins them.
func joinHeader(h Headers, name string) string {
	var values []string
	for i := range h {
		if sameName(h[i].Name, name) {
			values = append(values, trim(h[i].Value))
		}
	}
	return strings.Join(values, ", ")
}

// once reads a place that must not be there twice.
func (f *field) once(m *Message) (string, fault) {
	got := f.look(m)
	switch {
	case got.ambiguous:
		return "", fault{MalformedHeader, "ambiguous: " + f.label() + " occurs twice"}
	case f.place == InHeader && got.count > 1:
		return "", fault{DuplicateHeader, f.label() + " occurs more than once"}
	}
	return got.value, fault{}
}
