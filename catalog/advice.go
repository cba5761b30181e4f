package catalog

import (
	"bytes"
	"strings"
)

// ofSyntax is what to do about text that is not JSON, from what stands at the
// place where reading ended.
func ofSyntax(data []byte, at int) string {
	if at >= len(data) {
		return ""
	}
	switch c := data[at]; {
	case c == '/' || c == '#':
		return "JSON has no comments: write YAML, in a file named .yaml, to have them"
	case c == '\'':
		return `JSON quotes with "`
	case c == '}' || c == ']':
		if before := bytes.TrimRight(data[:at], " \t\r\n"); bytes.HasSuffix(before, []byte(",")) {
			return "take away the comma in front of it"
		}
	case c < ' ':
		return `in text, write \n, \t or \u00XX for control characters`
	case isLetter(c):
		return `names and texts stand in double quotes; write YAML, in a file named .yaml, to leave them out`
	case bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) && strings.ContainsRune(`"{[`, rune(c)):
		return "is a comma or a bracket missing in front of it?"
	}
	return ""
}

// ofYAML is what to do about text that is not YAML.
func ofYAML(message, line string) string {
	switch {
	case strings.HasPrefix(strings.TrimLeft(line, " "), "\t"):
		return "YAML is indented with spaces, not with tabs"
	case strings.Contains(message, "anchor"):
		return "an alias (*name) needs an anchor (&name) above it; quote text that begins with *"
	case strings.Contains(message, "expected key"), strings.Contains(message, "mapping values"), strings.Contains(message, "block"):
		return "look at the indentation of this line and the one above, and quote text that holds a colon"
	}
	return ""
}

// ofEncoding is what to do about bytes that are not UTF-8.
func ofEncoding(data []byte) string {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return "it is UTF-16: save it as UTF-8"
	}
	return "save it as UTF-8"
}

func lineOf(data []byte, line int) string {
	for range line - 1 {
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	text, _, _ := bytes.Cut(data, []byte("\n"))
	return string(text)
}
