// Package provider is for what is known about senders of webhooks: how each
// signs, and how it behaves when its deliveries fail. A provider is a file of
// data. Those that come with the program lie beside this text; files in the
// project's and the user's folders add to them or replace them.
//
// Nothing is read before it is asked for, so that a command which names one
// provider parses one file.
package provider

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// Profile is one provider. It does not change after it was read and is shared.
type Profile struct {
	ID   string
	Name string // for people
	Docs string // the page that describes the signature
	File string // where it was read; "built in" without a folder
	Like string // the provider whose fields it takes where it sets none; "" is nobody's

	// How well the facts are known: sdk, docs, integrator or assumed; where
	// they were read; and the single fields that are known less well.
	Evidence string
	Source   string
	Assumed  []string

	Scheme   *sign.Scheme
	Fallback []string // providers tried when a required header is missing
	YieldsTo []string // dropped when the signature header of one of these came
	Params   []string // values that only the operator knows

	Handshakes []string // the tests of an endpoint that this sender makes
	Mask       []string // places whose values are not shown
	AnswerBody string   // what the sender wants to read with its 200

	stated map[string]bool // the fields that a file sets
	shape  string          // see looksAs
	twin   string          // Like, if the file adds nothing to how that one signs

	Behaviour
}

// Behaviour is how a provider delivers. Engine code reads these values and
// never compares a provider's name.
type Behaviour struct {
	UserAgent string // "" is the program's own
	Catalog   string // whose event types it sends

	WireID WireID // what the ids of its events look like

	Secret        string        // who makes the key: generated, supplied or either
	SecretFormat  SecretFormat  // what a generated key looks like
	RotationGrace time.Duration // how long an old key goes on signing; 0 is not at all

	MaxEndpoints int    // 0 is no limit
	HTTPS        string // required or optional

	Timeout          time.Duration   // of one attempt
	Ack              []string        // statuses that acknowledge: 2xx, 200
	ConflictInterval time.Duration   // 409 means again after this long; 0 is an ordinary failure
	Retries          []time.Duration // delays after the first attempt
	Jitter           float64         // 0.2 is ±20 %
	RetryAfter       string          // obey, clamp or ignore
	OverloadMin      time.Duration   // least delay after a time-out or 429
	GoneDisables     bool            // 410 disables the endpoint
	ReceiverControl  bool            // the answer's webhook-delivery header is heard

	PauseAfter    int           // failed attempts in a row that pause the endpoint; 0 is never
	DisableAfter  time.Duration // nothing but failures for this long disables it; 0 is never
	OnDisabled    string        // new events while disabled: queue or drop
	OnPaused      string        // new events while paused: hold or drop
	ShowsChannels bool          // forms and tables offer channels
}

// The kinds of evidence, best first.
const (
	EvidenceSDK        = "sdk"        // read in the sender's own code
	EvidenceDocs       = "docs"       // read in the sender's documentation, or in the standard
	EvidenceIntegrator = "integrator" // read in the code of somebody else who verifies
	EvidenceAssumed    = "assumed"    // second-hand, memory or guess
)

func evidences() []string {
	return []string{EvidenceSDK, EvidenceDocs, EvidenceIntegrator, EvidenceAssumed}
}

// States tells whether a field of the provider's file says so: what it leaves out
// has a default that need not be the sender's.
func (p *Profile) States(field string) bool { return p.stated[field] }

// doubt orders providers by their evidence, the best known first.
func (p *Profile) doubt() int { return slices.Index(evidences(), p.Evidence) }

// isTwin is true for a provider that signs exactly as the one it is like.
func (p *Profile) isTwin() bool { return p.twin != "" }

// looksAs is true when what says that a message is one's says so of the other.
func (p *Profile) looksAs(q *Profile) bool { return p.shape == q.shape }

// shapeOf is what sign.Scheme.Fit looks at, as text: all of a scheme but how a
// secret becomes a key, how old a message may be, and places that only tell its
// type.
func shapeOf(s sign.Spec) string {
	s.Key = ""
	if signed := strings.Join(s.Content, ""); !strings.Contains(signed, "{event}") {
		s.Fields = slices.DeleteFunc(slices.Clone(s.Fields), func(f sign.Field) bool {
			return f.Place != sign.InHeader && slices.Equal(f.Templates, []string{"{event}"})
		})
	}
	if s.TS != nil {
		ts := *s.TS
		ts.Tolerance = 0
		s.TS = &ts
	}
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Sprintf("%p", &s) // like nobody else's
	}
	return string(text)
}

// signsAs is true when one of the two is the other under a name of its own, or
// both are a third.
func (p *Profile) signsAs(q *Profile) bool {
	return q.ID == p.twin || q.twin == p.ID || q.twin != "" && q.twin == p.twin
}

// Verified is false when the signing half is not known well enough to rely on
// a mismatch: the whole file is assumed, or a field that decides is.
func (p *Profile) Verified() bool {
	if p.Evidence == EvidenceAssumed {
		return false
	}
	for _, field := range p.Assumed {
		switch field {
		case "alg", "enc", "key", "content", "headers", "code", "jwt", "http-signatures":
			return false
		}
	}
	return true
}

// Defaults are the knobs that a file does not set, but for Catalog, which is
// the provider's own id.
func Defaults() Behaviour {
	const min, hour = time.Minute, time.Hour
	return Behaviour{
		Secret:        "either",
		RotationGrace: 24 * hour,
		HTTPS:         "optional",
		Timeout:       30 * time.Second,
		Ack:           []string{"2xx"},
		Retries:       []time.Duration{5 * time.Second, 5 * min, 30 * min, 2 * hour, 5 * hour, 10 * hour, 10 * hour},
		RetryAfter:    "ignore",
		OnDisabled:    "queue",
		OnPaused:      "hold",
		ShowsChannels: true,
	}
}
