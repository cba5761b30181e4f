package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// interruptDead looks for processes that ended without closing the store.
// Deliveries they had in flight become Interrupted, and so do those without an
// endpoint that they would have tried again, because nobody else will. What
// they had claimed at endpoints comes into the hands of this process, which is
// returned: their attempts have to be concluded. Their listeners and lock files
// go, the files last: if this process dies in between, the next one does it
// again.
func (x *indexer) interruptDead(ctx context.Context, dir string) (taken []int64, err error) {
	living, dead, done, err := owners(dir)
	if err != nil {
		return nil, err
	}
	remove := false
	defer func() { done(remove) }()
	stuck, err := x.conn.integer(ctx, "SELECT EXISTS (SELECT 1 FROM deliveries WHERE "+inHandsOfSome+") + EXISTS (SELECT 1 FROM listeners)")
	if err != nil {
		return nil, err
	}
	if stuck > 0 {
		if err := untilFree(ctx, func() error { return x.conn.exec(ctx, "BEGIN IMMEDIATE") }); err != nil {
			return nil, err
		}
		if taken, err = x.conn.interrupt(ctx, living, x.store.owner.id); err == nil {
			err = x.conn.exec(ctx, "COMMIT")
		}
		if err != nil {
			return nil, errors.Join(err, x.conn.exec(ctx, "ROLLBACK"))
		}
	}
	remove = len(dead) > 0
	return taken, nil
}

const (
	inHandsOfSome = indexed + `status IN ('delivering', 'pending', 'retrying') AND owner IS NOT NULL`
	ofDead        = inHandsOfSome + ` AND owner NOT IN (SELECT owner FROM temp.living)`
	// inSchedule selects what is tried again whoever made it.
	inSchedule = `endpoint IS NOT NULL AND trigger IN ('auto', 'recover')`
)

// interrupt is what a transaction does about the dead.
func (c *conn) interrupt(ctx context.Context, living map[string]bool, me string) (taken []int64, err error) {
	if err := c.exec(ctx, "CREATE TEMP TABLE living (owner TEXT PRIMARY KEY)"); err != nil {
		return nil, err
	}
	for id := range living {
		if _, err := c.row(ctx, "INSERT INTO temp.living VALUES (?)", id); err != nil {
			return nil, err
		}
	}
	err = c.exec(ctx, `
		CREATE TEMP TABLE stuck AS
			SELECT seq, row_number() OVER (ORDER BY seq) + (`+lastRevSQL+`) AS rev FROM deliveries
			WHERE `+ofDead+` AND (endpoint IS NULL OR status = 'delivering' AND NOT (`+inSchedule+` OR returns_to IS NOT NULL));
		UPDATE deliveries SET status = 'interrupted', owner = NULL, next_attempt_at = NULL,
			rev = stuck.rev FROM temp.stuck WHERE stuck.seq = deliveries.seq;
		UPDATE deliveries SET owner = NULL WHERE status <> 'delivering' AND `+ofDead+`;
		DELETE FROM listeners WHERE owner NOT IN (SELECT owner FROM temp.living);
		DROP TABLE temp.stuck;`)
	if err != nil {
		return nil, err
	}
	rows, err := c.rows(ctx, "UPDATE deliveries SET owner = ? WHERE "+ofDead+" RETURNING seq", me)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		seq, _ := row[0].(int64)
		taken = append(taken, seq)
	}
	return taken, c.exec(ctx, "DROP TABLE temp.living")
}

// TakeOver finds attempts whose process has ended meanwhile, marks them as
// interrupted and lets their deliveries be due again; what such a process kept
// for itself is anybody's. Open does the same.
func (s *Store) TakeOver(ctx context.Context) error {
	if s.log == nil {
		return ErrReadOnly
	}
	living, dead, done, err := owners(s.dir)
	if err != nil || len(dead) == 0 {
		if done != nil {
			done(false)
		}
		return err
	}
	remove := false
	defer func() { done(remove) }()
	var taken []int64
	err = s.log.do(ctx, func(w *statements) (err error) {
		before, err := w.conn.integer(ctx, lastRevSQL)
		if err != nil {
			return err
		}
		if taken, err = w.conn.interrupt(ctx, living, s.owner.id); err != nil {
			return err
		}
		after, err := w.conn.integer(ctx, lastRevSQL)
		w.rev += max(0, after-before)
		return err
	})
	remove = err == nil
	return errors.Join(err, s.interrupted(ctx, taken))
}

// interrupted concludes attempts of which nobody knows what came.
func (s *Store) interrupted(ctx context.Context, seqs []int64) error {
	const page = 500
	for len(seqs) > 0 {
		n := min(len(seqs), page)
		if err := s.interruptedPage(ctx, seqs[:n]); err != nil {
			return err
		}
		seqs = seqs[n:]
	}
	return nil
}

func (s *Store) interruptedPage(ctx context.Context, seqs []int64) error {
	began, err := s.claimTimes(ctx, seqs)
	if err != nil {
		return err
	}
	ds, err := s.claimed(ctx, seqs, nil)
	if err != nil && len(ds) == 0 {
		return err
	}
	var last *Commit
	for _, d := range ds {
		at := Attempt{Number: 1, Trigger: TriggerAuto, URL: d.Destination, StartedAt: s.now().UTC(), Outcome: OutcomeInterrupted,
			ErrorKind: ErrCanceled, Error: "the process ended before the answer"}
		if n := len(d.Attempts); n > 0 {
			at.Number = d.Attempts[n-1].Number + 1
		}
		if when := began[d.Seq]; when != 0 {
			at.StartedAt = time.Unix(0, when).UTC()
		}
		if d.ReturnsTo != "" {
			at.Trigger = TriggerManual
		}
		d.Attempts = append(d.Attempts, at)
		now := s.now().UTC()
		last = s.Conclude(d, Result{Outcome: OutcomeInterrupted, Due: now, Ended: now}, false)
	}
	if last == nil {
		return nil
	}
	return last.Indexed(ctx)
}

// claimTimes are when the attempts in flight were begun.
func (s *Store) claimTimes(ctx context.Context, seqs []int64) (map[int64]int64, error) {
	times := map[int64]int64{}
	for _, seq := range seqs {
		var at *int64
		err := s.read.QueryRowContext(ctx, "SELECT claimed_at FROM deliveries WHERE seq = ?", seq).Scan(&at)
		if err != nil {
			return nil, fmt.Errorf("read #%d: %w", seq, err)
		}
		if at != nil {
			times[seq] = *at
		}
	}
	return times, nil
}
