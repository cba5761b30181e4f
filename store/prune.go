package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Retention says which deliveries a store need not keep: those that break any
// of its limits, the oldest first. The zero value keeps everything. Deliveries
// that somebody still works on are kept whatever it says.
type Retention struct {
	Age   time.Duration // since they were received; 0 is no limit
	Count int64         // how many are kept; 0 is no limit
	Size  int64         // bytes in the log; 0 is no limit
}

// Limits tells whether r limits anything.
func (r Retention) Limits() bool { return r.Age > 0 || r.Count > 0 || r.Size > 0 }

// Pruned is what Prune or Clear removed.
type Pruned struct {
	Deliveries int64
	Bytes      int64 // what they had in the log
	Freed      int64 // what the log became shorter by; the rest follows later
	// Held is how many bytes are free only when the processes that still write
	// to their segments end.
	Held int64
}

// pruneStep bounds the deliveries of one transaction: nobody waits long for it.
const pruneStep = 2000

// unfinished is the condition for what is not pruned.
const unfinished = "status IN ('pending', 'delivering', 'retrying', 'queued', 'paused')"

// Prune removes the deliveries that r does not keep, and what they had in the
// log: segments of which nothing is left, and what is dead in those that are
// mostly so. With dryRun it only counts. Numbers are never used again.
func (s *Store) Prune(ctx context.Context, r Retention, dryRun bool) (Pruned, error) {
	var done Pruned
	if !r.Limits() {
		return done, nil
	}
	if err := s.barrier(ctx); err != nil {
		return done, err
	}
	p := pruning{store: s, dryRun: dryRun, done: &done}
	where, args, err := p.condition(ctx, r)
	if err == nil && where != "" {
		err = p.walk(ctx, where, args, 0)
	}
	if err == nil && r.Size > 0 {
		err = p.toSize(ctx, where, args, r.Size)
	}
	if err == nil && !dryRun {
		err = s.reclaim(ctx, &done)
	}
	return done, err
}

// Clear removes every delivery, also those that are not finished.
func (s *Store) Clear(ctx context.Context) (Pruned, error) {
	var done Pruned
	if err := s.barrier(ctx); err != nil {
		return done, err
	}
	p := pruning{store: s, all: true, done: &done}
	if err := p.walk(ctx, "1", nil, 0); err != nil {
		return done, err
	}
	return done, s.reclaim(ctx, &done)
}

type pruning struct {
	store  *Store
	dryRun bool
	all    bool // also what is not finished
	done   *Pruned
}

// condition is the part of a retention that a row alone shows, "" where there
// is none.
func (p *pruning) condition(ctx context.Context, r Retention) (string, []any, error) {
	where, args := "", []any{}
	if r.Age > 0 {
		where, args = "received_at < ?", append(args, p.store.now().Add(-r.Age).UnixNano())
	}
	if r.Count <= 0 {
		return where, args, nil
	}
	var first int64
	err := p.store.read.QueryRowContext(ctx, "SELECT seq FROM deliveries ORDER BY seq DESC LIMIT 1 OFFSET ?", r.Count-1).Scan(&first)
	if errors.Is(err, sql.ErrNoRows) {
		return where, args, nil // there are fewer
	}
	if where != "" {
		where += " OR "
	}
	return where + "seq < ?", append(args, first), p.store.closedOr(err)
}

// toSize removes the oldest until the log holds at most size bytes. A dry run
// passes over what the other limits have counted.
func (p *pruning) toSize(ctx context.Context, where string, args []any, size int64) error {
	var held int64
	err := p.store.read.QueryRowContext(ctx, "SELECT coalesce(sum(bytes), 0) FROM segments").Scan(&held)
	if err != nil {
		return p.store.closedOr(readError("measure the log", err))
	}
	if p.dryRun {
		held -= p.done.Bytes
	}
	if held <= size {
		return nil
	}
	if where == "" || !p.dryRun {
		return p.walk(ctx, "1", nil, held-size)
	}
	return p.walk(ctx, "NOT ("+where+")", args, held-size)
}

// walk removes what fulfils a condition, oldest first, until it had enough
// bytes in the log; 0 is all of it.
func (p *pruning) walk(ctx context.Context, where string, args []any, enough int64) error {
	condition := "(" + where + ")"
	if !p.all {
		condition += " AND NOT " + unfinished
	}
	query := columns + "WHERE " + condition + " AND seq > ? ORDER BY seq LIMIT ?"
	for after, before := int64(0), p.done.Bytes; ; {
		list, err := p.store.rows(ctx, query, append(args[:len(args):len(args)], after, pruneStep)...)
		if err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1].seq
		list = upTo(list, enough, before-p.done.Bytes)
		if err := p.remove(ctx, list); err != nil {
			return err
		}
		if enough > 0 && p.done.Bytes-before >= enough {
			return nil
		}
	}
}

// upTo cuts a list where enough bytes are reached; missing is minus what was
// removed before.
func upTo(list []row, enough, missing int64) []row {
	if enough <= 0 {
		return list
	}
	for i := range list {
		if enough+missing <= 0 {
			return list[:i]
		}
		missing -= ownBytes(list[i].places)
	}
	return list
}

func ownBytes(places []place) int64 {
	n := int64(0)
	for i := range places {
		if places[i].owns() {
			n += places[i].size
		}
	}
	return n
}

// remove deletes rows in one transaction, if they still may be.
func (p *pruning) remove(ctx context.Context, list []row) error {
	if p.dryRun {
		for i := range list {
			p.done.Deliveries++
			p.done.Bytes += ownBytes(list[i].places)
		}
		return nil
	}
	var removed Pruned
	err := p.store.log.do(ctx, func(w *statements) error {
		removed = Pruned{} // a transaction may be tried again
		return w.remove(list, p.all, &removed)
	})
	if err == nil {
		p.done.Deliveries += removed.Deliveries
		p.done.Bytes += removed.Bytes
	}
	return err
}

// remove deletes rows. The counters first: the highest number in use may be
// among them.
func (s *statements) remove(list []row, all bool, removed *Pruned) error {
	ctx := context.Background()
	if err := s.conn.exec(ctx, "UPDATE counters SET rev = ("+lastRevSQL+"), seq = ("+lastSeqSQL+")"); err != nil {
		return err
	}
	query := "DELETE FROM deliveries WHERE seq = ?"
	if !all {
		query += " AND NOT " + unfinished
	}
	remove, err := s.conn.prepare(query)
	if err != nil {
		return err
	}
	defer remove.close()
	for i := range list {
		places, _, _, err := s.stateOf(list[i].seq)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		n, err := remove.exec(list[i].seq)
		if err != nil {
			return err
		}
		if n == 0 {
			continue
		}
		removed.Deliveries++
		removed.Bytes += ownBytes(places)
		if err := s.count(places, -1); err != nil {
			return err
		}
	}
	return nil
}
