package sign

import "time"

// The classes of an Explanation: what would have to be different for the
// signature to be good.
const (
	ClassHeader    = "header"    // a header's name, or a header that must have another value
	ClassPrefix    = "prefix"    // the text around the signature
	ClassEncoding  = "encoding"  // hex, base64, base64url, cut off
	ClassSecret    = "secret"    // another secret, or another reading of it
	ClassBody      = "body"      // the body was rewritten after it was signed
	ClassText      = "text"      // another text than {ts}.{body} was signed
	ClassTimestamp = "timestamp" // another unit, or outside its window
	ClassURL       = "url"       // http for https, a port, a slash, a query
	ClassAlgorithm = "algorithm" // another hash, or a hash without a key
	ClassProvider  = "provider"  // another sender's scheme matches as it stands
)

// ProviderFile is what a Fix calls the place of the scheme's description. Who
// knows where that is says it instead.
const ProviderFile = "the provider's file"

// Secret is a secret and where it was found, which is all of it that is ever
// shown.
type Secret struct{ Name, Text string }

// NamedScheme is a scheme and whose it is.
type NamedScheme struct {
	Name   string
	Scheme *Scheme
}

// DefaultBudget and DefaultMACs bound a search that says nothing else. With ten
// other secrets the whole search is some 1800 MACs, which take 150 ms for a body
// of 100 kB.
const (
	DefaultBudget = 240 * time.Millisecond
	DefaultMACs   = 4000
)

// ExplainOptions bound a search and widen it. The zero value searches with the
// keys of the call, until DefaultMACs.
type ExplainOptions struct {
	Tolerance *time.Duration // as in Verify

	Clock   func() time.Time // measures Budget; without it only MaxMACs bounds the search
	Budget  time.Duration    // 0 is DefaultBudget
	MaxMACs int              // 0 is DefaultMACs; verifications with a public key count, too

	Others   []Secret // every other secret that is known
	Previous []string // secrets that were current once

	// Cancel, when it is closed, ends the search at the next MAC.
	Cancel <-chan struct{}

	// Schemes returns the schemes of other providers. It is called when nothing
	// simpler matches.
	Schemes func() []NamedScheme
}

// Explanation says under which difference the signature of a message would be
// good. It never holds a secret, nor a signature that was computed.
type Explanation struct {
	Found bool `json:"found"` // a difference was found under which the signature is good

	// Class is the kind of difference, "" if nothing is known. Also are the
	// classes of further differences, where only several together match.
	Class string   `json:"class,omitempty"`
	Also  []string `json:"also,omitempty"`

	Summary string `json:"summary"`       // one sentence; may quote the message
	Fix     string `json:"fix,omitempty"` // what to do

	Tried     int  `json:"tried"`     // MACs that were computed
	Truncated bool `json:"truncated"` // the search ended before everything was tried

	// FirstDifference is where the body that came and the one that was signed
	// part; nil unless Class or Also names the body.
	FirstDifference *Difference `json:"first_difference,omitempty"`

	// URL is the one with which the signature is good; "" unless Class or Also
	// names the URL.
	URL string `json:"url,omitempty"`

	// Skew is how old the timestamp is, in seconds, when it is outside its
	// window; negative is ahead.
	Skew float64 `json:"skew_seconds,omitempty"`
}

// Difference is where two bodies part. The excerpts begin a few bytes before
// it; their bytes are the sender's, to be escaped before they are shown. They
// are empty where they would show a secret.
type Difference struct {
	Offset   int    `json:"offset"`   // of the first byte that differs, from 0
	Received string `json:"received"` // of the body that came
	Signed   string `json:"signed"`   // of the body that was signed
}

// Explain looks for the reason why m is not valid: it tries other readings of
// the secret, rewritten bodies, other signed texts, times, URLs, encodings and
// algorithms, one difference first, then two. It judges nothing: the verdict
// is Verify's, whatever is found here.
func (s *Scheme) Explain(m *Message, k Keys, now time.Time, o ExplainOptions) Explanation {
	x := newExplainer(s, m, k, o)
	x.verdict = s.Verify(m, k, now, o.Tolerance)
	if x.verdict.OK {
		return Explanation{Summary: "the message is valid: there is nothing to explain"}
	}
	x.verdict = x.repair(now)
	if x.verdict.OK || x.verdict.Key >= 0 {
		if h, ok := x.claimed(now); ok {
			return x.explain(h)
		}
		return x.good()
	}
	if hit, ok := x.search(now); ok {
		return x.explain(hit)
	}
	if s.code.closed {
		return x.closed()
	}
	return x.unexplained()
}

// change is a difference from what the scheme says. The zero change is none.
type change struct {
	class  string
	phrase string // follows "valid": for JSON.stringify(JSON.parse(body))
	why    string // how that may have come about
	fix    string // what to do about it
}
