package store

import (
	"slices"
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// Why an endpoint is disabled.
const (
	DisabledByUser     = "user"
	DisabledByGone     = "gone"     // it answered 410
	DisabledByReceiver = "receiver" // it asked for that in a header
	DisabledByFailing  = "failing"  // nothing but failures for too long
)

// Endpoint is where events are delivered to: what a provider's console calls an
// endpoint, a subscription or a callback URL.
type Endpoint struct {
	ID          string // ep_ and a ULID
	UID         string // a UUID, which some senders' bodies name as the subscription
	Name        string // "" or unique among those that are not deleted
	URL         string // with its userinfo
	Provider    string // whose events it takes, "" is everybody's
	Description string

	Enabled        bool
	DisabledReason string // "" while enabled
	Paused         bool

	EventTypes []string // globs, never empty
	MutedTypes []string // globs of what is switched off
	Channels   []string // empty is every channel

	Headers     sign.Headers // that every request has besides
	Timeout     time.Duration
	Throttle    float64 // attempts a second, 0 is no limit
	Concurrency int     // attempts at the same time; 1 keeps the order
	Insecure    bool

	// What replaces the provider's knobs of the same names; nil and "" are the
	// provider's.
	Retries          []time.Duration // empty but not nil is no retry
	ConflictInterval *time.Duration
	PauseAfter       *int
	OnDisabled       string
	OnPaused         string

	// ConsecutiveFailures counts the automatic attempts that failed since the
	// last acknowledged one, resume or edit. FirstFailureAt is when the first
	// of them was over.
	ConsecutiveFailures int
	FirstFailureAt      time.Time
	// Failing tells that the last automatic attempt with an outcome failed.
	Failing bool
	// LastAttemptAt is when the latest attempt of any kind began.
	LastAttemptAt time.Time
	// NextSlotAt is before when no attempt begins, because of Throttle, in the
	// time that the schedule lives in.
	NextSlotAt time.Time

	// Declared tells which declaration of a settings file the settings are of, ""
	// if they were made or changed by hand.
	Declared string

	CreatedAt, UpdatedAt time.Time
	DeletedAt            time.Time // zero: it is there
}

// Takes tells whether a glob of the endpoint matches the type, whatever is
// switched off.
func (e *Endpoint) Takes(eventType string) bool {
	return len(e.EventTypes) > 0 && MatchGlobs(e.EventTypes, eventType)
}

// Mutes tells whether the type is switched off.
func (e *Endpoint) Mutes(eventType string) bool {
	return slices.ContainsFunc(e.MutedTypes, func(glob string) bool { return matchGlob(glob, eventType) })
}

// Hears tells whether an event in these channels is the endpoint's: one
// without channels hears everything, one with channels only what is in one of
// them.
func (e *Endpoint) Hears(channels []string) bool {
	return len(e.Channels) == 0 || slices.ContainsFunc(channels, func(c string) bool { return slices.Contains(e.Channels, c) })
}
