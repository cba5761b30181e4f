package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// recoverDead indexes what dead processes have left, on a connection of its
// own. Where that cannot be, because nothing may be written here, the rest of
// the segments stays unread, and a warning says so.
func (s *Store) recoverDead(ctx context.Context, behind map[int64]int64) error {
	ids := make([]int64, 0, len(behind))
	for id := range behind {
		ids = append(ids, id)
	}
	x := &indexer{store: s, dsn: dsn(s.path(), "mode=rw", "_pragma=busy_timeout(10000)")}
	err := s.othersDead(ids)
	if errors.Is(err, errLocked) {
		return nil
	}
	if err == nil {
		err = x.connect(ctx)
	}
	if err == nil {
		_, err = x.recover(ctx, s.dir, ids)
	}
	err = errors.Join(err, x.disconnect())
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	s.others.giveUp(behind)
	s.warn(fmt.Sprintf("the last deliveries of a process that was killed are in %s and not in the index yet: %v", s.dir, bare(err)))
	return nil
}

// othersDead returns errLocked when all of the segments belong to the living.
func (s *Store) othersDead(ids []int64) error {
	for _, id := range ids {
		held, err := lockSegment(s.dir, id)
		if errors.Is(err, errLocked) {
			continue
		}
		if held != nil {
			held.file.Close()
		}
		return err
	}
	return errLocked
}

func (o *others) giveUp(behind map[int64]int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.hopeless == nil {
		o.hopeless = map[int64]int64{}
	}
	for id, length := range behind {
		o.hopeless[id] = length
	}
}

func (s *Store) warn(text string) {
	s.warned.Lock()
	defer s.warned.Unlock()
	if !slices.Contains(s.warnings, text) { // a follower meets the same again and again
		s.warnings = append(s.warnings, text)
	}
}
