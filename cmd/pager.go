package cmd

import (
	"bytes"
	"errors"
	"os/exec"
	"runtime"
	"strings"

	"github.com/hooks-cli/hooks/term"
)

// page writes a text for people, through their pager where one is named, stdout is
// a terminal and the text is longer than that.
func (a *app) page(text []byte) error {
	pager := a.wishedPager()
	if pager == "" || pager == "cat" || a.noPager || a.json || a.getenv("TERM") == "dumb" || !a.outgrows(text) {
		return a.write(text)
	}
	c := shellLine(pager)
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(text), a.stdout, a.stderr
	c.Env = a.pagerEnviron()
	_, release := a.signals() // while it runs, ctrl-C is the pager's
	defer release()
	err := c.Run()
	if exit := (*exec.ExitError)(nil); err == nil || errors.As(err, &exit) && exit.ExitCode() < notRunnable {
		return nil // how it ended is between it and its user
	}
	a.warn("the pager %q cannot be run: %s; --no-pager does without", cut(pager), cause(err))
	return a.write(text)
}

// notRunnable is the first exit code by which a shell says that it could not run
// the command (POSIX sh, 2.8.2).
const notRunnable = 126

// wishedPager is the pager that the environment names.
func (e *env) wishedPager() string {
	return strings.TrimSpace(orElse(e.getenv("HOOKS_PAGER"), e.getenv("PAGER")))
}

// pagerLine is the pager of the terminal UI, which needs one.
func (e *env) pagerLine() string {
	standard := "less"
	if runtime.GOOS == "windows" {
		standard = "more"
	}
	return orElse(e.wishedPager(), standard)
}

// pagerEnviron leaves less on the screen what was shown, as git and gh do.
func (e *env) pagerEnviron() []string {
	environ := e.environ()
	for name, value := range map[string]string{"LESS": "FRX", "LV": "-c"} {
		if _, set := e.lookup(name); !set {
			environ = append(environ, name+"="+value)
		}
	}
	return environ
}

// outgrows tells whether a text is longer than the terminal on stdout.
func (a *app) outgrows(text []byte) bool {
	if !isTerminal(a.stdout) {
		return false
	}
	columns, rows := size(a.stdout)
	for line := range bytes.Lines(text) {
		rows -= 1 + max(0, term.Width(term.SafeBody(term.Plain(string(line))))-1)/columns
	}
	return rows <= 0 // the prompt has one
}

// shellLine is a command line of the user's, as a shell takes it: its name may
// have arguments, to which others are added.
func shellLine(line string, args ...string) *exec.Cmd {
	if runtime.GOOS != "windows" {
		return exec.Command("sh", append([]string{"-c", line + ` "$@"`, "sh"}, args...)...)
	}
	words := append(strings.Fields(line), args...)
	return exec.Command(words[0], words[1:]...)
}
