package check

import "github.com/hooks-cli/hooks/junit"

// Suite is the results as a test suite of the target, a test case a check.
func Suite(target string, results []Result) junit.Suite {
	s := junit.Suite{Name: "hooks check " + target}
	for _, r := range results {
		c := junit.Case{Class: r.Group, Name: r.Name, Duration: r.Duration}
		switch r.Status {
		case Fail:
			c.Failure, c.Detail = r.Means, "expected: "+r.Asks+"\ngot: "+r.Got+"\nfix: "+r.Fix+sentAs(r)
		case Skip:
			c.Skipped = r.Means
		}
		s.Cases = append(s.Cases, c)
	}
	return s
}

func sentAs(r Result) string {
	if r.Again == "" {
		return ""
	}
	return "\nsent: " + r.Again
}
