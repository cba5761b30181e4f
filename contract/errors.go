package contract

import (
	"fmt"
	"strconv"
)

// Error is a mistake in a test file.
type Error struct {
	File         string
	Line, Column int
	Message      string
	Fix          string // what to do, "" where the message says it

	word  string
	known []string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Unknown returns a word that is not known, and those that are.
func (e *Error) Unknown() (word string, known []string) { return e.word, e.known }

// StartError is a consumer that cannot be started.
type StartError struct{ Err error }

func (e *StartError) Error() string { return "cannot start the consumer: " + e.Err.Error() }
func (e *StartError) Unwrap() error { return e.Err }

// ReadyError is a consumer that was started and is not ready.
type ReadyError struct {
	Waited string // for what
	Why    string
	Ended  bool   // it ended by itself
	Output string // the end of what it printed
}

func (e *ReadyError) Error() string {
	return "the consumer is not ready: " + e.Why + " (waited for " + e.Waited + ")"
}

// quoteLimit is how much of a word a message repeats.
const quoteLimit = 100

func quote(s string) string {
	if len(s) > quoteLimit {
		s = s[:quoteLimit] + "…"
	}
	return strconv.Quote(s)
}
