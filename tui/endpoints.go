package tui

import (
	"cmp"
	"context"
	"time"

	"github.com/hooks-cli/hooks/term"
)

// console is the page of endpoints.
type console struct {
	table
	reader
	all       []Endpoint
	readAt    time.Time
	waiting   bool
	switching bool // the keys move among the event types
	at        int  // the event type
	history   history
	lines     []line
	from      int // the first line of the detail
}

// endpointsMsg carries the endpoints as they are.
type endpointsMsg struct {
	all []Endpoint
	err error
}

func (c *console) read(m *model) []command {
	if m.o.Actions.Endpoints == nil {
		return nil
	}
	read := m.o.Actions.Endpoints
	return c.once(m.ctx, func(ctx context.Context) message {
		all, err := read(ctx)
		return endpointsMsg{all, err}
	})
}

func (msg endpointsMsg) apply(m *model) []command {
	c := &m.console
	c.reading, c.readAt = false, m.now
	if msg.err != nil {
		c.problem = m.th.quote(msg.err.Error())
		return nil
	}
	id, at := "", c.cursor
	if was := c.chosen(); was != nil {
		id = was.ID
	}
	c.all, c.problem = msg.all, term.Text{}
	c.history.stale = true
	c.find(c.search)
	c.cursor = at
	c.stay(func(i int) bool { return c.all[i].ID == id })
	return nil
}

// find shows the endpoints of which a name, URL or word holds the words.
func (c *console) find(words raw) {
	c.search, c.cursor = words, 0
	c.take(len(c.all), func(i int) string {
		e := &c.all[i]
		return e.Name + " " + e.URL + " " + e.ID + " " + e.Provider + " " + e.Status
	})
}

// refresh reads the endpoints again after a change of the store, at most once
// a second.
func (c *console) refresh(m *model) []command {
	if m.page != endpointsPage || c.waiting {
		return nil
	}
	if wait := time.Second - m.now.Sub(c.readAt); wait > 0 {
		c.waiting = true
		return []command{later(m.ctx, wait, staleMsg{})}
	}
	return c.read(m)
}

// staleMsg says that the endpoints may be read again.
type staleMsg struct{}

func (staleMsg) apply(m *model) []command {
	m.console.waiting = false
	if m.page != endpointsPage {
		return nil
	}
	return m.console.read(m)
}

// chosen is the endpoint under the cursor, nil without any.
func (c *console) chosen() *Endpoint {
	if i := c.position(); i >= 0 {
		return &c.all[i]
	}
	return nil
}

// do does an action on the endpoint under the cursor.
func (c *console) do(m *model, a action) []command {
	e := c.chosen()
	switch {
	case a == doAdd:
		return m.openForm("")
	case a == doSearch:
		m.openSearch(c.search, c.find)
		return nil
	case e == nil:
		return nil
	}
	switch a {
	case doSwitches:
		c.switching = !c.switching && len(e.Switches) > 0
	case doSwitch:
		return c.flip(m, e)
	case doEdit:
		return m.openForm(e.ID)
	case doPause:
		return m.runWords(pauseWord(e)...)
	case doTest:
		return m.runWords("endpoint", "test", e.ID)
	case doDelete:
		m.wonder("delete "+cmp.Or(e.Name, e.ID)+"?", "endpoint", "delete", e.ID, "--yes")
	case doRotate:
		m.wonder("rotate the secret of "+cmp.Or(e.Name, e.ID)+"?", "secret", "rotate", e.ID)
	case doCopyEndpoint:
		return m.copyText("URL", []byte(e.URL))
	case doReveal:
		return m.reveal(e.ID)
	case doDeliveriesOf:
		m.page = deliveriesPage
		if err := m.bar.set(raw("endpoint:" + e.ID)); err != nil {
			m.fail("filter", err)
			return nil
		}
		return m.refilter()
	}
	return nil
}

// pauseWord is the command that changes whether an endpoint is delivered to.
func pauseWord(e *Endpoint) []string {
	switch {
	case !e.Enabled:
		return []string{"endpoint", "enable", e.ID}
	case e.Paused:
		return []string{"endpoint", "resume", e.ID}
	}
	return []string{"endpoint", "disable", e.ID}
}

// flip switches the event type at the cursor on or off.
func (c *console) flip(m *model, e *Endpoint) []command {
	if c.at >= len(e.Switches) {
		return nil
	}
	flag := "--on"
	if e.Switches[c.at].On {
		flag = "--off"
	}
	return m.runWords("endpoint", "edit", e.ID, flag, e.Switches[c.at].Type)
}
