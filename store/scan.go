package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// selectSQL reads deliveries with their attempts, one row an attempt and one
// for a delivery without any. The caller puts a table of the deliveries'
// numbers in the place of %s.
const selectSQL = `SELECT d.seq, d.id, d.rev, d.direction, d.trigger, d.event_id, d.external_id, d.type, d.provider,
	d.channels, d.test, d.handshake, d.received_at, d.endpoint, d.destination, d.status, d.status_reason,
	d.next_attempt_at, d.replay_of, d.answer, d.verdict, d.verification, d.duplicate_of, d.body_size, d.body_sha256,
	d.request,
	a.id, a.trigger, a.url, a.started_at, a.duration, a.status_code, a.error_kind, a.error, a.response_size,
	a.response_truncated, a.remote_ip, a.headers
	FROM (%s) d LEFT JOIN attempts a ON a.id BETWEEN d.seq << 16 AND d.seq << 16 | 65535`

// deliveryRow is one row of selectSQL as the driver gives it.
type deliveryRow struct {
	seq, rev                                            int64
	id, eventID, replayOf, duplicateOf                  any
	direction, status, typ                              string
	trigger, externalID, provider, channels, handshake  sql.NullString
	endpoint, destination, statusReason, verdict        sql.NullString
	test, receivedAt, nextAttemptAt, answer, bodySize   sql.NullInt64
	verification, bodySHA256, request                   sql.RawBytes
	attempt, startedAt, duration, code, size, truncated sql.NullInt64
	attemptTrigger, url, kind, errText, remoteIP        sql.NullString
	headers                                             sql.RawBytes
}

func (r *deliveryRow) dest() []any {
	return []any{
		&r.seq, &r.id, &r.rev, &r.direction, &r.trigger, &r.eventID, &r.externalID, &r.typ, &r.provider,
		&r.channels, &r.test, &r.handshake, &r.receivedAt, &r.endpoint, &r.destination, &r.status, &r.statusReason,
		&r.nextAttemptAt, &r.replayOf, &r.answer, &r.verdict, &r.verification, &r.duplicateOf, &r.bodySize, &r.bodySHA256,
		&r.request,
		&r.attempt, &r.attemptTrigger, &r.url, &r.startedAt, &r.duration, &r.code, &r.kind, &r.errText, &r.size,
		&r.truncated, &r.remoteIP, &r.headers,
	}
}

// load runs a query that selectSQL begins and gathers its deliveries.
func (s *Store) load(ctx context.Context, query string, args ...any) ([]*Delivery, error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, s.closedOr(readError("read deliveries", err))
	}
	defer rows.Close()
	var found []*Delivery
	var row deliveryRow
	dest := row.dest()
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			// A column of a kind that was never written: the file was altered.
			return nil, &CorruptError{"store", err}
		}
		if n := len(found); n == 0 || found[n-1].Seq != row.seq {
			d, err := row.delivery()
			if err != nil {
				return nil, err
			}
			found = append(found, d)
		}
		if row.attempt.Valid {
			a, err := row.attemptOf()
			if err != nil {
				return nil, err
			}
			d := found[len(found)-1]
			d.Attempts = append(d.Attempts, a)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, readError("read deliveries", err)
	}
	return found, nil
}

func (r *deliveryRow) delivery() (*Delivery, error) {
	d := &Delivery{
		ID: unpackID(deliveryPrefix, r.id), Seq: r.seq, Rev: r.rev,
		Direction: Direction(r.direction), Trigger: r.trigger.String,
		ReceivedAt: instantOf(r.receivedAt), NextAttemptAt: instantOf(r.nextAttemptAt),
		Endpoint: r.endpoint.String, Destination: r.destination.String,
		Status: r.status, StatusReason: r.statusReason.String, ReplayOf: unpackID(deliveryPrefix, r.replayOf),
		Event: &Event{
			ID: unpackID(eventPrefix, r.eventID), ExternalID: r.externalID.String, Type: r.typ,
			Provider: r.provider.String, Test: r.test.Int64 != 0, Handshake: r.handshake.String,
		},
	}
	if r.channels.Valid {
		if err := json.Unmarshal([]byte(r.channels.String), &d.Event.Channels); err != nil {
			return nil, d.corrupt("channels", err)
		}
	}
	if r.answer.Valid {
		d.Answer = &Answer{StatusCode: int(r.answer.Int64)}
	}
	if err := r.fillRequest(d); err != nil {
		return nil, err
	}
	return d, r.fillVerification(d)
}

func (r *deliveryRow) fillRequest(d *Delivery) error {
	w := unseal(r.request)
	d.Request = Request{
		Method: w.string(), Target: w.string(), ContentType: w.string(), RemoteAddr: w.string(), Headers: w.headers(),
		BodySize: r.bodySize.Int64, BodySHA256: hex.EncodeToString(r.bodySHA256),
	}
	if w.err != nil {
		return d.corrupt("request", w.err)
	}
	return nil
}

func (r *deliveryRow) fillVerification(d *Delivery) error {
	if !r.verdict.Valid {
		return nil
	}
	w := unseal(r.verification)
	d.Verification = &Verification{
		Verdict: r.verdict.String, Provider: w.string(), Reason: w.string(), Detail: w.string(), Covers: w.strings(),
		DuplicateOf: unpackID(deliveryPrefix, r.duplicateOf),
	}
	if w.err != nil {
		return d.corrupt("verification", w.err)
	}
	return nil
}

func (r *deliveryRow) attemptOf() (Attempt, error) {
	w := unseal(r.headers)
	a := Attempt{
		Number: int(r.attempt.Int64 & maxAttempts), Trigger: r.attemptTrigger.String, URL: r.url.String,
		StartedAt: instantOf(r.startedAt), Duration: time.Duration(r.duration.Int64), StatusCode: int(r.code.Int64),
		ErrorKind: r.kind.String, Error: r.errText.String,
		RequestHeaders: w.headers(), ResponseHeaders: w.headers(),
		ResponseSize: r.size.Int64, ResponseTruncated: r.truncated.Int64 != 0, RemoteIP: r.remoteIP.String,
	}
	if w.err != nil {
		return a, (&Delivery{Seq: r.seq}).corrupt(fmt.Sprintf("attempt %d", a.Number), w.err)
	}
	return a, nil
}

func instantOf(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.Unix(0, n.Int64).UTC()
}

func (d *Delivery) corrupt(what string, err error) error {
	return &CorruptError{What: fmt.Sprintf("delivery #%d: %s", d.Seq, what), Err: err}
}
