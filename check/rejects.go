package check

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"time"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// farAway is how far a timestamp is off that no tolerance excuses.
const farAway = 48 * time.Hour

// The fixes that several checks share.
const (
	fixVerify    = "verify every request before you look at it; hooks provider code prints a verifier"
	fixPresence  = "refuse a request whose signature header is absent or empty, before anything is compared"
	fixShape     = "compare the whole signature with the one you computed, in constant time, and answer 401 if it has another length or does not decode"
	fixFreshness = "refuse a timestamp outside the provider's tolerance, in both directions, after the signature was verified"
)

func rejects() []Check {
	return []Check{
		{Name: "tampered-body", Asks: "a body that was changed after it was signed is refused", Fix: "compute the signature over the bytes of the body as they came, and compare", make: tamperedBody},
		{Name: "wrong-secret", Asks: "a signature made with another secret is refused", Fix: fixVerify, make: wrongSecret},
		{Name: "missing-signature", Asks: "a request without the signature's header is refused", Fix: fixPresence, make: missingSignature},
		{Name: "empty-signature", Asks: "an empty signature header is refused", Fix: fixPresence, make: emptySignature},
		{Name: "garbled-signature", Asks: "a signature that is no signature is refused", Fix: fixShape, make: replaced(func(string) string { return "!not-a-signature!" })},
		{Name: "truncated-signature", Asks: "the first half of the right signature is refused", Fix: fixShape, make: replaced(func(s string) string { return s[:len(s)/2] })},
		{Name: "extended-signature", Asks: "the right signature with characters behind it is refused", Fix: fixShape, make: replaced(func(s string) string { return s + "zz" }), harm: "the comparison ends early: what stands behind the signature, or a shorter one, goes unseen"},
		{Name: "shortest-signature", Asks: "a signature of which nothing is left is refused", Fix: fixShape, make: replaced(func(string) string { return "" })},
		{Name: "altered-signature", Asks: "a signature with one wrong character is refused", Fix: fixShape, make: replaced(altered)},
		{Name: "unprefixed-signature", Asks: "a signature without the name before it is refused", Fix: "look for the name of the algorithm or version, and compare only what stands behind it", make: unprefixed},
		{Name: "wrong-label", Asks: "a signature under the name of an unknown algorithm or version is refused", Fix: "read the algorithm or version before the signature, and take only the one you know", make: wrongLabel},
		{Name: "plain-hash", Asks: "a hash of the body without a key is refused", Fix: "use HMAC with the secret; a plain hash can be made by anyone", make: plainHash},
		{Name: "algorithm-none", Asks: "a token that names no algorithm is refused", Fix: "fix the algorithm in your code; never take it from the token", make: algorithmNone},
		{Name: "algorithm-confusion", Asks: "a token that takes the public key for a shared secret is refused", Fix: "fix the algorithm in your code; never take it from the token", make: algorithmConfusion},
		{Name: "unsigned-garbage", Asks: "JSON that breaks off under a wrong signature is refused", Fix: "verify first and parse afterwards: nobody whom you do not know gets to your parser", make: unsignedGarbage},
		{Name: "other-event", Asks: "the signature of another event is refused", Fix: "compute the signature over this request, whatever was verified before", make: otherEvent},
		{Name: "two-signatures", Asks: "two forged signature headers are refused", Fix: "refuse a signature header that occurs twice, and do not assume that there is one value", make: twoSignatures},
		{Name: "stale-timestamp", Asks: "a delivery signed two days ago is refused", Fix: fixFreshness, make: shifted(-farAway)},
		{Name: "future-timestamp", Asks: "a delivery signed two days ahead is refused", Fix: fixFreshness, make: shifted(farAway)},
		{Name: "swapped-timestamp", Asks: "an old signature under a fresh timestamp is refused", Fix: "the timestamp is part of what is signed: compute the signature with the one that came", make: swappedTimestamp},
		{Name: "swapped-id", Asks: "a delivery under another id is refused", Fix: "the id is part of what is signed: compute the signature with the one that came", make: swappedID},
	}
}

// wrong skips what the provider's own rules take, as Stripe's take a timestamp
// that is ahead: a consumer that takes it, too, is right.
func wrong(make func(*probe) (send.Outgoing, error)) func(*probe) (send.Outgoing, error) {
	return func(p *probe) (send.Outgoing, error) {
		out, err := make(p)
		if err == nil && p.valid(out) {
			err = skipped("the rules of " + p.Profile.ID + " do not forbid it")
		}
		return out, err
	}
}

func tamperedBody(p *probe) (send.Outgoing, error) {
	if !p.covers(sign.CoversBody) {
		return send.Outgoing{}, skipped(p.Profile.ID + " does not sign the whole body")
	}
	out, err := p.build(nil)
	out.Body = tampered(out.Body)
	return out, err
}

// tampered says something else and stays JSON where it was.
func tampered(body []byte) []byte {
	if open := bytes.IndexByte(body, '{'); open == 0 {
		comma := ","
		if bytes.HasPrefix(bytes.TrimSpace(body[1:]), []byte("}")) {
			comma = ""
		}
		return slices.Concat([]byte(`{"hooks_check":"forged"`+comma), body[1:])
	}
	return append(slices.Clone(body), '1')
}

