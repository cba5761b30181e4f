package catalog

import (
	"fmt"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// text makes a string of the schema's format, pattern and length.
func (s *sampler) text(n *node) string {
	format := ""
	if f := n.get("format"); f != nil {
		format = f.text
	}
	text := s.formatted(format)
	if p := n.get("pattern"); p != nil && text == "" {
		if re, err := syntax.Parse(p.text, syntax.Perl); err == nil {
			var b strings.Builder
			s.matching(&b, re.Simplify(), 0)
			return b.String()
		}
	}
	if text == "" {
		text = s.word()
	}
	for least := bounded(n, "minLength", 0); utf8.RuneCountInString(text) < min(least, 4096); {
		text += "x"
	}
	if most := bounded(n, "maxLength", 1<<20); utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most])
	}
	return text
}

func (s *sampler) word() string {
	if s.chance == nil {
		return "text"
	}
	words := []string{"alpha", "beta", "gamma", "delta", "epsilon", "", "Zoë & <Ada>", "✓", "a b", `"quoted"`}
	return words[s.chance.IntN(len(words))]
}

// formatted makes a text of a format, with names and addresses that are reserved
// for examples (RFC 2606, RFC 5737, RFC 3849); "" for a format that it does not
// know.
func (s *sampler) formatted(format string) string {
	n := 0
	if s.chance != nil {
		n = s.chance.IntN(60)
	}
	switch format {
	case "date-time":
		return fmt.Sprintf("2024-01-02T03:04:%02dZ", n)
	case "date":
		return fmt.Sprintf("2024-01-%02d", n%28+1)
	case "time":
		return fmt.Sprintf("03:04:%02dZ", n)
	case "duration":
		return fmt.Sprintf("PT%dM", n+1)
	case "email", "idn-email":
		return fmt.Sprintf("user%d@example.com", n)
	case "hostname", "idn-hostname":
		return fmt.Sprintf("host%d.example.com", n)
	case "ipv4":
		return fmt.Sprintf("192.0.2.%d", n+1)
	case "ipv6":
		return fmt.Sprintf("2001:db8::%x", n+1)
	case "uri", "iri", "uri-reference", "iri-reference", "url":
		return fmt.Sprintf("https://example.com/%d", n+1)
	case "uuid":
		return fmt.Sprintf("00000000-0000-4000-8000-0000000000%02d", n)
	case "json-pointer":
		return fmt.Sprintf("/%d", n)
	case "regex":
		return "^[a-z]+$"
	}
	return ""
}

// matching writes the shortest text that a regular expression matches.
func (s *sampler) matching(b *strings.Builder, re *syntax.Regexp, depth int) {
	if depth > 50 || b.Len() > 4096 {
		return
	}
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		if len(re.Rune) > 0 {
			b.WriteRune(fairRune(re.Rune))
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('x')
	case syntax.OpPlus, syntax.OpCapture:
		s.matching(b, re.Sub[0], depth+1)
	case syntax.OpRepeat:
		for range min(re.Min, 1000) {
			s.matching(b, re.Sub[0], depth+1)
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			s.matching(b, sub, depth+1)
		}
	case syntax.OpAlternate:
		s.matching(b, re.Sub[0], depth+1)
	}
}

// fairRune is a letter or digit of a class if there is one.
func fairRune(class []rune) rune {
	for _, want := range "aA0" {
		for i := 0; i+1 < len(class); i += 2 {
			if class[i] <= want && want <= class[i+1] {
				return want
			}
		}
	}
	return class[0]
}
