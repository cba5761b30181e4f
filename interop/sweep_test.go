package interop

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
)

// sweepBytes are put in place of, and before, each byte of a header.
const sweepBytes = " ,;=.+-\"0A9fv~"

// TestEveryByte changes every byte of every header of the scheme in many ways.
// Both sides agree on each of the results, or the table of differences has a
// row that says why not.
func TestEveryByte(t *testing.T) {
	for _, l := range libraries(t) {
		t.Run(l.provider, func(t *testing.T) {
			changes, explained := 0, 0
			for _, name := range l.headers {
				first := signTheirs(t, l, []byte(aBody), time.Now(), l.secret)
				value, _ := first.Headers.Get(name)
				for at := range len(value) + 1 {
					// Signed anew, so that nothing is stale at the end.
					m := signTheirs(t, l, []byte(aBody), time.Now(), l.secret)
					before, _ := m.Headers.Get(name)
					for _, after := range changesAt(before, at) {
						changes++
						ours, theirs := judge(t, l, with(m, name, after), l.secret)
						if (ours == "") == (theirs == "") {
							continue
						}
						if explanation(l, before, after, ours == "") == "" {
							t.Errorf("%s: %q for %q\n ours: %s\ntheirs: %s", name, after, before, verdict(ours), verdict(theirs))
						}
						explained++
					}
				}
			}
			if changes < 500 {
				t.Errorf("only %d changes", changes)
			}
			t.Logf("%d changes, %d differences", changes, explained)
		})
	}
}

// changesAt replaces, removes, doubles and flips the byte at a place, and puts
// others before it.
func changesAt(value string, at int) []string {
	var all []string
	if at < len(value) {
		rest := value[at+1:]
		flipped := strings.Map(flipCase, value[at:at+1])
		all = append(all, value[:at]+rest, value[:at]+value[at:at+1]+value[at:], value[:at]+flipped+rest, value[:at], value[at:])
		for _, c := range sweepBytes {
			all = append(all, value[:at]+string(c)+rest)
		}
	}
	for _, c := range sweepBytes {
		all = append(all, value[:at]+string(c)+value[at:])
	}
	return slices.DeleteFunc(all, func(changed string) bool { return changed == value })
}

func flipCase(r rune) rune {
	if unicode.IsUpper(r) {
		return unicode.ToLower(r)
	}
	return unicode.ToUpper(r)
}

// explanation is the name of the difference that makes after as good as before
// for one side only, or "".
func explanation(l *library, before, after string, oursAccepts bool) string {
	laxer := "theirs"
	if oursAccepts {
		laxer = "ours"
	}
	for _, d := range differences() {
		f := spellings()[d.name]
		if f != nil && d.laxer == laxer && slices.Contains(d.in, l.provider) && (f(after) == before || f(after) == f(before)) {
			return d.name
		}
	}
	return ""
}

// spellings undo, for some rows of the table of differences, what the row is
// about.
func spellings() map[string]func(value string) string {
	return map[string]func(string) string{
		"a plus sign before the timestamp": func(s string) string { return strings.Replace(s, "+1", "1", 1) },
		"a zero before the timestamp":      func(s string) string { return strings.Replace(s, "01", "1", 1) },
		"text behind the signature":        func(s string) string { return strings.TrimSuffix(s, ",") },
		"base64 without its padding":       func(s string) string { return strings.TrimRight(s, " =") },
		"capital hex digits":               strings.ToLower,
		"a space behind the separator":     func(s string) string { return strings.ReplaceAll(s, " ", "") },
		"an empty item":                    func(s string) string { return strings.Trim(strings.ReplaceAll(s, ";;", ";"), ";") },
	}
}

// TestSpellingsAreDifferences: a row that was renamed or dropped explains
// nothing any more.
func TestSpellingsAreDifferences(t *testing.T) {
	for name := range spellings() {
		if !slices.ContainsFunc(differences(), func(d difference) bool { return d.name == name }) {
			t.Errorf("no difference is called %q", name)
		}
	}
}
