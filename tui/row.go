package tui

import (
	"strings"
	"time"
	"unique"

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
	channels                          raw // a NUL between them
}

// newRow takes a row out of a delivery.
func newRow(d *store.Delivery, known interner) row {
	r := row{
		seq: d.Seq, rev: d.Rev, at: d.ReceivedAt.UnixNano(), size: d.Request.BodySize,
		id: raw(d.ID), target: raw(unique.Make(d.Request.Target).Value()), attempts: int32(len(d.Attempts)), sent: d.Direction == store.Out,
	}
	t := traits{
		method: raw(d.Request.Method), endpoint: raw(d.Endpoint), trigger: raw(d.Trigger),
		status: raw(d.Status), statusReason: raw(d.StatusReason),
	}
	if e := d.Event; e != nil {
		t.event, t.provider = raw(e.Type), raw(e.Provider)
		r.eventID, r.externalID = raw(e.ID), raw(e.ExternalID)
		t.channels, r.test = raw(strings.Join(e.Channels, "\x00")), e.Test
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

// fill sets what the row has. What it never has is never set, so that nothing
// is to be cleared for the next.
func (m *matcher) fill(r *row) {
	d, e := &m.delivery, &m.event
	e.ID, e.ExternalID, e.Type, e.Provider = string(r.eventID), string(r.externalID), string(r.event), string(r.provider)
	e.Channels, e.Test = nil, r.test
	if r.channels != "" {
		e.Channels = strings.Split(string(r.channels), "\x00")
	}
	d.ID, d.Seq, d.Rev, d.Trigger, d.Event = string(r.id), r.seq, r.rev, string(r.trigger), e
	d.ReceivedAt, d.Endpoint = time.Unix(0, r.at).UTC(), string(r.endpoint)
	d.Status, d.StatusReason = string(r.status), string(r.statusReason)
	d.Request.Method, d.Request.Target, d.Request.BodySize = string(r.method), string(r.target), r.size
	d.Direction = store.In
	if r.sent {
		d.Direction = store.Out
	}
	d.Verification = nil
	if r.verdict != "" {
		v := &m.verification
		v.Verdict, v.Provider, v.Reason, v.DuplicateOf = string(r.verdict), string(r.provider), string(r.reason), ""
		if r.duplicate {
			v.DuplicateOf = "yes"
		}
		d.Verification = v
	}
	d.Answer = nil
	if r.answer != 0 {
		m.answer.StatusCode = int(r.answer)
		d.Answer = &m.answer
	}
	m.fillAttempts(r)
}

// fillAttempts sets so many attempts as the row has, of which it knows the last.
func (m *matcher) fillAttempts(r *row) {
	n := int(r.attempts)
	for len(m.attempts) < n {
		m.attempts = append(m.attempts, store.Attempt{})
	}
	m.delivery.Attempts = m.attempts[:n]
	if n > 0 {
		last := &m.attempts[n-1]
		last.Number, last.StatusCode, last.Duration, last.ErrorKind = n, int(r.code), r.took, string(r.errorKind)
	}
}
