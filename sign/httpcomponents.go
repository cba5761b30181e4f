package sign

import (
	"fmt"
	"slices"
	"strings"
)

// derivedComponents are those of a request (RFC 9421, section 2.2).
func derivedComponents() []string {
	return []string{
		"@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query", "@query-param",
	}
}

// validComponent refuses what cannot be a component of a request here: names
// that do not exist, trailers, and parts of another message.
func validComponent(c sfItem) fault {
	if c.kind != sfString || c.text == "" || strings.ToLower(c.text) != c.text {
		return fault{MalformedHeader, "a covered component has no name in lower case"}
	}
	derived := strings.HasPrefix(c.text, "@")
	if derived && !slices.Contains(derivedComponents(), c.text) || !derived && !headerName(c.text) {
		return fault{Unsupported, fmt.Sprintf("the component %q is not known here", clip(c.text))}
	}
	for _, p := range c.params {
		ok := false
		switch p.key {
		case "sf", "bs":
			ok = !derived && p.item.canonical == "?1"
		case "key":
			ok = !derived && p.item.kind == sfString
		case "name":
			ok = c.text == "@query-param" && p.item.kind == sfString
		}
		if !ok {
			return fault{Unsupported, fmt.Sprintf("the parameter %s of the component %q is not known here", clip(p.key), clip(c.text))}
		}
	}
	_, binary := c.params.get("bs")
	_, named := c.params.get("name")
	if binary && len(c.params) > 1 || c.text == "@query-param" && !named {
		return fault{MalformedHeader, fmt.Sprintf("the component %q has parameters that do not go together, or lacks one", clip(c.text))}
	}
	return fault{}
}

// componentValue is what stands behind the component's name in the text that
// is signed.
func componentValue(m *Message, c sfItem) (string, fault) {
	value, f := "", fault{}
	if strings.HasPrefix(c.text, "@") {
		value, f = derivedValue(m, c)
	} else {
		value, f = fieldValue(m, c)
	}
	if !f.bad() && strings.ContainsAny(value, "\r\n") {
		return "", fault{MalformedHeader, fmt.Sprintf("the component %q contains a line end", clip(c.text))}
	}
	return value, f
}

func derivedValue(m *Message, c sfItem) (string, fault) {
	if c.text == "@method" {
		return m.Method, fault{}
	}
	if c.text == "@authority" && m.URL == "" {
		if host, n := lookHeader(m.Headers, "Host"); n == 1 {
			return strings.ToLower(host), fault{}
		}
	}
	before, host, port, _, ok := splitHost(m.URL)
	if !ok {
		return "", fault{SignatureMismatch, fmt.Sprintf("the signature covers %s, and the URL is not known", c.text)}
	}
	switch c.text {
	case "@target-uri":
		uri, _, _ := strings.Cut(m.URL, "#")
		return uri, fault{}
	case "@authority":
		if host = strings.ToLower(host); port != "" && port != defaultPort(before) {
			host += ":" + port
		}
		return host, fault{}
	case "@scheme":
		scheme, _, _ := strings.Cut(before, "://")
		return strings.ToLower(scheme), fault{}
	case "@request-target":
		return pathOf(m.URL) + markedQuery(m.URL), fault{}
	case "@path":
		return pathOf(m.URL), fault{}
	case "@query":
		return "?" + queryOf(m), fault{}
	}
	return queryParam(m, c)
}

// markedQuery is the query with its question mark, if there is one.
func markedQuery(url string) string {
	url, _, _ = strings.Cut(url, "#")
	if i := strings.IndexByte(url, '?'); i >= 0 {
		return url[i:]
	}
	return ""
}

// queryParam is one field of the query, encoded again in the one way that RFC
// 9421, section 2.2.8, has.
func queryParam(m *Message, c sfItem) (string, fault) {
	name, _ := c.params.get("name")
	value, n := "", 0
	for _, p := range rawPairs(queryOf(m)) {
		if encodeParam(decodeForm(p.key)) == name.text {
			value, n = encodeParam(decodeForm(p.value)), n+1
		}
	}
	if n != 1 {
		return "", fault{SignatureMismatch, fmt.Sprintf("the signature covers the query's %q, which occurs %d times", clip(name.text), n)}
	}
	return value, fault{}
}

func encodeParam(text string) string {
	return escapeAllBut(strings.ToValidUTF8(text, "\ufffd"), "*-._")
}

// decodeForm reads a field as the URL standard does: a percent sign that
// begins no escape stays.
func decodeForm(text string) string {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '+':
			out = append(out, ' ')
		case c == '%' && i+2 < len(text):
			if r, ok := hex4([]byte{'0', '0', text[i+1], text[i+2]}); ok {
				out = append(out, byte(r))
				i += 2
				continue
			}
			out = append(out, c)
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

// fieldValue is a header's value: its lines trimmed and joined, or what the
// parameters make of them.
func fieldValue(m *Message, c sfItem) (string, fault) {
	if _, n := lookHeader(m.Headers, c.text); n == 0 {
		return "", fault{MissingHeader, "no " + c.text + ", which the signature covers"}
	}
	value := joinHeader(m.Headers, c.text)
	key, byKey := c.params.get("key")
	_, strict := c.params.get("sf")
	_, binary := c.params.get("bs")
	switch {
	case byKey:
		return memberValue(c.text, value, key.text)
	case strict:
		return strictValue(c.text, value)
	case binary:
		return binaryValue(m, c.text), fault{}
	}
	return value, fault{}
}

func memberValue(name, value, key string) (string, fault) {
	members, err := parseDictionary(value)
	if err != nil {
		return "", fault{MalformedHeader, name + " is no dictionary, and the signature covers one of its members"}
	}
	for _, m := range members {
		if m.key == key {
			return m.serialized(), fault{}
		}
	}
	return "", fault{MissingHeader, fmt.Sprintf("%s has no %q, which the signature covers", name, clip(key))}
}

// strictValue writes a structured field again. Its type is not known: what can
// be read as a list is one, and an item is a list of itself.
func strictValue(name, value string) (string, fault) {
	members, err := parseList(value)
	if err != nil {
		members, err = parseDictionary(value)
	}
	if err != nil {
		return "", fault{MalformedHeader, name + " is no structured field, and the signature covers it as one"}
	}
	items := make([]string, len(members))
	for i, m := range members {
		switch items[i] = m.serialized(); {
		case m.key != "" && !m.list && m.canonical == "?1":
			items[i] = m.key + m.params.serialized()
		case m.key != "":
			items[i] = m.key + "=" + items[i]
		}
	}
	return strings.Join(items, ", "), fault{}
}

func binaryValue(m *Message, name string) string {
	var items []string
	for _, h := range m.Headers {
		if sameName(h.Name, name) {
			items = append(items, byteSequence([]byte(trim(h.Value))))
		}
	}
	return strings.Join(items, ", ")
}
