package cmd

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/hooks-cli/hooks/contract"
	"github.com/hooks-cli/hooks/term"
)

// testPrinter prints the results of files that run at the same time: those of
// the first one that is not finished as they come, those of others after it.
type testPrinter struct {
	*app
	mu     sync.Mutex
	o      *testOptions
	files  []*testedFile
	head   int // the file whose results are printed as they come
	number int // of the last test, for TAP
	totals testTotals
	broken error // why nothing can be printed any more
}

// testedFile is what came of a file.
type testedFile struct {
	*contract.File
	selected bool
	results  []contract.TestResult
	printed  int
	done     bool
	err      error
}

func (a *app) newTestPrinter(files []*contract.File, only func(string) bool, o *testOptions) *testPrinter {
	p := &testPrinter{app: a, o: o, totals: testTotals{Type: "summary"}}
	for _, f := range files {
		p.files = append(p.files, &testedFile{File: f, selected: f.Selected(only)})
	}
	if o.tap {
		p.broken = a.println("TAP version 14")
	}
	return p
}

func (p *testPrinter) add(i int, r contract.TestResult) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files[i].results = append(p.files[i].results, r)
	p.advance()
	return p.broken
}

func (p *testPrinter) finish(i int, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files[i].done, p.files[i].err = true, err
	p.advance()
}

// failed tells whether any test has failed.
func (p *testPrinter) failed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.files {
		for i := range f.results {
			if f.results[i].Status == contract.Fail {
				return true
			}
		}
	}
	return false
}

// advance prints what can be printed by now.
func (p *testPrinter) advance() {
	for ; p.head < len(p.files); p.head++ {
		f := p.files[p.head]
		for ; f.printed < len(f.results); f.printed++ {
			p.broken = errors.Join(p.broken, p.print(&f.results[f.printed]))
		}
		if !f.done {
			return
		}
		if f.err != nil && !stoppedEarly(f.err) {
			p.totals.Errors++
			p.broken = errors.Join(p.broken, p.printError(f))
		}
		if f.selected {
			p.totals.Files++
		}
	}
}

// stoppedEarly tells that a file was not run to its end because of something
// else than itself.
func stoppedEarly(err error) bool {
	return errors.Is(err, errFailedFast) || errors.Is(err, errInterrupted)
}

func (p *testPrinter) print(r *contract.TestResult) error {
	switch r.Status {
	case contract.Pass:
		p.totals.Passed++
	case contract.Fail:
		p.totals.Failed++
	default:
		p.totals.Skipped++
	}
	if p.annotates() && r.Status == contract.Fail {
		p.annotate(r)
	}
	switch {
	case p.json:
		return p.printJSON(newTestLine(r))
	case p.o.tap:
		return p.printTAP(r)
	case p.quiet && r.Status == contract.Fail:
		return p.println(oneLine(r.File.Path + ": " + r.Test.Name))
	case p.quiet:
		return nil
	}
	return p.println(p.text(r))
}

// text is a line a test; one that failed says more.
func (p *testPrinter) text(r *contract.TestResult) string {
	style := map[string]term.Style{contract.Pass: term.Green, contract.Fail: term.Red}[r.Status]
	head := painted(p.colourOut, style, r.Status) + "  " + oneLine(r.Test.Name)
	if len(p.files) > 1 {
		head = painted(p.colourOut, style, r.Status) + "  " + oneLine(r.File.Path+": "+r.Test.Name)
	}
	switch r.Status {
	case contract.Skip:
		return head + "  (" + oneLine(r.Test.Skip) + ")"
	case contract.Pass:
		return head + "  (" + duration(r.Duration) + ")"
	}
	lines := []string{head}
	for _, line := range p.why(r) {
		lines = append(lines, "      "+oneLine(line))
	}
	return strings.Join(lines, "\n")
}

