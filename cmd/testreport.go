package cmd

import (
	"fmt"
	"strings"

	"github.com/hooks-cli/hooks/contract"
	"github.com/hooks-cli/hooks/junit"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// only is the command that makes one test again.
func (p *testPrinter) only(r *contract.TestResult) string {
	return "hooks test " + store.ShellQuote(r.File.Path) + " --only " + store.ShellQuote(r.Test.Name)
}

// suites are the results as JUnit has them: a suite a file.
func (p *testPrinter) suites() []junit.Suite {
	var all []junit.Suite
	for _, f := range p.files {
		if !f.selected {
			continue
		}
		s := junit.Suite{Name: f.Name}
		for i := range f.results {
			r := &f.results[i]
			c := junit.Case{Class: f.Path, Name: r.Test.Name, Duration: r.Duration, Skipped: r.Test.Skip}
			if r.Status == contract.Fail {
				c.Failure, c.Detail = inShort(r), strings.Join(p.why(r), "\n")
			}
			s.Cases = append(s.Cases, c)
		}
		if f.err != nil && !stoppedEarly(f.err) {
			s.Cases = append(s.Cases, junit.Case{Class: f.Path, Name: f.Path, Error: testFailure(f.err).message, Detail: strings.Join(outputLines(outputOf(f.err)), "\n")})
		}
		all = append(all, s)
	}
	return all
}

// inShort is why a test failed, in a line.
func inShort(r *contract.TestResult) string {
	s := r.Failed()
	text := s.Title + ": "
	if len(s.Failures) == 0 {
		return text + s.Message
	}
	f := s.Failures[0]
	return text + fmt.Sprintf("%s: expected %s, got %s", f.What, f.Want, f.Got)
}

// printTAP prints a test as a test point of TAP 14 (testanything.org), why it
// failed as its YAML block.
func (p *testPrinter) printTAP(r *contract.TestResult) error {
	p.number++
	name := tapText(r.File.Path + ": " + r.Test.Name)
	switch r.Status {
	case contract.Pass:
		return p.println(fmt.Sprintf("ok %d - %s", p.number, name))
	case contract.Skip:
		return p.println(fmt.Sprintf("ok %d - %s # SKIP %s", p.number, name, tapText(r.Test.Skip)))
	}
	return p.println(fmt.Sprintf("not ok %d - %s\n%s", p.number, name, tapBlock(inShort(r), p.why(r))))
}

func (p *testPrinter) tapError(f *testedFile, message string) error {
	p.number++
	return p.println(fmt.Sprintf("not ok %d - %s\n%s", p.number, tapText(f.Path), tapBlock(message, outputLines(outputOf(f.err)))))
}

// tapText is a description: what ends one there is escaped.
func tapText(s string) string {
	return strings.NewReplacer(`\`, `\\`, "#", `\#`).Replace(oneLine(s))
}

func tapBlock(message string, detail []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  ---\n  message: %s\n", yamlText(message))
	if len(detail) > 0 {
		b.WriteString("  detail: |2\n")
	}
	for _, line := range detail {
		b.WriteString("    " + oneLine(line) + "\n")
	}
	b.WriteString("  ...")
	return b.String()
}

// yamlText is a text in double quotes.
func yamlText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(oneLine(s)) + `"`
}

// annotates tells whether the results are annotations of GitHub's, too.
func (p *testPrinter) annotates() bool {
	return p.o.annotate == "always" || p.o.annotate == "auto" && p.getenv("GITHUB_ACTIONS") == "true"
}

func (p *testPrinter) annotate(r *contract.TestResult) {
	s := r.Failed()
	line := s.Step.Line
	if len(s.Failures) > 0 {
		line = s.Failures[0].Line
	}
	p.annotation(r.File.Path, line, r.Test.Name, strings.Join(p.why(r), "\n"))
}

// annotation writes a workflow command of GitHub Actions, which reads both
// streams: stdout stays data. Nothing in a text can begin a command of its own.
func (p *testPrinter) annotation(file string, line int, title, message string) {
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	var lines []string
	for part := range strings.SplitSeq(message, "\n") {
		lines = append(lines, term.Safe(part).String())
	}
	fmt.Fprintf(p.stderr, "::error file=%s,line=%d,title=%s::%s\n", property.Replace(oneLine(file)), line, property.Replace(oneLine(title)), data.Replace(strings.Join(lines, "\n")))
}
