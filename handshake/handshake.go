// Package handshake is for the tests that senders make of an endpoint before
// they use it. Each is described once: how its sender asks, what the right
// answer is, and what is wrong with another one. Whoever answers and whoever
// asks read the same description, so that the two cannot drift apart. Nothing
// here performs I/O or knows the time.
package handshake

import (
	"slices"
	"time"
)

// Handshake is one test of an endpoint.
type Handshake struct {
	Name string
	// Asks and Wants say for people what comes and what is to go back.
	Asks, Wants string
	// Named tells that its shape says too little: it is answered only for a
	// provider whose file names it.
	Named bool
	// Keyed tells that the answer is made with the sender's secret.
	Keyed bool
	// Carries tells that the sender's secret is part of the request itself,
	// where it has one.
	Carries bool
	// Needs are the parameters without which its answer cannot be judged.
	Needs []string
	// Assumed tells that it is known second-hand.
	Assumed bool
	// Within is how long the sender waits for the answer; 0 is not known.
	Within time.Duration

	// answer returns the answer to a request of exactly its shape, nil for any
	// other.
	answer func(*Request, Party) *Answer
	// ask returns what the sender does, one request after the other.
	ask func(Asking) []Step
	// slips are wrong answers that are known by heart; nil knows none.
	slips func(*Request, Party) []slip
}

// All are the known handshakes, those with the narrower shape first.
func All() []Handshake {
	return []Handshake{
		hub(), crc(), braintree(), ebay(), linkedIn(), okta(), challengeQuery(), validationToken(), cloudEvents(),
		asana(), ringCentral(), twitch(), eventGrid(), zoom(), slack(), challengeJSON(), discord(), head(),
	}
}

// Names are the names of all handshakes, in the order of All.
func Names() []string {
	var names []string
	for _, h := range All() {
		names = append(names, h.Name)
	}
	return names
}

// Find returns the handshake of that name. The error is an *UnknownError.
func Find(name string) (Handshake, error) {
	all := All()
	i := slices.IndexFunc(all, func(h Handshake) bool { return h.Name == name })
	if i < 0 {
		return Handshake{}, &UnknownError{Name: name}
	}
	return all[i], nil
}

// NeedsProvider tells whether a handshake is only answered for a provider whose
// file names it: Possible does not see those.
func NeedsProvider(name string) bool { return name == discordName || name == headName }

// Everything stands for all handshakes where a name is switched off.
const Everything = "all"

// SwitchedOff is the set of the names that are given, all of them where one is
// Everything. The error is an *UnknownError.
func SwitchedOff(names []string) (map[string]bool, error) {
	off := map[string]bool{}
	for _, name := range names {
		if name == Everything {
			for _, each := range Names() {
				off[each] = true
			}
			continue
		}
		if _, err := Find(name); err != nil {
			return nil, &UnknownError{Name: name, more: []string{Everything}}
		}
		off[name] = true
	}
	return off, nil
}

// UnknownError is a name that no handshake has.
type UnknownError struct {
	Name string
	more []string // other words that may stand there
}

func (e *UnknownError) Error() string { return "no handshake has this name" }

// Unknown returns the word and those that are known.
func (e *UnknownError) Unknown() (word string, known []string) {
	return e.Name, append(Names(), e.more...)
}

// Answer returns the right answer to a request, nil if it is not this
// handshake.
func (h Handshake) Answer(r *Request, p Party) *Answer { return h.answer(r, p) }
