package sign

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// DefaultInferMACs bounds a search for an unknown scheme: it is done once, by
// somebody who waits for it.
const DefaultInferMACs = 50_000

// InferOptions bound a search for a scheme and widen it.
type InferOptions struct {
	Params  map[string]string // values only the operator knows: key_id, …
	Clock   func() time.Time  // measures Budget; without it only MaxMACs bounds the search
	Budget  time.Duration     // 0 is no bound
	MaxMACs int               // 0 is DefaultInferMACs

	// Schemes returns the schemes that are known. One that verifies the captures
	// as it stands is the answer; the texts of the others are tried, too.
	Schemes func() []NamedScheme
}

// Inference is a scheme that was found.
type Inference struct {
	Spec  Spec
	Known string // whose scheme it is, if it is known already

	// Confirmed is how many captures the scheme verifies: all that were given.
	// One capture cannot tell a text from another one that happens to be equal.
	Confirmed int
	Notes     []string // what was assumed, for people
	Tried     int      // MACs that were computed
}

// InferError says what was tried in vain.
type InferError struct {
	Tried      int
	Truncated  bool     // the search ended before everything was tried
	Signatures []string // the places of values that could be a signature
	Times, IDs []string // … and of those that could be signed beside the body
}

func (e *InferError) Error() string {
	if len(e.Signatures) == 0 {
		return "no header, query or body value has the form of a signature"
	}
	text := fmt.Sprintf("no scheme found: %d MACs tried, with %s for the signature", e.Tried, strings.Join(e.Signatures, ", "))
	if len(e.Times) > 0 {
		text += ", " + strings.Join(e.Times, ", ") + " for the time"
	}
	if len(e.IDs) > 0 {
		text += ", " + strings.Join(e.IDs, ", ") + " for the id"
	}
	if e.Truncated {
		text += "; the search ended before everything was tried"
	}
	return text
}

// Infer looks for a scheme that verifies every capture with the secret: which
// algorithm, reading of the secret, signed text, encoding and place. The secret
// may be a public or private key. The first capture is searched, the others
// confirm. The error is an *InferError or a *KeyError.
func Infer(captures []Message, secret string, o InferOptions) (Inference, error) {
	if len(captures) == 0 {
		return Inference{}, errors.New("there is no captured message")
	}
	if Blank(secret) {
		return Inference{}, &KeyError{Reason: EmptySecret, Detail: "the secret is empty"}
	}
	x := newInferrer(captures, secret, o)
	if found, ok := x.known(); ok {
		return found, nil
	}
	if found, ok := x.search(); ok {
		return found, nil
	}
	return Inference{}, x.failure()
}

func (x *inferrer) failure() *InferError {
	e := &InferError{Tried: x.tried, Truncated: x.truncated}
	for _, slot := range x.slots {
		e.Signatures = appendNew(e.Signatures, slot.label())
	}
	for _, l := range x.found.times {
		e.Times = appendNew(e.Times, l.label())
	}
	for _, l := range x.found.ids {
		e.IDs = appendNew(e.IDs, l.label())
	}
	return e
}

func appendNew(out []string, text string) []string {
	for _, old := range out {
		if old == text {
			return out
		}
	}
	return append(out, text)
}
