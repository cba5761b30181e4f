package store

import (
	"context"
	"encoding/json"
	"time"
)

// Listener is a process that receives for this store.
type Listener struct {
	URL       string   // http://127.0.0.1:4400
	Addr      string   // 127.0.0.1:4400
	Forward   []string // where it forwards to, userinfo masked
	PID       int
	StartedAt time.Time
}

// Announce makes l known to the other processes until this one closes the
// store or ends, however it ends. A second call with the same Addr replaces
// the first.
func (s *Store) Announce(ctx context.Context, l Listener) error {
	if s.log == nil {
		return ErrReadOnly
	}
	if l.Forward == nil {
		l.Forward = []string{}
	}
	forward, err := json.Marshal(l.Forward)
	if err != nil {
		return err
	}
	owner := s.owner.id
	return s.log.do(ctx, func(w *statements) error {
		_, err := w.conn.row(ctx, `INSERT OR REPLACE INTO listeners (owner, url, addr, forward, pid, started_at)
			VALUES (?, ?, ?, ?, ?, ?)`, owner, l.URL, l.Addr, string(forward), int64(l.PID), instant(l.StartedAt))
		return err
	})
}

// Listeners returns the listeners whose process lives, the latest first.
func (s *Store) Listeners(ctx context.Context) ([]Listener, error) {
	living, _, done, err := owners(s.dir)
	if err != nil {
		return nil, err
	}
	done(false)
	rows, err := s.read.QueryContext(ctx, `SELECT owner, url, addr, forward, pid, started_at FROM listeners
		ORDER BY started_at DESC, addr`)
	if err != nil {
		return nil, readError("list listeners", err)
	}
	defer rows.Close()
	var found []Listener
	for rows.Next() {
		var l Listener
		var owner, forward string
		var started *int64
		if err := rows.Scan(&owner, &l.URL, &l.Addr, &forward, &l.PID, &started); err != nil {
			return nil, readError("list listeners", err)
		}
		if err := json.Unmarshal([]byte(forward), &l.Forward); err != nil {
			return nil, &CorruptError{"listener " + l.Addr, err}
		}
		if started != nil {
			l.StartedAt = time.Unix(0, *started).UTC()
		}
		if living[owner] {
			found = append(found, l)
		}
	}
	return found, rows.Err()
}
