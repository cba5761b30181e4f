package check

import (
	"fmt"
	"path"
	"slices"
)

// All are the checks in the order in which they are made.
func All() []Check {
	var all []Check
	for _, g := range []struct {
		name   string
		checks []Check
	}{{Accepts, accepts()}, {Rejects, rejects()}, {Replay, replays()}, {Robustness, robustness()}, {Timing, timing()}} {
		for _, c := range g.checks {
			c.Group = g.name
			if g.name == Rejects {
				c.make, c.want = wrong(c.make), refusedOr(c.harm)
			}
			all = append(all, c)
		}
	}
	return all
}

// Select takes the checks that a word of only names and none of skip does. A
// word is a check, a group, or a glob of checks; without any in only, all are
// taken. The error is an *UnknownError.
func Select(all []Check, only, skip []string) ([]Check, error) {
	for _, word := range slices.Concat(only, skip) {
		if !slices.ContainsFunc(all, func(c Check) bool { return c.named(word) }) {
			return nil, &UnknownError{word, words(all)}
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(c Check) bool {
		return len(only) > 0 && !slices.ContainsFunc(only, c.named) || slices.ContainsFunc(skip, c.named)
	}), nil
}

func (c Check) named(word string) bool {
	matched, err := path.Match(word, c.Name)
	return word == c.Group || err == nil && matched
}

func words(all []Check) []string {
	known := groups()
	for _, c := range all {
		known = append(known, c.Name)
	}
	return known
}

// UnknownError is a word that names no check.
type UnknownError struct {
	Word  string
	Known []string
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("no check or group is called %.60q", e.Word)
}

// Unknown returns the word, and the checks and groups that there are.
func (e *UnknownError) Unknown() (word string, known []string) { return e.Word, e.Known }
