package tui

import "github.com/hooks-cli/hooks/term"

// column is a part of a line of the table: how wide it is on narrow, medium and
// wide screens, 0 to leave it out, and what stands in it. That of the URL gets
// what the others leave.
type column struct {
	name, short text
	widths      [3]int
	right       bool
	cell        func(m *model, e *Endpoint) (role, term.Text)
}

func endpointColumns() []column {
	say := func(of func(e *Endpoint) raw) func(*model, *Endpoint) (role, term.Text) {
		return func(m *model, e *Endpoint) (role, term.Text) { return plain, m.th.cell(of(e)) }
	}
	return []column{
		{"PROVIDER", "", [3]int{0, 0, 10}, false, say(func(e *Endpoint) raw { return or(raw(e.Provider), "any") })},
		{"EVENTS", "EVENTS", [3]int{0, 8, 9}, false, say(func(e *Endpoint) raw { return raw(e.Events) })},
		{"STATUS", "STATUS", [3]int{9, 9, 10}, false, func(m *model, e *Endpoint) (role, term.Text) { return endpointRole(e), m.th.cell(raw(e.Status)) }},
		{"SUCCESS RATE", "SUCCESS", [3]int{0, 7, 12}, true, say(func(e *Endpoint) raw { return raw(e.Rate) })},
		{"QUEUED", "QUEUED", [3]int{5, 6, 7}, true, queuedCell},
		{" LAST DELIVERY", " LAST", [3]int{0, 9, 14}, false, lastCell},
	}
}

func queuedCell(m *model, e *Endpoint) (role, term.Text) {
	r := plain
	if e.Queued > 0 {
		r = warn
	}
	if m.lay.class == narrow {
		return r, term.Join(term.Text{}, num(e.Queued), term.Safe("q"))
	}
	return r, num(e.Queued)
}

func lastCell(m *model, e *Endpoint) (role, term.Text) {
	if e.LastAt.IsZero() {
		return dim, term.Safe(" never")
	}
	return plain, term.Join(term.Safe(" "), term.Text{}, clock(e.LastAt, m.now, m.o.Location))
}

// drawLine draws a line of the table; -1 is its head.
func (c *console) drawLine(p *pen, m *model, i int) {
	switch at := c.top + i; {
	case i < 0:
		c.columns(p, m, nil)
	case len(c.shown) == 0:
		if i == 1 {
			p.to(2)
			c.drawEmpty(p)
		}
	case at < len(c.shown):
		if at == c.cursor {
			p.begin(p.width, reverse)
		}
		if m.margin() {
			p.to(1)
		}
		if at == c.cursor {
			p.lit(title, p.th.cursor)
		}
		c.columns(p, m, &c.all[c.shown[at]])
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
	case len(c.all) > 0:
		p.lit(plain, "No endpoint matches.")
	default:
		p.lit(plain, "No endpoints. + adds one.")
	}
}

// columns writes the cells of a line, nil names them.
func (c *console) columns(p *pen, m *model, e *Endpoint) {
	all, size, start := endpointColumns(), m.lay.class-narrow, 1
	if m.margin() {
		start = 3
	}
	room := p.width - start - 1
	for _, x := range all {
		if x.widths[size] > 0 {
			room -= x.widths[size] + 1
		}
	}
	p.to(start)
	if e == nil {
		p.cell(dim, term.Safe("URL"), room)
	} else {
		p.cell(plain, p.th.cell(or(raw(e.Name), raw(short(e.URL)))), room)
	}
	for _, x := range all {
		width := x.widths[size]
		if width == 0 {
			continue
		}
		p.to(p.col + 1)
		r, t := dim, term.Safe(string(x.name))
		if m.lay.class != wide {
			t = term.Safe(string(x.short))
		}
		if e != nil {
			r, t = x.cell(m, e)
		}
		if x.right {
			p.right(r, t, width)
		} else {
			p.cell(r, t, width)
		}
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
	if e.Why != "" {
		s.fields("status", span{bad, s.th.line(raw(e.Why))})
	}
	s.fields("id", span{plain, s.th.line(raw(e.ID))})
	s.fields("provider", span{plain, s.th.line(or(raw(e.Provider), "any"))})
	c.writeSecret(m, &s, e)
	s.fields("answers", span{plain, s.th.line(raw(e.Rules))})
	s.fields("channels", span{plain, s.th.line(or(raw(e.Channels), "none: gets everything"))})
	c.history.write(&s, e)
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
	c.from = 0
	if height := m.h - bottomLines - topLines - m.upper() - 1; c.switching && top+c.at >= height {
		c.from = top + c.at - height + 1
	}
}

func (c *console) writeSecret(m *model, s *sheet, e *Endpoint) {
	if !m.secret.Empty() && m.secretOf == e.ID {
		s.fields("secret", span{warn, m.secret}, lit(dim, "shown for 10 s"))
		return
	}
	parts := []span{{plain, s.th.line(or(raw(e.Secret), "none"))}}
	if !e.SecretSince.IsZero() {
		parts = append(parts, span{dim, term.Join(term.Safe(" "), age(m.now.Sub(e.SecretSince)), term.Safe("old"))})
	}
	s.fields("secret", append(parts, lit(dim, "s reveal"), lit(dim, "ctrl+r rotate"))...)
}

func (c *console) drawDetail(p *pen, i int) {
	if at := i + c.from; at < len(c.lines) {
		c.lines[at].draw(p)
	}
}
