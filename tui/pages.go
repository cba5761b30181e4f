package tui

import (
	"context"
	"time"

	"github.com/hooks-cli/hooks/term"
)

// pageKind is one of the views that 1, 2 and 3 choose.
type pageKind int

const (
	deliveriesPage pageKind = iota
	endpointsPage
	catalogPage
	pages
)

var (
	pageNames  = [pages]text{"Deliveries", "Endpoints", "Catalog"}
	pageShorts = [pages]text{"Deliv", "Endp", "Cat"}
	pageKeys   = [pages]text{"1 ", "2 ", "3 "}
)

// Endpoint is a line of the view of endpoints and what is shown below it. All
// of it is text to be read; no secret is in it.
type Endpoint struct {
	ID, Name, URL, Provider string
	// Events says how many event types it takes, Status is a word of
	// hooks endpoint list, Rate a share.
	Events, Status, Rate string
	// Queued is how many deliveries wait until it takes them again.
	Queued int64
	// Secret is masked or a reference, SecretSince since when it is the one.
	Secret      string
	SecretSince time.Time
	LastAt      time.Time // when the latest attempt began, zero: never
	Channels    string
	// Rules say what its answers mean.
	Rules string
	// Why says what is wrong with it or switched off, "" if nothing.
	Why             string
	Enabled, Paused bool
	Switches        []Switch
}

// Switch is an event type that an endpoint could take.
type Switch struct {
	Type string
	On   bool
}

// EventType is a line of the view of the catalog and what is shown below it.
type EventType struct {
	// Ref is what hooks trigger calls it.
	Ref, Name, Catalog, Group, Title, Description string
	Samples                                       []Sample
	// Schema is a JSON Schema, nil without one.
	Schema []byte
}

// Sample is a payload of an event type.
type Sample struct {
	Name    string
	Payload []byte
}

// turnTo shows a page, and reads what is on it.
func (m *model) turnTo(p pageKind) []command {
	if p != deliveriesPage && !m.offered(doEndpoints) {
		return nil
	}
	m.page = p
	switch {
	case p == endpointsPage:
		return m.console.read(m)
	case p == catalogPage && m.shelf.all == nil:
		return m.shelf.read(m)
	}
	return nil
}

// drawPageNames draws the names of the pages, the one that is open in brackets.
func (m *model) drawPageNames(p *pen) {
	names := pageNames
	if m.lay.class == narrow {
		names = pageShorts
	}
	if !m.offered(doEndpoints) {
		p.lit(title, pageNames[deliveriesPage])
		return
	}
	for i := range pages {
		if i > 0 {
			p.to(p.col + 1)
		}
		if i == m.page {
			p.lit(title, "["+pageKeys[i]+names[i]+"]")
			continue
		}
		p.lit(plain, pageKeys[i]+names[i])
	}
}

// upper is how many lines of a page's panes hold its table, the head included;
// a rule and the detail follow.
func (m *model) upper() int { return max(2, (m.h-topLines-bottomLines)*2/5) }

// settlePage puts the windows of a page where its state wants them.
func (m *model) settlePage() {
	height := m.upper() - m.pageHead()
	switch m.page {
	case endpointsPage:
		m.console.settle(height)
		m.console.write(m)
	case catalogPage:
		m.shelf.settle(height)
		m.shelf.write(m)
	}
}

// pageHead is how many lines name the columns of a page.
func (m *model) pageHead() int {
	if m.lay.class == narrow {
		return 0
	}
	return 1
}

// drawPage draws a page that is not the deliveries.
func (m *model) drawPage() []string {
	lines := make([]string, 0, m.h)
	p, rule := &m.pen, topLines+m.upper()
	for y := range m.h {
		p.begin(m.w, "")
		switch {
		case y == 0:
			m.drawFirst(p)
		case y == 1:
			m.drawPageSummary(p)
		case y == topLines-1 || y == rule || y == m.h-bottomLines:
			p.fill(dim, p.th.rule, m.w)
		case y == m.hintLine():
			m.drawHints(p)
		case y > m.h-bottomLines:
			m.drawStatus(p)
		case y < rule:
			m.drawPageLine(p, y-topLines-m.pageHead())
		default:
			m.drawPageDetail(p, y-rule-1)
		}
		lines = append(lines, p.end())
	}
	return lines
}

func (m *model) drawPageSummary(p *pen) {
	if m.margin() {
		p.to(1)
	}
	switch {
	case m.page == catalogPage:
		m.shelf.drawSearch(p, len(m.shelf.all))
	case m.console.search != "":
		m.console.drawSearch(p, len(m.console.all))
	case len(m.console.all) == 1:
		p.lit(dim, "1 endpoint")
	default:
		p.text(dim, term.Join(term.Safe(" "), grouped(len(m.console.all)), term.Safe("endpoints")))
	}
}

// drawPageLine draws a line of the table; -1 is its head.
func (m *model) drawPageLine(p *pen, i int) {
	if m.page == catalogPage {
		m.shelf.drawLine(p, m, i)
		return
	}
	m.console.drawLine(p, m, i)
}

func (m *model) drawPageDetail(p *pen, i int) {
	if m.margin() {
		p.to(1)
	}
	if m.page == catalogPage {
		m.shelf.drawDetail(p, i)
		return
	}
	m.console.drawDetail(p, i)
}

// movePage moves in the table of a page, or among the switches below it.
func (m *model) movePage(n int) {
	switch {
	case m.page == catalogPage:
		m.shelf.cursor += n
	case m.console.switching:
		m.console.at += n
	default:
		m.console.cursor += n
		m.console.at = 0
	}
}

// doPage does an action of the endpoints or of the catalog.
func (m *model) doPage(a action) []command {
	if m.page == catalogPage {
		return m.shelf.do(m, a)
	}
	return m.console.do(m, a)
}

// reader reads what a page shows, one read at a time.
type reader struct {
	reading bool
	problem term.Text
}

// once returns the command that reads, nil while one reads.
func (r *reader) once(ctx context.Context, do func(context.Context) message) []command {
	if r.reading {
		return nil
	}
	r.reading = true
	return []command{{do: func() message { return do(ctx) }}}
}
