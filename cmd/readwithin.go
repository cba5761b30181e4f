package cmd

import (
	"errors"
	"io"
	"os"
	"time"
)

// readWait is how long a secret, a settings file or a provider's file may take
// to come: it may be a FIFO that nobody writes.
const readWait = 5 * time.Second

// Why readWithin has no text.
var (
	errNothingCame = errors.New("nothing to read within 5s")
	errTooLong     = errors.New("too long")
)

// readFile is readWithin of the file of that name.
func readFile(path string, limit int64) ([]byte, error) {
	return readWithin(readWait, limit, func() (io.ReadCloser, error) { return os.Open(path) })
}

// opener opens FILE, - being stdin.
func (a *app) opener(file string) func() (io.ReadCloser, error) {
	if file == "-" {
		return func() (io.ReadCloser, error) { return io.NopCloser(a.stdin), nil }
	}
	return func() (io.ReadCloser, error) { return os.Open(file) }
}

// textOf reads FILE as far as limit, and one byte more: who judges it speaks of
// that.
func (a *app) textOf(file string, limit int64) ([]byte, error) {
	text, err := readWithin(readWait, limit, a.opener(file))
	if err != nil && !errors.Is(err, errTooLong) {
		return nil, usageError("cannot read %s: %s", file, cause(err))
	}
	return text, nil
}

// readWithin reads up to limit bytes and gives up after wait. Opening a FIFO
// waits for its writer already, so that it counts, too. What waits is left
// behind: only the end of the program can end it.
func readWithin(wait time.Duration, limit int64, open func() (io.ReadCloser, error)) ([]byte, error) {
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		f, err := open()
		if err != nil {
			done <- result{nil, err}
			return
		}
		defer f.Close()
		text, err := io.ReadAll(io.LimitReader(f, limit+1))
		done <- result{text, err}
	}()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case r := <-done:
		if r.err == nil && int64(len(r.text)) > limit {
			r.err = errTooLong
		}
		return r.text, r.err
	case <-timer.C:
		return nil, errNothingCame
	}
}
