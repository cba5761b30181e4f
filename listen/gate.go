package listen

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// ReasonHeld is why a delivery is not forwarded yet. The others are why one that
// was held never was as it came: somebody answered it, dropped it, or edited
// it, and what was made of it is a delivery that repeats this one.
const (
	ReasonHeld     = "held"
	ReasonAnswered = "answered_by_hand"
	ReasonDropped  = "dropped"
	ReasonEdited   = "edited"
)

// maxHeld is how many requests a Gate holds; further ones go through.
const maxHeld = 100

// defaultHold is how long a sender waits for somebody to decide. Most give up
// after ten seconds or later; one whose provider's own limit is shorter waits
// for four fifths of that.
const defaultHold = 8 * time.Second

var (
	// ErrNotHeld says that a request is not held, or not any more.
	ErrNotHeld = errors.New("not held any more")
	// ErrAnswered says that the sender of a held request has its answer.
	ErrAnswered = errors.New("the sender was answered when its time was up: release or drop it")
)

// Gate holds requests that match a filter before they are forwarded, until
// somebody decides. The zero value holds nothing; it may be used by several
// goroutines.
//
// A sender does not wait for ever: when its time is up it is told that the
// delivery was received, which is true, for it is in the store. An error would
// make it send the same once more while this one is still held. What is held
// stays so after that; only the answer of the target no longer reaches anybody.
type Gate struct {
	// Limit is how long senders wait; 0 is 8 s, less where the provider waits less.
	Limit time.Duration
	// Changed, if not nil, is called after something was held, answered or let go.
	Changed func()

	mu     sync.Mutex
	filter *store.Filter
	held   []*held // in the order of their arrival
	closed bool
}

// Held is a request that waits for a decision.
type Held struct {
	// ID and Seq are the delivery's, the first of those that the event would make.
	ID              string
	Seq             int64
	Event, Provider string
	Size            int64 // of the body
	Since           time.Time
	// Until is when the sender gets its answer, Answered tells that it has, or
	// has gone.
	Until    time.Time
	Answered bool
}

// Edited is what goes on in the place of what was received.
type Edited struct {
	Headers sign.Headers
	Body    []byte
}

// ruling is what is to become of a held request: it is let go, changed if
// edited is set; or answered with a reply; or dropped.
type ruling struct {
	edited *Edited
	reply  *reply
	drop   bool
}

// reason is why a delivery does not go on as it came.
func (r ruling) reason() string {
	switch {
	case r.edited != nil:
		return ReasonEdited
	case r.reply != nil:
		return ReasonAnswered
	}
	return ReasonDropped
}

type held struct {
	Held
	ruling chan ruling // of capacity one
}

// Hold holds, from now on, what the filter takes; nil holds nothing more.
// What is held already stays.
func (g *Gate) Hold(f *store.Filter) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.filter = f
}

// Held are the requests that wait, the oldest first.
func (g *Gate) Held() []Held {
	g.mu.Lock()
	defer g.mu.Unlock()
	all := make([]Held, len(g.held))
	for i, h := range g.held {
		all[i] = h.Held
	}
	return all
}

// Release lets a request go on to its targets, as it is or edited.
func (g *Gate) Release(id string, edited *Edited) error {
	return g.rule(id, ruling{edited: edited})
}

// Answer gives the sender this answer; the targets hear nothing.
func (g *Gate) Answer(id string, status int, headers sign.Headers, body []byte) error {
	return g.rule(id, ruling{reply: &reply{status: status, headers: headers, body: body}})
}

// Drop closes the sender's connection without an answer, if it has none yet;
// the targets hear nothing.
func (g *Gate) Drop(id string) error { return g.rule(id, ruling{drop: true}) }

// Open holds nothing more and lets everything go on that is held.
func (g *Gate) Open() {
	g.mu.Lock()
	g.filter = nil
	all := g.held
	g.held = nil
	g.mu.Unlock()
	for _, h := range all {
		h.ruling <- ruling{}
	}
	g.tell()
}

func (g *Gate) rule(id string, r ruling) error {
	g.mu.Lock()
	i := slices.IndexFunc(g.held, func(h *held) bool { return h.ID == id })
	if i < 0 {
		g.mu.Unlock()
		return ErrNotHeld
	}
	h := g.held[i]
	if r.reply != nil && h.Answered {
		g.mu.Unlock()
		return ErrAnswered
	}
	g.held = slices.Delete(g.held, i, i+1)
	g.mu.Unlock()
	h.ruling <- r
	g.tell()
	return nil
}

// wants tells whether a delivery is to be held, and whether it is not only
// because there are too many already.
func (g *Gate) wants(d *store.Delivery) (wanted, full bool) {
	if g == nil {
		return false, false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed || g.filter == nil || !g.filter.Match(d) {
		return false, false
	}
	return len(g.held) < maxHeld, len(g.held) >= maxHeld
}

// take holds a delivery. A gate that was closed meanwhile lets it go at once.
func (g *Gate) take(d *store.Delivery, since, until time.Time) *held {
	h := &held{Held: Held{ID: d.ID, Seq: d.Seq, Event: d.Event.Type, Provider: d.Event.Provider, Size: d.Request.BodySize, Since: since, Until: until}, ruling: make(chan ruling, 1)}
	g.mu.Lock()
	if g.closed {
		h.ruling <- ruling{}
	} else {
		g.held = append(g.held, h)
	}
	g.mu.Unlock()
	g.tell()
	return h
}

// answered notes that the sender is not there any more. It is false if
// somebody has decided first.
func (g *Gate) answered(h *held) bool {
	g.mu.Lock()
	waits := slices.Contains(g.held, h)
	h.Answered = h.Answered || waits
	g.mu.Unlock()
	g.tell()
	return waits
}

// close is Open for good.
func (g *Gate) close() {
	if g == nil {
		return
	}
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.Open()
}

func (g *Gate) tell() {
	if g.Changed != nil {
		g.Changed()
	}
}
