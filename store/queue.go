package store

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The queue is what is due at endpoints. Whoever makes an attempt claims its
// delivery first, in a transaction: no two processes send the same one at a
// time, and what a dead process had claimed is found again. What came of it
// goes to the log like everything else.

// DefaultConcurrency is how many attempts at once an endpoint gets that says
// nothing about it.
const DefaultConcurrency = 4

// Claim says which due deliveries a process wants.
type Claim struct {
	// Now is the time that the schedules live in.
	Now time.Time
	// Endpoint is the only one whose deliveries are wanted, "" is any.
	Endpoint string
	// Own wants only what is in the hands of this process: what it has appended
	// or released and not given up.
	Own bool
	// Busy is how many attempts this process has in flight at each endpoint.
	Busy map[string]int
	// Skip are endpoints to which nothing can be sent.
	Skip []string
	// Known returns a delivery as this process has it since its last attempt, nil
	// for one that is to be read.
	Known func(seq int64) *Delivery
	// LookAhead finds out what comes, if nothing is to be had now.
	LookAhead bool
	// Max is how many deliveries are wanted at most.
	Max int
}

// Claimed is what a process got.
type Claimed struct {
	// Deliveries have their bodies, and their attempts have begun.
	Deliveries []*Delivery
	// Endpoints are theirs, by id, as they were then.
	Endpoints map[string]*Endpoint
	// Next is when the next delivery is due that was not claimed only for its
	// time, zero if there is none. Open tells whether anything wanted is left of
	// which an attempt will be made sometime without anybody's doing. Both are
	// known where LookAhead was asked for and nothing was claimed.
	Next time.Time
	Open bool
	// Throttled tells that something wanted is due and waits for nothing but its
	// endpoint's throttle.
	Throttled bool
}

// Claim takes up deliveries whose automatic attempt is due, the earliest first,
// as many as their endpoints take at a time.
func (s *Store) Claim(ctx context.Context, c Claim) (*Claimed, error) {
	if s.log == nil {
		return nil, ErrReadOnly
	}
	var got *claiming
	err := s.log.do(ctx, func(w *statements) error {
		got = &claiming{statements: w, Claim: c, owner: s.owner.id, at: s.now()}
		return got.run()
	})
	if err != nil {
		return nil, err
	}
	claimed := &Claimed{Endpoints: got.endpoints, Next: got.next, Open: got.open, Throttled: got.throttled}
	claimed.Deliveries, err = s.claimed(ctx, got.seqs, c.Known)
	return claimed, err
}

// claimed loads deliveries that were claimed, with their bodies. One that is
// damaged stays claimed and is an error.
func (s *Store) claimed(ctx context.Context, seqs []int64, known func(int64) *Delivery) ([]*Delivery, error) {
	byNumber := make(map[int64]*Delivery, len(seqs))
	var unknown []string
	for _, seq := range seqs {
		if known != nil {
			if byNumber[seq] = known(seq); byNumber[seq] != nil {
				continue
			}
		}
		unknown = append(unknown, strconv.FormatInt(seq, 10))
	}
	var errs []error
	if len(unknown) > 0 {
		l, err := s.load(ctx, false, columns+"WHERE seq IN ("+strings.Join(unknown, ",")+") ORDER BY seq")
		if err != nil {
			return nil, err
		}
		errs = l.damaged
		for _, d := range l.found {
			errs = append(errs, s.loadBodies(d))
			byNumber[d.Seq] = d.Delivery
		}
	}
	ds := make([]*Delivery, 0, len(seqs))
	for _, seq := range seqs {
		if d := byNumber[seq]; d != nil {
			if d.ReturnsTo == "" {
				d.Begin()
			}
			ds = append(ds, d)
		}
	}
	return ds, errors.Join(errs...)
}

// claiming is a Claim as it is carried out in a transaction.
type claiming struct {
	*statements
	Claim
	owner string
	at    time.Time // by the clock on the wall

	seqs      []int64
	endpoints map[string]*Endpoint
	next      time.Time
	open      bool
	throttled bool
}

func (c *claiming) run() error {
	c.endpoints = map[string]*Endpoint{}
	all, err := c.endpointsThere()
	if err != nil {
		return err
	}
	var live []*Endpoint
	for _, e := range all {
		if e.Enabled && !e.Paused && (c.Endpoint == "" || c.Endpoint == e.ID) && !slices.Contains(c.Skip, e.ID) {
			live = append(live, e)
		}
	}
	for _, e := range live {
		if err := c.claimAt(e); err != nil {
			return err
		}
	}
	if len(c.seqs) > 0 || !c.LookAhead {
		return nil
	}
	for _, e := range live {
		if err := c.lookAhead(e); err != nil {
			return err
		}
	}
	return nil
}

