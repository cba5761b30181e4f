package tui

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/hooks-cli/hooks/term"
)

// Gate is what holds requests back before the listener of this process forwards
// them. Its functions may be called by several goroutines.
type Gate struct {
	// Changed yields after something was held, answered or let go.
	Changed <-chan struct{}
	// Filter is what is held, in the language of store.ParseFilter, "" for
	// nothing; Hold changes it.
	Filter func() string
	Hold   func(filter string) error
	Held   func() []Held
	// Release lets one go on as it is; Drop and Answer keep it from that. Edit
	// has the user change it and lets it go on; it has the terminal to itself.
	// All say in a few words what came of it.
	Release, Drop func(id string) (string, error)
	Answer        func(id string, status int, body []byte) (string, error)
	Edit          func(ctx context.Context, id string) (string, error)
}

// Held is a request that waits for a decision.
type Held struct {
	ID              string
	Seq             int64
	Event, Provider string
	Size            int64
	Since           time.Time
	// Until is when its sender is answered, Answered tells that it was.
	Until    time.Time
	Answered bool
}

// gate is what is held, and where the cursor is among it.
type gate struct {
	held    []Held
	filter  raw
	at, top int
	ticking bool
}

// heldMsg says what is held now.
type heldMsg struct {
	held   []Held
	filter string
}

// wait returns the command that waits until what is held changes.
func (g *gate) wait(m *model) []command {
	from := m.o.Gate
	if from == nil {
		return nil
	}
	g.filter = raw(from.Filter())
	ctx := m.ctx
	return []command{{waits: true, do: func() message {
		select {
		case <-ctx.Done():
			return nil
		case <-from.Changed:
			return heldMsg{from.Held(), from.Filter()}
		}
	}}}
}

func (msg heldMsg) apply(m *model) []command {
	g := &m.gate
	chosen := g.chosen()
	g.held, g.filter = msg.held, raw(msg.filter)
	for i := range g.held {
		if chosen != nil && g.held[i].ID == chosen.ID {
			g.at = i
		}
	}
	g.at = min(g.at, max(0, len(g.held)-1))
	return append(g.wait(m), g.tick(m)...)
}

// tick counts down the time of the senders, once a second while one waits.
func (g *gate) tick(m *model) []command {
	if g.ticking {
		return nil
	}
	for i := range g.held {
		if !g.held[i].Answered {
			g.ticking = true
			return []command{later(m.ctx, time.Second, heldTickMsg{})}
		}
	}
	return nil
}

// heldTickMsg says that a second has passed.
type heldTickMsg struct{}

func (heldTickMsg) apply(m *model) []command {
	m.gate.ticking = false
	return m.gate.tick(m)
}

// chosen is the request under the cursor, nil without any.
func (g *gate) chosen() *Held {
	if g.at >= len(g.held) {
		return nil
	}
	return &g.held[g.at]
}

// do does an action on what is held.
func (g *gate) do(m *model, a action) []command {
	from := m.o.Gate
	switch a {
	case doHeld:
		m.over = heldOverlay
		if g.filter == "" && len(g.held) == 0 {
			m.line.open(holdLine, "event:*")
		}
		return nil
	case doHoldFilter:
		m.line.open(holdLine, string(g.filter))
		return nil
	case doReleaseAll:
		return g.each(m, from.Release)
	}
	h := g.chosen()
	if h == nil {
		return nil
	}
	id := h.ID
	switch a {
	case doRelease:
		return g.decide(m, func() (string, error) { return from.Release(id) })
	case doDrop:
		return g.decide(m, func() (string, error) { return from.Drop(id) })
	case doAnswer:
		if h.Answered {
			m.say(bad, m.th.line("the sender has its answer: release or drop it"))
			return nil
		}
		m.line.open(answerLine, "200 ")
	case doEditHeld:
		m.outside = func() message {
			said, err := from.Edit(m.ctx, id)
			return decidedMsg{said, err}
		}
	}
	return nil
}

func (g *gate) decide(_ *model, do func() (string, error)) []command {
	return []command{{do: func() message {
		said, err := do()
		return decidedMsg{said, err}
	}}}
}

// each does something with all that is held.
func (g *gate) each(m *model, do func(string) (string, error)) []command {
	held := g.held
	return g.decide(m, func() (said string, err error) {
		for i := range held {
			one, failed := do(held[i].ID)
			said, err = one, errors.Join(err, failed)
		}
		return said, err
	})
}

