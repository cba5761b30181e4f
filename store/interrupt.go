package store

import (
	"context"
	"errors"
)

// interruptDead looks for processes that ended without closing the store.
// Deliveries they had in flight become Interrupted, and so do those without an
// endpoint that they would have tried again, because nobody else will. Their
// listeners and lock files go, the files last: if this process dies in
// between, the next one does it again.
func (x *indexer) interruptDead(ctx context.Context, dir string) error {
	living, dead, done, err := owners(dir)
	if err != nil {
		return err
	}
	remove := false
	defer func() { done(remove) }()
	stuck, err := x.conn.integer(ctx, "SELECT EXISTS (SELECT 1 FROM deliveries WHERE "+inFlight+") + EXISTS (SELECT 1 FROM listeners)")
	if err != nil {
		return err
	}
	if stuck > 0 {
		if err := x.interrupt(ctx, living); err != nil {
			return err
		}
	}
	remove = len(dead) > 0
	return nil
}

const inFlight = indexed + `status IN ('delivering', 'pending', 'retrying') AND owner IS NOT NULL AND
	(status = 'delivering' OR endpoint IS NULL)`

func (x *indexer) interrupt(ctx context.Context, living map[string]bool) (err error) {
	c := x.conn
	if err := untilFree(ctx, func() error { return c.exec(ctx, "BEGIN IMMEDIATE") }); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.exec(ctx, "ROLLBACK"))
		}
	}()
	if err := c.exec(ctx, "CREATE TEMP TABLE living (owner TEXT PRIMARY KEY)"); err != nil {
		return err
	}
	for id := range living {
		if _, err := c.row(ctx, "INSERT INTO temp.living VALUES (?)", id); err != nil {
			return err
		}
	}
	return c.exec(ctx, `
		CREATE TEMP TABLE stuck AS
			SELECT seq, row_number() OVER (ORDER BY seq) + (`+lastRevSQL+`) AS rev FROM deliveries
			WHERE `+inFlight+` AND owner NOT IN (SELECT owner FROM temp.living);
		UPDATE deliveries SET status = 'interrupted', owner = NULL, next_attempt_at = NULL,
			rev = stuck.rev FROM temp.stuck WHERE stuck.seq = deliveries.seq;
		DELETE FROM listeners WHERE owner NOT IN (SELECT owner FROM temp.living);
		DROP TABLE temp.stuck;
		DROP TABLE temp.living;
		COMMIT;`)
}
