package tui

import (
	"time"

	"github.com/hooks-cli/hooks/term"
)

// LastShown is how many of the latest deliveries a History needs to name.
const LastShown = 20

// Outcome is what became of a delivery.
type Outcome int

// What can become of one.
const (
	Open Outcome = iota // nobody knows yet, or it was not sent
	Acknowledged
	NotAcknowledged
)

// History is how the latest deliveries to an endpoint went.
type History struct {
	Last []Outcome // the oldest first, at most LastShown
	// P50 and P95 are durations of attempts, of which there were so many.
	P50, P95 time.Duration
	Attempts int
	Rate     string // share that was acknowledged
}

// history is that of the endpoint under the cursor.
type history struct {
	of      string
	reading string // the endpoint that is being read, "" if none
	stale   bool   // it is to be read again
	History
}

// historyMsg brings the history of an endpoint.
type historyMsg struct {
	of      string
	history History
	err     error
}

// recall reads the history of the endpoint under the cursor, one at a time.
func (c *console) recall(m *model) []command {
	e, h := c.chosen(), &c.history
	if m.page != endpointsPage || e == nil || m.o.Actions.History == nil || h.reading != "" || h.of == e.ID && !h.stale {
		return nil
	}
	h.reading, h.stale = e.ID, false
	id, read := e.ID, m.o.Actions.History
	return []command{{do: func() message {
		got, err := read(m.ctx, id)
		return historyMsg{id, got, err}
	}}}
}

func (msg historyMsg) apply(m *model) []command {
	h := &m.console.history
	h.reading = ""
	if msg.err != nil {
		if m.ctx.Err() == nil {
			m.fail("read the store", msg.err)
		}
		h.of, h.History = msg.of, History{}
		return nil
	}
	h.of, h.History = msg.of, msg.history
	return nil
}

// write says how the latest deliveries went.
func (h *history) write(s *sheet, e *Endpoint) {
	if h.of != e.ID {
		s.fields("last 20", lit(dim, "reading"))
		return
	}
	if len(h.Last) == 0 {
		s.fields("last 20", lit(dim, "nothing was delivered yet"))
		return
	}
	var spans []span
	for i, o := range h.Last {
		if i > 0 {
			spans = append(spans, lit(plain, " "))
		}
		spans = append(spans, h.mark(o))
	}
	s.add(append([]span{{label, term.Pad(term.Safe("last 20"), indent, "")}}, spans...)...)
	if h.Attempts > 0 {
		s.fields("", lit(dim, "success rate"), span{plain, s.th.line(raw(h.Rate))},
			span{plain, term.Join(term.Safe(" "), term.Safe("p50"), took(h.P50, true))},
			span{plain, term.Join(term.Safe(" "), term.Safe("p95"), took(h.P95, true))},
			span{dim, term.Join(term.Safe(" "), term.Safe("of"), num(int64(h.Attempts)), term.Safe("attempts"))})
	}
}

func (h *history) mark(o Outcome) span {
	switch o {
	case Acknowledged:
		return lit(good, ".")
	case NotAcknowledged:
		return lit(bad, "x")
	}
	return lit(dim, "?")
}
