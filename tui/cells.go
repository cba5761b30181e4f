package tui

import (
	"time"

	"github.com/hooks-cli/hooks/store"
	"github.com/hooks-cli/hooks/term"
)

// direction is the column D.
func (r *row) direction() text {
	switch {
	case r.trigger == store.TriggerReplay:
		return "~"
	case r.sent:
		return ">"
	}
	return "<"
}

// state is the column ST: what the last attempt came to, or what the sender
// was told when nothing was sent on.
func (r *row) state() (term.Text, role) {
	switch {
	case r.code != 0:
		return num(int64(r.code)), codeRole(int(r.code))
	case r.attempts > 0:
		return term.Safe("ERR"), bad
	case r.answer != 0:
		return num(int64(r.answer)), codeRole(int(r.answer))
	}
	return term.Safe("-"), dim
}

// verdictMark is the column SIG.
func (r *row) verdictMark() (text, role) {
	switch {
	case r.trigger == store.TriggerReplay && r.verdict == "":
		return "new", dim
	case r.sent:
		return "own", dim
	case r.verdict == store.Valid:
		return "ok", good
	case r.verdict == store.Invalid && late(r.reason):
		return "OLD", warn
	case r.verdict == store.Invalid:
		return "BAD", bad
	}
	return "---", dim
}

func codeRole(code int) role {
	switch {
	case code >= 500 || code < 100:
		return bad
	case code >= 300:
		return warn
	}
	return good
}

func statusRole(status raw) role {
	switch status {
	case store.Succeeded:
		return good
	case store.Failed, store.Dead, store.Interrupted, store.Rejected:
		return bad
	case store.Retrying, store.Queued, store.Paused, store.Pending:
		return warn
	}
	return plain
}

// or returns what stands for a text that is empty.
func or(r raw, instead raw) raw {
	if r == "" {
		return instead
	}
	return r
}

// columns is how a pane of the list divides its lines. A width of 0 leaves a
// column out.
type columns struct {
	margin                    bool
	number, event, provider   int
	clock, attempts, timeSize bool
}

// divide gives the event what the other columns leave.
func divide(width int, newest int64) columns {
	c := columns{number: max(5, len(num(newest).String())+1)}
	if width < 58 {
		rest := width - 1 - c.number - len(" < ") - len("200 ") - len("BAD ")
		if rest >= 20 {
			c.provider = 6
			rest -= c.provider + 1
		}
		c.event = max(0, rest)
		return c
	}
	c.margin, c.clock, c.attempts = true, true, true
	rest := width - 3 - c.number - len(" 14:02:31 ") - len("< ") - len("200 ") - len("BAD ") - len(" ") - len(" 1")
	if width >= 74 {
		c.timeSize = true
		rest -= len(" 999ms") + len("  999K")
	}
	c.provider = min(max(8, rest/4), 16)
	c.event = rest - c.provider
	return c
}

// head writes the names of the columns.
func (c columns) head(p *pen) {
	p.to(3)
	p.cell(dim, term.Safe("#"), c.number)
	p.lit(dim, " TIME     D ST  SIG ")
	p.cell(dim, term.Safe("EVENT"), c.event)
	p.to(p.col + 1)
	p.cell(dim, term.Safe("PROVIDER"), c.provider)
	p.lit(dim, " A")
	if c.timeSize {
		p.lit(dim, "   DUR  SIZE")
	}
}

// draw writes a row.
func (c columns) draw(p *pen, r *row, cursor, marked bool, now time.Time, in *time.Location) {
	if c.margin {
		p.to(1)
	}
	if cursor {
		p.lit(title, p.th.cursor)
	}
	start := 1
	if c.margin {
		start = 3
	}
	if marked && p.col < start {
		if c.margin {
			p.to(1) // beside the cursor, or in its place
		}
		p.lit(title, "m")
	}
	p.to(start)
	p.cell(plain, term.Join(term.Text{}, term.Safe("#"), num(r.seq)), c.number)
	p.to(p.col + 1)
	if c.clock {
		p.cell(plain, clock(time.Unix(0, r.at), now, in), 8)
		p.to(p.col + 1)
	}
	p.lit(plain, r.direction())
	p.to(p.col + 1)
	state, role := r.state()
	p.cell(role, state, 3)
	p.to(p.col + 1)
	mark, role := r.verdictMark()
	p.cell(role, term.Safe(string(mark)), 3)
	p.to(p.col + 1)
	p.cell(plain, p.th.cell(or(r.event, "(unknown)")), c.event)
	if c.provider > 0 {
		p.to(p.col + 1)
		p.cell(plain, p.th.cell(or(r.provider, "-")), c.provider)
	}
	if c.attempts {
		p.right(plain, num(int64(min(r.attempts, 99))), 2)
	}
	if c.timeSize {
		p.right(plain, took(r.took, false), 6)
		p.right(plain, size(r.size, false), 6)
	}
}
