package store

import (
	"fmt"
	"regexp"
	"strconv"
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

// maxPutOut bounds what is made of the runs of a text, which may be short, in
// bytes.
const maxPutOut = 64 << 20

// readPutOut reads what PutOut has written, with at least one run, at the
// beginning of s, and returns what it puts out and how long it is. The length
// is 0 where s begins otherwise, or puts out more than most bytes.
func readPutOut(s string, most int) (text string, size int) {
	rest, braced := strings.CutPrefix(s, "{ ")
	if !strings.HasPrefix(rest, "printf '") {
		return "", 0
	}
	// A text, or a character and how often it is repeated.
	part := regexp.MustCompile(`^printf '(?:%([1-9][0-9]{0,8})s' '' \| tr ' ' '([A-Za-z0-9[\]])'|([^']*)')`)
	var b strings.Builder
	for runs := 0; ; {
		m := part.FindStringSubmatch(rest)
		if m == nil {
			return "", 0
		}
		rest = rest[len(m[0]):]
		if m[1] != "" {
			runs++
			n, err := strconv.Atoi(m[1])
			if err != nil || b.Len()+n > most {
				return "", 0
			}
			b.WriteString(strings.Repeat(m[2], n))
		} else {
			spelled, err := printf([]string{m[3]})
			if err != nil {
				return "", 0
			}
			b.WriteString(spelled)
		}
		switch after, more := strings.CutPrefix(rest, "; "); {
		case braced && strings.HasPrefix(after, "}"):
			return b.String(), len(s) - len(after) + 1
		case braced && more:
			rest = after
		case !braced && runs == 1:
			return b.String(), len(s) - len(rest)
		default:
			return "", 0
		}
	}
}
