package interop

import (
	"slices"
	"strings"
	"testing"

	"github.com/hooks-cli/hooks/sign"
)

// signature is the text behind the mark.
func signature(t testing.TB, l *library, m *sign.Message) string {
	t.Helper()
	value, _ := m.Headers.Get(l.sig)
	_, sig, ok := strings.Cut(value, l.mark)
	if !ok || sig == "" {
		t.Fatalf("%s: no signature behind %q in %q", l.provider, l.mark, value)
	}
	return sig
}

// withSignature returns a copy of m with another text behind the mark.
func withSignature(t testing.TB, l *library, m *sign.Message, sig string) *sign.Message {
	t.Helper()
	value, _ := m.Headers.Get(l.sig)
	return with(m, l.sig, strings.TrimSuffix(value, signature(t, l, m))+sig)
}

// with returns a copy of m in which a header has these values, or is gone.
func with(m *sign.Message, name string, values ...string) *sign.Message {
	out := *m
	out.Headers = slices.DeleteFunc(slices.Clone(m.Headers), func(h sign.Header) bool { return strings.EqualFold(h.Name, name) })
	for _, value := range values {
		out.Headers = append(out.Headers, sign.Header{Name: name, Value: value})
	}
	return &out
}

// withText returns a copy of m in which one of the scheme's headers has
// another text in place of old.
func withText(t testing.TB, l *library, m *sign.Message, old, replacement string) *sign.Message {
	t.Helper()
	for _, name := range l.headers {
		if value, _ := m.Headers.Get(name); strings.Contains(value, old) {
			return with(m, name, strings.Replace(value, old, replacement, 1))
		}
	}
	t.Fatalf("%s: no %q in %v", l.provider, old, m.Headers)
	return nil
}
