package provider

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// Schemes returns every provider's scheme by its id, the best known first. One
// that is another under a name of its own comes behind all those.
func (r *Registry) Schemes() []sign.NamedScheme {
	profiles, _ := r.All()
	slices.SortStableFunc(profiles, func(a, b *Profile) int {
		return cmp.Or(cmp.Compare(min(len(a.Like), 1), min(len(b.Like), 1)), a.doubt()-b.doubt(), strings.Compare(a.ID, b.ID))
	})
	out := make([]sign.NamedScheme, len(profiles))
	for i, p := range profiles {
		out[i] = sign.NamedScheme{Name: p.ID, Scheme: p.Scheme}
	}
	return out
}

// Explain says why m is not valid as p's. It compares with every other
// provider, and where nothing matches it says if p itself is only assumed.
func (r *Registry) Explain(p *Profile, m *sign.Message, k sign.Keys, now time.Time, o sign.ExplainOptions) sign.Explanation {
	if o.Schemes == nil {
		o.Schemes = r.Schemes
	}
	e := p.Scheme.Explain(m, k, now, o)
	e.Fix = strings.ReplaceAll(e.Fix, sign.ProviderFile, p.describedIn())
	if !e.Found && e.Fix != "" && !p.Verified() {
		e.Fix += "; the description of " + p.ID + " is not confirmed: compare with a delivery you trust, or run hooks provider infer"
	}
	return e
}

// describedIn is where the user can say that the scheme is another one.
func (p *Profile) describedIn() string {
	switch {
	case p.File == "":
		return "the flags that describe it"
	case strings.HasPrefix(p.File, "built in "):
		return "a provider file of your own (hooks provider new my-" + p.ID + " --like " + p.ID + ")"
	}
	return p.File
}

// Infer looks for the scheme of captures, among the known providers first. See
// sign.Infer.
func (r *Registry) Infer(captures []sign.Message, secret string, o sign.InferOptions) (sign.Inference, error) {
	if o.Schemes == nil {
		o.Schemes = r.Schemes
	}
	return sign.Infer(captures, secret, o)
}