// decidedMsg says what a decision came to.
type decidedMsg struct {
	said string
	err  error
}

func (msg decidedMsg) apply(m *model) []command {
	if msg.err != nil {
		m.fail("held", msg.err)
		return nil
	}
	m.say(good, m.th.line(raw(msg.said)))
	return nil
}

// typed takes what was typed: what to hold, or an answer.
func (g *gate) typed(m *model, kind lineKind, input string) error {
	if kind == holdLine {
		if err := m.o.Gate.Hold(strings.Trim(input, " ")); err != nil {
			return err
		}
		g.filter = raw(m.o.Gate.Filter())
		return nil
	}
	h := g.chosen()
	word, body, _ := strings.Cut(strings.TrimLeft(input, " "), " ")
	status, err := strconv.Atoi(word)
	switch {
	case err != nil || status < 200 || status > 599:
		return errors.New("begins with a status from 200 to 599; the body follows")
	case h == nil:
		return errors.New("nothing is held")
	}
	said, err := m.o.Gate.Answer(h.ID, status, []byte(body))
	if err == nil {
		m.say(good, m.th.line(raw(said)))
	}
	return err
}

// drawHeld draws what is held over the whole screen.
func (m *model) drawHeld() []string {
	p, g := &m.pen, &m.gate
	height := max(1, m.h-6)
	g.top = max(min(g.top, g.at), g.at-height+1)
	lines := make([]string, 0, m.h)
	for y := range m.h {
		p.begin(m.w, "")
		switch i := y - 3 + g.top; {
		case y == 0:
			g.drawTitle(p, m)
		case y == 1:
			g.drawFilter(p, m)
		case y == 2 || y == m.h-3:
			p.fill(dim, p.th.rule, m.w)
		case y == m.h-2:
			m.drawStatus(p)
		case y == m.h-1:
			m.drawHints(p)
		case len(g.held) == 0 && y == 4:
			p.to(2)
			p.lit(plain, "Nothing is held.")
		case i < len(g.held) && y < m.h-3:
			g.drawOne(p, m, i)
		}
		lines = append(lines, p.end())
	}
	return lines
}

func (g *gate) drawTitle(p *pen, m *model) {
	if m.margin() {
		p.to(1)
	}
	p.lit(title, "held before forwarding")
	n := grouped(len(g.held))
	p.to(max(p.col+1, p.width-term.Width(n)-1))
	p.text(plain, n)
}

func (g *gate) drawFilter(p *pen, m *model) {
	if m.margin() {
		p.to(1)
	}
	if g.filter == "" {
		p.lit(dim, "nothing more is held; / says what")
		return
	}
	p.lit(dim, "holds ")
	p.text(plain, term.Truncate(p.th.cell(g.filter), p.width-p.col-1, p.th.ellipsis))
}

// drawOne writes a line: which, what, and how long its sender still waits.
func (g *gate) drawOne(p *pen, m *model, i int) {
	h := &g.held[i]
	if i == g.at {
		p.begin(p.width, reverse)
	}
	if m.margin() {
		p.to(1)
	}
	if i == g.at {
		p.lit(title, p.th.cursor)
	}
	p.to(3)
	right, r := term.Safe("sender answered"), dim
	if !h.Answered {
		right, r = term.Join(term.Safe(" "), term.Safe("sender waits"), num(max(0, int64(h.Until.Sub(m.now).Round(time.Second)/time.Second))), term.Safe("s")), warn
	}
	switch {
	case m.lay.class == narrow && h.Answered:
		right = term.Safe("late")
	case m.lay.class == narrow:
		right = term.Truncate(term.Join(term.Text{}, num(max(0, int64(h.Until.Sub(m.now).Round(time.Second)/time.Second))), term.Safe("s")), 7, "")
	}
	p.cell(plain, term.Join(term.Text{}, term.Safe("#"), num(h.Seq)), 7)
	room := max(4, p.width-p.col-term.Width(right)-2)
	if m.lay.class != narrow {
		room -= 26
	}
	p.cell(plain, p.th.cell(or(raw(h.Event), "(unknown)")), room)
	if m.lay.class != narrow {
		p.to(p.col + 1)
		p.cell(plain, p.th.cell(or(raw(h.Provider), "-")), 16)
		p.right(plain, size(h.Size, false), 8)
	}
	p.to(p.col + 1)
	p.text(r, right)
	p.to(p.width)
}
