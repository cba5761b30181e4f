package tui

import "time"

// rateSpan is over how many seconds the rate is taken.
const rateSpan = 5

// rate counts arrivals a second. It needs a tick a second while there are any,
// and none when there are not.
type rate struct {
	counts  [rateSpan + 1]int
	second  int64
	ticking bool
}

// add counts arrivals and reports whether ticks must begin.
func (r *rate) add(now time.Time, n int) bool {
	r.turn(now)
	r.counts[r.second%int64(len(r.counts))] += n
	if n == 0 || r.ticking {
		return false
	}
	r.ticking = true
	return true
}

// turn forgets the seconds that have passed.
func (r *rate) turn(now time.Time) {
	second := now.Unix()
	if second-r.second > int64(len(r.counts)) || second < r.second {
		clear(r.counts[:])
		r.second = second
		return
	}
	for r.second < second {
		r.second++
		r.counts[r.second%int64(len(r.counts))] = 0
	}
}

// perSecond returns the mean over the whole seconds before this one.
func (r *rate) perSecond() int {
	sum := 0
	for i, n := range r.counts {
		if int64(i) != r.second%int64(len(r.counts)) {
			sum += n
		}
	}
	return (sum + rateSpan - 1) / rateSpan
}

// tickMsg brings the rate up to date.
type tickMsg struct{}

func (tickMsg) apply(m *model) []command {
	r := &m.rate
	r.turn(m.now)
	for _, n := range r.counts {
		if n > 0 {
			return []command{later(m.ctx, time.Second, tickMsg{})}
		}
	}
	r.ticking = false
	return nil
}
