package tui

import (
	"time"

	"github.com/hooks-cli/hooks/store"
)

// stripSpan is how many seconds the activity strip remembers. With nothing in
// it no clock runs.
const stripSpan = 30

// activity counts, second by second, what arrived and what went wrong.
type activity struct {
	arrived, failed [stripSpan]int
	second          int64
	ticking         bool
}

// add counts and reports whether ticks must begin.
func (a *activity) add(now time.Time, arrived, failed int) bool {
	a.turn(now)
	i := a.second % stripSpan
	a.arrived[i] += arrived
	a.failed[i] += failed
	if arrived+failed == 0 || a.ticking {
		return false
	}
	a.ticking = true
	return true
}

// turn forgets the seconds that have passed.
func (a *activity) turn(now time.Time) {
	second := now.Unix()
	if second-a.second >= stripSpan || second < a.second {
		*a = activity{second: second, ticking: a.ticking}
		return
	}
	for a.second < second {
		a.second++
		a.arrived[a.second%stripSpan], a.failed[a.second%stripSpan] = 0, 0
	}
}

// empty tells that nothing is remembered.
func (a *activity) empty() bool { return a.arrived == [stripSpan]int{} && a.failed == [stripSpan]int{} }

// rateSpan is over how many seconds the rate is taken.
const rateSpan = 5

// perSecond returns the mean over the whole seconds before this one, rounded up.
func (a *activity) perSecond() int {
	sum := 0
	for back := int64(1); back <= rateSpan; back++ {
		sum += a.arrived[(a.second-back+stripSpan)%stripSpan]
	}
	return (sum + rateSpan - 1) / rateSpan
}

// draw writes the last n seconds, the newest at the right: how high says how
// many arrived, beside the most of them; where something went wrong the mark of
// a mistake stands instead.
func (a *activity) draw(p *pen, n int) {
	most := 1
	for _, c := range a.arrived {
		most = max(most, c)
	}
	heights := p.th.heights
	for back := int64(n - 1); back >= 0; back-- {
		i := (a.second - back + stripSpan) % stripSpan
		switch c := a.arrived[i]; {
		case a.failed[i] > 0:
			p.lit(bad, p.th.cross)
		case c == 0:
			p.lit(dim, heights[0])
		default:
			p.lit(good, heights[1+(c-1)*(len(heights)-1)/most])
		}
	}
}

// wentWrong tells of a signature that is not valid, or an answer that is no success.
func (r *row) wentWrong() bool {
	switch r.status {
	case store.Failed, store.Dead, store.Interrupted, store.Rejected:
		return true
	}
	return r.verdict == store.Invalid
}

// stripWidth is how many seconds of the strip a screen shows, 0 for none.
func (m *model) stripWidth() int {
	switch {
	case m.activity.empty() || m.lay.class == narrow || m.bar.typing && m.lay.class != wide:
		return 0
	case m.lay.class == wide:
		return stripSpan
	}
	return 10
}

// tickMsg brings the activity up to date.
type tickMsg struct{}

func (tickMsg) apply(m *model) []command {
	m.activity.turn(m.now)
	if m.activity.empty() {
		m.activity.ticking = false
		return nil
	}
	return []command{later(m.ctx, time.Second, tickMsg{})}
}
