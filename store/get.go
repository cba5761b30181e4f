package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
)

// Get returns the delivery that ref names, with its bodies: an id, a prefix of
// one with at least four characters after dlv_ that no other delivery has, a
// number (12 or #12), @last, or @failed for the latest that is Failed, Dead or
// Interrupted. It fails with ErrNotFound, an *AmbiguousError, a *BadRefError,
// or a *CorruptError where the bytes are not those that were recorded.
func (s *Store) Get(ctx context.Context, ref string) (*Delivery, error) {
	seq, err := s.resolve(ctx, ref)
	if err != nil {
		return nil, s.closedOr(err)
	}
	found, err := s.load(ctx, fmt.Sprintf(selectSQL, "SELECT * FROM deliveries WHERE seq = ?")+" ORDER BY a.id", seq)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, ErrNotFound
	}
	if err := s.loadBodies(ctx, found[0]); err != nil {
		return nil, err
	}
	return found[0], nil
}

// loadBodies fills in the bodies of d. After an error of a damaged one, the
// others are there.
func (s *Store) loadBodies(ctx context.Context, d *Delivery) error {
	var errs []error
	var body []byte
	err := s.read.QueryRowContext(ctx, `SELECT b.bytes FROM deliveries d JOIN bodies b ON b.id = d.body
		WHERE d.seq = ?`, d.Seq).Scan(&body)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return readError("read body", err)
	}
	if hexSHA256(body) != d.Request.BodySHA256 {
		errs = append(errs, d.corrupt("request body", errAltered))
	} else {
		d.Request.Body = body
	}
	for i := range d.Attempts {
		if err := s.loadResponse(ctx, d, &d.Attempts[i]); isCorrupt(err) {
			errs = append(errs, err)
		} else if err != nil {
			return err
		}
	}
	return errors.Join(errs...)
}

func (s *Store) loadResponse(ctx context.Context, d *Delivery, a *Attempt) error {
	var sum, body []byte
	err := s.read.QueryRowContext(ctx, `SELECT a.response_sha256, b.bytes FROM attempts a
		LEFT JOIN bodies b ON b.id = a.id << 1 | 1 WHERE a.id = ?`, attemptKey(d.Seq, a.Number)).Scan(&sum, &body)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil // cleared in between
	case err != nil:
		return readError("read response", err)
	case len(sum) == 0 && len(body) == 0:
		return nil
	case hexSHA256(body) != hex.EncodeToString(sum):
		return d.corrupt(fmt.Sprintf("response to attempt %d", a.Number), errAltered)
	}
	a.ResponseBody = body
	return nil
}

// errAltered is the reason of a *CorruptError for bytes that changed in the
// file.
var errAltered = errors.New("its bytes are not those that were recorded")

func isCorrupt(err error) bool {
	var corrupt *CorruptError
	return errors.As(err, &corrupt)
}

// Changes returns up to limit deliveries that are new or have changed after
// the change afterRev, in the order of their last change. The Rev of the last
// one is the afterRev of the next call. Bodies are not loaded.
func (s *Store) Changes(ctx context.Context, afterRev int64, limit int) ([]*Delivery, error) {
	query := fmt.Sprintf(selectSQL, "SELECT * FROM deliveries WHERE rev > ? ORDER BY rev LIMIT ?")
	return s.load(ctx, query+" ORDER BY d.rev, a.id", afterRev, limit)
}
