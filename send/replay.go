package send

import (
	"slices"
	"strings"

	"github.com/hooks-cli/hooks/sign"
	"github.com/hooks-cli/hooks/store"
)

// LoopHeader marks a forwarded request with the delivery that it is.
const LoopHeader = "Hooks-Delivery"

// Again is the request of a recorded delivery, as it was received or sent, for
// another target or the same one. keep tells that t is the delivery's own
// destination, whose path a sent request already has.
func Again(d *store.Delivery, t Target, keep bool) Outgoing {
	out := Outgoing{
		Method:        d.Request.Method,
		RequestTarget: d.Request.Target,
		Headers:       EndToEnd(d.Request.Headers),
		Body:          d.Request.Body,
	}
	if d.Direction == store.In || !keep {
		out.RequestTarget = t.RequestTarget(d.Request.Target)
	}
	out.Headers = slices.DeleteFunc(out.Headers, func(h sign.Header) bool {
		return strings.EqualFold(h.Name, LoopHeader)
	})
	return out
}
