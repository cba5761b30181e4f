package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/itchyny/gojq"
)

// The limits of a jq program: its length, and for each input its running time
// and the bytes it puts out.
const (
	maxJQ       = 1 << 10
	maxJQTime   = 100 * time.Millisecond
	maxJQOutput = 10 << 20
)

// JQError says why a jq program was refused, or failed on an input.
type JQError struct{ Reason string }

func (e *JQError) Error() string { return "jq: " + e.Reason }

// JQ is a program of the jq language. It sees its input and nothing else: no
// environment, no modules, no files.
type JQ struct{ code *gojq.Code }

// NewJQ compiles a program; its error is a *JQError.
func NewJQ(expr string) (*JQ, error) {
	if len(expr) > maxJQ {
		return nil, &JQError{fmt.Sprintf("the program is longer than %d bytes", maxJQ)}
	}
	query, err := gojq.Parse(expr)
	if err != nil {
		return nil, &JQError{err.Error()}
	}
	code, err := gojq.Compile(query)
	if err != nil {
		return nil, &JQError{err.Error()}
	}
	return &JQ{code}, nil
}

// Run gives v, a value that encodes to JSON, to the program and calls yield
// with each of its outputs as JSON on one line, in which hidden characters are
// escaped as in the Delivery object. A *JQError is the program's or a limit's;
// an error of yield or ctx ends the run and is returned as it is.
func (q *JQ) Run(ctx context.Context, v any, yield func([]byte) error) error {
	input, err := jqInput(v)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, maxJQTime)
	defer cancel()
	size := 0
	outputs := q.code.RunWithContext(limited, input)
	for {
		output, ok := outputs.Next()
		if !ok {
			return nil
		}
		if err, ok := output.(error); ok {
			return jqError(ctx, err)
		}
		line, err := gojq.Marshal(output)
		if err != nil {
			return &JQError{err.Error()}
		}
		if size += len(line); size > maxJQOutput {
			return &JQError{fmt.Sprintf("more than %d MiB of output", maxJQOutput>>20)}
		}
		if err := yield(EscapeJSON(line)); err != nil {
			return err
		}
	}
}

// jqInput turns v into what gojq takes. Numbers stay as they are written.
func jqInput(v any) (any, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var input any
	if err := dec.Decode(&input); err != nil {
		return nil, err
	}
	return input, nil
}

// jqError names the limit where it was one. halt ends a program quietly.
func jqError(ctx context.Context, err error) error {
	var halt *gojq.HaltError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return &JQError{fmt.Sprintf("not done after %v", maxJQTime)}
	case errors.As(err, &halt) && halt.Value() == nil:
		return nil
	}
	return &JQError{err.Error()}
}
