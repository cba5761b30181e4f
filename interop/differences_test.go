package interop

import (
	"slices"
	"testing"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// difference is a message that one side accepts and the other refuses, and
// why that is left so. The test fails when either side changes its mind, so
// the table stays true.
type difference struct {
	name   string
	laxer  string   // who accepts it: ours or theirs
	in     []string // whose schemes; every message is signed anew
	secret func(l *library) string
	of     func(t testing.TB, l *library) *sign.Message
	why    string
}

func differences() []difference {
	return slices.Concat(theirTimes(), theirHeaders(), theirSecrets(), ourSpelling(), ourLists(), ourRules())
}

func TestDifferences(t *testing.T) {
	for _, d := range differences() {
		for _, id := range d.in {
			t.Run(d.laxer+"/"+d.name+"/"+id, func(t *testing.T) {
				l := libraryOf(t, id)
				secret := l.secret
				if d.secret != nil {
					secret = d.secret(l)
				}
				ours, theirs := judge(t, l, d.of(t, l), secret)
				if (ours == "") != (d.laxer == "ours") || (theirs == "") != (d.laxer == "theirs") {
					t.Errorf("only %s should accept it (%s)\n ours: %s\ntheirs: %s", d.laxer, d.why, verdict(ours), verdict(theirs))
				}
			})
		}
	}
}

// TestDifferencesAreNamedOnce, because the sweep refers to them by name.
func TestDifferencesAreNamedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range differences() {
		if seen[d.name] || d.why == "" || len(d.in) == 0 {
			t.Errorf("%q: twice, without a reason, or nobody's", d.name)
		}
		seen[d.name] = true
	}
}

func signedNow(t testing.TB, l *library) *sign.Message {
	t.Helper()
	return signTheirs(t, l, []byte(aBody), time.Now(), l.secret)
}

// edited is a message whose header value is rewritten after it was signed.
func edited(header func(l *library) string, f func(value string) []string) func(testing.TB, *library) *sign.Message {
	return func(t testing.TB, l *library) *sign.Message {
		m := signedNow(t, l)
		value, _ := m.Headers.Get(header(l))
		return with(m, header(l), f(value)...)
	}
}

func ofSignature(l *library) string { return l.sig }

func ofFirst(l *library) string { return l.headers[0] }
