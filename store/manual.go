package store

import (
	"context"
	"errors"
	"fmt"
)

// StateError says that a delivery is in no state for what was asked.
type StateError struct {
	Seq    int64
	Status string
}

func (e *StateError) Error() string { return fmt.Sprintf("#%d is %s", e.Seq, e.Status) }

// ClaimManual takes up one delivery, whatever it waits for, for an attempt that
// somebody has asked for. It fails with a *StateError when an attempt is in
// flight already.
func (s *Store) ClaimManual(ctx context.Context, seq int64) (*Delivery, error) {
	if s.log == nil {
		return nil, ErrReadOnly
	}
	var refused error
	err := s.log.do(ctx, func(w *statements) error {
		refused = nil
		row, err := w.conn.row(ctx, "SELECT status FROM deliveries WHERE seq = ?", seq)
		if err != nil {
			return err
		}
		if len(row) == 0 {
			refused = ErrNotFound
			return nil
		}
		if status, _ := row[0].(string); status == Delivering {
			refused = &StateError{seq, status}
			return nil
		}
		w.rev++
		_, err = w.conn.row(ctx, `UPDATE deliveries SET returns_to = status, status = 'delivering', rev = ?2, owner = ?3, claimed_at = ?4
			WHERE seq = ?1`, seq, w.rev, s.owner.id, instant(s.now()))
		return err
	})
	if err := errors.Join(refused, err); err != nil {
		return nil, err
	}
	ds, err := s.claimed(ctx, []int64{seq}, nil)
	if err != nil {
		return nil, err
	}
	return ds[0], nil
}

// Cancel gives an open delivery up for the reason "user". An attempt in flight
// goes on, and is the last one unless it is acknowledged. Of a final delivery it
// fails with a *StateError.
func (s *Store) Cancel(ctx context.Context, seq int64) error {
	if s.log == nil {
		return ErrReadOnly
	}
	var refused error
	var moved bool
	err := s.log.do(ctx, func(w *statements) error {
		refused, moved = nil, false
		row, err := w.conn.row(ctx, "SELECT status FROM deliveries WHERE seq = ?", seq)
		if err != nil {
			return err
		}
		if len(row) == 0 {
			refused = ErrNotFound
			return nil
		}
		status, _ := row[0].(string)
		if Final(status) {
			refused = &StateError{seq, status}
			return nil
		}
		set := "canceled = 'user'"
		if moved = status != Delivering; moved {
			set += ", status = 'canceled', owner = NULL, next_attempt_at = NULL"
		}
		w.rev++
		_, err = w.conn.row(ctx, "UPDATE deliveries SET "+set+", rev = ?2 WHERE seq = ?1", seq, w.rev)
		return err
	})
	if err := errors.Join(refused, err); err != nil || !moved {
		return err
	}
	return s.logCanceled(ctx, seq)
}

// logCanceled lets the log know, too: an index that is made again must not send it.
func (s *Store) logCanceled(ctx context.Context, seq int64) error {
	d, err := s.Get(ctx, fmt.Sprint(seq))
	if err != nil {
		return err
	}
	d.Attempts = nil
	return s.Save(d).Wait(ctx)
}
