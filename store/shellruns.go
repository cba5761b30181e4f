package store

import (
	"fmt"
	"strings"
)

// longRun is how many times one character has to stand in a row for a command
// to make it rather than to spell it.
const longRun = 256

// PutOut is a command of a POSIX shell that puts out s, for a pipe to curl. It
// stays short where s is long for the repetition of a character alone.
func PutOut(s string) string {
	var parts []string
	for spelled := s; ; {
		start, end := run(spelled)
		if start > 0 {
			parts = append(parts, "printf "+printfQuote(spelled[:start]))
		}
		if start == end {
			break
		}
		parts = append(parts, fmt.Sprintf("printf '%%%ds' '' | tr ' ' '%s'", end-start, spelled[start:start+1]))
		spelled = spelled[end:]
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "{ " + strings.Join(parts, "; ") + "; }"
}

// run is where the first long run is, or the end of s twice. What tr reads as
// more than a character is no part of one.
func run(s string) (start, end int) {
	for start < len(s) {
		for end = start + 1; end < len(s) && s[end] == s[start]; {
			end++
		}
		if c := s[start]; end-start >= longRun && ('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '[' || c == ']') {
			return start, end
		}
		start = end
	}
	return len(s), len(s)
}

// hasRun tells whether there is a long run in s.
func hasRun(s string) bool {
	start, end := run(s)
	return start < end
}
