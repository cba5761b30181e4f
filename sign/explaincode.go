package sign

import (
	"crypto"
	"time"
)

// closedSearch tries what can be varied of a message whose scheme is code: the
// secret, the URL, the body, one at a time and judged as a whole.
func (x *explainer) closedSearch(now time.Time) (hit, bool) {
	if len(x.k.Secrets)+len(x.k.Public) > 0 || x.s.Unkeyed() {
		for _, g := range x.urlGuesses()[1:] {
			m := *x.m
			m.URL = g.url
			if x.judges(&m, x.k, now) {
				return hit{changes: []change{g.change}, url: g.url}, true
			}
		}
		x.bodies = x.bodyGuesses()
		for i := 1; x.exists(ofBody, i) && !x.truncated; i++ {
			m := *x.m
			m.Body = x.bodies[i].body
			if x.judges(&m, x.k, now) {
				return hit{changes: []change{x.source.rewritten(x.bodies[i].change, x.bodies[i].body)}, body: m.Body}, true
			}
		}
	}
	for _, other := range x.otherSecrets() {
		k := Keys{Secrets: []string{other.Text}, Params: x.k.Params}
		if key, err := ParsePublicKey(other.Text); err == nil {
			k.Public = []crypto.PublicKey{key}
		}
		if x.judges(x.m, k, now) {
			return hit{changes: []change{otherSecret(other.Name)}}, true
		}
	}
	return hit{}, false
}

// claimed looks for what a token speaks of, where its signature is good and
// what it says of URL or body is not so.
func (x *explainer) claimed(now time.Time) (hit, bool) {
	switch x.verdict.Reason {
	case URLMismatch, BodyHashMismatch:
		if x.s.code.closed {
			return x.closedSearch(now)
		}
	}
	return hit{}, false
}

// judges reports whether m is valid, however old it is.
func (x *explainer) judges(m *Message, k Keys, now time.Time) bool {
	if x.spent() {
		return false
	}
	x.tried++
	anyTime := time.Duration(0)
	return x.s.Verify(m, k, now, &anyTime).OK
}

// closed says of a scheme in code what its verdict says: there is no text of
// which variants could be tried.
func (x *explainer) closed() Explanation {
	v := x.verdict
	e := Explanation{Tried: x.tried, Truncated: x.truncated, Class: reasonClass(v.Reason), Summary: v.Detail, Fix: reasonFix(v.Reason)}
	x.finish(&e)
	return e
}

// reasonClass is the class that a reason by itself points to.
func reasonClass(reason string) string {
	switch reason {
	case URLMismatch:
		return ClassURL
	case BodyHashMismatch:
		return ClassBody
	case UnsupportedAlg:
		return ClassAlgorithm
	case TimestampTooOld, TimestampTooNew, BadTimestamp:
		return ClassTimestamp
	case SignatureMismatch, UnknownKey, NoSecret, EmptySecret, BadSecret, UntrustedCert:
		return ClassSecret
	case BadPrefix:
		return ClassPrefix
	}
	return ClassHeader
}

// reasonFix is what to do about a reason.
func reasonFix(reason string) string {
	switch reasonClass(reason) {
	case ClassURL:
		return "name the public URL as the sender knows it (--url), letter for letter"
	case ClassBody:
		return "verify the raw bytes of the request"
	case ClassAlgorithm:
		return "look at which key and algorithm the sender was set up with"
	case ClassTimestamp:
		return "look at both clocks, or allow more with --tolerance"
	case ClassSecret:
		return "use the key that the sender uses"
	}
	return "send the headers that the scheme asks for"
}
