package provider

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// Recognise finds whose message m is, from its headers and shape, and where
// several providers look alike from the keys that keysFor knows. It returns
// nil when nobody's is certain enough, and why.
func (r *Registry) Recognise(m *sign.Message, keysFor func(*Profile) sign.Keys, now time.Time) (*Profile, Why) {
	x := r.buildIndex()
	named := slices.DeleteFunc(x.candidates(m), func(p *Profile) bool { return x.yields(p, m) })
	found, fit := best(m, named)
	if fit < sign.Exact {
		// A body is only looked into when no header says whose it is.
		if inside, fitInside := best(m, x.elsewhere); fitInside > fit {
			found = inside
		}
	}
	switch {
	case len(found) == 0 && len(named) > 0:
		return nil, func() string {
			return "nobody's for certain: " + named[0].place(m) + " fits none of " + list(slices.DeleteFunc(named, (*Profile).isTwin))
		}
	case len(found) == 0:
		return nil, func() string { return "no header or field of a known signature" }
	case len(found) == 1:
		return found[0], func() string { return "recognised by " + found[0].place(m) }
	}
	found, twins := apart(found)
	ranks := rank(m, found)
	tried := map[string]sign.Keys{}
	p := trial(m, ranks, keysFor, tried, now)
	if p == nil && len(twins) > 0 {
		p = trial(m, rank(m, twins), keysFor, tried, now)
	}
	if p != nil {
		return p, func() string {
			return "recognised by " + p.place(m) + " and its key" + signAlike(keyTwins(p, ranks, keysFor))
		}
	}
	return ranks[0].Profile, func() string { return "recognised by " + ranks[0].place(m) + signAlike(alike(ranks)) }
}

// Why says in words why a message is somebody's, or nobody's. It is put together
// when it is asked for: a listener needs it of few messages.
type Why func() string

// String is "" of nil: nobody had to find out.
func (w Why) String() string {
	if w == nil {
		return ""
	}
	return w()
}

// apart sets those aside who are another candidate under a name of their own:
// they only matter if a key of theirs is known.
func apart(found []*Profile) (own, twins []*Profile) {
	for _, p := range found {
		if p.isTwin() && slices.ContainsFunc(found, func(q *Profile) bool { return q.ID == p.twin }) {
			twins = append(twins, p)
		} else {
			own = append(own, p)
		}
	}
	return own, twins
}

// signAlike names those who might have sent the message as well.
func signAlike(same []*Profile) string {
	switch len(same) {
	case 0:
		return ""
	case 1:
		return "; " + list(same) + " signs alike"
	}
	return "; " + list(same) + " sign alike"
}

// best keeps the candidates that fit most closely, and says how closely. A
// header that is one sender's own makes a message that sender's, however
// garbled its value is; one that is everybody's must fit exactly, or stand
// beside another header of that sender.
func best(m *sign.Message, candidates []*Profile) ([]*Profile, sign.Fit) {
	var out []*Profile
	most := sign.Unfit
	fits := make([]sign.Fit, len(candidates))
	for i, p := range candidates {
		// Nineteen senders look as Standard Webhooks does: looked at once.
		if same := slices.IndexFunc(candidates[:i], p.looksAs); same >= 0 {
			fits[i] = fits[same]
		} else {
			fits[i] = p.Scheme.Fit(m)
		}
		fit := fits[i]
		if fit == sign.Unfit || fit < most || fit < sign.Exact && everybodys(p.place(m)) && !p.Scheme.Accompanied(m, everybodys) {
			continue
		}
		if fit > most {
			out, most = out[:0], fit
		}
		out = append(out, p)
	}
	return out, most
}

// everybodys are names under which many senders sign, or that a proxy adds:
// they say nothing about whose a message is.
func everybodys(header string) bool {
	switch strings.ToLower(header) {
	case "authorization", "signature", "x-signature", "webhook-signature", "x-webhook-signature", "x-hook-signature", "x-hub-signature",
		"date", "x-request-id", "request-id", "x-timestamp", "idempotency-key":
		return true
	}
	return false
}

// trial finds the first candidate under one of whose keys the message is
// valid, however old it is. A MAC does not match by accident. It notes whose keys
// it has tried: bodies may be large, and who signs alike is not judged twice.
func trial(m *sign.Message, candidates []ranked, keysFor func(*Profile) sign.Keys, tried map[string]sign.Keys, now time.Time) *Profile {
	anyTime := time.Duration(0)
	for _, r := range candidates {
		p := r.Profile
		k := keysFor(p)
		tried[p.ID] = k
		if base, ok := tried[p.twin]; ok && sameKeys(k, base) {
			continue
		}
		if p.Scheme.Verify(m, k, now, &anyTime).OK {
			return p
		}
	}
	return nil
}

func sameKeys(a, b sign.Keys) bool {
	return len(a.Public)+len(b.Public) == 0 && slices.Equal(a.Secrets, b.Secrets) && maps.Equal(a.Params, b.Params)
}

// place names the place of the signature that m has.
func (p *Profile) place(m *sign.Message) string {
	fields := p.Scheme.SignatureFields()
	for _, f := range fields {
		if _, ok := m.Headers.Get(f.Name); ok && f.Place == sign.InHeader {
			return f.Name
		}
	}
	if fields[0].Place == sign.InHeader {
		return fields[0].Name
	}
	return string(fields[0].Place) + "." + fields[0].Name
}
