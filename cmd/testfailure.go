package cmd

import (
	"errors"

	"github.com/hooks-cli/hooks/contract"
)

func outputOf(err error) string {
	var late *contract.ReadyError
	if errors.As(err, &late) {
		return late.Output
	}
	return ""
}

// testFailure is why the tests of a file could not be made, with its exit code.
func testFailure(err error) *failure {
	var start *contract.StartError
	var late *contract.ReadyError
	var wrong *contract.Error
	switch {
	case errors.As(err, &late):
		f := &failure{exit: exitUnreachable, code: "not_ready", message: late.Error(), err: err}
		if late.Ended {
			return f
		}
		return f.withHint("ready says what is waited for: {port: …}, {http: /path}, {line: text} and its timeout")
	case errors.As(err, &start):
		return environmentError("%s", start)
	case errors.As(err, &wrong):
		return usageError("%s", wrong)
	}
	return asFailure(err)
}

// verdict is the exit code: a test that failed decides, then what kept tests
// from being made.
func (p *testPrinter) verdict() error {
	exit, failed, unreachable := 0, 0, 0
	for _, f := range p.files {
		if f.err != nil && !stoppedEarly(f.err) {
			exit = worse(exit, testFailure(f.err).exit)
		}
		for i := range f.results {
			s := f.results[i].Failed()
			switch {
			case s == nil:
			case s.Exit != 0:
				exit = worse(exit, s.Exit)
			case s.Unreachable:
				unreachable++
			default:
				failed++
			}
		}
	}
	switch {
	case failed > 0:
		return answerNo("")
	case exit != 0:
		return &failure{exit: exit}
	case unreachable > 0:
		return &failure{exit: exitUnreachable}
	}
	return nil
}

// worse is the exit code of two that says more of what is to be mended first.
func worse(a, b int) int {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
