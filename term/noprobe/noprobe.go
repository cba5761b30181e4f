// Package noprobe keeps the terminal from being asked questions at start.
//
// The terminal library asks the terminal for its colours from an init of its
// own and waits up to five seconds for the answer, in every command of a
// program that merely links it. It does not ask a terminal called "dumb".
// So this package says TERM=dumb while the program initialises, and Restore,
// the first statement of the program, puts the real name back.
//
// Go initialises, of all packages whose imports are ready, the one with the
// smallest import path first. This package is ready as soon as os is, and its
// path sorts before os/exec, which the library needs: it always comes first.
// That ends with the first import beside os, so there must never be one.
package noprobe

import "os"

var (
	term string
	had  bool
)

func init() {
	term, had = os.LookupEnv("TERM")
	os.Setenv("TERM", "dumb")
}

// Restore gives TERM back the value that it had when the program started.
func Restore() {
	if had {
		os.Setenv("TERM", term)
		return
	}
	os.Unsetenv("TERM")
}
