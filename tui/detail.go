package tui

import (
	"context"
	"slices"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// tab is a page of the detail.
type tab int

const (
	overview tab = iota
	request
	response
	signature
	attempts
	schemaTab
	tabs
)

// detail shows one delivery. It owns its copy, which stays readable when the
// row has left the list.
type detail struct {
	seq     int64
	rev     int64 // that was asked for; a newer one is asked for again
	id      raw
	asked   int // generation of the load that is under way
	d       *store.Delivery
	problem term.Text
	tab     tab
	attempt int // that is looked at, counted from the newest: 0 is the last
	bodies  [tabs]bodyPane
	top     [tabs]int
	at      [tabs]int // the line that was searched and found, where there is no cursor
	cursor  [tabs]int
	headers bool    // all headers are shown
	places  int     // that the schema's tab lists
	jump    *string // a JSON Pointer that the request's tab is to show
	lines   []line
	height  int
}

// loadedMsg carries a delivery and its bodies, prepared.
type loadedMsg struct {
	asked             int
	d                 *store.Delivery
	request, response term.View
	err               error
}

// formMsg carries a body prepared in another form.
type formMsg struct {
	asked int
	tab   tab
	form  form
	from  int
	view  term.View
}

// load reads a delivery and prepares its bodies, beside the model.
func load(ctx context.Context, src source, th *theme, id raw, asked, attempt int, want [tabs]form) command {
	return command{do: func() message {
		d, err := src.Get(ctx, string(id))
		if err != nil {
			return loadedMsg{asked: asked, err: err}
		}
		msg := loadedMsg{asked: asked, d: d}
		msg.request = prepare(th, d.Request.Body, d.Request.Headers, want[request])
		if a := nthAttempt(d, attempt); a != nil {
			msg.response = prepare(th, a.ResponseBody, a.ResponseHeaders, want[response])
		}
		return msg
	}}
}

// nthAttempt returns an attempt counted from the newest, nil if there is none.
func nthAttempt(d *store.Delivery, n int) *store.Attempt {
	if i := len(d.Attempts) - 1 - n; n >= 0 && i >= 0 {
		return &d.Attempts[i]
	}
	return nil
}

// open turns to another delivery. Tab and forms stay, places do not.
func (t *detail) open(r *row) {
	*t = detail{seq: r.seq, rev: -1, id: r.id, asked: t.asked, tab: t.tab, height: t.height,
		bodies: [tabs]bodyPane{request: {form: t.bodies[request].form}, response: {form: t.bodies[response].form}}}
}

// take takes over what was loaded.
func (t *detail) take(msg loadedMsg) {
	fresh := t.d == nil || t.bodies[t.tab].from > 0
	t.d, t.rev, t.problem = msg.d, max(t.rev, msg.d.Rev), term.Text{}
	if fresh {
		t.bodies[request].show(msg.request, t.bodies[request].form)
		t.bodies[response].show(msg.response, t.bodies[response].form)
		return
	}
	t.bodies[request].keep(msg.request)
	t.bodies[response].keep(msg.response)
}

func (t *detail) forms() [tabs]form {
	return [tabs]form{request: t.bodies[request].form, response: t.bodies[response].form}
}

// body returns the body of the tab, nil if it has none.
func (t *detail) body() *bodyPane {
	if t.d == nil || t.tab != request && t.tab != response {
		return nil
	}
	return &t.bodies[t.tab]
}

// layout makes the lines of the tab for a pane.
func (t *detail) layout(m *model, width, height int) {
	s := sheet{th: m.th, width: width}
	if t.body() != nil {
		s.width = max(1, width-cursorWidth)
	}
	switch {
	case !t.problem.Empty():
		s.paragraph(bad, t.problem, 0)
	case t.d == nil && t.seq != 0:
		s.add(lit(dim, "loading"))
	case t.d != nil:
		t.write(m, &s)
	}
	t.lines, t.height = s.lines, height
	if b := t.body(); b != nil {
		b.layout(width)
		t.land()
	}
	t.settle()
}

// write writes the tab.
func (t *detail) write(m *model, s *sheet) {
	switch t.tab {
	case overview:
		writeOverview(m, s, t.d, t.bodies[response].view)
	case request:
		writeRequest(s, t.d, t.headers, &t.bodies[request])
	case response:
		writeResponse(m, s, t.d, t.attempt, t.headers, &t.bodies[response])
	case signature:
		writeSignature(m, s, t.d)
	case attempts:
		writeAttempts(m, s, t.d, t.attempt)
	case schemaTab:
		writeSchema(m, s, t.id, t.cursor[schemaTab])
	}
}

// len returns how many lines the tab has.
func (t *detail) len() int {
	if b := t.body(); b != nil {
		return len(t.lines) + len(b.lines)
	}
	return len(t.lines)
}

// settle keeps the cursor in the tab and the window around the cursor.
func (t *detail) settle() {
	n, top, cursor := t.len(), &t.top[t.tab], &t.cursor[t.tab]
	*cursor = min(max(*cursor, 0), max(0, n-1))
	if t.body() != nil {
		*top = max(min(*top, *cursor), *cursor-t.height+1)
	}
	if t.tab == schemaTab {
		*top = t.around(*top)
	}
	*top = min(max(*top, 0), max(0, n-t.height))
}

// around returns where the window of a tab that lists places must begin, so
// that the chosen one is seen. The first comes with what stands above it.
func (t *detail) around(top int) int {
	first := slices.IndexFunc(t.lines, func(l line) bool { return l.chosen })
	if first < 0 {
		return top
	}
	last := first
	for last+1 < len(t.lines) && t.lines[last+1].chosen {
		last++
	}
	if t.cursor[t.tab] == 0 {
		return 0
	}
	return max(min(top, first), last-t.height+1)
}

// move moves the cursor where there is one, the attempt in the tab of
// attempts, and the window elsewhere.
func (t *detail) move(n int) {
	switch {
	case t.tab == attempts && t.d != nil:
		t.attempt = min(max(t.attempt-n, 0), max(0, len(t.d.Attempts)-1))
	case t.body() != nil:
		t.cursor[t.tab] += n
	case t.tab == schemaTab && t.places > 0:
		t.cursor[t.tab] = min(max(t.cursor[t.tab]+n, 0), t.places-1)
	default:
		t.top[t.tab] += n
	}
	t.settle()
}

// fold does what do does to the body at the cursor, or opens and closes the
// headers there.
func (t *detail) fold(do func(b *bodyPane, line int) int, headers bool) {
	b := t.body()
	if b == nil {
		return
	}
	at := t.cursor[t.tab] - len(t.lines)
	if at < 0 {
		if t.lines[t.cursor[t.tab]].opens {
			t.headers = headers
		}
		return
	}
	t.cursor[t.tab] = len(t.lines) + do(b, at)
	t.settle()
}

// draw writes a line of the pane.
func (t *detail) draw(p *pen, i int, h hunt) {
	at := t.top[t.tab] + i
	b := t.body()
	cursor := b != nil && at == t.cursor[t.tab]
	if t.found(h, at) {
		p.base = underline
		p.b = append(p.b, underline...)
	}
	switch {
	case at < len(t.lines):
		if b != nil {
			start := p.col
			if cursor {
				p.lit(title, p.th.cursor)
			}
			p.to(start + cursorWidth)
		}
		t.lines[at].draw(p)
	case b != nil && at-len(t.lines) < len(b.lines):
		b.draw(p, at-len(t.lines), cursor)
	}
}
