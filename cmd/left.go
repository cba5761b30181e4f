package cmd

import (
	"context"
	"net/http"

	"github.com/hooks-cli/hooks/store"
)

// left is what a run of attempts remembers of a delivery that is still open.
type left struct {
	endpoint    string
	unreachable bool // its last attempt got no connection
	conflict    bool // it was refused with 409
	attempts    int
}

func leftAs(d *store.Delivery) left {
	l := left{endpoint: d.Endpoint, attempts: len(d.Attempts)}
	if last := lastAttempt(d); last != nil {
		l.unreachable, l.conflict = unreachable(last), last.StatusCode == http.StatusConflict
	}
	return l
}

// conflicts is how many attempts were made of what is open, 0 unless all of it
// was refused with 409.
func (d *dispatching) conflicts() int {
	n := 0
	for _, one := range d.open {
		if !one.conflict {
			return 0
		}
		n += one.attempts
	}
	return n
}

// sayHeld says what releases deliveries whose endpoint has been switched off or
// paused meanwhile, whoever did that.
func (d *dispatching) sayHeld(ctx context.Context) {
	for _, id := range sortedKeys(d.held) {
		if id == "" || d.said[id] {
			continue
		}
		d.said[id] = true
		ep, err := d.Store.Endpoint(ctx, id)
		if err != nil || !ep.DeletedAt.IsZero() {
			continue
		}
		switch name := orElse(ep.Name, ep.ID); {
		case !ep.Enabled:
			d.warn("endpoint %s is disabled; hooks endpoint enable %s", name, name)
		case ep.Paused:
			d.warn("endpoint %s is paused; hooks endpoint resume %s", name, name)
		}
	}
}

// sayLater says who makes the attempts that are still to come.
func (d *dispatching) sayLater() {
	if d.later > 0 {
		d.note("%d to be tried again, from %s on: hooks dispatch does it", d.later, d.clock(d.next))
	}
}
