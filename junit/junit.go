// Package junit writes results of tests as the XML that continuous integration
// reads, in the dialect that all of its readers share.
package junit

import (
	"fmt"
	"html"
	"io"
	"strings"
	"time"
)

// Suite is a group of test cases: one target, one file.
type Suite struct {
	Name  string
	Cases []Case
}

// Case is one test. At most one of Failure, Error and Skipped is set.
type Case struct {
	Class, Name string
	Duration    time.Duration
	// Failure is what was wrong of a test that failed, in a line; Error is what
	// kept it from being judged; Skipped is why it was not made.
	Failure, Error, Skipped string
	// Detail is more about a failure or an error, of any number of lines.
	Detail string
}

// Write writes the suites: the element of the one that there is, else those of
// all in one of their own.
func Write(w io.Writer, suites ...Suite) error {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	if len(suites) != 1 {
		b.WriteString("<testsuites>\n")
	}
	for _, s := range suites {
		s.write(&b)
	}
	if len(suites) != 1 {
		b.WriteString("</testsuites>\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (s *Suite) write(b *strings.Builder) {
	var failures, skipped, errors int
	var all time.Duration
	var cases strings.Builder
	for _, c := range s.Cases {
		all += c.Duration
		fmt.Fprintf(&cases, "  <testcase classname=%s name=%s time=\"%.3f\"", quoted(c.Class), quoted(c.Name), c.Duration.Seconds())
		switch {
		case c.Failure != "":
			failures++
			fmt.Fprintf(&cases, ">\n    <failure message=%s>%s</failure>\n  </testcase>\n", quoted(c.Failure), escaped(c.Detail))
		case c.Error != "":
			errors++
			fmt.Fprintf(&cases, ">\n    <error message=%s>%s</error>\n  </testcase>\n", quoted(c.Error), escaped(c.Detail))
		case c.Skipped != "":
			skipped++
			fmt.Fprintf(&cases, ">\n    <skipped message=%s/>\n  </testcase>\n", quoted(c.Skipped))
		default:
			cases.WriteString("/>\n")
		}
	}
	fmt.Fprintf(b, "<testsuite name=%s tests=\"%d\" failures=\"%d\" skipped=\"%d\" errors=\"%d\" time=\"%.3f\">\n%s</testsuite>\n",
		quoted(s.Name), len(s.Cases), failures, skipped, errors, all.Seconds(), cases.String())
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
