package sign

import (
	"slices"
	"strings"
)

// plivo signs the URL, its query and the fields of a form, all of them sorted
// and glued in one text. The sender's libraries differ in the query's fields:
// plivo/plivo-python plivo/utils/signature_v3.py reads them as forms are read,
// plivo/plivo-go utils.go leaves them as they stand.
type plivo struct{ template }

func newPlivo(s *Scheme) (coded, error) { return plivo{template{s}}, nil }

func (t plivo) value(source string, m *Message) ([]byte, outcome) {
	if len(m.Body) > 0 && formOf(m) == nil {
		// Only fields are signed: nothing would vouch for such a body.
		return nil, absent
	}
	form := formOf(m)
	query := parsePairs(queryOf(m))
	if source == "request_as_sent" {
		query = rawPairs(queryOf(m))
	}
	if m.Method == "GET" {
		query, form = slices.Concat(query, form), nil
	}
	text := baseURL(m.URL)
	if len(query)+len(form) > 0 {
		text += "?"
	}
	text += joinPairs(query)
	if len(query) > 0 && len(form) > 0 {
		text += "."
	}
	sortPairs(form)
	var glued strings.Builder
	for _, p := range form {
		glued.WriteString(p.key + p.value)
	}
	return []byte(text + glued.String()), rendered
}

// rawPairs is parsePairs without unescaping.
func rawPairs(query string) []pair {
	var out []pair
	for item := range strings.SplitSeq(query, "&") {
		if key, value, _ := strings.Cut(item, "="); item != "" {
			out = append(out, pair{key, value})
		}
	}
	return out
}

func sortPairs(pairs []pair) {
	slices.SortFunc(pairs, func(a, b pair) int {
		if c := strings.Compare(a.key, b.key); c != 0 {
			return c
		}
		return strings.Compare(a.value, b.value)
	})
}

// joinPairs writes k=v&k=v, sorted.
func joinPairs(pairs []pair) string {
	sortPairs(pairs)
	items := make([]string, len(pairs))
	for i, p := range pairs {
		items[i] = p.key + "=" + p.value
	}
	return strings.Join(items, "&")
}
