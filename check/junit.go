package check

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// JUnit writes results as the XML that continuous integration reads: a test
// suite of the target, a test case a check.
func JUnit(w io.Writer, target string, results []Result) error {
	var cases strings.Builder
	count := map[string]int{}
	var seconds float64
	for _, r := range results {
		count[r.Status]++
		seconds += r.Duration.Seconds()
		fmt.Fprintf(&cases, "  <testcase classname=%s name=%s time=\"%.3f\"", quoted(r.Group), quoted(r.Name), r.Duration.Seconds())
		switch r.Status {
		case Fail:
			fmt.Fprintf(&cases, ">\n    <failure message=%s>%s</failure>\n  </testcase>\n", quoted(r.Means),
				escaped("expected: "+r.Asks+"\ngot: "+r.Got+"\nfix: "+r.Fix))
		case Skip:
			fmt.Fprintf(&cases, ">\n    <skipped message=%s/>\n  </testcase>\n", quoted(r.Means))
		default:
			cases.WriteString("/>\n")
		}
	}
	_, err := fmt.Fprintf(w, "%s<testsuite name=%s tests=\"%d\" failures=\"%d\" skipped=\"%d\" errors=\"0\" time=\"%.3f\">\n%s</testsuite>\n",
		`<?xml version="1.0" encoding="UTF-8"?>`+"\n", quoted("hooks check "+target), len(results), count[Fail], count[Skip], seconds, cases.String())
	return err
}

func quoted(text string) string { return `"` + escaped(text) + `"` }

// escaped is text that XML 1.0 can hold (section 2.2): what it has no character
// for is replaced. Package encoding/xml would do it, and a quarter of a megabyte
// of the program with it.
func escaped(text string) string {
	text = strings.Map(func(r rune) rune {
		if r >= ' ' && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000 || r == '\n' || r == '\t' {
			return r
		}
		return '\ufffd'
	}, text)
	return strings.NewReplacer("\n", "&#10;", "\t", "&#9;").Replace(html.EscapeString(text))
}
