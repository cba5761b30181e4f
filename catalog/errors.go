package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Error is one mistake in a catalog file. Line and Column count from 1, the
// column in characters; both are 0 if the mistake has no place in the text.
type Error struct {
	File         string
	Line, Column int
	Message      string
	// Source is the text of the line, "" where there is none or it is long.
	Source string
	// Pointer, Expected and Got tell where a sample breaks its schema; all are
	// empty for other mistakes.
	Pointer, Expected, Got string
	// Fix is what to do about it, where the message does not say.
	Fix string

	word  string
	known []string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Message)
}

// Unknown returns the word that nobody knows and the words that could stand
// there; both are empty if the mistake is another one.
func (e *Error) Unknown() (word string, known []string) { return e.word, e.known }

// Errors are all the mistakes of one file, in the order of the text, at most
// 20 of them. It is never empty.
type Errors []*Error

func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap makes each of the mistakes visible to errors.As.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, one := range e {
		all[i] = one
	}
	return all
}

// Kinds of an UnknownError: about a catalog, and about an event type.
const (
	UnknownCatalog = "catalog"
	UnknownType    = "event type"
)

// UnknownError is a reference to something that no catalog has.
type UnknownError struct {
	Kind  string // UnknownCatalog, "event type", "example of …"
	Word  string
	Known []string
}

func (e *UnknownError) Error() string { return "unknown " + e.Kind + " " + quote(e.Word) }

// Unknown returns the word and what it could have been.
func (e *UnknownError) Unknown() (word string, known []string) { return e.Word, e.Known }

// AmbiguousError is a type that several catalogs know.
type AmbiguousError struct {
	Ref string
	// Choices are the references that are not ambiguous.
	Choices []string
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("event type %s is in several catalogs: %s", quote(e.Ref), strings.Join(e.Choices, ", "))
}

// RenderError is a call of Render that cannot be followed.
type RenderError struct{ Type, Message string }

func (e *RenderError) Error() string { return "event type " + quote(e.Type) + " " + e.Message }

// ErrNotJSON says that a text which is to be edited is not JSON.
var ErrNotJSON = errors.New("not JSON")

// ErrBadPatch says that a merge patch is not JSON. It is an ErrNotJSON, too.
var ErrBadPatch = fmt.Errorf("merge patch: %w", ErrNotJSON)

// PathError is a path that cannot be set or unset.
type PathError struct {
	Path    string
	Message string

	word  string
	known []string
}

func (e *PathError) Error() string { return "path " + quote(e.Path) + ": " + e.Message }

// Unknown returns the key that does not exist and those that do beside it.
func (e *PathError) Unknown() (word string, known []string) { return e.word, e.known }

// maxQuoted is how much of a foreign text an error repeats.
const maxQuoted = 200

// quote shows a text from outside in a message: escaped, and cut.
func quote(s string) string {
	runes := []rune(s[:min(len(s), 4*maxQuoted)])
	if len(runes) > maxQuoted {
		return strconv.Quote(string(runes[:maxQuoted]) + "…")
	}
	return strconv.Quote(s)
}

// cut shortens a text that is already fit to be shown.
func cut(s string) string {
	if runes := []rune(s); len(runes) > maxQuoted {
		return string(runes[:maxQuoted]) + "…"
	}
	return s
}

func sorted(words []string) []string {
	words = slices.Clone(words)
	slices.Sort(words)
	return slices.Compact(words)
}
