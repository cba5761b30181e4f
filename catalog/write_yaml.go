package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// yamlLines writes a value in YAML's block style, each line indented by so many
// spaces.
func yamlLines(n *node, indent int) []string {
	pad := strings.Repeat(" ", indent)
	var lines []string
	for _, m := range n.members {
		lines = append(lines, entryLines(pad, yamlText(m.key)+":", m.value, indent)...)
	}
	for _, item := range n.items {
		if nested := yamlLines(item, indent+2); len(nested) > 0 {
			nested[0] = pad + "- " + nested[0][indent+2:]
			lines = append(lines, nested...)
			continue
		}
		lines = append(lines, pad+"- "+yamlScalar(item))
	}
	return lines
}

func entryLines(pad, key string, n *node, indent int) []string {
	nested := yamlLines(n, indent+2)
	if len(nested) == 0 {
		return []string{pad + key + " " + yamlScalar(n)}
	}
	return append([]string{pad + key}, nested...)
}

// yamlScalar writes what has nothing in it.
func yamlScalar(n *node) string {
	switch n.kind {
	case objectKind:
		return "{}"
	case listKind:
		return "[]"
	case stringKind:
		return yamlText(n.text)
	}
	return n.text
}

// yamlText writes a text plain where nobody could take it for something else, and
// otherwise quoted, which is how JSON quotes but for what YAML does not print.
func yamlText(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	for _, r := range string(appendString(nil, s)) {
		if r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isPlain(s string) bool {
	if s == "" || !isLetter(s[0]) && s[0] != '_' && s[0] != '$' || slices.Contains([]string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}, strings.ToLower(s)) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; i > 0 && !isLetterOrDigit(c) && !strings.ContainsRune("_./-", rune(c)) && (c != ' ' || i == len(s)-1) {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
