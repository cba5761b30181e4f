package cmd

import (
	"fmt"
	"strings"

	"github.com/hooks-cli/hooks/check"
	"github.com/hooks-cli/hooks/term"
)

// checkLine is a check as `hooks check --json` prints it.
type checkLine struct {
	Type       string  `json:"type"` // check
	Name       string  `json:"name"`
	Group      string  `json:"group"`
	Asks       string  `json:"asks"`
	Status     string  `json:"status,omitempty"` // pass, fail or skip; "" of a list
	Got        string  `json:"got,omitempty"`
	StatusCode int     `json:"status_code,omitempty"`
	Duration   float64 `json:"duration_ms,omitempty"`
	Means      string  `json:"means,omitempty"`
	Fix        string  `json:"fix,omitempty"`
	Curl       string  `json:"curl,omitempty"`
}

// checkTotals is the last line of `hooks check --json`.
type checkTotals struct {
	Type    string `json:"type"` // summary
	Passed  int    `json:"passed"`
	Failed  int    `json:"failed"`
	Skipped int    `json:"skipped"`
}

func (a *app) listChecks(checks []check.Check) error {
	list := a.newListing("GROUP", "CHECK", "WHAT A RIGHT CONSUMER DOES")
	list.table.prose, list.table.whole = true, []string{"CHECK"}
	for _, c := range checks {
		line := checkLine{Type: "check", Name: c.Name, Group: c.Group, Asks: c.Asks, Fix: c.Fix}
		if err := list.add(line, c.Name, c.Group, c.Name, c.Asks); err != nil {
			return err
		}
	}
	return list.end("no check is left")
}

// checkPrinter prints results as they come and keeps them.
type checkPrinter struct {
	*app
	subject check.Subject
	width   int // of the longest name
	count   int // of the checks
	started int
	results []check.Result
	totals  checkTotals
}

func (a *app) newCheckPrinter(s check.Subject, checks []check.Check) *checkPrinter {
	p := &checkPrinter{app: a, subject: s, count: len(checks), totals: checkTotals{Type: "summary"}}
	for _, c := range checks {
		p.width = max(p.width, len(c.Name))
	}
	return p
}

func (p *checkPrinter) add(r check.Result) error {
	p.wipe()
	r.Again = p.curl(r)
	p.results = append(p.results, r)
	switch r.Status {
	case check.Pass:
		p.totals.Passed++
	case check.Fail:
		p.totals.Failed++
	default:
		p.totals.Skipped++
	}
	switch {
	case p.json:
		return p.printJSON(p.line(r))
	case p.quiet && r.Status == check.Fail:
		return p.println(r.Name)
	case p.quiet:
		return nil
	}
	if err := p.println(p.text(r)); err != nil {
		return err
	}
	if p.verbose && r.Status == check.Pass && r.Again != "" {
		p.note("      sent: %s", oneLine(r.Again))
	}
	return nil
}

func (p *checkPrinter) line(r check.Result) checkLine {
	line := checkLine{Type: "check", Name: r.Name, Group: r.Group, Asks: r.Asks, Status: r.Status, Got: r.Got, StatusCode: r.StatusCode,
		Duration: milliseconds(r.Duration), Means: r.Means, Curl: r.Again}
	if r.Status == check.Fail {
		line.Fix = r.Fix
	}
	return line
}

// text is a line a check; one that failed says more.
func (p *checkPrinter) text(r check.Result) string {
	style := map[string]term.Style{check.Pass: term.Green, check.Fail: term.Red}[r.Status]
	head := fmt.Sprintf("%s  %-10s  %-*s  ", painted(p.colourOut, style, r.Status), r.Group, p.width, r.Name)
	switch r.Status {
	case check.Pass:
		return head + oneLine(r.Asks+": "+r.Got)
	case check.Skip:
		return head + oneLine(r.Means)
	}
	lines := []string{head + oneLine(r.Asks)}
	for _, part := range [][2]string{{"sent", r.Again}, {"got", r.Got}, {"means", r.Means}, {"fix", r.Fix}} {
		if part[1] != "" {
			lines = append(lines, "      "+part[0]+": "+oneLine(part[1]))
		}
	}
	return strings.Join(lines, "\n")
}

func (p *checkPrinter) finish() error {
	t := p.totals
	switch {
	case p.json:
		if err := p.printJSON(t); err != nil {
			return err
		}
	case !p.quiet:
		p.note("%d passed, %d failed, %d skipped", t.Passed, t.Failed, t.Skipped)
		if t.Failed > 0 {
			p.note("to repeat one of them: the same command with --only NAME")
		}
	}
	if t.Failed > 0 {
		return answerNo("")
	}
	return nil
}
