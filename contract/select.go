package contract

import (
	"path"
	"slices"
	"strings"
)

// Select is a choice of tests by name: a glob, or a part of the name. It
// returns the words that no test of the files has.
func Select(files []*File, words []string) (only func(name string) bool, missing []string) {
	if len(words) == 0 {
		return nil, nil
	}
	named := func(word, name string) bool {
		matched, err := path.Match(word, name)
		return err == nil && matched || strings.Contains(strings.ToLower(name), strings.ToLower(word))
	}
	for _, word := range words {
		if !slices.ContainsFunc(files, func(f *File) bool {
			return slices.ContainsFunc(f.Tests, func(t *Test) bool { return named(word, t.Name) })
		}) {
			missing = append(missing, word)
		}
	}
	return func(name string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return named(word, name) })
	}, missing
}

// Selected tells whether a file has a test that is made.
func (f *File) Selected(only func(string) bool) bool {
	return only == nil || slices.ContainsFunc(f.Tests, func(t *Test) bool { return only(t.Name) })
}

// Events are the event types that the file's steps trigger, as far as they are
// known before it is run.
func (f *File) Events() []string {
	var all []string
	for _, t := range f.Tests {
		for _, s := range t.Steps {
			if s.Verb != Trigger {
				continue
			}
			for _, word := range s.words() {
				if !holdsVariables(word) {
					all = append(all, word.text())
				}
			}
		}
	}
	return all
}
