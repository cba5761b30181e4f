package cmd

import (
	"slices"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/check"
	"github.com/hooks-cli/hooks/store"
)

func TestEditsBetween(t *testing.T) {
	tests := []struct {
		name, before, after string
		want                []string
	}{
		{"a value", `{"a":{"b":1},"c":2}`, `{"a":{"b":"x"},"c":2}`, []string{"--set", `a.b="x"`}},
		{"digits stay", `{"a":1}`, `{"a":9007199254740993}`, []string{"--set", "a=9007199254740993"}},
		{"a member more, one less", `{"a":1,"b":2}`, `{"c":[1],"a":1}`, []string{"--set", "c=[1]", "--unset", "b"}},
		{"items less", `[1,2,3,4]`, `[1,4]`, []string{"--unset", "2", "--unset", "1"}},
		{"an item more", `[1]`, `[1,2]`, []string{"--data", `[1,2]`}},
		{"order alone", `{"a":1,"b":2}`, `{"b":2,"a":1}`, []string{"--data", `{"b":2,"a":1}`}},
		{"a name with =", `{"a=b":1}`, `{"a=b":2}`, []string{"--data", `{"a=b":2}`}},
		{"names with dots and brackets", `{"a.b":{"c[0]":1}}`, `{"a.b":{"c[0]":2}}`, []string{"--set", `a\.b.c\[0\]=2`}},
		{"not JSON any more", `{"a":1}`, `{"a":`, []string{"--data", `{"a":`}},
		{"text", "x=1", "x=2", []string{"--data", "x=2"}},
		{"the whole value", `1`, `2`, []string{"--data", "2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := editsBetween([]byte(tt.before), []byte(tt.after))
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
		})
	}
	for _, body := range []string{"@file", "-", "a\x00b", "\xff"} {
		if flags, err := editsBetween(nil, []byte(body)); err == nil {
			t.Errorf("%q is %q", body, flags)
		}
	}
	if _, err := revise([]byte("{}"), []string{"--to", "x"}); err == nil {
		t.Error("--to changes a payload")
	}
}

// Whatever is edited, the flags make it: the same JSON, or the same bytes.
func FuzzEditsBetween(f *testing.F) {
	f.Add(`{"a":[1,{"b":2}],"c":"d"}`, `{"a":[{"b":3}],"e":null}`)
	f.Add(`[{"a":1},{"a":2},{"a":3}]`, `[{"a":3}]`)
	f.Add("text", `{"a":1}`)
	f.Fuzz(func(t *testing.T, before, after string) {
		flags, err := editsBetween([]byte(before), []byte(after))
		if err != nil {
			return
		}
		made, err := revise([]byte(before), flags)
		if err != nil {
			t.Fatalf("%q: %v", flags, err)
		}
		if changes, ok := store.CompareJSON(made, []byte(after)); string(made) != after && (!ok || len(changes) > 0) {
			t.Errorf("%q make %q, not %q", flags, made, after)
		}
	})
}

func TestBreaksAreFlagsOfTrigger(t *testing.T) {
	a := bareApp(t)
	seen := map[string]bool{}
	for _, words := range breaks() {
		if err := newTriggerCmd(a).ParseFlags(words); err != nil || seen[strings.Join(words, " ")] {
			t.Errorf("trigger does not take %q, or it is twice: %v", words, err)
		}
		seen[strings.Join(words, " ")] = true
	}
	for _, words := range [][]string{{"--tamper"}, {"--duplicate", "2"}, {"--bad-signature", check.SignatureKinds()[0]}} {
		if !seen[strings.Join(words, " ")] {
			t.Errorf("%q is not offered", words)
		}
	}
	if a.editorLine() != defaultEditor() || a.pagerLine() == "" {
		t.Error("without settings there is no editor, or no pager")
	}
}
