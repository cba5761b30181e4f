package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/hooks-cli/hooks/store"
)

// maxPrinted is how much of what a command prints the terminal UI takes over.
const maxPrinted = 1 << 20

// staying are the commands that a line of the terminal UI does not run: they
// go on until they are interrupted, or draw on the terminal themselves.
var staying = map[string]string{
	"listen": "run hooks listen in another terminal", "dispatch": "run hooks dispatch in another terminal", "tui": "this is it",
}

// runWords runs a command for the terminal UI, on its store, without a
// terminal and without stdin. What a command that failed has said on stderr is
// the error.
func (a *app) runWords(ctx context.Context, st *store.Store, words []string) (string, error) {
	if why, stays := staying[words[0]]; stays {
		return "", errors.New(why)
	}
	var args []string
	if a.configPath != "" {
		args = append(args, "--config", a.configPath)
	}
	args = append(args, "--store", st.Dir(), "--color", "never", "--no-input")
	if err := ctx.Err(); err != nil {
		return "", err
	}
	out, err := newCapture()
	if err != nil {
		return "", err
	}
	problems, err := newCapture()
	if err != nil {
		out.end()
		return "", err
	}
	none, err := os.Open(os.DevNull)
	if err != nil {
		out.end()
		problems.end()
		return "", err
	}
	defer none.Close()
	inner := *a.env
	inner.args, inner.stdin, inner.stdout, inner.stderr = append(args, words...), none, out.w, problems.w
	inner.signals = func() (<-chan os.Signal, func()) { return interruptsOf(ctx) }
	code := run(&inner)
	printed, said := out.end(), a.unsaid(problems.end())
	if code != 0 {
		return printed, errors.New(orElse(strings.TrimRight(said, "\n"), fmt.Sprintf("exit code %d", code)))
	}
	return said + printed, nil
}

// unsaid is what a command has said without the warnings that the terminal UI
// began with.
func (a *app) unsaid(said string) string {
	a.warning.Lock()
	defer a.warning.Unlock()
	var b strings.Builder
	for line := range strings.Lines(said) {
		text, _ := strings.CutPrefix(strings.TrimRight(line, "\n"), "warning: ")
		if !slices.ContainsFunc(a.warned, func(known string) bool { return oneLine(known) == text }) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// interruptsOf is an interrupt when ctx ends.
func interruptsOf(ctx context.Context) (<-chan os.Signal, func()) {
	ch := make(chan os.Signal, 1)
	stop := context.AfterFunc(ctx, func() { ch <- os.Interrupt })
	return ch, func() { stop() }
}

// capture is a file that keeps what is written to it.
type capture struct {
	w    *os.File
	text strings.Builder
	done sync.WaitGroup
}

func newCapture() (*capture, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("run a command: %w", err)
	}
	c := &capture{w: w}
	c.done.Go(func() {
		defer r.Close()
		// A failed read ends what is kept; the command sees no error of it.
		io.Copy(&c.text, io.LimitReader(r, maxPrinted))
		io.Copy(io.Discard, r)
	})
	return c, nil
}

// end closes the file and returns what it got.
func (c *capture) end() string {
	c.w.Close()
	c.done.Wait()
	return c.text.String()
}