// why is everything about a test that failed: the delivery, what was expected
// and what came, and how to repeat it.
func (p *testPrinter) why(r *contract.TestResult) []string {
	s := r.Failed()
	lines := []string{fmt.Sprintf("%s:%d: %s", r.File.Path, s.Step.Line, stepTitle(r, s))}
	for i, saw := range s.Saw {
		if i == shownDeliveries && len(s.Saw) > i+1 {
			lines = append(lines, fmt.Sprintf("and %d more", len(s.Saw)-i))
			break
		}
		lines = append(lines, saw)
	}
	for _, f := range s.Failures {
		lines = append(lines, fmt.Sprintf("%s: expected %s", f.What, f.Want), strings.Repeat(" ", len(f.What))+"  got      "+f.Got)
	}
	for _, text := range []string{s.Message, hintText(s.Hint)} {
		if text != "" {
			lines = append(lines, text)
		}
	}
	if s.Again != "" {
		lines = append(lines, "send it again: "+s.Again)
	}
	lines = append(lines, "only this test: "+p.only(r))
	return append(lines, outputLines(r.Output)...)
}

// stepTitle is what a step does, after the name that it has of its own.
func stepTitle(r *contract.TestResult, s *contract.StepResult) string {
	if s.Step.Name == "" || s.Step.Name == r.Test.Name {
		return s.Title
	}
	return s.Step.Name + ": " + s.Title
}

// shownDeliveries is how many deliveries of a step that failed are shown.
const shownDeliveries = 10

func hintText(hint string) string {
	if hint == "" {
		return ""
	}
	return "hint: " + hint
}

// shownOutput is how many lines of a consumer's output are shown.
const shownOutput = 20

// outputLines is the end of what a consumer printed.
func outputLines(output string) []string {
	output = strings.TrimRight(output, "\r\n")
	if output == "" {
		return nil
	}
	all := strings.Split(output, "\n")
	lines := []string{"the consumer printed:"}
	if over := len(all) - shownOutput; over > 0 {
		lines, all = []string{fmt.Sprintf("the consumer printed (the last %d of %d lines):", shownOutput, len(all))}, all[over:]
	}
	for _, line := range all {
		lines = append(lines, "  | "+strings.TrimRight(line, "\r"))
	}
	return lines
}

// printError prints why the tests of a file could not be made.
func (p *testPrinter) printError(f *testedFile) error {
	failure := testFailure(f.err)
	if p.annotates() {
		p.annotation(f.Path, 1, "the tests could not be run", failure.message)
	}
	switch {
	case p.json:
		return p.printJSON(testLine{Type: "test", File: f.Path, Name: f.Name, Status: "error", Message: failure.message, Steps: []stepLine{}, Output: outputOf(f.err)})
	case p.o.tap:
		return p.tapError(f, failure.message)
	case p.quiet:
		return p.println(oneLine(f.Path))
	}
	lines := []string{painted(p.colourOut, term.Red, "error") + " " + oneLine(f.Path+": "+strings.TrimPrefix(failure.message, f.Path+": "))}
	for _, line := range append([]string{hintText(failure.hint)}, outputLines(outputOf(f.err))...) {
		if line != "" {
			lines = append(lines, "      "+oneLine(line))
		}
	}
	return p.println(strings.Join(lines, "\n"))
}

// end prints the sum of all and returns how the command ends.
func (p *testPrinter) end() error {
	t := p.totals
	if p.broken == nil && p.o.junit != "" {
		p.broken = writeJUnit(p.o.junit, p.suites()...)
	}
	switch {
	case p.broken != nil:
		return p.broken
	case p.json:
		if err := p.printJSON(t); err != nil {
			return err
		}
	case p.o.tap:
		if err := p.println(fmt.Sprintf("1..%d", p.number)); err != nil {
			return err
		}
	default:
		p.note("%d passed, %d failed, %d skipped%s", t.Passed, t.Failed, t.Skipped, map[bool]string{true: fmt.Sprintf(", %s could not be run", counted(t.Errors, "file"))}[t.Errors > 0])
	}
	return p.verdict()
}
