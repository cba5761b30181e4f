// Package check judges a consumer of webhooks: it sends good and bad
// deliveries of a provider and says of each answer whether a right consumer
// would have given it, what follows if not, and how to mend it.
//
// Bad deliveries are made of good ones, without knowing the scheme: where the
// signature stands is found by signing the same event with another secret. The
// same table serves a Sender that misbehaves on purpose, in front of any consumer.
// A Relay is judged by what it changes of signed requests.
package check

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// The groups of checks, in the order in which they are made.
const (
	Accepts    = "accepts"    // what is genuine is acknowledged
	Rejects    = "rejects"    // what is forged is refused, with a 4xx
	Replay     = "replay"     // what was seen before does no harm
	Robustness = "robustness" // what is odd does not break the consumer
	Timing     = "timing"     // the answer comes in time, and not too early
)

// groups are all of them.
func groups() []string { return []string{Accepts, Rejects, Replay, Robustness, Timing} }

// The statuses of a Result.
const (
	Pass = "pass"
	Fail = "fail"
	Skip = "skip"
)

// Check is one question about a consumer.
type Check struct {
	Name  string
	Group string
	Asks  string // what is sent, and what a right consumer does, in a sentence
	Fix   string // what to do if it does not

	make func(*probe) (send.Outgoing, error) // the request; a skipped error skips
	want want
	run  func(*probe, *Result) error // instead of make and want
	harm string                      // what follows if a forgery is accepted, "" is the worst

	// always is a check that is made although the genuine delivery was not
	// acknowledged: it says why.
	always bool
}

// Result is what came of a check.
type Result struct {
	Check
	Status   string
	Got      string // the answer in a few words, "" if nothing was sent
	Means    string // why it failed, or was skipped; "" of what passed
	Duration time.Duration
	// Sent is the request, nil if none was sent; the last one of several.
	Sent *send.Outgoing
	// Times is how often it was sent, AtOnce that nobody waited for the answer
	// before.
	Times  int
	AtOnce bool
	// Tokens are the headers that carry the secret itself; "" is the body.
	Tokens []string
	// StatusCode is that of the answer, 0 without one.
	StatusCode int
	// Again is a shell command that sends the same once more, "" if there is
	// none; Run leaves it to the caller.
	Again string
}

// Subject is the consumer and what it is sent.
type Subject struct {
	Target  send.Target
	URL     string // the target as the consumer knows it; "" is the target's own
	Profile *provider.Profile
	// Keys sign. The first secret is the current one, further ones are those
	// that the consumer takes during a rotation.
	Keys      sign.Keys
	UserAgent string
	// Event makes a genuine event with an id of its own.
	Event func() (send.Event, error)
	// Edits change a request after it was signed, as the user asked.
	Edits send.Edits
	// TypeField is the JSON Pointer of the type in the body, "" if it is not
	// there.
	TypeField string
	// State reads something of the consumer that an event changes, so that
	// idempotency can be judged; nil if there is nothing to read.
	State func(context.Context) (string, error)

	// Limit is how long all checks together may take, but for the exchange that
	// is under way when it is over: the next one fails, and no other is made. 0 is
	// no limit.
	Limit time.Duration
	// Starts is told of each check before it is made, nil tells nobody.
	Starts func(Check)

	Client *send.Client
	Now    func() time.Time
}

// UnreachableError is a consumer to which no connection could be made.
type UnreachableError struct{ Err error }

func (e *UnreachableError) Error() string { return e.Err.Error() }
func (e *UnreachableError) Unwrap() error { return e.Err }

// skipped is why a check cannot be made.
type skipped string

func (e skipped) Error() string { return string(e) }

// Run makes the checks in order and gives each result to report as it comes.
// A genuine delivery is sent before: without an acknowledgement of it a refusal
// proves nothing, and the check genuine is made, whether it was chosen or not.
// The error is an *UnreachableError, that of the context, or that of an event
// that cannot be made.
func Run(ctx context.Context, s Subject, checks []Check, report func(Result) error) error {
	p := &probe{Subject: s, ctx: ctx, started: s.Now(), random: rand.Reader}
	if len(p.Profile.Ack) == 0 { // a scheme from flags has no behaviour
		profile := *p.Profile
		profile.Ack = []string{"2xx"}
		p.Profile = &profile
	}
	if err := p.begin(); err != nil {
		return err
	}
	for _, c := range p.withGenuine(checks) {
		if p.Starts != nil {
			p.Starts(c)
		}
		result, err := p.judge(c)
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = report(result)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
