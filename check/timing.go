package check

import (
	"fmt"

	"github.com/hooks-cli/hooks/send"
)

func timing() []Check {
	return []Check{
		{Name: "in-time", Asks: "the answer comes within half of the provider's time limit", Fix: "put the event into a queue, answer 2xx, and work on it afterwards", run: inTime, always: true},
		{Name: "no-redirect", Asks: "the endpoint itself answers", Fix: "give the provider the address to which the redirect leads", make: genuine, want: direct, always: true},
		{Name: "not-early", Asks: "no acknowledgement comes before the whole body", Fix: "read the whole body and verify it before you answer", make: slow, want: afterBody},
	}
}

func inTime(p *probe, r *Result) error {
	if p.Profile.Timeout <= 0 {
		return skipped("the time limit of " + p.Profile.ID + " is not known")
	}
	out, err := p.build(nil)
	if err != nil {
		return err
	}
	x := p.send(out)
	p.note(r, out, x)
	switch limit := p.Profile.Timeout; {
	case x.StatusCode == 0:
		r.fail("no answer came: the sender repeats the delivery, and gives up in the end")
	case x.Duration > limit:
		r.fail(fmt.Sprintf("the provider waits %s and counts this as a failure", limit))
	case x.Duration > limit/2:
		r.fail(fmt.Sprintf("the provider waits %s: a busy day turns this into failures", limit))
	case !p.genuine:
		return skipped("the genuine delivery is not acknowledged (" + p.answered + "): this answer proves nothing")
	}
	return nil
}

func direct(_ *probe, x *send.Exchange) string {
	if x.StatusCode/100 == 3 {
		return "senders follow no redirect: the delivery counts as failed"
	}
	return ""
}

// afterBody wants no 2xx while half of the body is still held back.
func afterBody(_ *probe, x *send.Exchange) string {
	if x.StatusCode/100 == 2 && x.Duration < slowBody*9/10 {
		return "it was acknowledged before its end had come, so that it cannot have been verified"
	}
	return ""
}
