package cmd

import (
	"crypto/rand"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"

	"golang.org/x/term"

	"github.com/hooks-cli/hooks/crash"
)

// env is everything outside the program that a command may touch. Below this
// package nobody reads the environment, the clock or the standard streams.
type env struct {
	version string
	args    []string
	dir     string // the working directory

	stdin  *os.File
	stdout *os.File
	stderr *os.File

	lookup func(name string) (string, bool) // an environment variable
	// environ is the environment of what is started, as NAME=value.
	environ func() []string
	now     func() time.Time
	random  io.Reader // unpredictable bytes, for secrets
	// signals delivers interrupts; the first asks to end, the second insists.
	signals func() (ch <-chan os.Signal, stop func())
	// proxy names the proxy of a URL; nil uses none.
	proxy func(*url.URL) (*url.URL, error)
	// crashed is told of goroutines that panicked; nil lets the process die of it.
	crashed crash.Handler
}

// getenv returns a variable's value, "" where it is not set.
func (e *env) getenv(name string) string {
	value, _ := e.lookup(name)
	return value
}

// inCI tells whether a machine runs the program: nobody can be asked there, and
// nobody looks at what moves.
func (e *env) inCI() bool {
	value := e.getenv("CI")
	return value != "" && value != "false" && value != "0"
}

// isTerminal tells whether f is a terminal.
func isTerminal(f *os.File) bool { return f != nil && term.IsTerminal(int(f.Fd())) }

// size returns the terminal's columns and rows, 80x24 where f is none.
func size(f *os.File) (columns, rows int) {
	columns, rows, err := term.GetSize(int(f.Fd()))
	if err != nil || columns <= 0 || rows <= 0 {
		return 80, 24
	}
	return columns, rows
}

// wishedColumns is the width that COLUMNS asks for.
func (e *env) wishedColumns() (int, bool) {
	n, err := strconv.Atoi(e.getenv("COLUMNS"))
	return n, err == nil && n > 0
}

// systemEnv is the real world.
func systemEnv(version string) *env {
	dir, err := os.Getwd()
	if err != nil {
		dir = "."
	}
	return &env{
		version: version,
		args:    os.Args[1:],
		dir:     dir,
		stdin:   os.Stdin,
		stdout:  os.Stdout,
		stderr:  os.Stderr,
		lookup:  os.LookupEnv,
		environ: os.Environ,
		now:     time.Now,
		random:  rand.Reader,
		signals: interrupts,
		proxy:   func(u *url.URL) (*url.URL, error) { return http.ProxyFromEnvironment(&http.Request{URL: u}) },
	}
}
