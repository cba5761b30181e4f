package tui

import "github.com/hooks-cli/hooks/term"

// census counts the deliveries of each event type since the view was opened,
// those that have left the list since then included.
type census map[kind]*tally

// kind is an event type of a provider.
type kind struct{ event, provider raw }

// tally counts what was received and what was sent: a store may hold both ends
// of one delivery.
type tally struct{ received, sent int }

// count adds a row that was not there before.
func (c *census) count(r *row) {
	if r.event == "" {
		return
	}
	if *c == nil {
		*c = census{}
	}
	k := kind{r.event, r.provider}
	t := (*c)[k]
	if t == nil {
		if len(*c) >= maxTraits {
			return // event types that a stranger makes up
		}
		t = &tally{}
		(*c)[k] = t
	}
	if r.sent {
		t.sent++
	} else {
		t.received++
	}
}

// of says how often a type of the catalog was seen.
func (c census) of(t *EventType) term.Text {
	n := c[kind{raw(t.Name), raw(t.Catalog)}]
	if n == nil {
		return term.Safe("never seen")
	}
	return term.Join(term.Text{}, term.Safe("seen "), grouped(max(n.received, n.sent)), term.Safe("x"))
}