func wrongSecret(p *probe) (send.Outgoing, error) {
	d, err := p.new()
	if err != nil {
		return send.Outgoing{}, err
	}
	return p.forge(d, 0)
}

func missingSignature(p *probe) (send.Outgoing, error) {
	out, at, err := p.signedHeader()
	if err != nil {
		return out, err
	}
	return without(out, at.line), nil
}

func emptySignature(p *probe) (send.Outgoing, error) {
	out, at, err := p.signedHeader()
	if err != nil {
		return out, err
	}
	return withValue(out, at.line, ""), nil
}

// replaced puts another text in place of the signature.
func replaced(by func(string) string) func(*probe) (send.Outgoing, error) {
	return func(p *probe) (send.Outgoing, error) {
		out, at, err := p.signed(nil)
		if err != nil {
			return out, err
		}
		return at.with(out, by(at.text(out))), nil
	}
}

// altered changes one character in the middle, where base64 wastes no bits.
func altered(s string) string {
	if s == "" {
		return "0"
	}
	other := byte('0')
	if s[len(s)/2] == other {
		other = '1'
	}
	return s[:len(s)/2] + string(other) + s[len(s)/2+1:]
}

func wrongLabel(p *probe) (send.Outgoing, error) {
	out, at, err := p.signedHeader()
	if err != nil {
		return out, err
	}
	out, found := at.relabelled(out)
	if !found {
		return out, skipped("the signature of " + p.Profile.ID + " has no name before it")
	}
	return out, nil
}

func unprefixed(p *probe) (send.Outgoing, error) {
	out, at, err := p.signedHeader()
	if err != nil {
		return out, err
	}
	out, found := at.unlabelled(out)
	if !found {
		return out, skipped("the signature of " + p.Profile.ID + " has no name before it")
	}
	return out, nil
}

func plainHash(p *probe) (send.Outgoing, error) {
	out, at, err := p.signed(nil)
	if err != nil {
		return out, err
	}
	if !p.covers(sign.CoversBody) {
		return out, skipped(p.Profile.ID + " does not sign the whole body")
	}
	sum := sha256.Sum256(out.Body)
	return at.with(out, at.like(out, sum[:])), nil
}

func unsignedGarbage(p *probe) (send.Outgoing, error) {
	out, at, err := p.signedHeader()
	if err != nil {
		return out, err
	}
	if !p.covers(sign.CoversBody) {
		return out, skipped(p.Profile.ID + " does not sign the whole body")
	}
	out = at.with(out, altered(at.text(out)))
	out.Body = []byte(brokenOff)
	return out, nil
}

func otherEvent(p *probe) (send.Outgoing, error) {
	if !p.covers(sign.CoversBody) {
		return send.Outgoing{}, skipped(p.Profile.ID + " does not sign the whole body")
	}
	out, err := p.build(nil)
	if err != nil {
		return out, err
	}
	other, err := p.build(func(d *delivery) { d.event.Body = tampered(d.event.Body) })
	out.Headers = other.Headers
	return out, err
}

func twoSignatures(p *probe) (send.Outgoing, error) {
	out, at, err := p.signedHeader()
	if err != nil {
		return out, err
	}
	forged := at.with(out, altered(at.text(out)))
	forged.Headers = append(forged.Headers, forged.Headers[at.line])
	return forged, nil
}

// shifted signs with a clock that is wrong.
func shifted(by time.Duration) func(*probe) (send.Outgoing, error) {
	return func(p *probe) (send.Outgoing, error) {
		if !p.covers(sign.CoversTimestamp) {
			return send.Outgoing{}, skipped(p.Profile.ID + " signs no timestamp")
		}
		return p.build(func(d *delivery) { d.at = d.at.Add(by) })
	}
}

func swappedTimestamp(p *probe) (send.Outgoing, error) {
	if !p.covers(sign.CoversTimestamp) {
		return send.Outgoing{}, skipped(p.Profile.ID + " signs no timestamp")
	}
	d, err := p.new()
	if err != nil {
		return send.Outgoing{}, err
	}
	same := func(at time.Time) func(*delivery) {
		return func(other *delivery) { *other = d; other.at = at }
	}
	old, from, err := p.signed(same(d.at.Add(-farAway)))
	if err != nil {
		return old, err
	}
	out, to, err := p.signed(same(d.at))
	if err != nil {
		return out, err
	}
	return to.with(out, from.text(old)), nil
}

func swappedID(p *probe) (send.Outgoing, error) {
	if !p.covers(sign.CoversID) {
		return send.Outgoing{}, skipped(p.Profile.ID + " signs no id beside the body")
	}
	out, err := p.build(nil)
	if err != nil {
		return out, err
	}
	line, found := headerOf(out, p.Profile.Scheme.Outline().IDs)
	if !found {
		return out, skipped("the id of " + p.Profile.ID + " is in no header of its own")
	}
	return withValue(out, line, out.Headers[line].Value+"0"), nil
}
