package provider

import (
	"maps"
	"slices"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// trial finds the first candidate under one of whose keys the message is
// valid, however old it is. A MAC does not match by accident.
type trial struct {
	message   *sign.Message
	keysFor   func(*Profile) sign.Keys
	now       time.Time
	tolerance *time.Duration

	tried   []attempt
	winner  *Profile     // nil: none of them
	verdict sign.Verdict // of the winner within the tolerance
}

// attempt is whose keys were tried: who signs alike is not judged twice.
type attempt struct {
	id   string
	keys sign.Keys
}

// run tells whether one of the candidates wins.
func (t *trial) run(candidates []ranked) bool {
	for _, r := range candidates {
		p := r.Profile
		k := t.keysFor(p)
		known := t.knows(p, k)
		t.tried = append(t.tried, attempt{p.ID, k})
		if !known && t.valid(p, k) {
			t.winner = p
			return true
		}
	}
	return false
}

// knows tells whether the provider that p is a twin of was tried with its keys.
func (t *trial) knows(p *Profile, k sign.Keys) bool {
	return p.isTwin() && slices.ContainsFunc(t.tried, func(a attempt) bool { return a.id == p.twin && sameKeys(k, a.keys) })
}

func (t *trial) valid(p *Profile, k sign.Keys) bool {
	t.verdict = p.Scheme.Verify(t.message, k, t.now, t.tolerance)
	if t.verdict.OK || t.verdict.Reason == sign.SignatureMismatch {
		return t.verdict.OK
	}
	anyTime := time.Duration(0)
	return p.Scheme.Verify(t.message, k, t.now, &anyTime).OK
}

func sameKeys(a, b sign.Keys) bool {
	return len(a.Public)+len(b.Public) == 0 && slices.Equal(a.Secrets, b.Secrets) && maps.Equal(a.Params, b.Params)
}
