package provider

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// UnknownError is a provider that nobody described.
type UnknownError struct {
	ID    string
	Known []string
}

func (e *UnknownError) Error() string { return fmt.Sprintf("unknown provider %q", e.ID) }

// Unknown returns the id and those that exist.
func (e *UnknownError) Unknown() (word string, known []string) { return e.ID, e.Known }

// FileError is a mistake in a provider's file.
type FileError struct {
	File         string
	Line, Column int    // from 1; 0 where the whole file is meant
	Source       string // the text of the line, "" where there is none
	Err          error
}

func (e *FileError) Error() string { return e.Place() + ": " + e.Message() }

// Place is file, line and column, as editors read it.
func (e *FileError) Place() string {
	if e.Line == 0 {
		return e.File
	}
	return fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column)
}

// maxMessage is how many bytes of a message are shown: it may quote the file.
const maxMessage = 400

// Message is the mistake without its place.
func (e *FileError) Message() string {
	text := e.Err.Error()
	if len(text) > maxMessage {
		return strings.ToValidUTF8(text[:maxMessage], "") + "…"
	}
	return text
}

// sourced adds the line of a file's text that err is about.
func sourced(err error, file string, text []byte) error {
	var e *FileError
	if !errors.As(err, &e) || e.File != file || e.Line == 0 || e.Source != "" {
		return err
	}
	for range e.Line - 1 {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	if line, _, _ := bytes.Cut(text, []byte("\n")); len(line) <= maxSource {
		e.Source = string(line)
	}
	return err
}

// maxSource is how long a line may be that an error repeats, in bytes.
const maxSource = 1000

func (e *FileError) Unwrap() error { return e.Err }

// earliest is the first mistake in the order of the text, or nil.
func earliest(wrong []*FileError) error {
	if len(wrong) == 0 {
		return nil
	}
	inTextOrder(wrong)
	return wrong[0]
}

// inTextOrder sorts mistakes as they stand in the file; those of the whole file
// come last.
func inTextOrder(wrong []*FileError) {
	slices.SortStableFunc(wrong, func(a, b *FileError) int {
		if (a.Line == 0) != (b.Line == 0) {
			return cmp.Compare(b.Line, a.Line)
		}
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// Fix is what to write instead, "" where the mistake says it or nobody knows.
func (e *FileError) Fix() string {
	var known interface{ Fix() string }
	if errors.As(e.Err, &known) {
		return known.Fix()
	}
	return ""
}

// advice is a mistake or a risk with what to do about it.
type advice struct{ what, fix string }

func (e *advice) Error() string { return e.what }

// Fix is what to do about it.
func (e *advice) Fix() string { return e.fix }

// wordError is a word in a file that has no meaning there.
type wordError struct {
	what, word string
	known      []string
}

func (e *wordError) Error() string { return fmt.Sprintf("unknown %s %q", e.what, e.word) }

// Unknown returns the word and those that would have been understood.
func (e *wordError) Unknown() (word string, known []string) { return e.word, e.known }

func oneOf(what, word string, known ...string) error {
	if slices.Contains(known, word) {
		return nil
	}
	return &wordError{what, word, known}
}
