package tui

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	for line, want := range map[string][]string{
		"":                              nil,
		"  log   --limit 3 ":            {"log", "--limit", "3"},
		"hooks show 12":                 {"show", "12"},
		`trigger a --set 'x=two words'`: {"trigger", "a", "--set", "x=two words"},
		`trigger a --set "x=it's"`:      {"trigger", "a", "--set", "x=it's"},
		`a\ b '' c`:                     {"a b", "", "c"},
		"$(rm -rf x) ; `y`":             {"$(rm", "-rf", "x)", ";", "`y`"},
	} {
		got, err := split(line)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%q: %v\n%s", line, err, diff)
		}
	}
	for _, line := range []string{"'", `"a`, `a\`} {
		if words, err := split(line); err == nil {
			t.Errorf("%q gives %q", line, words)
		}
	}
}

func FuzzQuotedWordsAreReadAgain(f *testing.F) {
	f.Add("a b", "it's", `\`)
	f.Fuzz(func(t *testing.T, a, b, c string) {
		words := []string{"x", a, b, c}
		got, err := split(quoted(words))
		// A byte that is not UTF-8 cannot be typed and becomes U+FFFD.
		if err != nil || cmp.Diff([]rune(a), []rune(got[1])) != "" || len(got) != len(words) {
			t.Errorf("%q becomes %q, %v", words, got, err)
		}
	})
}
