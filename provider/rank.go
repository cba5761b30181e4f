package provider

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/sign"
)

// ranked is a candidate with what the message shows of it beside its
// signature.
type ranked struct {
	*Profile
	headers, body int
}

// rank puts the likeliest candidate first.
func rank(m *sign.Message, found []*Profile) []ranked {
	out := make([]ranked, len(found))
	for i, p := range found {
		out[i].Profile = p
		if base := slices.IndexFunc(found[:i], p.signsAs); base >= 0 {
			out[i].headers, out[i].body = out[base].headers, out[base].body
		} else {
			out[i].headers, out[i].body = p.Scheme.Shown(m)
		}
	}
	slices.SortStableFunc(out, closest)
	return out
}

// closest orders by what the message shows beside its signature, then by how
// well the provider is known, then by name. One that is another under a name of
// its own comes behind that other.
func closest(a, b ranked) int {
	return cmp.Or(
		cmp.Compare(b.headers, a.headers),
		cmp.Compare(b.body, a.body),
		cmp.Compare(min(len(a.Like), 1), min(len(b.Like), 1)),
		cmp.Compare(a.doubt(), b.doubt()),
		strings.Compare(a.ID, b.ID),
	)
}

// alike are the candidates that only their evidence or name puts behind the
// first one.
func alike(ranks []ranked) []*Profile {
	var out []*Profile
	for _, r := range ranks[1:] {
		if r.headers == ranks[0].headers && r.body == ranks[0].body && !r.isTwin() {
			out = append(out, r.Profile)
		}
	}
	return out
}

// keyTwins are the candidates of which the key says as much as of p: they sign
// the same text in the same way, the same key is known for them, and nothing
// else in the message tells them apart.
func keyTwins(p *Profile, ranks []ranked, keysFor func(*Profile) sign.Keys) []*Profile {
	at := slices.IndexFunc(ranks, func(r ranked) bool { return r.Profile == p })
	var out []*Profile
	for _, r := range ranks {
		q := r.Profile
		if q != p && !q.isTwin() && r.headers == ranks[at].headers && r.body == ranks[at].body && q.signsLike(p) && sameKeys(keysFor(p), keysFor(q)) {
			out = append(out, q)
		}
	}
	return out
}

// signsLike is true when the same key may have made the same signature for both.
func (p *Profile) signsLike(q *Profile) bool {
	a, b := p.Scheme.Spec(), q.Scheme.Spec()
	common := slices.ContainsFunc(a.Alg, func(alg string) bool { return slices.Contains(b.Alg, alg) })
	return common && slices.Equal(a.Content, b.Content) && a.Enc == b.Enc && a.Key == b.Key && a.Code == b.Code
}

// list names providers, the first few of them.
func list(profiles []*Profile) string {
	const most = 3
	var b strings.Builder
	for i, p := range profiles[:min(len(profiles), most)] {
		switch {
		case i == 0:
		case i == len(profiles)-1:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(p.ID)
	}
	if more := len(profiles) - most; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}
