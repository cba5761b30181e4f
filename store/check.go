package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// maxProblems bounds a report: a file with a damaged page has one for each of
// its rows.
const maxProblems = 100

// Report is the result of Check. The store is sound where Problems is empty.
type Report struct {
	Deliveries, Attempts, Bodies int64
	// Problems are sentences; More is how many were left out.
	Problems []string
	More     int
}

func (r *Report) problem(format string, args ...any) {
	if len(r.Problems) == maxProblems {
		r.More++
		return
	}
	r.Problems = append(r.Problems, fmt.Sprintf(format, args...))
}

// Check reads the whole store: it looks for damage in the index, compares its
// rows with the records in the log, every body with its hash, and looks for
// records in the log that no row can be of because they are damaged. What is wrong
// is in the report; an error says that checking itself was impossible.
func (s *Store) Check(ctx context.Context) (Report, error) {
	var r Report
	if err := s.barrier(ctx); err != nil {
		return r, err
	}
	if err := s.checkIntegrity(ctx, &r); err != nil {
		return r, s.closedOr(err)
	}
	rev, err := s.indexedRev(ctx)
	if err != nil {
		return r, err
	}
	c := checking{store: s, report: &r, held: map[int64]*progress{}, rev: rev}
	for _, step := range []func(context.Context) error{c.rows, c.segments, c.log} {
		if err := step(ctx); err != nil {
			if ctx.Err() != nil {
				return r, ctx.Err()
			}
			r.problem("%v", err)
		}
	}
	return r, nil
}

func (s *Store) checkIntegrity(ctx context.Context, r *Report) error {
	rows, err := s.read.QueryContext(ctx, "PRAGMA integrity_check(100)")
	if err != nil {
		if e := readError("check", err); isCorrupt(e) {
			r.problem("%v", e)
			return nil
		}
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			r.problem("file: %s", line)
		}
	}
	if err := rows.Err(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.problem("file: %v", err)
	}
	return nil
}

// Stats says what a store holds.
type Stats struct {
	Deliveries int64
	ByStatus   map[string]int64
	Bytes      int64 // of the index and the log
	IndexBytes int64
	LogBytes   int64
	LiveBytes  int64     // of the log, those that deliveries need
	Segments   int64     // files of the log
	Oldest     time.Time // when the first and the last were received; zero when empty
	Newest     time.Time
}

// Stats counts the deliveries of the store.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	st := Stats{ByStatus: map[string]int64{}}
	if err := s.barrier(ctx); err != nil {
		return st, err
	}
	rows, err := s.read.QueryContext(ctx, "SELECT status, count(*) FROM deliveries GROUP BY status")
	if err != nil {
		return st, s.closedOr(readError("count deliveries", err))
	}
	defer rows.Close()
	for rows.Next() {
		var status string
		var n int64
		if err := rows.Scan(&status, &n); err != nil {
			return st, &CorruptError{"store", err}
		}
		st.ByStatus[status] = n
		st.Deliveries += n
	}
	if err := rows.Err(); err != nil {
		return st, readError("count deliveries", err)
	}
	var oldest, newest sql.NullInt64
	err = s.read.QueryRowContext(ctx, `SELECT (SELECT received_at FROM deliveries ORDER BY seq LIMIT 1),
		(SELECT received_at FROM deliveries ORDER BY seq DESC LIMIT 1),
		(SELECT page_count * page_size FROM pragma_page_count, pragma_page_size),
		(SELECT coalesce(sum(bytes), 0) FROM segments)`).
		Scan(&oldest, &newest, &st.IndexBytes, &st.LiveBytes)
	if err != nil {
		return st, readError("measure store", err)
	}
	st.Oldest, st.Newest = instantOf(oldest), instantOf(newest)
	list, err := listSegments(s.dir)
	for _, segment := range list {
		st.Segments++
		st.LogBytes += segment.size
	}
	st.Bytes = st.IndexBytes + st.LogBytes
	return st, err
}

func instantOf(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.Unix(0, n.Int64).UTC()
}