// claimAt takes up what one endpoint has room for.
func (c *claiming) claimAt(e *Endpoint) error {
	room, err := c.room(e)
	if err != nil || room <= 0 {
		return err
	}
	rows, err := c.conn.rows(context.Background(), dueSQL(c.Own), e.ID, c.owner, instant(c.Now), int64(room))
	if err != nil || len(rows) == 0 {
		return err
	}
	for _, row := range rows {
		seq, _ := row[0].(int64)
		c.rev++
		_, err := c.conn.row(context.Background(), claimSQL, seq, c.rev, c.owner, instant(c.at))
		if err != nil {
			return err
		}
		c.seqs = append(c.seqs, seq)
	}
	c.endpoints[e.ID] = e
	if e.Throttle > 0 {
		known, err := c.endpoint(e.ID)
		if err != nil {
			return err
		}
		known.NextSlotAt = c.Now.Add(time.Duration(float64(time.Second) / e.Throttle))
		c.changedEps[e.ID] = true
	}
	return nil
}

const (
	claimSQL = `UPDATE deliveries SET status = 'delivering', tried = 1, rev = ?2, owner = ?3, claimed_at = ?4 WHERE seq = ?1`

	busySQL = `SELECT count(*) FROM deliveries WHERE ` + scheduled + ` AND status = 'delivering' AND owner IS NOT ?2`
)

// dueSQL selects what is due at endpoint ?1 at ?3 and in nobody's hands but
// ?2's, at most ?4. The two statuses are two ranges of the index.
func dueSQL(own bool) string {
	query := ""
	for _, status := range []string{Pending, Retrying} {
		if query != "" {
			query += " UNION ALL "
		}
		query += "SELECT * FROM (SELECT seq, next_attempt_at AS due FROM deliveries INDEXED BY deliveries_due WHERE " + scheduled +
			" AND status = '" + status + "' AND next_attempt_at <= ?3 AND " + inHands(own) + " ORDER BY next_attempt_at, seq LIMIT +?4)"
	}
	return query + " ORDER BY due, seq LIMIT +?4"
}

func inHands(own bool) string {
	if own {
		return "owner = ?2"
	}
	return "(owner IS NULL OR owner = ?2)"
}

// room is how many attempts may begin at an endpoint now.
func (c *claiming) room(e *Endpoint) (int, error) {
	room := min(c.Max-len(c.seqs), concurrencyOf(e)-c.Busy[e.ID])
	if room <= 0 {
		return 0, nil
	}
	row, err := c.conn.row(context.Background(), busySQL, e.ID, c.owner)
	if err != nil {
		return 0, err
	}
	others, _ := row[0].(int64)
	room -= int(others)
	if e.Throttle > 0 {
		if c.slot(e).After(c.Now) {
			return 0, nil
		}
		room = min(room, 1)
	}
	return room, nil
}

func concurrencyOf(e *Endpoint) int {
	if e.Concurrency > 0 {
		return e.Concurrency
	}
	return DefaultConcurrency
}

// slot is when the endpoint's throttle lets the next attempt begin. A run whose
// clock was far ahead has no say in this one.
func (c *claiming) slot(e *Endpoint) time.Time {
	interval := time.Duration(float64(time.Second) / e.Throttle)
	if e.NextSlotAt.Sub(c.Now) > interval {
		return c.Now
	}
	return e.NextSlotAt
}

// lookAhead finds out when there will be something to do at an endpoint.
func (c *claiming) lookAhead(e *Endpoint) error {
	for _, status := range []string{Pending, Retrying, Delivering} {
		query := "SELECT next_attempt_at FROM deliveries INDEXED BY deliveries_due WHERE " + scheduled + " AND status = '" + status + "'"
		if status != Delivering || c.Own {
			query += " AND " + inHands(c.Own)
		}
		row, err := c.conn.row(context.Background(), query+" ORDER BY next_attempt_at LIMIT 1", e.ID, c.owner)
		if err != nil {
			return err
		}
		if len(row) == 0 {
			continue
		}
		c.open = true
		due, ok := row[0].(int64)
		if !ok || status == Delivering {
			continue
		}
		at := time.Unix(0, due).UTC()
		if e.Throttle > 0 && c.slot(e).After(at) {
			c.throttled = c.throttled || !at.After(c.Now) && c.slot(e).After(c.Now)
			at = c.slot(e)
		}
		if at.After(c.Now) && (c.next.IsZero() || at.Before(c.next)) {
			c.next = at
		}
	}
	return nil
}

// giveBack lets others make the attempts that this process has kept for itself.
func (s *Store) giveBack() error {
	return s.log.do(context.Background(), func(w *statements) error {
		_, err := w.conn.row(context.Background(), "UPDATE deliveries SET owner = NULL WHERE "+indexed+
			"status IN ('pending', 'retrying') AND endpoint IS NOT NULL AND owner = ?", s.owner.id)
		return err
	})
}
