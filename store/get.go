package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Get returns the delivery that ref names, with its bodies: an id, a prefix of
// one that no other delivery has, a number (12 or #12), @last for the latest
// that is no notice, or @failed for the latest that is Failed, Dead or
// Interrupted. It fails with ErrNotFound, an *AmbiguousError, a *BadRefError, or
// a *CorruptError where the bytes are not those that were recorded.
func (s *Store) Get(ctx context.Context, ref string) (*Delivery, error) {
	if err := s.barrier(ctx); err != nil {
		return nil, err
	}
	seq, err := s.resolve(ctx, ref)
	if err != nil {
		return nil, s.closedOr(err)
	}
	for try := 0; ; try++ {
		l, err := s.load(ctx, false, columns+"WHERE seq = ?", seq)
		switch {
		case err != nil:
			return nil, err
		case len(l.damaged) > 0:
			return nil, l.damaged[0]
		case len(l.found) == 0:
			return nil, ErrNotFound
		}
		d := l.found[0]
		if strings.HasPrefix(ref, deliveryPrefix) && !strings.HasPrefix(strings.ToUpper(d.ID), strings.ToUpper(ref)) {
			return nil, &CorruptError{"store", fmt.Errorf("its index leads from %s to %s", ref, d.ID)}
		}
		err = s.loadBodies(d)
		if try < 3 && isGone(err) {
			continue // compacted in between
		}
		if err != nil {
			return nil, err
		}
		return d.Delivery, nil
	}
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
// one is the afterRev of the next call. Bodies are not loaded, and damaged
// deliveries are left out where there are others.
func (s *Store) Changes(ctx context.Context, afterRev int64, limit int) ([]*Delivery, error) {
	if err := s.barrier(ctx); err != nil {
		return nil, err
	}
	l, err := s.load(ctx, false, columns+"WHERE rev > ? ORDER BY rev LIMIT ?", afterRev, limit)
	if err == nil && len(l.found) == 0 {
		err = errors.Join(l.damaged...)
	}
	changed := make([]*Delivery, len(l.found))
	for i, d := range l.found {
		changed[i] = d.Delivery
	}
	return changed, err
}
