package sign

import (
	"fmt"
	"slices"
	"strings"
)

// Content is the text that is signed, with placeholders: {id}.{ts}.{body}.
// Text outside braces is literal, \n is a line feed, and a segment in square
// brackets vanishes when a value in it is empty.
type Content struct{ segments []segment }

type segment struct {
	optional bool
	pieces   []piece
}

// piece is literal bytes or a placeholder.
type piece struct {
	lit     []byte
	source  string // body, ts, json, …; "" for a literal
	arg     string // NAME of {header.NAME}
	path    path   // of {json.PATH}
	coded   bool   // the placeholder is one of the scheme's code
	filters []filter
}

// ParseContent reads the notation.
func ParseContent(text string) (*Content, error) { return parseContent(text, nil) }

// parseContent knows the placeholders of a code, too.
func parseContent(text string, extra []string) (*Content, error) {
	c := &Content{}
	for rest := text; rest != ""; {
		body, optional := rest, false
		if rest[0] == '[' {
			inner, after, ok := cutSegment(rest[1:])
			if !ok {
				return nil, fmt.Errorf("content %q has a [ without a ]", text)
			}
			body, rest, optional = inner, after, true
		} else {
			end := indexOutsideBraces(rest, "[]")
			body, rest = rest[:end], rest[end:]
		}
		if strings.HasPrefix(rest, "]") {
			return nil, fmt.Errorf("content %q has a ] without a [", text)
		}
		pieces, err := parsePieces(body, extra)
		if err != nil {
			return nil, fmt.Errorf("content %q: %w", text, err)
		}
		if optional && !slices.ContainsFunc(pieces, func(p piece) bool { return p.source != "" }) {
			return nil, fmt.Errorf("content %q: the segment [%s] has no placeholder", text, body)
		}
		c.segments = append(c.segments, segment{optional: optional, pieces: pieces})
	}
	if len(c.segments) == 0 {
		return nil, fmt.Errorf("content is empty")
	}
	return c, nil
}

func cutSegment(text string) (inner, after string, ok bool) {
	end := indexOutsideBraces(text, "[]")
	if end == len(text) || text[end] == '[' {
		return "", "", false
	}
	return text[:end], text[end+1:], true
}

// indexOutsideBraces returns where the first of chars stands outside {…}, or
// the length of text: a JSON path or header name may hold any of them.
func indexOutsideBraces(text, chars string) int {
	inside := false
	for i := range len(text) {
		switch {
		case text[i] == '{':
			inside = true
		case text[i] == '}':
			inside = false
		case !inside && strings.IndexByte(chars, text[i]) >= 0:
			return i
		}
	}
	return len(text)
}

func parsePieces(text string, extra []string) ([]piece, error) {
	var pieces []piece
	literal := func(s string) {
		if s != "" {
			pieces = append(pieces, piece{lit: []byte(strings.ReplaceAll(s, `\n`, "\n"))})
		}
	}
	for text != "" {
		open := strings.IndexAny(text, "{}")
		if open < 0 {
			literal(text)
			break
		}
		if text[open] == '}' {
			return nil, fmt.Errorf("a } without a {")
		}
		literal(text[:open])
		inner, after, ok := strings.Cut(text[open+1:], "}")
		if !ok || strings.Contains(inner, "{") {
			return nil, fmt.Errorf("a { without a }")
		}
		p, err := parsePlaceholder(inner, extra)
		if err != nil {
			return nil, err
		}
		pieces, text = append(pieces, p), after
	}
	return pieces, nil
}

// plainSources are the placeholders without a name behind a dot.
func plainSources() []string {
	return []string{
		"body", "ts", "id", "nonce", "method", "url", "base", "path", "secret",
		"form_sorted", "form_sorted_unique", "query_sorted",
	}
}

func namedSources() []string { return []string{"header", "json", "form", "query", "param"} }

func parsePlaceholder(text string, extra []string) (piece, error) {
	words := strings.Split(text, "|")
	p := piece{source: words[0]}
	if source, arg, ok := strings.Cut(words[0], "."); ok && arg != "" && slices.Contains(namedSources(), source) {
		p.source, p.arg = source, arg
		if source == "json" {
			p.path = parsePath(arg)
		}
	} else if p.source == "timestamp" {
		p.source = "ts"
	} else if slices.Contains(extra, p.source) {
		p.coded = true
	} else if !slices.Contains(plainSources(), p.source) {
		known := append(plainSources(), extra...)
		for _, s := range namedSources() {
			known = append(known, s+".NAME")
		}
		return piece{}, &UnknownError{What: "placeholder", Word: words[0], Known: known}
	}
	for _, word := range words[1:] {
		f, err := parseFilter(word)
		if err != nil {
			return piece{}, err
		}
		p.filters = append(p.filters, f)
	}
	return p, nil
}

// String returns the content in the notation ParseContent reads.
func (c *Content) String() string {
	var b strings.Builder
	for _, s := range c.segments {
		if s.optional {
			b.WriteByte('[')
		}
		for _, p := range s.pieces {
			b.WriteString(p.String())
		}
		if s.optional {
			b.WriteByte(']')
		}
	}
	return b.String()
}

// String returns the piece in the notation it was read from.
func (p piece) String() string {
	if p.source == "" {
		return strings.ReplaceAll(string(p.lit), "\n", `\n`)
	}
	text := "{" + p.source
	if p.arg != "" {
		text += "." + p.arg
	}
	for _, f := range p.filters {
		text += "|" + f.String()
	}
	return text + "}"
}

// uses reports whether source stands in the content; with required only where
// it cannot vanish.
func (c *Content) uses(source string, required bool) bool {
	for _, s := range c.segments {
		if required && s.optional {
			continue
		}
		if slices.ContainsFunc(s.pieces, func(p piece) bool { return p.source == source }) {
			return true
		}
	}
	return false
}

// separator returns the literal byte that follows source directly, which
// therefore must not occur in its value: else id a.1 with timestamp 2 signs
// the same bytes as id a with 1.2.
func (c *Content) separator(source string) (byte, bool) {
	var before string
	for _, s := range c.segments {
		for _, p := range s.pieces {
			if before == source && len(p.lit) > 0 {
				return p.lit[0], true
			}
			before = p.source
		}
	}
	return 0, false
}
