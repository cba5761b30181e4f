package tui

import (
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/hooks-cli/hooks/term"
)

// marks are the deliveries that were marked, the latest last.
type marks struct {
	seqs []int64
	only bool // the list shows no others
	// ids are the marked ones, as filters that work beside the model see them.
	ids atomic.Pointer[map[string]bool]
}

func (k *marks) has(seq int64) bool { return slices.Contains(k.seqs, seq) }

// hasID is has for filters.
func (k *marks) hasID(id string) bool {
	ids := k.ids.Load()
	return ids != nil && (*ids)[id]
}

// toggle marks a delivery, or takes its mark away.
func (k *marks) toggle(seq int64, id string) {
	ids := map[string]bool{}
	if old := k.ids.Load(); old != nil {
		maps.Copy(ids, *old)
	}
	ids[id] = !ids[id]
	k.ids.Store(&ids)
	if i := slices.Index(k.seqs, seq); i >= 0 {
		k.seqs = slices.Delete(k.seqs, i, i+1)
		return
	}
	k.seqs = append(k.seqs, seq)
}

// partner is the delivery that another one is compared with: the one marked
// last, 0 if there is none.
func (k *marks) partner(seq int64) int64 {
	for _, marked := range slices.Backward(k.seqs) {
		if marked != seq {
			return marked
		}
	}
	return 0
}

// doMark does an action on marks.
func (m *model) doMark(a action) []command {
	switch r := m.current(); {
	case a == doOnlyMarked:
		if !m.marks.only && len(m.marks.seqs) == 0 {
			m.say(dim, term.Safe("nothing is marked: m marks"))
			return nil
		}
		m.marks.only = !m.marks.only
		return m.refilter()
	case r != nil:
		m.marks.toggle(r.seq, string(r.id))
		if m.marks.only || m.bar.inForce != nil && strings.Contains(m.bar.inForce.String(), "mark") {
			return m.refilter()
		}
		if m.focus == inList && !m.list.follow {
			m.list.move(1)
		}
	}
	return nil
}

// narrowed is what the list takes: what match does, of the marked ones alone
// where the list shows no others. nil takes everything.
func (m *model) narrowed(match func(*row) bool) func(*row) bool {
	if !m.marks.only {
		return match
	}
	return func(r *row) bool { return m.marks.has(r.seq) && (match == nil || match(r)) }
}
