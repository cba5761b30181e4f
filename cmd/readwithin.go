package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// readWait is how long a secret, a settings file or a provider's file may take
// to come: it may be a FIFO that nobody writes.
const readWait = 5 * time.Second

// askWait is the same for what a person may have to be asked for before it comes
// through the pipe: a password manager's secret, a download.
const askWait = time.Minute

// Why readWithin has no text.
var (
	errNothingCame = errors.New("nothing to read")
	errTooLong     = errors.New("too long")
)

// readFile is readWithin of the file of that name.
func readFile(path string, limit int64) ([]byte, error) {
	return readWithin(readWait, limit, func() (io.ReadCloser, error) { return os.Open(path) })
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
		return nil, fmt.Errorf("%w within %s", errNothingCame, wait)
	}
}
