package provider

import (
	"path/filepath"
	"slices"

	"github.com/hooks-cli/hooks/sign"
)

// risks are what is unwise about a file that works: what its signature does not
// vouch for, and other files that it has to do with.
func (r *Registry) risks(p *Profile, doc *document) []*FileError {
	out := slices.Concat(coverageRisks(p, doc), timeRisks(p, doc), r.neighbours(p, doc))
	if slices.Contains(p.Scheme.Spec().Alg, "rsa-sha1") {
		out = append(out, doc.risk(&advice{"two texts with one SHA-1 can be made: rsa-sha1 does not hold", "alg: rsa-sha256, if the sender has it"}, "alg", "code", "like"))
	}
	return out
}

// riskFixes say what to do about the limits of a scheme, by their labels; those
// that are not here are no risk, or said by timeRisks.
func riskFixes() map[string]string {
	return map[string]string{
		"token only":             "sign the body, if the sender can",
		"integrity only":         "alg: hmac-sha256, if the sender has it",
		"body not covered":       "have {body} in what is signed",
		"parts of the body only": "use the signed parts alone",
		"replay not limited":     "let the receiver remember the ids that it has seen",
		"id not covered":         "have {id} in what is signed, if the sender does",
	}
}

func coverageRisks(p *Profile, doc *document) (out []*FileError) {
	fixes := riskFixes()
	for _, limit := range p.Scheme.Coverage().Limits {
		fix, ok := fixes[limit.Label]
		switch {
		case !ok:
		case limit.Label == "replay not limited" && p.Scheme.Spec().TS != nil:
			risk := &advice{"the timestamp is not signed: a fresh one makes an old message new", "have {ts} in what is signed, if the sender does"}
			out = append(out, doc.risk(risk, "ts", "content", "like"))
		default:
			out = append(out, doc.risk(&advice{limit.Means, fix}, "content", "jwt", "http-signatures", "code", "alg", "like"))
		}
	}
	all := p.Scheme.Alternatives()
	if slices.ContainsFunc(all, func(other []string) bool { return less(other, all[0]) }) {
		risk := &advice{"a message may match an alternative that signs less than the first", "leave out the weaker one, if the sender has stopped to use it"}
		out = append(out, doc.risk(risk, "content", "like"))
	}
	return out
}

// less is true when one alternative leaves out what another vouches for.
func less(other, first []string) bool {
	return slices.ContainsFunc(first, func(part string) bool { return !slices.Contains(other, part) })
}

func timeRisks(p *Profile, doc *document) (out []*FileError) {
	ts := p.Scheme.Spec().TS
	if ts == nil || !slices.Contains(p.Scheme.Covers(), sign.CoversTimestamp) {
		return nil
	}
	if ts.Tolerance == 0 {
		out = append(out, doc.risk(&advice{"the timestamp has no tolerance: a message of any age is valid", "ts: { unit: " + ts.Unit + ", tolerance: 300s }"}, "ts", "like"))
	}
	if ts.Optional {
		out = append(out, doc.risk(&advice{"a message without its timestamp is valid at any time", "leave out optional, if the sender always has one"}, "ts", "like"))
	}
	return out
}

// neighbours looks at the other providers that a file names, replaces, or is
// hidden by.
func (r *Registry) neighbours(p *Profile, doc *document) (out []*FileError) {
	ids := r.IDs()
	for _, field := range []string{"fallback", "yields_to"} {
		v, ok := doc.place(field)
		if !ok {
			continue
		}
		names, _ := v.texts()
		for i, name := range names {
			if name != p.ID && !slices.Contains(ids, name) {
				out = append(out, v.item(i).wrong(&UnknownError{ID: name, Known: ids})...)
			}
		}
	}
	return append(out, r.namesakes(p.ID, doc)...)
}

// namesakes are the other files of that name: one is read, the nearest.
func (r *Registry) namesakes(id string, doc *document) (out []*FileError) {
	here := slices.IndexFunc(r.sources, func(s source) bool { return s.dir != "" && samePath(s.path(id+extension), doc.file) })
	for i, src := range r.sources {
		f, err := src.files.Open(id + extension)
		if err != nil {
			continue
		}
		f.Close()
		switch {
		case i == here || samePath(src.path(id+extension), doc.file):
		case i < here:
			what := "this is never read: " + src.path(id+extension) + " is nearer"
			out = append(out, doc.risk(&advice{what, "give one of them another name"}, "id"))
		case src.dir == "":
			what := "this takes the place of the " + id + " that is built in"
			out = append(out, doc.risk(&advice{what, "give it another name to have both"}, "id"))
		}
	}
	return out
}

func samePath(a, b string) bool {
	x, err := filepath.Abs(a)
	y, wrong := filepath.Abs(b)
	return err == nil && wrong == nil && x == y
}
