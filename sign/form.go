package sign

import (
	"net/url"
	"slices"
	"strings"
)

// pair is one field of a form or query, in the order in which it came.
type pair struct{ key, value string }

// parsePairs splits key=value text as HTML forms write it. What is not
// escaped properly stays as it is: the sender signed something.
func parsePairs(text string) []pair {
	var out []pair
	for item := range strings.SplitSeq(text, "&") {
		if item == "" {
			continue
		}
		key, value, _ := strings.Cut(item, "=")
		out = append(out, pair{unescapeForm(key), unescapeForm(value)})
	}
	return out
}

func unescapeForm(s string) string {
	if out, err := url.QueryUnescape(s); err == nil {
		return out
	}
	return s
}

// formOf returns the body's fields: only of a form, or of a body that does not
// say what it is.
func formOf(m *Message) []pair {
	kind, _ := m.Headers.Get("Content-Type")
	kind, _, _ = strings.Cut(kind, ";")
	kind = trim(kind)
	if kind != "" && !strings.EqualFold(kind, "application/x-www-form-urlencoded") {
		return nil
	}
	return parsePairs(string(m.Body))
}

// queryOf returns the query of the message's URL as it was sent.
func queryOf(m *Message) string {
	withoutFragment, _, _ := strings.Cut(m.URL, "#")
	_, query, _ := strings.Cut(withoutFragment, "?")
	return query
}

func lookPairs(pairs []pair, key string) (value string, n int) {
	for _, p := range pairs {
		if p.key != key {
			continue
		}
		if n++; n == 1 {
			value = p.value
		}
	}
	return value, n
}

// gluePairs sorts by key and writes key and value without anything between
// them, as Mandrill and Twilio sign forms. With unique, the values of a key
// are sorted, too, and each counts once.
func gluePairs(pairs []pair, unique bool) string {
	if unique {
		slices.SortFunc(pairs, func(a, b pair) int {
			if c := strings.Compare(a.key, b.key); c != 0 {
				return c
			}
			return strings.Compare(a.value, b.value)
		})
		pairs = slices.Compact(pairs)
	} else {
		slices.SortStableFunc(pairs, func(a, b pair) int { return strings.Compare(a.key, b.key) })
	}
	var b strings.Builder
	for _, p := range pairs {
		b.WriteString(p.key)
		b.WriteString(p.value)
	}
	return b.String()
}

// sortQuery writes a query with its keys sorted and everything encoded again.
func sortQuery(query string) string {
	values := url.Values{}
	for _, p := range parsePairs(query) {
		values.Add(p.key, p.value)
	}
	return values.Encode()
}

// setPair puts a value into form text, every other byte kept.
func setPair(text, key, value string) string {
	items := strings.Split(text, "&")
	item := url.QueryEscape(key) + "=" + url.QueryEscape(value)
	for i, old := range items {
		name, _, _ := strings.Cut(old, "=")
		if unescapeForm(name) == key {
			items[i] = item
			return strings.Join(items, "&")
		}
	}
	if text == "" {
		return item
	}
	return text + "&" + item
}

// setQuery puts a value into the query of a URL.
func setQuery(rawURL, key, value string) string {
	rest, fragment, hasFragment := strings.Cut(rawURL, "#")
	base, query, _ := strings.Cut(rest, "?")
	out := base + "?" + setPair(query, key, value)
	if hasFragment {
		out += "#" + fragment
	}
	return out
}

// baseURL is the URL without its query.
func baseURL(rawURL string) string {
	if i := strings.IndexAny(rawURL, "?#"); i >= 0 {
		return rawURL[:i]
	}
	return rawURL
}

// pathOf is the path of a URL as it was sent.
func pathOf(rawURL string) string {
	base := baseURL(rawURL)
	if _, rest, ok := strings.Cut(base, "://"); ok {
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			return rest[i:]
		}
		return "/"
	}
	return base
}
