package sign

import (
	"slices"
	"strings"
)

const (
	contentfulList      = "x-contentful-signed-headers"
	contentfulSignature = "x-contentful-signature"
	contentfulPrefix    = "x-contentful-"
)

// contentful signs the headers that the message lists, and the path escaped in
// its own way: contentful/node-apps-toolkit src/requests/sign-request.ts and
// utils.ts.
type contentful struct{ template }

func newContentful(s *Scheme) (coded, error) { return contentful{template{s}}, nil }

func (t contentful) value(source string, m *Message) ([]byte, outcome) {
	if source == "escaped_path" {
		return []byte(escapedPath(m)), rendered
	}
	var items []string
	for _, name := range listedHeaders(m) {
		if _, n := lookHeader(m.Headers, name); n == 0 {
			return nil, absent
		}
		items = append(items, name+":"+joinHeader(m.Headers, name))
	}
	return []byte(strings.Join(items, ";")), rendered
}

func (t contentful) inspect(m *Message) fault {
	switch value, n := lookHeader(m.Headers, contentfulList); {
	case n > 1:
		return fault{DuplicateHeader, contentfulList + " occurs more than once"}
	case value == "":
		return fault{MissingHeader, "no " + contentfulList}
	case strings.Count(value, ",") >= maxSignatures:
		return fault{MalformedHeader, contentfulList + " has more than 100 names"}
	}
	return fault{}
}

// listedHeaders are the names in lower case and sorted, with the two that are
// always signed.
func listedHeaders(m *Message) []string {
	value, _ := lookHeader(m.Headers, contentfulList)
	names := []string{contentfulList, contentfulPrefix + "timestamp"}
	for name := range strings.SplitSeq(value, ",") {
		if name = strings.ToLower(trim(name)); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// prepare lists what is signed: the headers a message lists already, or else
// those that are Contentful's own.
func (t contentful) prepare(w *writer) error {
	if value, _ := lookHeader(w.out.Headers, contentfulList); value == "" {
		var own []string
		for _, h := range w.out.Headers {
			if name := strings.ToLower(h.Name); strings.HasPrefix(name, contentfulPrefix) && name != contentfulSignature {
				own = append(own, name)
			}
		}
		w.putNamed(contentfulList, strings.Join(own, ","))
	}
	w.putNamed(contentfulList, strings.Join(listedHeaders(w.out), ","))
	return nil
}

// escapedPath is the path and the query, the latter escaped as one component,
// and then all of it escaped once more, percent signs included: ?a=b is signed
// as ?a%253Db.
func escapedPath(m *Message) string {
	text := pathOf(m.URL)
	if query := queryOf(m); query != "" {
		text += "?" + escapeAllBut(query, "-_.!~*'()")
	}
	return escapeAllBut(text, ";,/?:@&=+$-_.!~*'()#")
}

// escapeAllBut writes every byte but letters, digits and kept as %XX.
func escapeAllBut(text, kept string) string {
	const digits = "0123456789ABCDEF"
	out := make([]byte, 0, len(text))
	for i := range len(text) {
		c := text[i]
		if '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || strings.IndexByte(kept, c) >= 0 {
			out = append(out, c)
			continue
		}
		out = append(out, '%', digits[c>>4], digits[c&15])
	}
	return string(out)
}
