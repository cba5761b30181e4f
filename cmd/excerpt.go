package cmd

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hooks-cli/hooks/term"
)

// excerpt is the line of a file that an error is about, and the place in it.
type excerpt struct {
	line   string // "" shows nothing
	row    int    // its number, from 1; 0 where it is not to be looked up
	column int    // from 1, in characters
}

// How much of a line is shown, and how far to the right its place may be.
const (
	excerptWidth  = 72
	excerptBefore = 40
)

// lines are what is shown: the line, and the spaces up to the place.
func (x excerpt) lines() (line, before string) {
	text := []rune(strings.ReplaceAll(strings.TrimRight(x.line, " \t\r\n"), "\t", " "))
	at := min(max(x.column-1, 0), len(text))
	from := max(0, at-excerptBefore)
	to := min(len(text), from+excerptWidth)
	shown := term.Safe(string(text[from:at]))
	return shown.String() + term.Safe(string(text[at:to])).String(), strings.Repeat(" ", term.Width(shown))
}

// quote writes the line of a mistake in a list, with a caret below its place.
func (a *app) quote(w io.Writer, x excerpt) {
	if x.line == "" {
		return
	}
	line, before := x.lines()
	fmt.Fprintf(w, "  %s\n  %s%s\n", line, before, painted(a.colourOut, term.Red, "^"))
}

// excerptFor is the excerpt of an error, which needs none if it names a word.
func excerptFor(err error, line string, column int) excerpt {
	var named unknown
	if errors.As(err, &named) {
		if word, _ := named.Unknown(); word != "" {
			return excerpt{}
		}
	}
	return excerpt{line: line, column: column}
}

// excerptOf is a line of a file that may hold secrets: what stands in the same
// part of the file as one is not shown. What is missing at the end of the file
// is missing behind its last line.
func excerptOf(text string, row, column int) excerpt {
	lines := strings.Split(strings.TrimRight(text, " \t\r\n"), "\n")
	if row > len(lines) {
		row = len(lines)
		column = len(lines[row-1]) + 1
	}
	first := max(row-1, 0)
	for first > 0 && strings.IndexAny(lines[first]+" ", " \t-#") == 0 {
		first-- // what is not indented begins a part
	}
	if row == 0 || mayBeSecret(strings.Join(lines[first:row], "\n")) {
		return excerpt{}
	}
	return excerpt{line: lines[row-1], column: column}
}

// mayBeSecret is true of text that speaks of secrets, and of URLs with a
// password.
func mayBeSecret(text string) bool {
	lower := strings.ToLower(text)
	for _, word := range []string{"secret", "whsec_", "whsk_", "password", "token", "-----begin", "authorization"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	_, behind, found := strings.Cut(lower, "://")
	return found && strings.Contains(behind, "@")
}
