package send

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/hooks-cli/hooks/store"
)

// The types of the notices.
const (
	EndpointEnabled   = "endpoint.enabled"
	EndpointDisabled  = "endpoint.disabled"
	EndpointPaused    = "endpoint.paused"
	EndpointResumed   = "endpoint.resumed"
	EndpointRecovered = "endpoint.recovered"
	DeliveryExhausted = "delivery.exhausted"
)

// notice is the body of a notice.
type notice struct {
	Type                string          `json:"type"`
	At                  time.Time       `json:"at"` // in the time that the schedule lives in
	Reason              string          `json:"reason,omitempty"`
	Endpoint            noticedEndpoint `json:"endpoint"`
	ConsecutiveFailures int             `json:"consecutive_failures"`
	// What the change has done to open deliveries.
	Held     int64            `json:"held"`
	Released int64            `json:"released"`
	Canceled int64            `json:"canceled"`
	Delivery *noticedDelivery `json:"delivery,omitempty"`
}

type noticedEndpoint struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	URL      string `json:"url"` // userinfo masked
	Provider string `json:"provider"`
}

type noticedDelivery struct {
	ID         string `json:"id"`
	Seq        int64  `json:"seq"`
	EventID    string `json:"event_id"`
	EventType  string `json:"event_type"`
	Attempts   int    `json:"attempts"`
	StatusCode int    `json:"status_code"` // of the last attempt
	ErrorKind  string `json:"error_kind"`
}

// Notices are what is to be recorded of the change of an endpoint, and of the
// delivery d whose attempt has led to it; d is nil where there is none. at is when
// that was in the time of the schedule, now on the wall.
func Notices(c *store.EndpointChange, d *store.Delivery, at, now time.Time) []*store.Delivery {
	if c == nil {
		return nil
	}
	before, after := &c.Before, &c.After
	said := notice{At: at.UTC().Truncate(time.Microsecond), Endpoint: noticed(after), Held: c.Held, Released: c.Released, Canceled: c.Canceled,
		ConsecutiveFailures: max(before.ConsecutiveFailures, after.ConsecutiveFailures)}
	var all []*store.Delivery
	say := func(when bool, kind, reason string) {
		if when {
			said.Type, said.Reason = kind, reason
			all = append(all, said.delivery(now))
		}
	}
	say(before.Failing && !after.Failing, EndpointRecovered, "")
	say(!before.Paused && after.Paused, EndpointPaused, "failures")
	say(before.Paused && !after.Paused, EndpointResumed, byUser)
	say(before.Enabled && !after.Enabled, EndpointDisabled, after.DisabledReason)
	say(!before.Enabled && after.Enabled, EndpointEnabled, byUser)
	if d != nil && d.Status == store.Dead {
		said.Delivery = noticedOf(d)
		say(true, DeliveryExhausted, "retries_used_up")
	}
	return all
}

// byUser is the reason of what only a command does.
const byUser = store.DisabledByUser

func noticed(ep *store.Endpoint) noticedEndpoint {
	n := noticedEndpoint{ID: ep.ID, Name: ep.Name, Provider: ep.Provider}
	if t, err := ParseTarget(ep.URL); err == nil {
		n.URL = t.String()
	}
	return n
}

func noticedOf(d *store.Delivery) *noticedDelivery {
	n := &noticedDelivery{ID: d.ID, Seq: d.Seq, EventID: d.Event.ID, EventType: d.Event.Type, Attempts: len(d.Attempts)}
	if n.Attempts > 0 {
		last := &d.Attempts[n.Attempts-1]
		n.StatusCode, n.ErrorKind = last.StatusCode, last.ErrorKind
	}
	return n
}

// delivery is the notice as it is recorded: its id on the wire, which it has
// none of, is the id of what it is about.
func (n *notice) delivery(now time.Time) *store.Delivery {
	about := n.Endpoint.ID
	if n.Delivery != nil {
		about = n.Delivery.ID
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(n) // of strings, numbers and times it cannot fail
	return &store.Delivery{
		Direction: store.Out, Trigger: store.TriggerAuto, Status: store.Captured, StatusReason: n.Reason, ReceivedAt: now.UTC(),
		Event:   &store.Event{Type: n.Type, Provider: store.Notifier, ExternalID: about},
		Request: store.Request{Method: "POST", Target: "/", ContentType: "application/json", Body: bytes.TrimSpace(body.Bytes())},
	}
}
