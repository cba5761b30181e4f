package provider

import (
	"fmt"
	"slices"
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
	Line, Column int // from 1; 0 where the whole file is meant
	Err          error
}

func (e *FileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("%s:%d:%d: %v", e.File, e.Line, e.Column, e.Err)
}

func (e *FileError) Unwrap() error { return e.Err }

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
