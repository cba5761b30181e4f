package listen

import (
	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// judge finds out whose the message is, and whether its signature is right.
func (c *call) judge() {
	p, why := c.Server.profile, ""
	if p == nil {
		p, why = c.o.Registry.Recognise(&c.message, c.keysOf, c.at)
	}
	if p == nil {
		c.verdict = &store.Verification{Verdict: store.Unverified, Reason: sign.UnknownProvider, Detail: why}
		return
	}
	keys := c.o.Keys(p)
	judged, verdict := p, sign.Verdict{Reason: sign.NoSecret, Detail: "no secret is known for " + p.ID}
	if !keys.none() {
		judged, verdict = c.o.Registry.Verify(p, &c.message, keys.Keys, c.at, c.o.Tolerance)
	}
	c.profile = judged
	c.verdict = verification(judged, keys, verdict)
	c.event.Provider = judged.ID
	c.event.Type, c.event.ExternalID = judged.Scheme.Event(&c.message)
}

// keysOf is what recognition tries.
func (c *call) keysOf(p *provider.Profile) sign.Keys { return c.o.Keys(p).Keys }

// verification records a verdict. Nothing but a match is ever valid. The store's
// own key proves something only where it matches: then it is the program's own
// message, and a stale one is invalid.
func verification(p *provider.Profile, keys Keys, verdict sign.Verdict) *store.Verification {
	v := &store.Verification{Verdict: store.Invalid, Provider: p.ID, Reason: verdict.Reason, Detail: verdict.Detail, Covers: verdict.Covers}
	switch {
	case verdict.OK:
		v.Verdict, v.Reason = store.Valid, ""
	case verdict.Reason == sign.NoSecret:
		v.Verdict = store.Unverified
	case keys.Own && verdict.Key < 0:
		v.Verdict, v.Reason = store.Unverified, sign.NoSecret
		v.Detail = "no secret is known for " + p.ID + "; the store's own does not match: " + verdict.Reason
	}
	return v
}
