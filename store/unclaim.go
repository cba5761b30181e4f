package store

import (
	"context"
	"errors"
)

// Unclaim puts back a delivery of which no attempt could be made, and brings d to
// where it belongs by now: while it was claimed it may have been canceled, or its
// endpoint changed.
func (s *Store) Unclaim(ctx context.Context, d *Delivery) error {
	var back Delivery
	err := s.log.do(ctx, func(w *statements) error {
		back = *d
		if err := w.putBack(&back); err != nil {
			return err
		}
		w.rev++
		_, err := w.conn.row(ctx, `UPDATE deliveries SET status = ?2, next_attempt_at = ?3, tried = ?4, rev = ?5, owner = NULL, returns_to = NULL,
			claimed_at = NULL WHERE seq = ?1 AND status = 'delivering'`, d.Seq, back.Status, instant(back.NextAttemptAt), flag(back.Tried), w.rev)
		return err
	})
	if err != nil {
		return err
	}
	if *d = back; d.Status == Canceled {
		return s.logCanceled(ctx, d.Seq)
	}
	return nil
}

// putBack finds where a delivery rests without the attempt that it was claimed
// for. One that was final before a manual attempt is so again.
func (s *statements) putBack(d *Delivery) error {
	_, canceled, _, err := s.stateOf(d.Seq)
	if err != nil {
		return err
	}
	ep, err := s.endpoint(d.Endpoint)
	var lost *NoEndpointError // the index was made again, and nobody knows it any more
	if err != nil && !errors.As(err, &lost) {
		return err
	}
	d.Tried = d.Failures+d.Conflicts+d.Interruptions > 0 // not only by hand
	before := d.ReturnsTo
	if d.Status, d.ReturnsTo = Pending, ""; before != "" {
		d.Status = before
	}
	if !Final(d.Status) {
		d.settle(ep, canceled)
	}
	return nil
}
