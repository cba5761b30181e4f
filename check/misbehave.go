package check

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/send"
	"github.com/hooks-cli/hooks/sign"
)

// Misbehaviour is what a sender does wrong on purpose, so that a consumer can be
// watched. The zero value does nothing wrong.
type Misbehaviour struct {
	// Duplicate is how many times in all each event is sent; 0 is once.
	Duplicate int
	// Shuffle sends the events in another order than they were made.
	Shuffle bool

	// BadSignature is one of SignatureKinds, "" leaves the signature right.
	BadSignature string
	// Tamper changes the body after it was signed.
	Tamper bool
	// Stale is by how much the signature's timestamp is too old.
	Stale time.Duration
	// Drop is the share of the attempts that are lost, from 0 to 1.
	Drop float64
	// DelayMin and DelayMax are how long a signed request is held back.
	DelayMin, DelayMax time.Duration
	// BodyCut, if not nil, is after how many bytes of the body the sender
	// closes the connection.
	BodyCut *int
	// BodySlow is how long the second half of the body is held back.
	BodySlow time.Duration
}

// PerRequest tells whether anything is wrong with single requests.
func (m *Misbehaviour) PerRequest() bool {
	return m.BadSignature != "" || m.Tamper || m.Stale > 0 || m.Drop > 0 || m.DelayMax > 0 || m.BodyCut != nil || m.BodySlow > 0
}

// Sender misbehaves. What it leaves to chance is the same for the same seed and
// the same calls in the same order. It is for one goroutine at a time.
type Sender struct {
	Misbehaviour
	roll   *mathrand.Rand
	random io.Reader           // of keys that the consumer does not have
	other  map[string][]string // those keys, by provider
}

// NewSender makes a sender; without a seed its chance is nobody's.
func NewSender(m Misbehaviour, seed *int64) *Sender {
	s := &Sender{Misbehaviour: m, random: rand.Reader, other: map[string][]string{}}
	var start [32]byte
	rand.Read(start[:]) // which never fails
	if seed != nil {
		start = [32]byte{}
		binary.LittleEndian.PutUint64(start[:], uint64(*seed))
		s.random = mathrand.NewChaCha8(start)
	}
	s.roll = mathrand.New(mathrand.NewPCG(binary.LittleEndian.Uint64(start[:8]), binary.LittleEndian.Uint64(start[8:])))
	return s
}

// Order says which of n events is sent when: the indices in the order of sending,
// each as often as it is sent.
func (s *Sender) Order(n int) []int {
	order := make([]int, 0, n*max(1, s.Duplicate))
	for i := range n {
		order = append(order, slices.Repeat([]int{i}, max(1, s.Duplicate))...)
	}
	if s.Shuffle {
		s.roll.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	return order
}

// Build makes the request of an event as send.Build does, and does to it what is
// wrong; Did of the request says what. The error is a *ImpossibleError where the
// provider's scheme has nothing of the kind.
func (s *Sender) Build(t send.Target, e send.Event, signing send.Signing, userAgent string) (send.Outgoing, error) {
	var did []string
	if s.Stale > 0 {
		if !slices.Contains(signing.Profile.Scheme.Covers(), sign.CoversTimestamp) {
			return send.Outgoing{}, &ImpossibleError{"a stale timestamp", signing.Profile.ID + " signs no timestamp"}
		}
		signing.At = signing.At.Add(-s.Stale)
		did = append(did, "timestamp "+s.Stale.String()+" old")
	}
	out, err := s.sign(t, e, signing, userAgent)
	if err != nil {
		return send.Outgoing{}, err
	}
	if s.BadSignature != "" {
		did = append(did, "bad signature: "+s.BadSignature)
	}
	if s.Tamper {
		out.Body = tampered(out.Body)
		did = append(did, "body tampered")
	}
	out.Did = append(did, s.handle(&out)...)
	return out, nil
}

// BuildCopies is Build for a sender that repeats requests, and not events.
func (s *Sender) BuildCopies(t send.Target, e send.Event, signing send.Signing, userAgent string) (send.Outgoing, error) {
	out, err := s.Build(t, e, signing, userAgent)
	out.Copies = max(0, s.Duplicate-1)
	return out, err
}

func (s *Sender) sign(t send.Target, e send.Event, signing send.Signing, userAgent string) (send.Outgoing, error) {
	if s.BadSignature == "" {
		return send.Build(t, e, signing, userAgent)
	}
	p := &probe{random: s.random, otherKeys: s.other[signing.Profile.ID], Subject: Subject{Target: t, URL: signing.URL, Profile: signing.Profile,
		Keys: signing.Keys, UserAgent: userAgent, Event: func() (send.Event, error) { return e, nil }, Now: func() time.Time { return signing.At }}}
	out, err := badSignature(p, s.BadSignature)
	s.other[signing.Profile.ID] = p.otherKeys
	return out, err
}

// handle decides what happens to a request on its way.
func (s *Sender) handle(out *send.Outgoing) (did []string) {
	// Every request takes the same share of chance, whatever comes of it.
	lost := s.roll.Float64() < s.Drop
	hold := s.DelayMin + time.Duration(s.roll.Float64()*float64(s.DelayMax-s.DelayMin))
	if lost {
		out.Lost = true
		return []string{"dropped"}
	}
	if out.Hold = hold.Round(time.Millisecond); out.Hold > 0 {
		did = append(did, "held back "+out.Hold.String())
	}
	if s.BodyCut != nil {
		if at := *s.BodyCut; at < len(out.Body) {
			out.CutAt = &at
			did = append(did, fmt.Sprintf("body cut at %d of %d bytes", at, len(out.Body)))
		} else {
			did = append(did, fmt.Sprintf("body not cut: it has %d bytes", len(out.Body)))
		}
	}
	if s.BodySlow > 0 && len(out.Body) > 1 {
		out.Pause = s.BodySlow
		did = append(did, "second half of the body held back "+s.BodySlow.String())
	}
	return did
}

// ImpossibleError is something wrong that a provider's requests cannot have.
type ImpossibleError struct{ What, Why string }

func (e *ImpossibleError) Error() string { return e.What + " cannot be made: " + e.Why }

// SignatureKinds are the ways in which a signature can be wrong: the checks of
// the group Rejects, most without the tail that says signature.
func SignatureKinds() []string {
	var kinds []string
	for _, c := range rejects() {
		if kind := signatureKind(c); kind != "" {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// signatureKind is "" for what is wrong with other things than the signature:
// Tamper and Stale are those.
func signatureKind(c Check) string {
	switch c.Name {
	case "tampered-body", "stale-timestamp":
		return ""
	case "wrong-secret":
		return "other-secret"
	case "altered-signature":
		return "wrong"
	}
	return strings.TrimSuffix(c.Name, "-signature")
}

// badSignature makes a request as the check of that kind does.
func badSignature(p *probe, kind string) (send.Outgoing, error) {
	for _, c := range rejects() {
		if signatureKind(c) != kind {
			continue
		}
		out, err := c.make(p)
		if why, impossible := err.(skipped); impossible {
			err = &ImpossibleError{"a bad signature of the kind " + kind, string(why)}
		}
		return out, err
	}
	return send.Outgoing{}, &UnknownError{kind, SignatureKinds()}
}
