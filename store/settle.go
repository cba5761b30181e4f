package store

import (
	"context"
	"time"
)

// What an endpoint makes of its deliveries, as statements over all of them. A
// delivery that is open and not in flight always has the status that its
// endpoint's Rest gives.

const (
	// scheduled selects the deliveries of an endpoint that follow a schedule; so
	// worded, it tells the planner which index holds them.
	scheduled = "endpoint = ?1 AND trigger IN ('auto', 'recover')"
	restSQL   = "CASE WHEN tried IS NULL THEN 'pending' ELSE 'retrying' END"
)

// settleAll moves the open deliveries of an endpoint that are not in flight to
// where they belong since it was changed. Those that are released are due at
// now, in the hands of owner.
func (s *statements) settleAll(e *Endpoint, now time.Time, owner string, done *EndpointChange) error {
	var err error
	var moved int64
	switch {
	case !e.DeletedAt.IsZero():
		const inFlight = "UPDATE deliveries SET canceled = 'endpoint_deleted' WHERE status = 'delivering' AND endpoint = ?1"
		if _, err = s.conn.row(context.Background(), inFlight, e.ID); err != nil {
			return err
		}
		moved, err = s.move("status = 'canceled', canceled = 'endpoint_deleted', owner = NULL, next_attempt_at = NULL",
			scheduled+" AND status IN ('pending', 'retrying', 'queued', 'paused')", e.ID)
		done.Canceled += moved
	case !e.Enabled:
		moved, err = s.move("status = 'queued', owner = NULL", scheduled+" AND status IN ('pending', 'retrying', 'paused')", e.ID)
		done.Held += moved
	case e.Paused:
		moved, err = s.move("status = 'paused', owner = NULL", scheduled+" AND status IN ('pending', 'retrying', 'queued')", e.ID)
		done.Held += moved
	default:
		done.Released, err = s.move("status = "+restSQL+", next_attempt_at = moved.due, owner = moved.by",
			scheduled+" AND status IN ('queued', 'paused')", e.ID, instant(now), owner)
	}
	return err
}

// cancelQueued gives up what waits for an endpoint that is disabled.
func (s *statements) cancelQueued(id string) (int64, error) {
	return s.move("status = 'canceled', canceled = 'queue_discarded', owner = NULL, next_attempt_at = NULL",
		scheduled+" AND status = 'queued'", id)
}

// move changes the rows that where selects, each of them under a change number
// of its own, and returns how many. The first of args are where's; the next two,
// where there are any, are moved.due and moved.by in set.
func (s *statements) move(set, where string, args ...any) (int64, error) {
	ctx := context.Background()
	for len(args) < 3 {
		args = append(args, nil)
	}
	const script = `CREATE TEMP TABLE moved (seq INTEGER PRIMARY KEY, rev INTEGER, due INTEGER, by TEXT)`
	if err := s.conn.exec(ctx, script); err != nil {
		return 0, err
	}
	_, err := s.conn.row(ctx, `INSERT INTO temp.moved SELECT seq, ?4 + row_number() OVER (ORDER BY seq), ?2, ?3
		FROM deliveries WHERE `+where, append(args, s.rev)...)
	if err != nil {
		return 0, err
	}
	count, err := s.conn.integer(ctx, "SELECT count(*) FROM temp.moved")
	if err != nil {
		return 0, err
	}
	if count > 0 {
		err = s.conn.exec(ctx, "UPDATE deliveries SET "+set+", rev = moved.rev FROM temp.moved WHERE moved.seq = deliveries.seq")
	}
	s.rev += count
	if err != nil {
		return 0, err
	}
	return count, s.conn.exec(ctx, "DROP TABLE temp.moved")
}
