package tui

import (
	"context"
	"fmt"
	"time"

	"github.com/hooks-cli/hooks/term"
)

// want is what the model wants of the terminal.
type want int

const (
	nothing want = iota
	quit
	interrupt
	suspend
	redraw
)

// overlay is what lies over the panes and takes the keys.
type overlay int

const (
	noOverlay overlay = iota
	helpOverlay
	copyOverlay
	outputOverlay
	compareOverlay
	sendOverlay
	exportOverlay
	heldOverlay
)

// model is the state of the view. Messages change it, one after the other;
// view reads it.
type model struct {
	ctx  context.Context
	o    Options
	src  source
	th   *theme
	keys keymap
	out  clipboard
	now  time.Time

	w, h      int
	lay       layout
	from      int // the positions of the list that are on the screen
	to        int
	focus     place // inList or inDetail
	zoomed    bool
	arranged  map[class]arrangement
	over      overlay
	helpTop   int
	helpWords string // that the help is searched for
	hunt      hunt

	page     pageKind
	console  console
	shelf    shelf
	form     *filling // nil without one
	line     inputLine
	asked    *question
	gate     gate
	outside  func() message // runs while the terminal is somebody else's
	said     output
	secret   term.Text // that is shown for a while
	secretOf string    // the endpoint, or the delivery
	secretIs term.Text // which one it is
	reveals  int
	ticking  bool // a countdown goes on, a second at a time

	turned  time.Time // when the detail last followed the list
	turning bool      // it will again, soon

	list       list
	feed       feed
	detail     detail
	bar        filterBar
	search     search
	insights   lookup[Insight]
	schemas    lookup[Schema]
	marks      marks
	comparison comparison
	sending    *sending // nil unless the overlay is open
	guest      *guest   // the program that got the terminal last
	memory     filterMemory
	heads      []head
	target     target
	activity   activity
	note       span // what the last key came to
	busy       raw  // the delivery that is being replayed
	began      bool // the newest rows are there
	loading    bool // older rows are still coming
	pages      int  // how often the list was begun anew
	older      bool // the store has more than is kept here

	request want
	dirty   bool
	frame   string
	pen     pen
}

// clipboard takes what is copied.
type clipboard interface {
	copy(b []byte) (bool, error)
}

// newModel makes a model that shows nothing yet. A wrong filter is refused.
func newModel(ctx context.Context, o Options, src source, out clipboard) (*model, error) {
	if o.Location == nil {
		o.Location = time.UTC
	}
	m := &model{
		ctx: ctx, o: o, src: src, out: out, now: o.Now(),
		th: newTheme(o.Colour, o.ASCII), keys: newKeymap(keyTable()),
		focus: inList, arranged: arrangements(),
		list: list{follow: true}, dirty: true,
		feed: feed{src: src, now: o.Now, listening: o.Listening, words: interner{}, older: interner{}},
	}
	m.pen.th = m.th
	m.bar.now, m.bar.marked = o.Now, m.marks.hasID
	if err := m.bar.set(raw(o.Filter)); err != nil {
		return nil, fmt.Errorf("filter: %w", err)
	}
	m.recall()
	m.refilter()
	m.resize(o.Width, o.Height)
	return m, nil
}

// start returns the commands that the view begins with.
func (m *model) start() []command {
	return append(append(m.gate.wait(m), m.awaitCatalogs()...), command{do: func() message { return m.feed.start(m.ctx) }})
}

// update applies a message and brings what is on the screen up to date.
func (m *model) update(msg message) []command {
	m.now = m.o.Now()
	m.dirty = true
	todo := msg.apply(m)
	if _, changed := msg.(changesMsg); changed {
		todo = append(todo, m.console.refresh(m)...)
	}
	todo = append(todo, m.settle()...)
	todo = append(todo, m.console.recall(m)...)
	return append(todo, m.counting()...)
}

// settle puts windows and detail where the state wants them, and loads what is
// to be shown.
func (m *model) settle() []command {
	m.lay = arrange(m.w, m.h, m.shape())
	m.from, m.to = m.list.window(m.listHeight())
	m.comparison.settle(m.lay)
	m.settlePage()
	var todo []command
	if m.lay.detail.h == 0 {
		return m.look()
	}
	if m.focus == inList || m.detail.seq == 0 {
		todo = append(todo, m.turn()...)
	}
	todo = append(todo, m.load()...)
	todo = append(todo, m.look()...)
	p := m.detailPane()
	m.detail.layout(m, p.w, p.h)
	return todo
}

