package sign

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// repair looks for headers that are the scheme's but for their names, judges
// the message as if they had the right ones, and searches on in that message.
func (x *explainer) repair(now time.Time) Verdict {
	m := *x.m
	m.Headers = slices.Clone(m.Headers)
	for _, f := range x.s.order {
		if f.place != InHeader || f.numbered || f.look(&m).value != "" || x.onlyShown(f) {
			continue
		}
		at := x.similar(&m, f)
		if at < 0 {
			continue
		}
		x.repairs = append(x.repairs, change{ClassHeader, fmt.Sprintf("with %s for %s", f.name, m.Headers[at].Name),
			fmt.Sprintf("no %s came, but %s", f.name, m.Headers[at].Name), "send " + f.name + " under its own name; a proxy or framework may rename it"})
		m.Headers[at].Name = f.name
	}
	if len(x.repairs) == 0 {
		return x.verdict
	}
	x.m = &m
	return x.s.Verify(x.m, x.k, now, x.o.Tolerance)
}

// onlyShown is true for a header that the scheme can do without.
func (x *explainer) onlyShown(f *field) bool {
	carries := func(fields []*field) bool { return slices.Contains(fields, f) }
	switch {
	case len(f.shapes) > 0, carries(x.s.times), carries(x.s.consts), carries(x.s.keyIDs):
		return false
	case carries(x.s.ids):
		return !x.s.signed[RoleID]
	case carries(x.s.nonces):
		return !x.s.signed[RoleNonce]
	}
	return true
}

// similar returns the index of the header that comes closest to f's name, -1
// if none is close. A header that is the scheme's own is somebody else's name.
func (x *explainer) similar(m *Message, f *field) int {
	for _, alike := range []func(a, b string) bool{
		func(a, b string) bool { return a == b },
		func(a, b string) bool { return bare(a) == bare(b) },
		func(a, b string) bool { return len(a) > 8 && oneSlip(a, b) },
		func(a, b string) bool { return len(bare(a)) > 8 && len(bare(b)) > 8 && related(bare(a), bare(b)) },
	} {
		for i, h := range m.Headers {
			if trim(h.Value) != "" && !x.own(h.Name) && alike(letters(h.Name), letters(f.name)) {
				return i
			}
		}
	}
	return -1
}

func (x *explainer) own(name string) bool {
	return slices.ContainsFunc(x.s.order, func(f *field) bool {
		return f.place == InHeader && (sameName(f.name, name) || f.numbered && f.numberedName(name))
	})
}

// bare takes off what gateways put before a name.
func bare(letters string) string {
	return strings.TrimPrefix(strings.TrimPrefix(letters, "http"), "x")
}

func related(a, b string) bool { return strings.HasSuffix(a, b) || strings.HasSuffix(b, a) }

// oneSlip is true for names that differ in one letter: changed, lost, added,
// or two swapped.
func oneSlip(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(b) && a[i] == b[i] {
		i++
	}
	switch len(a) - len(b) {
	case 0:
		return i < len(a) && (a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:])
	case 1:
		return a[i+1:] == b[i:]
	}
	return false
}

// signatureLike names a header that looks like a signature and is not the
// scheme's.
func (x *explainer) signatureLike() string {
	for _, h := range x.m.Headers {
		name := strings.ToLower(h.Name)
		if boring(name) || x.own(h.Name) || !signatureName(name) {
			continue
		}
		for _, text := range looseTexts(h.Value) {
			if slices.ContainsFunc(decodings(text, encHex), func(d decoding) bool { return len(d.raw) >= leastCut }) {
				return h.Name
			}
		}
	}
	return ""
}

func signatureName(lower string) bool {
	return slices.ContainsFunc([]string{"sign", "hmac", "digest", "hash", "mac"}, func(word string) bool { return strings.Contains(lower, word) })
}
