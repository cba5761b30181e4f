package cmd

import (
	"bytes"
	"errors"
	"io"
	"os"
	"time"
)

// dataLimit is how large DATA from a file or stdin may be, in bytes.
const dataLimit = 32 << 20

// patience is how long a command reads before it says what it waits for.
const patience = 2 * time.Second

// file reads FILE, - being stdin, up to dataLimit.
func (a *app) file(name string) ([]byte, error) { return a.fileUpTo(name, dataLimit) }

// fileUpTo reads FILE to its end, however long a pipe takes: an interrupt ends
// it, and a person is told.
func (a *app) fileUpTo(name string, limit int64) ([]byte, error) {
	if name == "-" {
		if err := a.takeStdin("the data"); err != nil {
			return nil, err
		}
	}
	defer a.patiently(name)()
	f, err := a.openInput(name)()
	if err != nil {
		return nil, inputFailure(name, err)
	}
	defer f.Close()
	var buf bytes.Buffer
	if _, err := buf.ReadFrom(io.LimitReader(f, limit+1)); err != nil {
		return nil, inputFailure(name, err)
	}
	if int64(buf.Len()) > limit {
		return nil, usageError("%s is larger than %d MiB", name, limit>>20)
	}
	return buf.Bytes(), nil
}

// definition reads a file that defines something, - being stdin, and gives up
// on a pipe that nobody writes. Of one that is longer than limit a byte more is
// read, of which whoever reads it speaks.
func (a *app) definition(name string, wait time.Duration, limit int64) ([]byte, error) {
	defer a.patiently(name)()
	text, err := readWithin(wait, limit, a.openInput(name))
	if err != nil && !errors.Is(err, errTooLong) {
		return nil, inputFailure(name, err)
	}
	return text, nil
}

// openInput opens FILE, - being stdin. A terminal is refused: nobody there knows
// that something is waited for.
func (a *app) openInput(name string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		switch {
		case name != "-":
			return os.Open(name)
		case isTerminal(a.stdin):
			return nil, usageError("waiting for data on stdin, which is a terminal").withHint("give a FILE, or pipe the data in, as in: %s", a.example)
		}
		return io.NopCloser(a.stdin), nil
	}
}

// inputFailure words why FILE cannot be read.
func inputFailure(name string, err error) error {
	var worded *failure
	if errors.As(err, &worded) {
		return worded
	}
	return usageError("cannot read %s: %s", inputName(name), cause(err))
}

// patiently says that a command still reads, once that has taken a while: it
// may be a pipe that nobody writes. The caller calls stop when it has read.
func (a *app) patiently(name string) (stop func()) {
	timer := time.AfterFunc(patience, func() { a.note("still reading %s; ctrl-C ends it", inputName(name)) })
	return func() { timer.Stop() }
}

// inputName is what people call FILE.
func inputName(name string) string {
	if name == "-" {
		return "stdin"
	}
	return name
}
