// Package contract runs contract tests of a consumer of webhooks: a file in
// YAML says how the consumer is started, what it is sent, and what is expected
// of its answers.
//
// What is sent goes through the commands of the program, which the caller
// lends as a function: a step means what the command of that name does, and a
// step that fails can be repeated by hand.
package contract

import (
	"time"

	"github.com/hooks-cli/hooks/store"
)

// File is a test file.
type File struct {
	Path string // as it was named
	Dir  string // its folder, absolute
	Name string

	Provider  string // whose events, "" leaves it to each event
	Secret    string // REF, "" makes a new one
	SecretEnv string // the variable that tells the consumer the secret
	Store     string // the store's folder, "" is a new one
	Port      int    // ${port}, 0 takes a free one

	to, dir *node
	vars    []pair
	env     []pair
	run     *node
	ready   *ready
	listen  *Step
	outside []string // the environment variables that it refers to
	Tests   []*Test
}

// Test is a sequence of steps that pass together or fail.
type Test struct {
	Name  string
	Skip  string // why it is not made, "" makes it
	Line  int
	Steps []*Step
}

// Step is one thing that is done, and what is expected of it.
type Step struct {
	Name         string
	Verb         string
	Line, Column int

	subject *node
	options []option
	expect  []*expectation
	save    []saved
	within  time.Duration // how long the expectations may take to come true
}

// option is an option of a verb with its value.
type option struct {
	Option
	value *node
}

// pair is a name with its value.
type pair struct {
	name  string
	value *node
}

// saved is a variable that a step sets from what it got.
type saved struct {
	name, source string
	at           *node
}

// Statuses of results.
const (
	Pass = "pass"
	Fail = "fail"
	Skip = "skip"
)

// Called is what a command of the program did.
type Called struct {
	Exit       int
	Deliveries []*store.Delivery // that it made or found, oldest first
	Message    string            // why it ended otherwise than well, "" if it says nothing
	Hint       string
}

// Failure is an expectation that did not come true.
type Failure struct {
	What      string // status, body.data.id, …
	Want, Got string
	Line      int
}

// StepResult is what came of a step.
type StepResult struct {
	Step     *Step
	Title    string // what was done, in a few words
	Status   string
	Duration time.Duration
	Saw      []string // each delivery or answer, in a line
	Failures []Failure
	Message  string // why it could not be judged
	Hint     string
	Again    string // the command that repeats it, "" if there is none
	// Exit is the exit code of a command that could not do what the step asks.
	Exit int
	// Unreachable tells that no connection was made.
	Unreachable bool
}

// TestResult is what came of a test.
type TestResult struct {
	File     *File
	Test     *Test
	Status   string
	Duration time.Duration
	Steps    []StepResult
	// Output is the end of what the consumer printed during a test that failed.
	Output string
}

// Failed is the step that failed, nil if none did.
func (r *TestResult) Failed() *StepResult {
	for i := range r.Steps {
		if r.Steps[i].Status == Fail {
			return &r.Steps[i]
		}
	}
	return nil
}
