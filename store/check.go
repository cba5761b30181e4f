package store

import (
	"context"
	"crypto/sha256"
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

// Check reads the whole store: it looks for damage in the file, for rows
// without their counterpart, and compares every body with its hash. What is
// wrong is in the report; an error says that checking itself was impossible.
func (s *Store) Check(ctx context.Context) (Report, error) {
	var r Report
	if err := s.checkIntegrity(ctx, &r); err != nil {
		return r, s.closedOr(err)
	}
	for _, step := range []func(context.Context, *Report) error{
		s.checkCounts, s.checkOrphans, s.checkRequestBodies, s.checkResponseBodies,
	} {
		if err := step(ctx, &r); err != nil {
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

func (s *Store) checkCounts(ctx context.Context, r *Report) error {
	return s.read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM deliveries), (SELECT count(*) FROM attempts),
		(SELECT count(*) FROM bodies)`).Scan(&r.Deliveries, &r.Attempts, &r.Bodies)
}

func (s *Store) checkOrphans(ctx context.Context, r *Report) error {
	for _, orphans := range []struct{ query, problem string }{
		{`SELECT id FROM attempts WHERE id >> 16 NOT IN (SELECT seq FROM deliveries)`, "attempt %d has no delivery"},
		{`SELECT id FROM bodies WHERE id & 1 AND id >> 1 NOT IN (SELECT id FROM attempts)`, "body %d has no attempt"},
		{
			`SELECT id FROM bodies WHERE NOT id & 1 AND id NOT IN (SELECT body FROM deliveries WHERE body IS NOT NULL)`,
			"body %d has no delivery",
		},
	} {
		rows, err := s.read.QueryContext(ctx, orphans.query)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return err
			}
			r.problem(orphans.problem, id)
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) checkRequestBodies(ctx context.Context, r *Report) error {
	return s.checkBodies(ctx, r, "delivery #%[1]d: request body", `SELECT d.seq, 0, d.body_sha256, b.bytes FROM deliveries d
		LEFT JOIN bodies b ON b.id = d.body ORDER BY d.seq`)
}

func (s *Store) checkResponseBodies(ctx context.Context, r *Report) error {
	return s.checkBodies(ctx, r, "delivery #%[1]d: response to attempt %[2]d", `SELECT a.id >> 16, a.id & 65535,
		a.response_sha256, b.bytes FROM attempts a LEFT JOIN bodies b ON b.id = a.id << 1 | 1
		WHERE a.response_sha256 IS NOT NULL ORDER BY a.id`)
}

// checkBodies compares bodies with their hashes: query gives the delivery's
// number, the attempt's, the hash and the bytes.
func (s *Store) checkBodies(ctx context.Context, r *Report, what, query string) error {
	rows, err := s.read.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var seq, number int64
		var want, body []byte
		if err := rows.Scan(&seq, &number, &want, &body); err != nil {
			return err
		}
		if got := sha256.Sum256(body); string(got[:]) != string(want) {
			r.problem(what+" does not match its hash", seq, number)
		}
	}
	return rows.Err()
}

// Stats says what a store holds.
type Stats struct {
	Deliveries int64
	ByStatus   map[string]int64
	Bytes      int64     // of the file
	Oldest     time.Time // when the first and the last were received; zero when empty
	Newest     time.Time
}

// Stats counts the deliveries of the store.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	st := Stats{ByStatus: map[string]int64{}}
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
		(SELECT page_count * page_size FROM pragma_page_count, pragma_page_size)`).
		Scan(&oldest, &newest, &st.Bytes)
	if err != nil {
		return st, readError("measure store", err)
	}
	st.Oldest, st.Newest = instantOf(oldest), instantOf(newest)
	return st, nil
}
