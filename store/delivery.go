package store

import (
	"time"

	"github.com/hooks-cli/hooks/sign"
)

// Direction tells a received delivery from a sent one.
type Direction string

// The two directions of a delivery.
const (
	In  Direction = "in"
	Out Direction = "out"
)

// Why a delivery exists, and why an attempt was made.
const (
	TriggerReceived = "received"
	TriggerAuto     = "auto"
	TriggerManual   = "manual"
	TriggerTest     = "test"
	TriggerReplay   = "replay"
	TriggerRecover  = "recover"
)

// The states of a delivery. Final ones are Captured, Rejected, Filtered,
// Succeeded, Failed, Dead, Canceled and Interrupted.
const (
	Captured    = "captured"    // received, there was no target
	Rejected    = "rejected"    // received, not forwarded: invalid or refused
	Filtered    = "filtered"    // received or raised, and not wanted
	Pending     = "pending"     // no attempt yet
	Delivering  = "delivering"  // an attempt is in flight
	Retrying    = "retrying"    // a further attempt is scheduled
	Queued      = "queued"      // held: the endpoint is disabled
	Paused      = "paused"      // held: the endpoint is paused
	Succeeded   = "succeeded"   // acknowledged
	Failed      = "failed"      // not acknowledged, nothing scheduled
	Dead        = "dead"        // not acknowledged, the schedule is used up
	Canceled    = "canceled"    // given up by somebody's order
	Interrupted = "interrupted" // the process ended during the attempt
)

// The verdicts on a received signature.
const (
	Valid      = "valid"
	Invalid    = "invalid"
	Unverified = "unverified"
)

// The kinds of failed exchange; an empty kind is an answer that came whole.
const (
	ErrDNS      = "dns"
	ErrConnect  = "connect"
	ErrTLS      = "tls"
	ErrTimeout  = "timeout"
	ErrReset    = "reset"
	ErrProtocol = "protocol"
	ErrRedirect = "redirect"
	ErrTooLarge = "too_large"
	ErrCanceled = "canceled"
)

// Delivery is one event to one destination: the one record of the program.
// Everything that shows, filters, exports or repeats traffic reads it.
type Delivery struct {
	ID  string // dlv_ and a ULID, given by Append
	Seq int64  // the short number (#12), given by Append, never reused
	Rev int64  // grows with every change of any delivery; given by Wait after Append, and by reading

	Direction Direction
	Trigger   string
	Event     *Event
	// ReceivedAt is when the event was received or raised, in UTC.
	ReceivedAt time.Time
	// Request is what was received (In) or was last sent (Out).
	Request Request
	// Verification is nil for what the program sent itself.
	Verification *Verification

	Endpoint     string // ep_…, "" without one
	Destination  string // URL, userinfo masked; "" without a target
	Status       string
	StatusReason string
	// NextAttemptAt is when the next automatic attempt is due, kept while the
	// delivery is held; zero: nothing is scheduled. It is in the time that the
	// schedule lived in when it was set.
	NextAttemptAt time.Time
	ReplayOf      string // the delivery that was sent again, "" if none

	// Scheduled tells that failures lead to further attempts, Tried that an
	// automatic attempt was begun.
	Scheduled, Tried bool
	// Failures counts the automatic attempts that failed, Conflicts those that
	// were answered with "not now", Interruptions those of which nobody knows
	// what came.
	Failures, Conflicts, Interruptions int
	// ReturnsTo is, while a manual attempt is in flight, the status that the
	// delivery goes back to if it fails.
	ReturnsTo string

	Attempts []Attempt
	// Answer is what the sender of a received request was told; nil for Out
	// and until it is known.
	Answer *Answer
}

// Due is when the next automatic attempt is, zero where none is scheduled or
// the delivery is held.
func (d *Delivery) Due() time.Time {
	if d.Status == Pending || d.Status == Retrying {
		return d.NextAttemptAt
	}
	return time.Time{}
}

// Event is what happened. The deliveries of one event share it.
type Event struct {
	ID         string   // evt_ and a ULID, given by Append where empty
	ExternalID string   // the id on the wire, "" if none
	Type       string   // "" if unknown
	Provider   string   // "" if unknown
	Channels   []string // never nil in JSON
	Test       bool
	// Late are the values that the body gets when it is sent, Headers the lines
	// of the type and of the user. Only what is sent to an endpoint has them:
	// whoever makes the attempt renders it as the one who raised the event would.
	Late    []Late
	Headers sign.Headers
	// Handshake names the provider handshake that this request was, if any.
	Handshake string
}

// Late is a place in a body that is filled when it is sent: Pointer is a JSON
// Pointer (RFC 6901), Generator the name of what makes the value.
type Late struct {
	Pointer, Generator string
	// PerAttempt tells that every attempt has a value of its own.
	PerAttempt bool
}

// Request is an HTTP request byte for byte.
type Request struct {
	Method string
	// Target is the request-target as it stood in the request line.
	Target      string
	Headers     sign.Headers
	Body        []byte // only loaded by Get, not by List
	BodySize    int64
	BodySHA256  string // lower-case hex of the bytes off the wire
	ContentType string
	RemoteAddr  string
}

// Verification is the verdict on a received signature.
type Verification struct {
	Verdict  string // Valid, Invalid or Unverified
	Provider string
	Reason   string   // a reason of package sign, "" if valid
	Detail   string   // for people
	Covers   []string // body, parts, timestamp, id, url
	// DuplicateOf is the first delivery with the same provider and the same
	// wire id that the store held then, "" if none. It is found while the
	// delivery is written, and known when Wait after Append returns.
	DuplicateOf string
}

// Attempt is one HTTP exchange with a destination.
type Attempt struct {
	Number     int
	Trigger    string
	URL        string // userinfo masked
	StartedAt  time.Time
	Duration   time.Duration
	StatusCode int // 0 without a response
	ErrorKind  string
	Error      string
	// Outcome is what the attempt meant to the sender, "" where nobody judged.
	Outcome string
	// VirtualAt is StartedAt in the time that the schedule lives in, zero where
	// they are the same.
	VirtualAt time.Time
	// RequestHeaders are those that were sent. RequestBody is set where the
	// attempts of a delivery have different bodies, and only loaded by Get.
	RequestHeaders    sign.Headers
	RequestBody       []byte
	ResponseHeaders   sign.Headers
	ResponseBody      []byte // the kept part; only loaded by Get
	ResponseSize      int64  // bytes received, also of a body kept in part
	ResponseTruncated bool
	RemoteIP          string
}

// Answer is what the sender of a received request was told.
type Answer struct {
	StatusCode int
}
