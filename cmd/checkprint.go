package cmd

import (
	"fmt"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/check"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// checkedLine is a check as `hooks check --json` prints it.
type checkedLine struct {
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

// checkedTotals is the last line of `hooks check --json`.
type checkedTotals struct {
	Type    string `json:"type"` // summary
	Passed  int    `json:"passed"`
	Failed  int    `json:"failed"`
	Skipped int    `json:"skipped"`
}

func (a *app) listChecks(checks []check.Check) error {
	t := newTable("GROUP", "CHECK", "WHAT A RIGHT CONSUMER DOES")
	for _, c := range checks {
		switch {
		case a.json:
			if err := a.printJSON(checkedLine{Type: "check", Name: c.Name, Group: c.Group, Asks: c.Asks, Fix: c.Fix}); err != nil {
				return err
			}
		case a.quiet:
			if err := a.println(c.Name); err != nil {
				return err
			}
		default:
			t.add(c.Group, c.Name, c.Asks)
		}
	}
	if a.json || a.quiet {
		return nil
	}
	return a.printTable(t)
}

// checkPrinter prints results as they come and keeps them.
type checkPrinter struct {
	*app
	subject check.Subject
	width   int // of the longest name
	results []check.Result
	totals  checkedTotals
}

func (a *app) newCheckPrinter(s check.Subject, checks []check.Check) *checkPrinter {
	p := &checkPrinter{app: a, subject: s, totals: checkedTotals{Type: "summary"}}
	for _, c := range checks {
		p.width = max(p.width, len(c.Name))
	}
	return p
}

func (p *checkPrinter) add(r check.Result) error {
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
	return p.println(p.text(r))
}

func (p *checkPrinter) line(r check.Result) checkedLine {
	line := checkedLine{Type: "check", Name: r.Name, Group: r.Group, Asks: r.Asks, Status: r.Status, Got: r.Got, StatusCode: r.StatusCode,
		Duration: float64(r.Duration.Round(time.Microsecond)) / float64(time.Millisecond), Means: r.Means, Curl: p.curl(r)}
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
	lines := []string{head + oneLine(r.Asks), "      got: " + oneLine(r.Got), "      means: " + oneLine(r.Means), "      fix: " + oneLine(r.Fix)}
	if curl := p.curl(r); curl != "" {
		lines = append(lines, "      "+oneLine(curl))
	}
	return strings.Join(lines, "\n")
}

// longestCurl is how long a body may be, in bytes, for its command to be shown.
const longestCurl = 4 << 10

// curl repeats the request of a check that failed, without any secret. It does
// not hold a body back as a slow sender does.
func (p *checkPrinter) curl(r check.Result) string {
	if r.Status != check.Fail || r.Sent == nil || len(r.Sent.Body) > longestCurl || r.Sent.Pause > 0 {
		return ""
	}
	out := *r.Sent
	out.Headers = append(sign.Headers{}, out.Headers...)
	p.subject.Edits.Apply(&out)
	for i := range out.Headers {
		for _, secret := range p.subject.Keys.Secrets {
			out.Headers[i].Value = strings.ReplaceAll(out.Headers[i].Value, secret, "***")
		}
	}
	curl := store.Curl(p.unsent(job{target: p.subject.Target, out: out, event: &store.Event{}, trigger: store.TriggerTest}), false)
	if out.HTTP10 {
		curl = strings.Replace(curl, "curl ", "curl --http1.0 ", 1)
	}
	return curl
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
	}
	if t.Failed > 0 {
		return answerNo("")
	}
	return nil
}
