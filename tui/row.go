package tui

import (
	"time"

	"github.com/hooks-cli/hooks/store"
)

// row is what the list keeps of a delivery: what it shows, and what a filter
// asks for. It is a quarter of a store.Delivery, of which there may be 100,000.
type row struct {
	seq, rev int64
	at       int64 // nanoseconds since 1970
	size     int64
	took     time.Duration // of the last attempt
	until    int64         // of the next attempt, 0 if none

	id, event, eventID, externalID, provider raw
	method, target                           raw
	endpoint, destination                    raw
	trigger, status, statusReason            raw
	verdict, reason, errorKind               raw
	channels                                 []string

	code, answer, attempts int
	sent, test, duplicate  bool
}

// newRow takes a row out of a delivery.
func newRow(d *store.Delivery, words interner) row {
	r := row{
		seq: d.Seq, rev: d.Rev, at: d.ReceivedAt.UnixNano(), size: d.Request.BodySize,
		id: raw(d.ID), method: words.one(d.Request.Method), target: words.one(d.Request.Target),
		endpoint: words.one(d.Endpoint), destination: words.one(d.Destination),
		trigger: words.one(d.Trigger), status: words.one(d.Status), statusReason: words.one(d.StatusReason),
		attempts: len(d.Attempts), sent: d.Direction == store.Out,
	}
	if !d.NextAttemptAt.IsZero() {
		r.until = d.NextAttemptAt.UnixNano()
	}
	if e := d.Event; e != nil {
		r.event, r.provider = words.one(e.Type), words.one(e.Provider)
		r.eventID, r.externalID = raw(e.ID), raw(e.ExternalID)
		r.channels, r.test = e.Channels, e.Test
	}
	if v := d.Verification; v != nil {
		r.verdict, r.reason = words.one(v.Verdict), words.one(v.Reason)
		r.duplicate = v.DuplicateOf != ""
	}
	if n := len(d.Attempts); n > 0 {
		last := &d.Attempts[n-1]
		r.code, r.took, r.errorKind = last.StatusCode, last.Duration, words.one(last.ErrorKind)
	}
	if d.Answer != nil {
		r.answer = d.Answer.StatusCode
	}
	return r
}

// interner lets rows share the words that they have in common.
type interner map[string]raw

// maxWords bounds an interner; then it begins anew.
const maxWords = 4096

func (in interner) one(s string) raw {
	if s == "" {
		return ""
	}
	if known, ok := in[s]; ok {
		return known
	}
	if len(in) >= maxWords {
		clear(in)
	}
	in[s] = raw(s)
	return raw(s)
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
		ReceivedAt: time.Unix(0, r.at).UTC(), Endpoint: string(r.endpoint), Destination: string(r.destination),
		Status: string(r.status), StatusReason: string(r.statusReason),
	}
	d.Request.Method, d.Request.Target, d.Request.BodySize = string(r.method), string(r.target), r.size
	if r.sent {
		d.Direction = store.Out
	}
	if r.until != 0 {
		d.NextAttemptAt = time.Unix(0, r.until).UTC()
	}
	if r.verdict != "" {
		m.verification = store.Verification{Verdict: string(r.verdict), Provider: string(r.provider), Reason: string(r.reason)}
		if r.duplicate {
			m.verification.DuplicateOf = "yes"
		}
		d.Verification = &m.verification
	}
	if r.answer != 0 {
		m.answer.StatusCode = r.answer
		d.Answer = &m.answer
	}
	for len(m.attempts) < r.attempts {
		m.attempts = append(m.attempts, store.Attempt{})
	}
	if r.attempts > 0 {
		d.Attempts = m.attempts[:r.attempts]
		d.Attempts[r.attempts-1] = store.Attempt{Number: r.attempts, StatusCode: r.code, Duration: r.took, ErrorKind: string(r.errorKind)}
	}
}
