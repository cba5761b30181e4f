// Package sign is for webhook signatures: it reads them, judges them and makes
// them. A signature scheme is data, a wire template: an example of the headers
// on the wire with placeholders for what varies, and the text that is signed
// in the same notation. One template serves both directions, so whatever Sign
// writes, Verify reads.
//
// What a template cannot say is written in Go: tokens, HTTP message signatures
// and a few senders' own ways. A Spec chooses such a code by name and gives it
// settings; the Scheme is used like any other.
//
// The package is pure. It does no I/O and knows no clock: the message, the
// keys and the time are parameters. Nothing about a scheme is parsed per
// message; New does all of it.
//
// It fails closed. Without a signature, a key or a known algorithm a message
// is not valid, the algorithm never comes from the message alone, and
// comparisons take the same time whatever they compare.
package sign

// The reasons of a Verdict. They are part of the program's interface: a new
// one may be added, none is ever renamed.
const (
	MissingHeader      = "missing_header"       // a header the scheme needs is absent or empty
	MissingSignature   = "missing_signature"    // the place of the signature in body, form or query is absent or empty
	MissingTimestamp   = "missing_timestamp"    // the timestamp is absent or empty, wherever it lives
	MalformedHeader    = "malformed_header"     // not the scheme's shape, or ambiguous
	DuplicateHeader    = "duplicate_header"     // a header that must occur once occurs more often
	BadPrefix          = "bad_prefix"           // the literal text around the signature is not the scheme's
	NoSupportedVersion = "no_supported_version" // only keys or tags the scheme does not use
	BadTimestamp       = "bad_timestamp"        // not in the unit's format
	TimestampTooOld    = "timestamp_too_old"    // before the window
	TimestampTooNew    = "timestamp_too_new"    // after the window
	SignatureMismatch  = "signature_mismatch"   // nothing matched
	BodyHashMismatch   = "body_hash_mismatch"   // a digest of the body is not the body's
	URLMismatch        = "url_mismatch"         // a digest or claim of the URL is not the URL's
	UnknownKey         = "unknown_key"          // a key id without a key of ours
	UnsupportedAlg     = "unsupported_alg"      // an algorithm the file does not allow
	UntrustedCert      = "untrusted_cert"       // a certificate from elsewhere than allowed, or expired
	Unsupported        = "unsupported"          // a required constant has another value
	EmptySecret        = "empty_secret"         // a secret without a byte in it
	BadSecret          = "bad_secret"           // a secret that does not decode as the scheme says
	NoSecret           = "no_secret"            // no key to judge with: unverified, never valid
	UnknownProvider    = "unknown_provider"     // nobody's signature: unverified, never valid
)
