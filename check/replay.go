package check

import (
	"fmt"
	"sync"

	"github.com/hooks-cli/hooks/crash"
	"github.com/hooks-cli/hooks/send"
)

// burst is how many deliveries of one event arrive at the same time.
const burst = 5

const fixIdempotent = "keep the ids of what was handled under a unique key, and answer 2xx to an id that is there"

func replays() []Check {
	return []Check{
		{Name: "duplicate", Asks: "a delivery that comes again is acknowledged", Fix: fixIdempotent, run: duplicate},
		{Name: "concurrent-duplicates", Asks: fmt.Sprintf("%d deliveries of one event at once are acknowledged", burst), Fix: fixIdempotent, run: concurrently},
		{Name: "idempotent", Asks: "a delivery that comes again changes nothing", Fix: fixIdempotent, run: idempotent},
	}
}

func duplicate(p *probe, r *Result) error {
	out, err := p.build(nil)
	if err != nil {
		return err
	}
	if first := p.send(out); acknowledged(p, first) != "" {
		return skipped("the first delivery was not acknowledged: " + answer(first))
	}
	x := p.send(out)
	p.note(r, out, x)
	r.Times = 2
	if why := acknowledged(p, x); why != "" {
		r.fail("the first delivery was acknowledged, the second was not: the sender repeats it for nothing, and gives up in the end")
	}
	return nil
}

// concurrently sends one event several times at once. 409 and 425 say that the
// other one is being worked on, and are no failure.
func concurrently(p *probe, r *Result) error {
	if !p.genuine {
		return skipped("the genuine delivery is refused: " + p.answered)
	}
	out, err := p.build(nil)
	if err != nil {
		return err
	}
	worst := p.together(out)
	p.note(r, out, worst)
	r.Times, r.AtOnce = burst, true
	if why := refusedBusy(p, worst); why != "" {
		r.fail(why)
	}
	return nil
}

func refusedBusy(p *probe, x *send.Exchange) string {
	if x.Kind == "" && (x.StatusCode == 409 || x.StatusCode == 425) {
		return ""
	}
	return acknowledged(p, x)
}

// together returns the worst of the answers.
func (p *probe) together(out send.Outgoing) *send.Exchange {
	answers := make([]*send.Exchange, burst)
	var wait sync.WaitGroup
	for i := range answers {
		wait.Go(func() {
			defer crash.Catch(p.ctx)
			answers[i] = p.send(out)
		})
	}
	wait.Wait()
	for _, x := range answers {
		if refusedBusy(p, x) != "" {
			return x
		}
	}
	return answers[0]
}

// idempotent reads the consumer's state before an event, after it, and after
// it has come again, alone and several times at once.
func idempotent(p *probe, r *Result) error {
	if p.State == nil {
		return skipped("needs something to look at: --state-url URL or --state-cmd COMMAND")
	}
	out, err := p.build(nil)
	if err != nil {
		return err
	}
	var states [3]string
	for i, deliver := range []func(){func() {}, func() { p.note(r, out, p.send(out)) }, func() { p.send(out); p.together(out) }} {
		deliver()
		if states[i], err = p.State(p.ctx); err != nil {
			return skipped("the state cannot be read: " + err.Error())
		}
	}
	r.Times = 2
	switch {
	case states[0] == states[1] && states[1] == states[2]:
		return skipped("the state does not change with an event, so that nothing can be seen")
	case states[1] != states[2]:
		r.fail("the state changed again when the same event came again: it was handled more than once")
	}
	return nil
}
