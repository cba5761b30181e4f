package tui

import (
	"context"
	"strings"

	"github.com/hooks-cli/hooks/store"
)

// searchPage is how many deliveries one command of a search reads.
const searchPage = 500

// search is the filter at work. What it can know from the rows is answered in
// the loop; a filter that reads bodies or headers asks the store, in pieces,
// beside it.
type search struct {
	matcher matcher
	deep    bool // the store is asked
	marked  bool // only marked rows were looked at
	asked   int  // generation; answers to an older filter are dropped
	hits    map[int64]bool
	running bool
	ctx     context.Context // ends with the filter
	cancel  context.CancelFunc
}

// foundMsg carries what the store said about a piece.
type foundMsg struct {
	asked int
	hits  []int64
	of    []int64 // the deliveries that were asked about, nil: a page
	next  int64   // where the next page begins, 0: that was the last
	err   error
}

// refilter puts the filter in force to work.
func (m *model) refilter() []command {
	s := &m.search
	s.asked++
	s.running, s.hits = false, nil
	if s.cancel != nil {
		s.cancel()
		s.cancel = nil
	}
	f := m.bar.inForce
	if f == nil {
		s.deep, s.marked, s.matcher.filter = false, m.marks.only, nil
		m.list.filter(m.narrowed(nil))
		return nil
	}
	narrower := !s.deep && !s.marked && !m.marks.only && narrows(s.matcher.filter, f) && m.list.match != nil
	s.marked = m.marks.only
	s.matcher.filter = f
	if s.deep = deep(f); !s.deep {
		if narrower {
			m.list.narrow(s.matcher.match)
		} else {
			m.list.filter(m.narrowed(s.matcher.match))
		}
		return nil
	}
	s.hits = map[int64]bool{}
	m.list.filter(m.narrowed(func(r *row) bool { return s.hits[r.seq] }))
	s.ctx, s.cancel = context.WithCancel(m.ctx)
	s.running = true
	return []command{page(s.ctx, m.src, f, s.asked, 0)}
}

// narrows tells whether a filter takes nothing that the one before did not: the
// text that is typed has grown.
func narrows(before, f *store.Filter) bool {
	if before == nil {
		return false
	}
	was, one := before.Text()
	is, also := f.Text()
	return one && also && strings.Contains(is, was)
}

// page asks the store for a page of matches.
func page(ctx context.Context, src source, f *store.Filter, asked int, before int64) command {
	return command{do: func() message {
		msg := foundMsg{asked: asked}
		for d, err := range src.List(ctx, store.Query{Filter: f, BeforeSeq: before, Limit: searchPage}) {
			if err != nil {
				msg.err = err
				break
			}
			msg.hits = append(msg.hits, d.Seq)
		}
		if len(msg.hits) == searchPage && msg.err == nil {
			msg.next = msg.hits[len(msg.hits)-1]
		}
		return msg
	}}
}

// ask has the store judge rows that came after a deep filter was set.
func (m *model) ask(rows []row) []command {
	s := &m.search
	if !s.deep || len(rows) == 0 {
		return nil
	}
	ids, seqs := make([]raw, len(rows)), make([]int64, len(rows))
	for i := range rows {
		ids[i], seqs[i] = rows[i].id, rows[i].seq
	}
	f, asked, src, ctx := s.matcher.filter, s.asked, m.src, s.ctx
	return []command{{do: func() message {
		msg := foundMsg{asked: asked, of: seqs}
		for i, id := range ids {
			d, err := src.Get(ctx, string(id))
			if err == nil && f.Match(d) {
				msg.hits = append(msg.hits, seqs[i])
			}
		}
		return msg
	}}}
}

func (msg foundMsg) apply(m *model) []command {
	s := &m.search
	if msg.asked != s.asked {
		return nil
	}
	for _, seq := range msg.of {
		delete(s.hits, seq)
	}
	for _, seq := range msg.hits {
		s.hits[seq] = true
	}
	for _, seqs := range [][]int64{msg.of, msg.hits} {
		for _, seq := range seqs {
			if _, found := m.list.find(seq); found {
				m.list.mark(seq, s.hits[seq] && (!m.marks.only || m.marks.has(seq)))
			}
		}
	}
	m.list.settle()
	if msg.of != nil {
		return nil
	}
	if msg.err != nil && m.ctx.Err() == nil {
		m.fail("search the store", msg.err)
	}
	s.running = msg.next != 0
	if !s.running {
		return nil
	}
	return []command{page(s.ctx, m.src, s.matcher.filter, s.asked, msg.next)}
}

// deep reports whether a filter reads what rows do not hold: bodies, headers.
// A text that looks like a header term makes it slower and not wrong.
func deep(f *store.Filter) bool {
	return f.NeedsBody() || strings.Contains(f.String(), "header.")
}
