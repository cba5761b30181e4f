package cmd

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/hooks-cli/hooks/catalog"
	"github.com/hooks-cli/hooks/check"
	"github.com/hooks-cli/hooks/store"
)

// fewEdits is up to how many changes of a payload are written as --set each.
const fewEdits = 12

// revise is what --set, --unset and --data make of a payload.
func revise(body []byte, flags []string) ([]byte, error) {
	for i := 0; i+1 < len(flags); i += 2 {
		var e catalog.Edit
		var err error
		switch value := flags[i+1]; flags[i] {
		case "--data":
			body = []byte(value)
			continue
		case "--set":
			e, err = parseSet(value)
		case "--unset":
			e, err = parseUnset(value)
		default:
			err = fmt.Errorf("%s changes no payload", flags[i])
		}
		if err == nil {
			body, err = catalog.Apply(body, e)
		}
		if err != nil {
			return nil, err
		}
	}
	return body, nil
}

// editsBetween are the flags that make after of before: a --set or --unset for
// each value where that comes to the same JSON, else the whole as --data.
func editsBetween(before, after []byte) ([]string, error) {
	changes, ok := store.CompareJSON(before, after)
	if ok && len(changes) > 0 && len(changes) <= fewEdits {
		var flags []string
		for _, c := range backwards(changes) {
			if c.Kind == store.ChangeRemoved {
				flags = append(flags, "--unset", c.Path)
			} else {
				flags = append(flags, "--set", c.Path+"="+c.After)
			}
		}
		if made, err := revise(before, flags); err == nil && sameValue(made, after) {
			return flags, nil
		}
	}
	switch {
	case bytes.HasPrefix(after, []byte("@")) || string(after) == "-":
		return nil, fmt.Errorf("a body that begins with @ or is - alone means a file to --data: hooks send takes it on stdin")
	case !utf8.Valid(after) || bytes.IndexByte(after, 0) >= 0:
		return nil, fmt.Errorf("a body that is not text fits on no command line: hooks send --data @FILE")
	}
	return []string{"--data", string(after)}, nil
}

// backwards puts removals of the same list at the end and turns their order, so
// that one does not move the places of the next.
func backwards(changes []store.Change) []store.Change {
	var kept, removed []store.Change
	for _, c := range changes {
		if c.Kind == store.ChangeRemoved {
			removed = append([]store.Change{c}, removed...)
		} else {
			kept = append(kept, c)
		}
	}
	return append(kept, removed...)
}

// sameValue tells whether two JSON texts hold the same: the order of members
// does not count.
func sameValue(a, b []byte) bool {
	changes, ok := store.CompareJSON(a, b)
	return ok && len(changes) == 0
}

// breaks are the ways in which hooks trigger can misbehave, as flags.
func breaks() [][]string {
	all := [][]string{{"--tamper"}, {"--stale", "10m"}}
	for _, kind := range check.SignatureKinds() {
		all = append(all, []string{"--bad-signature", kind})
	}
	return append(all, []string{"--duplicate", "2"}, []string{"--duplicate", "2", "--burst", "2"}, []string{"--duplicate", "2", "--shuffle"},
		[]string{"--drop", "0.5"}, []string{"--delay", "2s"}, []string{"--body-cut", "10"}, []string{"--body-slow", "2s"})
}
