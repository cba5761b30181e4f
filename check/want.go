package check

import (
	"github.com/hooks-cli/hooks/send"
)

// want says what is wrong with an answer, "" if nothing is.
type want func(*probe, *send.Exchange) string

// acknowledged wants what the provider calls an acknowledgement.
func acknowledged(p *probe, x *send.Exchange) string {
	switch {
	case x.StatusCode == 0:
		return "no answer came: the sender repeats the delivery, and gives up in the end"
	case x.StatusCode/100 == 3:
		return "senders follow no redirect: the delivery counts as failed"
	case x.StatusCode/100 == 5:
		return "the consumer broke: the sender repeats the delivery, and gives up in the end"
	case !p.Profile.Acknowledges(x.StatusCode):
		return "a genuine delivery is refused: the event is lost"
	case x.Kind != "":
		return "the answer did not come whole: the sender repeats the delivery"
	}
	return ""
}

// refused wants a 4xx.
func refused(_ *probe, x *send.Exchange) string {
	switch {
	case x.StatusCode == 0:
		return "no answer came: anyone can keep the consumer busy with forged requests"
	case x.StatusCode/100 == 2:
		return "it was accepted: anyone can send this"
	case x.StatusCode/100 == 3:
		return "a redirect is no refusal: say 401 or 400"
	case x.StatusCode/100 == 5:
		return "the consumer broke on it, or calls a forgery its own fault: say 401 or 400"
	}
	return ""
}

// refusedOr says its own of what is accepted.
func refusedOr(harm string) want {
	return func(p *probe, x *send.Exchange) string {
		if harm != "" && x.StatusCode/100 == 2 {
			return harm
		}
		return refused(p, x)
	}
}

// survives wants any answer that is not the consumer's own failure.
func survives(_ *probe, x *send.Exchange) string {
	switch {
	case x.StatusCode == 0:
		return "no answer came: the consumer broke or hangs"
	case x.StatusCode/100 == 5:
		return "the consumer broke: the sender repeats the delivery, and each repetition breaks it again"
	}
	return ""
}
