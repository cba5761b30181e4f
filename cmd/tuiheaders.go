package cmd

import (
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/tui"
)

// headerMark stands between the headers of a form's field: commas and
// semicolons are parts of values.
const headerMark = "|"

// headersField is the headers that an endpoint's requests have besides.
// Credentials are shown as ***, and left as they are where that still stands.
func headersField(ep *store.Endpoint) tui.FormField {
	return tui.FormField{
		Name: "headers", Label: "headers", Value: strings.Join(headerTexts(store.MaskHeaders(ep.Headers)), " "+headerMark+" "),
		Hint:  "added to every request: Name: value, more than one with " + headerMark + " between them",
		Words: func(v string) []string { return headerWords(ep.Headers, v) },
	}
}

func headerTexts(headers sign.Headers) []string {
	texts := make([]string, len(headers))
	for i, h := range headers {
		texts[i] = h.Name + ": " + h.Value
		if h.Value == "" {
			texts[i] = h.Name + ";"
		}
	}
	return texts
}

// headerWords make the headers of before those that a field says. A name has all
// its lines given anew, or none.
func headerWords(before sign.Headers, v string) []string {
	texts, shown := headerTexts(before), headerTexts(store.MaskHeaders(before))
	was, now := map[string][]string{}, map[string][]string{}
	var order, words []string
	for i, text := range texts {
		name := headerName(text)
		if was[name] == nil {
			order = append(order, name)
		}
		was[name] = append(was[name], text)
		shown[i] = strings.TrimSpace(shown[i])
	}
	for item := range strings.SplitSeq(v, headerMark) {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		if i := slices.Index(shown, item); i >= 0 {
			item = texts[i]
		}
		name := headerName(item)
		if was[name] == nil && now[name] == nil {
			order = append(order, name)
		}
		now[name] = append(now[name], item)
	}
	for _, name := range order {
		if now[name] == nil {
			words = append(words, "--remove-header", name)
		} else if !slices.Equal(was[name], now[name]) {
			for _, item := range now[name] {
				words = append(words, "--add-header", item)
			}
		}
	}
	return words
}

// headerName is the name of a header as one is written, in lower case.
func headerName(text string) string {
	name, _, _ := strings.Cut(text, ":")
	return strings.ToLower(strings.TrimSuffix(name, ";"))
}
