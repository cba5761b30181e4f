package check

import (
	"fmt"
	"time"

	"github.com/hooks-cli/hooks/send"
)

const (
	revival     = 3 * time.Second // for a supervisor to start the consumer again
	revivalStep = 100 * time.Millisecond
)

// lookAfter finds out whether a check ended the consumer. What comes after it
// would fail for that reason alone, and is not made.
func (p *probe) lookAfter(r *Result) {
	if p.last == nil || p.last.TimedOut() || !down(p.last) || down(p.first) {
		return
	}
	switch wasAway, alive := p.revived(); {
	case !alive:
		r.Status, r.Means = Fail, "the consumer's process ended: one request stops everything that it does"
		p.gone = fmt.Sprintf("the consumer is down since %s: start it again, and leave that out with --skip %s", r.Name, r.Name)
	case wasAway:
		r.Status, r.Means = Fail, "the consumer's process ended and was started again: what it was working on is lost"
	}
}

// down tells whether nobody answers, or a proxy for somebody who does not (RFC
// 9110, section 15.6).
func down(x *send.Exchange) bool {
	return x.StatusCode == 0 || x.StatusCode >= 502 && x.StatusCode <= 504
}

// revived waits until a genuine delivery is answered.
func (p *probe) revived() (wasAway, alive bool) {
	for deadline := p.Now().Add(revival); ; wasAway = true {
		out, err := p.build(nil)
		if err != nil {
			return wasAway, true // which the next check will say
		}
		if x := p.send(out); !down(x) || x.TimedOut() {
			return wasAway, true
		}
		if p.Now().After(deadline) || p.ctx.Err() != nil {
			return true, false
		}
		timer := time.NewTimer(revivalStep)
		select {
		case <-timer.C:
		case <-p.ctx.Done():
			timer.Stop()
		}
	}
}
