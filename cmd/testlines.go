package cmd

import (
	"github.com/hooks-cli/hooks/contract"
)

// testLine is a test as `hooks test --json` prints it.
type testLine struct {
	Type     string     `json:"type"` // test
	File     string     `json:"file"`
	Line     int        `json:"line"`
	Name     string     `json:"name"`
	Status   string     `json:"status,omitempty"` // pass, fail, skip or error; "" of a list
	Duration float64    `json:"duration_ms,omitempty"`
	Message  string     `json:"message,omitempty"` // of a file whose tests could not be made
	Skipped  string     `json:"skipped,omitempty"`
	Steps    []stepLine `json:"steps"`
	Output   string     `json:"output,omitempty"` // what the consumer printed, of a test that failed
}

// stepLine is a step of it.
type stepLine struct {
	Name     string        `json:"name"`
	Verb     string        `json:"verb"`
	Line     int           `json:"line"`
	Status   string        `json:"status"`
	Duration float64       `json:"duration_ms"`
	Saw      []string      `json:"saw,omitempty"`
	Failures []failureOfIt `json:"failures,omitempty"`
	Message  string        `json:"message,omitempty"`
	Again    string        `json:"again,omitempty"`
}

type failureOfIt struct {
	What string `json:"what"`
	Want string `json:"want"`
	Got  string `json:"got"`
	Line int    `json:"line"`
}

// testTotals is the last line of `hooks test --json`.
type testTotals struct {
	Type    string `json:"type"` // summary
	Files   int    `json:"files"`
	Passed  int    `json:"passed"`
	Failed  int    `json:"failed"`
	Skipped int    `json:"skipped"`
	Errors  int    `json:"errors"` // files whose tests could not be made
}

func newTestLine(r *contract.TestResult) testLine {
	line := testLine{Type: "test", File: r.File.Path, Line: r.Test.Line, Name: r.Test.Name, Status: r.Status, Duration: milliseconds(r.Duration),
		Skipped: r.Test.Skip, Steps: []stepLine{}, Output: r.Output}
	for _, s := range r.Steps {
		one := stepLine{Name: stepTitle(r, &s), Verb: s.Step.Verb, Line: s.Step.Line, Status: s.Status, Duration: milliseconds(s.Duration), Saw: s.Saw,
			Message: s.Message, Again: s.Again}
		for _, f := range s.Failures {
			one.Failures = append(one.Failures, failureOfIt(f))
		}
		line.Steps = append(line.Steps, one)
	}
	return line
}
