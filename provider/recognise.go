package provider

import (
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// Recognise finds whose message m is, from its headers and shape, and where
// several providers look alike from the keys that keysFor knows. It returns
// nil when nobody's is certain enough, and why.
func (r *Registry) Recognise(m *sign.Message, keysFor func(*Profile) sign.Keys, now time.Time) (*Profile, Why) {
	t := trial{message: m, keysFor: keysFor, now: now, tolerance: new(time.Duration)}
	return r.recognise(&t)
}

// Judgement is whose a message is, and what was found out about its signature.
type Judgement struct {
	Sender  *Profile // nil: nobody's for certain, and nothing was judged
	Profile *Profile // as whose it was judged: the sender's, or one that it falls back to
	Verdict sign.Verdict
	Why     Why
}

// Judge is Recognise and Verify in one. What recognition found valid is not
// verified again: bodies may be large.
func (r *Registry) Judge(m *sign.Message, keysFor func(*Profile) sign.Keys, now time.Time, tolerance *time.Duration) Judgement {
	t := trial{message: m, keysFor: keysFor, now: now, tolerance: tolerance}
	p, why := r.recognise(&t)
	j := Judgement{Sender: p, Profile: p, Why: why}
	switch {
	case p == nil:
	case p == t.winner && t.verdict.OK:
		j.Verdict = t.verdict
	default:
		j.Profile, j.Verdict = r.Verify(p, m, keysFor(p), now, tolerance)
	}
	return j
}

func (r *Registry) recognise(t *trial) (*Profile, Why) {
	m := t.message
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
	if t.run(ranks) || len(twins) > 0 && t.run(rank(m, twins)) {
		p, keysFor := t.winner, t.keysFor
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
