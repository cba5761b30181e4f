package store

import (
	"strings"
	"testing"
)

// containsLower says what looking for the part in the text in small letters
// says, whatever the two are.
func FuzzContainsLower(f *testing.F) {
	for _, seed := range [][2]string{{"Payment.Succeeded", "payment"}, {"ÜBER", "über"}, {"K", "k"}, {"a\xffB", "b"}, {"caf\xe9", "\xe9"}, {"dlv_01H", "[lv_"}, {"@x", "`"}, {"", ""}, {"İ", "i"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, s, part string) {
		if hasCapital(part) {
			return
		}
		want := strings.Contains(s, part) || strings.Contains(strings.ToLower(s), part)
		if got := containsLower(s, part); got != want {
			t.Errorf("%q in %q: %t, want %t", part, s, got, want)
		}
	})
}

// A bare text that no id could hold is not looked for in ids; any other is.
func TestBareTextInIDs(t *testing.T) {
	d := &Delivery{ID: "dlv_01HZX4QWERTY0123456789ABCD", Event: &Event{ID: "evt_01HZX4ZZZZZZ0123456789ABCD"}}
	for text, want := range map[string]bool{"dlv_01h": true, "DLV_": false, "4qwerty": true, "4QW": true, "evt_01hzx4z": true, "v_0": true, "abcd": true,
		"invoice": false, "u": false, "dlv_01hzx4qwerty0123456789abcd": true, "dlv_01hzx4qwerty0123456789abcde": false} {
		f, err := ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Match(d); got != want {
			t.Errorf("%s: %t, want %t", text, got, want)
		}
	}
}
