package sign

import "fmt"

// UnknownError is a word that has no meaning where it stands.
type UnknownError struct {
	What  string   // what kind of word was wanted: algorithm, placeholder, …
	Word  string   // the word that was given
	Known []string // the words that have a meaning
}

func (e *UnknownError) Error() string { return fmt.Sprintf("unknown %s %q", e.What, e.Word) }

// Unknown returns the word and those that would have been understood.
func (e *UnknownError) Unknown() (word string, known []string) { return e.Word, e.Known }

func names[S ~string](words []S) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return out
}
