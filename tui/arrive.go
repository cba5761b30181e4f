package tui

import (
	"runtime/debug"
	"time"
)

func (msg pageMsg) apply(m *model) []command {
	if msg.nth != m.pages {
		return nil // of deliveries that may be gone by now
	}
	if msg.heads != nil {
		m.heads = msg.heads
	}
	m.began, m.older = true, msg.more
	m.loading = msg.more && len(m.list.rows)+len(msg.rows) < maxRows
	var todo []command
	if msg.first {
		todo = append(todo, m.await(false))
		m.target.learn(msg.rows)
		m.list.put(msg.rows)
	} else {
		m.list.prepend(msg.rows)
	}
	if msg.err != nil {
		m.fail("read the store", msg.err)
	}
	if m.loading {
		before, nth := m.list.rows[0].seq, m.pages
		todo = append(todo, command{do: func() message { return m.readPage(nth, before, pageSize) }})
	}
	if !msg.first && !m.loading {
		todo = append(todo, command{do: tidy})
	}
	return append(todo, m.ask(msg.rows)...)
}

// tidy gives the memory back that reading everything took: much more than what
// is kept of it, and the view may now stay open for days.
func tidy() message {
	debug.FreeOSMemory()
	return nil
}

func (msg changesMsg) apply(m *model) []command {
	if msg.err != nil {
		if m.ctx.Err() != nil {
			return nil
		}
		m.fail("read the store", msg.err)
		return []command{{waits: true, do: func() message {
			if !sleep(m.ctx, retryPause) {
				return nil
			}
			return m.feed.again(m.ctx)
		}}}
	}
	if msg.headsRead {
		m.heads = msg.heads
	}
	todo := []command{m.await(msg.more)}
	m.target.learn(msg.rows)
	fresh, wrong := m.arrived(msg.rows)
	m.list.put(msg.rows)
	if m.activity.add(m.now, fresh, wrong) {
		todo = append(todo, later(m.ctx, time.Second, tickMsg{}))
	}
	return append(todo, m.ask(msg.rows)...)
}

// await returns the command that waits for the next change.
func (m *model) await(more bool) command {
	return command{waits: true, do: func() message { return m.feed.wait(m.ctx, more) }}
}

// arrived counts the rows that were not there before, notices left out, and
// those of which it is new that something went wrong.
func (m *model) arrived(rows []row) (fresh, wrong int) {
	for i := range rows {
		r := &rows[i]
		at, found := m.list.find(r.seq)
		if !found && !r.isNotice() {
			fresh++
		}
		if r.wentWrong() && !(found && m.list.rows[at].wentWrong()) {
			wrong++
		}
	}
	return fresh, wrong
}
