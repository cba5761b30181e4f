package sign

import (
	"encoding/base64"
	"strings"
)

// maxToken bounds a token: a header is never so long, and a body that is a
// token carries one event.
const maxToken = 256 << 10

// token is a JSON web signature in its compact form (RFC 7515, section 7.1),
// taken apart and not judged.
type token struct {
	alg, kid  string
	crit      []string // extensions that must be understood
	encoded   bool     // the payload is base64url; b64 says otherwise (RFC 7797)
	header    members
	claims    members // of the payload; those of the header in a detached token
	signed    string  // the part that is signed
	signature []byte
}

func badToken(detail string) (token, fault) {
	return token{}, fault{MalformedHeader, "the token " + detail}
}

// parseToken takes a token apart. Three parts of strict base64url, header and
// claims JSON objects in which no name occurs twice: two parsers would read
// two values. A detached token's middle part is empty.
func parseToken(text string, detached bool) (token, fault) {
	if len(text) > maxToken {
		return badToken("is longer than 256 KiB")
	}
	parts := strings.Split(text, ".")
	switch {
	case len(parts) != 3:
		return badToken("does not have three parts")
	case detached != (parts[1] == ""):
		return badToken("has a payload where none belongs, or none where one does")
	}
	t := token{encoded: true, signed: text[:len(text)-len(parts[2])-1]}
	var f fault
	if t.header, f = tokenObject(parts[0], "header"); f.bad() {
		return token{}, f
	}
	if t.claims = t.header; !detached {
		if t.claims, f = tokenObject(parts[1], "payload"); f.bad() {
			return token{}, f
		}
	}
	var err error
	if t.signature, err = unpadded(parts[2]); err != nil {
		return badToken("has a signature that is not base64url")
	}
	return t, t.readHeader()
}

func tokenObject(part, what string) (members, fault) {
	raw, err := unpadded(part)
	if err != nil {
		_, f := badToken("has a " + what + " that is not base64url")
		return nil, f
	}
	object, problem := parseMembers(raw)
	if problem != "" {
		_, f := badToken("has a " + what + " that " + problem)
		return nil, f
	}
	return object, fault{}
}

func (t *token) readHeader() fault {
	for _, text := range []struct {
		name string
		to   *string
	}{{"alg", &t.alg}, {"kid", &t.kid}} {
		if raw, ok := t.header[text.name]; ok {
			if raw[0] != '"' {
				_, f := badToken("has a header whose " + text.name + " is no text")
				return f
			}
			*text.to = string(jsonText(raw))
		}
	}
	if raw, ok := t.header["b64"]; ok {
		if t.encoded = string(raw) == "true"; !t.encoded && string(raw) != "false" {
			_, f := badToken("has a header whose b64 is neither true nor false")
			return f
		}
	}
	return t.readCrit()
}

// readCrit reads the list of RFC 7515, section 4.1.11, which is never empty.
func (t *token) readCrit() fault {
	raw, ok := t.header["crit"]
	if !ok {
		return fault{}
	}
	s := scanner{data: raw}
	for ok := s.take('['); ok; ok = s.take(',') {
		s.space()
		start := s.pos
		if s.peek() != '"' || !s.text() {
			break
		}
		t.crit = append(t.crit, string(jsonText(raw[start:s.pos])))
	}
	if !s.take(']') || len(t.crit) == 0 {
		_, f := badToken("has a header whose crit is no list of names")
		return f
	}
	return fault{}
}

// claim returns a claim as its text.
func (t *token) claim(name string) (string, bool) {
	raw, ok := t.claims[name]
	return string(jsonText(raw)), ok
}

// members are the values of a JSON object by name, as they stand.
type members map[string][]byte

// parseMembers reads one object. The problem says in words why it is none, or
// is empty.
func parseMembers(data []byte) (out members, problem string) {
	s := scanner{data: data}
	out = members{}
	ok := s.take('{')
	if ok && !s.take('}') {
		for more := true; more; more = s.take(',') {
			s.space()
			start := s.pos
			if s.peek() != '"' || !s.text() {
				return nil, "is no JSON object"
			}
			name, _ := unquote(data[start:s.pos])
			if !s.take(':') {
				return nil, "is no JSON object"
			}
			s.space()
			start = s.pos
			if !s.value(nil, nil) {
				return nil, "is no JSON object"
			}
			if _, twice := out[string(name)]; twice {
				return nil, "has the name " + clip(string(name)) + " twice"
			}
			out[string(name)] = data[start:s.pos]
		}
		ok = s.take('}')
	}
	if !ok || s.peek() != 0 || s.pos != len(data) {
		return nil, "is no JSON object"
	}
	return out, ""
}

// looksLikeToken is a quick look at a body, before anything is copied.
func looksLikeToken(body []byte) bool {
	if len(body) == 0 || len(body) > maxToken {
		return false
	}
	dots := 0
	for _, c := range body {
		switch {
		case c == '.':
			dots++
		case '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '-' || c == '_':
		default:
			return false
		}
	}
	return dots == 2
}

// tokenMiddle is the payload's part of what looks like a token.
func tokenMiddle(text string) string {
	_, rest, _ := strings.Cut(text, ".")
	middle, _, _ := strings.Cut(rest, ".")
	return middle
}

func tokenPart(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
