package tui

import "github.com/hooks-cli/hooks/term"

// drawLine draws a line of the table; -1 is its head.
func (c *console) drawLine(p *pen, m *model, i int) {
	wide := m.lay.class != narrow
	switch at := c.top + i; {
	case i < 0:
		c.columns(p, m, dim, [6]term.Text{term.Safe("URL"), term.Safe("PROVIDER"), term.Safe("EVENTS"), term.Safe("STATUS"), term.Safe("SUCCESS"), term.Safe("LAST")}, dim)
	case len(c.all) == 0:
		if i == 1 {
			p.to(2)
			c.drawEmpty(p)
		}
	case at < len(c.all):
		e := &c.all[at]
		if at == c.cursor {
			p.begin(p.width, reverse)
		}
		if wide {
			p.to(1)
		}
		if at == c.cursor {
			p.lit(title, p.th.cursor)
		}
		c.columns(p, m, plain, [6]term.Text{p.th.cell(or(raw(e.Name), raw(e.URL))), p.th.cell(raw(e.Provider)), p.th.cell(raw(e.Events)), p.th.cell(raw(e.Status)), p.th.cell(raw(e.Rate)), p.th.cell(raw(e.Last))}, endpointRole(e))
		p.to(p.width)
	}
}

// drawEmpty draws what a page without endpoints says.
func (c *console) drawEmpty(p *pen) {
	switch {
	case !c.problem.Empty():
		p.text(bad, c.problem)
	case c.readAt.IsZero():
		p.lit(dim, "Reading the store.")
	default:
		p.lit(plain, "No endpoints. + adds one.")
	}
}

// columns writes the cells of a line, as many as there is room for.
func (c *console) columns(p *pen, m *model, r role, cells [6]term.Text, status role) {
	start, provider, events, state, rate, last := 3, 10, 9, 20, 9, 10
	switch m.lay.class {
	case narrow:
		start, provider, events, state, rate, last = 1, 0, 0, 12, 0, 0
	case medium:
		provider, last, events, state = 0, 9, 8, 16
	}
	p.to(start)
	first := max(8, p.width-start-provider-events-state-rate-last-5)
	for i, width := range [6]int{first, provider, events, state, rate, last} {
		if width == 0 {
			continue
		}
		look := r
		if i == 3 {
			look = status
		}
		p.cell(look, cells[i], width)
		p.to(p.col + 1)
	}
}

func endpointRole(e *Endpoint) role {
	switch {
	case !e.Enabled:
		return dim
	case e.Paused:
		return warn
	case e.Why != "":
		return bad
	}
	return good
}

// write makes the lines below the table.
func (c *console) write(m *model) {
	c.lines = nil
	e := c.chosen()
	if e == nil {
		return
	}
	c.at = min(max(c.at, 0), max(0, len(e.Switches)-1))
	c.switching = c.switching && len(e.Switches) > 0
	s := sheet{th: m.th, width: m.w - 2}
	s.fields("url", span{title, s.th.line(raw(e.URL))}, span{plain, s.th.line(raw(e.Name))})
	s.fields("id", span{plain, s.th.line(raw(e.ID))})
	s.fields("provider", span{plain, s.th.line(or(raw(e.Provider), "any"))})
	c.writeSecret(m, &s, e)
	if e.Why != "" {
		s.fields("status", span{bad, s.th.line(raw(e.Why))})
	}
	s.fields("channels", span{plain, s.th.line(or(raw(e.Channels), "none: gets everything"))})
	s.gap()
	top := len(s.lines)
	for i, w := range e.Switches {
		box := text("[ ] ")
		if w.On {
			box = "[x] "
		}
		mark := text("  ")
		if c.switching && i == c.at {
			mark = s.th.cursor + " "
		}
		s.add(lit(title, mark), lit(plain, box), span{plain, s.th.line(raw(w.Type))})
	}
	c.lines = s.lines
	c.shown = 0
	if height := m.h - bottomLines - topLines - m.upper() - 1; c.switching && top+c.at >= height {
		c.shown = top + c.at - height + 1
	}
}

func (c *console) writeSecret(m *model, s *sheet, e *Endpoint) {
	if !m.secret.Empty() && m.secretOf == e.ID {
		s.fields("secret", span{warn, m.secret}, lit(dim, "shown for 10 s"))
		return
	}
	s.fields("secret", span{plain, s.th.line(or(raw(e.Secret), "none"))}, lit(dim, "s reveal"))
}

func (c *console) drawDetail(p *pen, i int) {
	if at := i + c.shown; at < len(c.lines) {
		c.lines[at].draw(p)
	}
}
