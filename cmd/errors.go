package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// The exit codes of the program. There are no others.
const (
	exitDone        = 0   // done, or the answer is yes
	exitNo          = 1   // ran, and the answer is no
	exitUsage       = 2   // the call, configuration, catalog or secret is wrong; nothing was sent or written
	exitEnvironment = 3   // the local environment is in the way
	exitUnreachable = 4   // the target could not be reached
	exitInterrupted = 130 // ended by a signal
)

// failure is how a command ends other than well: what is wrong, what to do
// about it, and the exit code. A failure without a message prints nothing: the
// command has already given its answer on stdout.
type failure struct {
	exit    int
	code    string // a word for programs, in --json
	message string
	hint    string
	usage   string  // the usage line, where the arguments are wrong, for people
	excerpt excerpt // of the file that is wrong, for people
	err     error   // the cause, for errors.As; not printed
}

func (f *failure) Error() string { return f.message }
func (f *failure) Unwrap() error { return f.err }

// withHint sets what to do about it.
func (f *failure) withHint(format string, args ...any) *failure {
	f.hint = fmt.Sprintf(format, args...)
	return f
}

// usageError is a call that is wrong.
func usageError(format string, args ...any) *failure {
	return &failure{exit: exitUsage, code: "usage", message: fmt.Sprintf(format, args...)}
}

// environmentError is a machine that is in the way.
func environmentError(format string, args ...any) *failure {
	return &failure{exit: exitEnvironment, code: "environment", message: fmt.Sprintf(format, args...)}
}

// answerNo ends a command that ran and whose answer is no. With an empty
// format nothing is printed.
func answerNo(format string, args ...any) *failure {
	return &failure{exit: exitNo, code: "no", message: fmt.Sprintf(format, args...)}
}

// errInterrupted ends a command that a signal stopped.
var errInterrupted = &failure{exit: exitInterrupted, code: "interrupted", message: "interrupted"}

// unknown is implemented by the errors of all packages that name a word nobody
// knows, so that one place finds the nearest.
type unknown interface {
	error
	Unknown() (word string, known []string)
}

// asFailure turns any error into a failure. Errors that no package gave a
// meaning are the local environment's: nothing else is left.
func asFailure(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	f = classify(err)
	if f == nil {
		f = environmentError("%s", err)
	}
	if f.err == nil {
		f.err = err
	}
	return f
}

// withNextStep leads from a wrong call of a command that has no hint of its own to where
// right ones are shown.
func withNextStep(c *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	f := asFailure(err)
	if f.exit == exitUsage && f.message != "" && f.hint == "" && f.excerpt.line == "" {
		return f.withHint("see %s --help", c.CommandPath())
	}
	return f
}

// report prints err once and returns the exit code. It is the only place that
// decides either.
func report(w io.Writer, asJSON, colour bool, err error) int {
	if err == nil {
		return exitDone
	}
	f := asFailure(err)
	if f.message == "" {
		return f.exit
	}
	if asJSON {
		reportJSON(w, f)
	} else {
		reportText(w, colour, f)
	}
	return f.exit
}

// reportText prints at most three lines: where there is a hint, it stands in the
// caret's place, since the message names the column and scripts look for it.
func reportText(w io.Writer, colour bool, f *failure) {
	fmt.Fprintf(w, "%s %s\n", painted(colour, term.Red, "error:"), oneLine(f.message))
	if f.excerpt.line != "" {
		line, before := f.excerpt.lines()
		fmt.Fprintf(w, "  %s\n", line)
		if f.hint == "" {
			fmt.Fprintf(w, "  %s%s\n", before, painted(colour, term.Red, "^"))
		}
	}
	if f.hint != "" {
		fmt.Fprintf(w, "%s %s\n", painted(colour, term.Cyan, "hint:"), oneLine(f.hint))
	}
	if f.usage != "" {
		fmt.Fprintf(w, "%s %s\n", painted(colour, term.Cyan, "usage:"), oneLine(f.usage))
	}
}

func reportJSON(w io.Writer, f *failure) {
	type body struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Hint    string `json:"hint"`
	}
	line, err := json.Marshal(map[string]body{"error": {f.code, f.message, f.hint}})
	if err == nil {
		fmt.Fprintf(w, "%s\n", store.EscapeJSON(line))
	}
}

// painted is a word, escaped, in a colour where there are colours.
func painted(colour bool, s term.Style, word string) string {
	if !colour {
		s = ""
	}
	return s.Paint(term.Safe(word))
}

// oneLine makes a message safe to show and keeps it on one line.
func oneLine(s string) string {
	return term.Safe(strings.TrimRight(s, "\n")).String()
}
