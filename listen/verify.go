package listen

import (
	"fmt"
	"strings"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// NotePrefix stands in a verdict's detail before what is odd about a request
// whatever its signature: that header and body name different event types, that
// the payload breaks its schema. It is the end of the detail.
const NotePrefix = "note: "

// judge finds out whose the message is, and whether its signature is right.
func (c *call) judge() {
	j := provider.Judgement{Sender: c.Server.profile}
	if j.Sender == nil {
		j = c.o.Registry.Judge(&c.message, c.keysOf, c.at, c.o.Tolerance)
	} else {
		j.Profile, j.Verdict = c.o.Registry.Verify(j.Sender, &c.message, c.keysOf(j.Sender), c.at, c.o.Tolerance)
	}
	if j.Sender == nil {
		c.verdict = &store.Verification{Verdict: store.Unverified, Reason: sign.UnknownProvider, Detail: j.Why.String()}
		return
	}
	c.profile = j.Profile
	c.verdict = verification(j.Profile, c.o.Keys(j.Sender), j.Verdict)
	if c.verdict.Verdict != store.Valid && j.Why != nil {
		c.verdict.Detail += "; " + j.Why.String()
	}
	if note := j.Profile.Scheme.Disagreement(&c.message); note != "" {
		c.note("event header and body differ: " + note)
		c.disagrees = true
	}
	c.event.Provider = j.Profile.ID
	c.event.Type, c.event.ExternalID = j.Profile.Scheme.Event(&c.message)
}

// note adds to the record what is odd about the request.
func (c *call) note(text string) {
	if !strings.Contains(c.verdict.Detail, NotePrefix) {
		text = NotePrefix + text
	}
	c.verdict.Detail = strings.TrimPrefix(c.verdict.Detail+"; "+text, "; ")
}

// check notes what is odd about the payload, and tells whether it is broken. A
// coded body and a form are not looked into.
func (c *call) check() bool {
	if c.o.Check == nil || c.event.Type == "" || c.r.Header.Get("Content-Encoding") != "" || isForm(c.request.ContentType) {
		return false
	}
	note, broken := c.o.Check(c.event.Provider, c.event.Type, c.body.bytes)
	if note != "" {
		c.note(note)
	}
	return broken
}

func isForm(contentType string) bool {
	kind := strings.ToLower(strings.TrimSpace(contentType))
	return strings.HasPrefix(kind, "application/x-www-form-urlencoded") || strings.HasPrefix(kind, "multipart/")
}

// keysOf is what recognition tries.
func (c *call) keysOf(p *provider.Profile) sign.Keys { return c.o.Keys(p).Keys }

// verification records a verdict. Nothing but a match is ever valid. Without a
// key little can be said of a message, but that it names a certificate which
// is not the sender's. The store's own key proves something only where it
// matches: then it is the program's own message, and a stale one is invalid.
func verification(p *provider.Profile, keys Keys, verdict sign.Verdict) *store.Verification {
	v := &store.Verification{Verdict: store.Invalid, Provider: p.ID, Reason: verdict.Reason, Detail: verdict.Detail, Covers: verdict.Covers}
	keyless := p.Scheme.Unkeyed()
	switch {
	case verdict.OK && (keyless || !keys.none()):
		v.Verdict, v.Reason, v.Detail = store.Valid, "", keys.which(verdict.Key)
	case verdict.Reason == sign.NoSecret:
		v.Verdict, v.Detail = store.Unverified, p.ID+": "+verdict.Detail
	case keyless || verdict.Reason == sign.UntrustedCert:
	case keys.none():
		v.Verdict, v.Reason = store.Unverified, sign.NoSecret
		v.Detail = p.ID + ": no secret is known; " + orReason(verdict)
	case keys.Own && !keys.Played && verdict.Key < 0:
		v.Verdict, v.Reason = store.Unverified, sign.NoSecret
		v.Detail = "no secret is known for " + p.ID + "; the store's own does not match: " + verdict.Reason
	}
	return v
}

func orReason(v sign.Verdict) string {
	if v.Detail == "" {
		return v.Reason
	}
	return v.Detail
}

// which says, where there are several keys, which one matched: during a rotation
// that tells when the old one is no longer used.
func (k Keys) which(key int) string {
	of, what := len(k.Secrets), "secret"
	if len(k.Public) > 0 {
		of, what = len(k.Public), "key"
	}
	if of < 2 || key < 0 {
		return ""
	}
	if len(k.Public) == 0 && len(k.Names) > key && k.Names[key] != "" {
		return "signed with " + k.Names[key]
	}
	return fmt.Sprintf("signed with %s %d of %d", what, key+1, of)
}
