package tui

import (
	"time"

	"github.com/hooks-cli/hooks/store"
)

// row is what the list keeps of a delivery: what it shows, and what a filter
// asks for. There may be 100,000, so what many have in common is shared.
type row struct {
	*traits
	seq, rev              int64
	at                    int64 // nanoseconds since 1970
	size                  int64
	took                  time.Duration // of the last attempt
	id, target            raw
	eventID, externalID   raw
	channels              []string
	code, answer          int32
	attempts              int32
	sent, test, duplicate bool
}

// isNotice is store.Delivery.IsNotice.
func (r *row) isNotice() bool {
	return r.sent && r.status == store.Captured && r.provider == store.Notifier
}

// traits are the words of a delivery. Few deliveries have words of their own.
type traits struct {
	event, provider, method, endpoint raw
	trigger, status, statusReason     raw
	verdict, reason, errorKind        raw
}

// newRow takes a row out of a delivery.
func newRow(d *store.Delivery, known interner) row {
	r := row{
		seq: d.Seq, rev: d.Rev, at: d.ReceivedAt.UnixNano(), size: d.Request.BodySize,
		id: raw(d.ID), target: raw(d.Request.Target), attempts: int32(len(d.Attempts)), sent: d.Direction == store.Out,
	}
	t := traits{
		method: raw(d.Request.Method), endpoint: raw(d.Endpoint), trigger: raw(d.Trigger),
		status: raw(d.Status), statusReason: raw(d.StatusReason),
	}
	if e := d.Event; e != nil {
		t.event, t.provider = raw(e.Type), raw(e.Provider)
		r.eventID, r.externalID = raw(e.ID), raw(e.ExternalID)
		r.channels, r.test = e.Channels, e.Test
	}
	if v := d.Verification; v != nil {
		t.verdict, t.reason = raw(v.Verdict), raw(v.Reason)
		r.duplicate = v.DuplicateOf != ""
	}
	if n := len(d.Attempts); n > 0 {
		last := &d.Attempts[n-1]
		r.code, r.took, t.errorKind = int32(last.StatusCode), last.Duration, raw(last.ErrorKind)
	}
	if d.Answer != nil {
		r.answer = int32(d.Answer.StatusCode)
	}
	r.traits = known.one(t)
	return r
}

// interner lets rows share their traits.
type interner map[traits]*traits

// maxTraits bounds an interner; then it begins anew.
const maxTraits = 4096

func (in interner) one(t traits) *traits {
	if known, ok := in[t]; ok {
		return known
	}
	if len(in) >= maxTraits {
		clear(in)
	}
	in[t] = &t
	return &t
}

// matcher asks a filter about rows. It fills the same delivery again and
// again, so that a hundred thousand rows cost no garbage.
type matcher struct {
	filter       *store.Filter
	delivery     store.Delivery
	event        store.Event
	verification store.Verification
	answer       store.Answer
	attempts     []store.Attempt
}

// match reports whether the filter takes the row.
func (m *matcher) match(r *row) bool {
	m.fill(r)
	return m.filter.Match(&m.delivery)
}

func (m *matcher) fill(r *row) {
	d := &m.delivery
	m.event = store.Event{ID: string(r.eventID), ExternalID: string(r.externalID), Type: string(r.event),
		Provider: string(r.provider), Channels: r.channels, Test: r.test}
	*d = store.Delivery{
		ID: string(r.id), Seq: r.seq, Rev: r.rev, Direction: store.In, Trigger: string(r.trigger), Event: &m.event,
		ReceivedAt: time.Unix(0, r.at).UTC(), Endpoint: string(r.endpoint),
		Status: string(r.status), StatusReason: string(r.statusReason),
	}
	d.Request.Method, d.Request.Target, d.Request.BodySize = string(r.method), string(r.target), r.size
	if r.sent {
		d.Direction = store.Out
	}
	if r.verdict != "" {
		m.verification = store.Verification{Verdict: string(r.verdict), Provider: string(r.provider), Reason: string(r.reason)}
		if r.duplicate {
			m.verification.DuplicateOf = "yes"
		}
		d.Verification = &m.verification
	}
	if r.answer != 0 {
		m.answer.StatusCode = int(r.answer)
		d.Answer = &m.answer
	}
	n := int(r.attempts)
	for len(m.attempts) < n {
		m.attempts = append(m.attempts, store.Attempt{})
	}
	if n > 0 {
		d.Attempts = m.attempts[:n]
		d.Attempts[n-1] = store.Attempt{Number: n, StatusCode: int(r.code), Duration: r.took, ErrorKind: string(r.errorKind)}
	}
}
