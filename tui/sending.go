package tui

import (
	"strconv"
	"time"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// sending makes an event ready: a delivery once more, or a type of the catalog.
// What it comes to is a command of the program, which it shows and runs.
type sending struct {
	seq      int64 // of the delivery; 0 is a type of the catalog
	id       raw
	event    raw
	went     raw // where the delivery went
	received time.Time
	body     []byte // as recorded, or the sample
	at       int    // the field that the cursor is on

	to                string
	asReceived, newID bool
	edits             []string // flags that change the body
	changes           []store.Change
	count             int
	broken            int // of Options.Breaks, 0 is none
}

// fieldKind is a field of what is to be sent.
type fieldKind int

const (
	targetField fieldKind = iota
	signatureField
	idField
	sampleField
	editsField
	countField
	brokenField
)

var (
	replayFields  = []fieldKind{targetField, signatureField, idField, editsField}
	triggerFields = []fieldKind{targetField, sampleField, editsField, countField, brokenField}
)

func (s *sending) fields() []fieldKind {
	if s.seq != 0 {
		return replayFields
	}
	return triggerFields
}

// ready opens the overlay for a loaded delivery.
func (m *model) ready(d *store.Delivery) *sending {
	s := &sending{seq: d.Seq, id: raw(d.ID), went: raw(d.Destination), received: d.ReceivedAt, body: d.Request.Body, count: 1}
	if d.Event != nil {
		s.event = raw(d.Event.Type)
	}
	m.sending, m.over = s, sendOverlay
	return s
}

// readyType opens the overlay for the chosen type of the catalog.
func (m *model) readyType() []command {
	m.openTrigger()
	if m.shelf.all == nil {
		return m.shelf.read(m)
	}
	return nil
}

// openTrigger opens the overlay as it is before anything was chosen in it.
func (m *model) openTrigger() *sending {
	m.sending, m.over = &sending{count: 1}, sendOverlay
	return m.sending
}

// sample is the payload that a trigger begins with.
func (m *model) sample() []byte {
	t := m.shelf.chosen()
	if t == nil || len(t.Samples) == 0 {
		return nil
	}
	return t.Samples[m.shelf.nth%len(t.Samples)].Payload
}

// payload is what edits change.
func (m *model) payload() []byte {
	if m.sending.seq != 0 {
		return m.sending.body
	}
	return m.sample()
}

// words is the command, nil while there is nothing to send.
func (m *model) words() []string {
	s := m.sending
	var words []string
	if s.seq != 0 {
		words = []string{"replay", strconv.FormatInt(s.seq, 10)}
	} else if t := m.shelf.chosen(); t != nil {
		words = m.shelf.words(t)
	} else {
		return nil
	}
	if s.to != "" {
		words = append(words, "--to", s.to)
	}
	switch {
	case s.asReceived:
		return append(words, "--as-received")
	case s.newID:
		words = append(words, "--new-id")
	}
	words = append(words, s.edits...)
	if s.count > 1 {
		words = append(words, "--count", strconv.Itoa(s.count))
	}
	if s.broken > 0 {
		words = append(words, m.o.Breaks[s.broken-1]...)
	}
	return words
}

// doSending does an action in the overlay.
func (m *model) doSending(a action) []command {
	s := m.sending
	switch a {
	case doSend:
		if words := m.words(); words != nil {
			m.over, m.sending = noOverlay, nil
			return m.runWords(words...)
		}
	case doNextOption, doPreviousOption:
		n := len(s.fields())
		if a == doPreviousOption {
			s.at += n - 2
		}
		s.at = (s.at + 1) % n
	case doLess:
		m.change(-1)
	case doMoreOf:
		m.change(1)
	case doSet:
		m.prompt("set ", "", m.set)
	case doEraseEdit:
		s.edits, s.changes = s.edits[:max(0, len(s.edits)-2)], nil
		m.review()
	case doAmendAgain:
		return m.amend()
	case doBreak:
		s.broken = (s.broken + 1) % (len(m.o.Breaks) + 1)
	case doSample:
		m.shelf.nth++
		s.edits, s.changes = nil, nil
	case doFindType:
		m.openSearch(m.shelf.search, m.shelf.find)
	case doCopyCommand:
		return m.copyText("command", []byte("hooks "+quoted(m.words())))
	}
	return nil
}

// change changes the field that the cursor is on: a choice turns, a text is
// asked for.
func (m *model) change(by int) {
	s := m.sending
	switch s.fields()[s.at] {
	case targetField:
		m.prompt("to ", s.to, func(text string) error { s.to = text; return nil })
	case signatureField:
		s.asReceived = !s.asReceived
	case idField:
		s.newID = !s.newID
	case sampleField:
		m.shelf.nth++
		s.edits, s.changes = nil, nil
	case editsField:
		m.prompt("set ", "", m.set)
	case countField:
		s.count = min(max(1, s.count+by), 1000)
	case brokenField:
		n := len(m.o.Breaks) + 1
		s.broken = (s.broken + by + n) % n
	}
}

// set adds path=value to the edits.
func (m *model) set(text string) error {
	if text == "" {
		return nil
	}
	s := m.sending
	edits := append(s.edits[:len(s.edits):len(s.edits)], "--set", text)
	if m.o.Actions.Revise != nil {
		if _, err := m.o.Actions.Revise(m.payload(), edits); err != nil {
			return err
		}
	}
	s.edits = edits
	m.review()
	return nil
}

// review says what the edits change.
func (m *model) review() {
	s := m.sending
	s.changes = nil
	if m.o.Actions.Revise == nil || len(s.edits) == 0 {
		return
	}
	before := m.payload()
	after, err := m.o.Actions.Revise(before, s.edits)
	if err != nil {
		return // what was asked for was checked when it came
	}
	changes, ok := store.CompareJSON(before, after)
	if !ok {
		changes = []store.Change{{Kind: store.ChangeChanged, Before: size(int64(len(before)), true).String(), After: size(int64(len(after)), true).String()}}
	}
	s.changes = changes
}

// readyMsg brings the delivery that is to be sent once more.
type readyMsg struct {
	d    *store.Delivery
	edit bool
	err  error
}

// again opens the overlay for the current delivery, with its body in the
// editor first if edit is set.
func (m *model) again(edit bool) []command {
	r := m.current()
	if r == nil {
		return nil
	}
	id, src, ctx := string(r.id), m.src, m.ctx
	return []command{{do: func() message {
		d, err := src.Get(ctx, id)
		return readyMsg{d, edit, err}
	}}}
}

func (msg readyMsg) apply(m *model) []command {
	if msg.err != nil {
		m.fail("read the delivery", msg.err)
		return nil
	}
	if m.over != noOverlay {
		return nil // something else lies there by now
	}
	m.ready(msg.d)
	if msg.edit {
		return m.amend()
	}
	return nil
}

// age says how old the recorded signature is.
func (m *model) age() term.Text {
	return term.Join(term.Safe(" "), took(m.now.Sub(m.sending.received).Round(time.Second), false), term.Safe("old"))
}

// moveSending moves among the types of the catalog, or the fields.
func (m *model) moveSending(n int) {
	s := m.sending
	if s.seq != 0 {
		s.at = min(max(s.at+n, 0), len(s.fields())-1)
		return
	}
	m.shelf.cursor = min(max(m.shelf.cursor+n, 0), max(0, len(m.shelf.shown)-1))
	m.shelf.nth, s.edits, s.changes = 0, nil, nil
}