// turnPause is the least time for which a delivery is shown while the cursor
// follows a stream of them.
const turnPause = 250 * time.Millisecond

// turn shows the selected delivery in the detail.
func (m *model) turn() []command {
	r := m.list.selected()
	if r == nil || r.seq == m.detail.seq {
		return nil
	}
	if wait := turnPause - m.now.Sub(m.turned); m.list.follow && wait > 0 && m.detail.seq != 0 {
		if m.turning {
			return nil
		}
		m.turning = true
		return []command{later(m.ctx, wait, turnMsg{})}
	}
	m.turned = m.now
	m.detail.open(r)
	return nil
}

// turnMsg says that the detail may turn to another delivery again.
type turnMsg struct{}

func (turnMsg) apply(m *model) []command {
	m.turning = false
	return nil
}

// load returns the command that loads the delivery of the detail, if what is
// there is not the newest.
func (m *model) load() []command {
	t := &m.detail
	i, found := m.list.find(t.seq)
	if t.seq == 0 || !found && t.d != nil {
		return nil
	}
	rev := int64(0)
	if found {
		rev = m.list.rows[i].rev
	}
	if t.rev >= rev {
		return nil
	}
	t.rev = rev
	t.asked++
	return []command{load(m.ctx, m.src, m.th, t.id, t.asked, t.attempt, t.forms())}
}

// shape returns the panes that the state asks for.
func (m *model) shape() shape {
	if split := m.split(); split != onlyList && !m.zoomed {
		return split
	}
	if m.focus == inDetail {
		return onlyDetail
	}
	return onlyList
}

// where returns the places whose keys count.
func (m *model) where() place {
	switch {
	case m.over == helpOverlay && m.line.kind != noLine:
		return inLine
	case m.over == helpOverlay:
		return inHelp
	case m.over == copyOverlay:
		return inCopy
	case m.over == exportOverlay:
		return inExport
	case m.over == outputOverlay:
		return inOutput
	case m.over == compareOverlay:
		return inCompare
	case m.over == sendOverlay && m.line.kind != noLine:
		return inLine
	case m.over == sendOverlay && m.sending.seq == 0:
		return inSending | inTrigger
	case m.over == sendOverlay:
		return inSending
	case m.asked != nil:
		return inQuestion
	case m.form != nil:
		return inForm
	case m.line.kind != noLine:
		return inLine
	case m.over == heldOverlay:
		return inHeld
	case m.bar.typing:
		return inFilter
	case m.page == endpointsPage:
		return inEndpoints
	case m.page == catalogPage:
		return inCatalog
	case m.focus == inDetail && m.detail.body() != nil:
		return inDetail | inBody
	case m.focus == inDetail && m.detail.tab == schemaTab:
		return inDetail | inSchema
	}
	return m.focus
}

// resize takes a size over; 0 counts as 80x24.
func (m *model) resize(w, h int) {
	if w <= 0 || h <= 0 {
		w, h = 80, 24
	}
	m.w, m.h = w, h
	m.settle()
}

// resizeMsg says that the terminal has another size.
type resizeMsg struct{ w, h int }

func (msg resizeMsg) apply(m *model) []command {
	m.resize(msg.w, msg.h)
	return nil
}

// resumeMsg says that the program was stopped and goes on.
type resumeMsg struct{}

func (resumeMsg) apply(m *model) []command {
	m.request = redraw
	return nil
}

func (msg loadedMsg) apply(m *model) []command {
	if msg.asked != m.detail.asked {
		return nil
	}
	if msg.err != nil {
		m.detail.problem = m.th.quote(msg.err.Error())
		return nil
	}
	m.detail.take(msg)
	return nil
}

func (msg formMsg) apply(m *model) []command {
	if msg.asked == m.detail.asked {
		m.detail.bodies[msg.tab].show(msg.view, msg.form)
		m.detail.bodies[msg.tab].from = msg.from
	}
	return nil
}
