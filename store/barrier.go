package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// maxBehind is how long a read waits for the index of another process that
// lives: many times what it takes under load. What is recorded then is not lost
// but late, and no read waits for it again.
const maxBehind = 2 * time.Second

// barrier makes a read see every change that was acknowledged before: it waits
// for the index of this process, and for those of others. What dead processes
// have left is indexed here.
func (s *Store) barrier(ctx context.Context) error {
	if s.closed.Load() {
		return ErrClosed
	}
	if s.index != nil {
		if err := s.index.barrier(ctx); err != nil {
			return err
		}
	}
	return s.awaitOthers(ctx)
}

// others is what this process knows of the segments of other processes, so
// that a read which finds nothing new costs a few system calls.
type others struct {
	mu       sync.Mutex
	changed  time.Time       // of the directory, when it was listed
	next     int64           // the id after the last one
	lengths  map[int64]int64 // of segments that may grow: up to where they are known to be indexed
	hopeless map[int64]int64 // of those that cannot be indexed: their length
}

// awaitOthers returns when the segments of all processes are indexed up to the
// length that they have now.
func (s *Store) awaitOthers(ctx context.Context) error {
	pause, waited := time.Millisecond/2, time.Duration(0)
	behind, err := s.grown()
	for err == nil && len(behind) > 0 {
		if behind, err = s.stillBehind(ctx, behind); err != nil || len(behind) == 0 {
			return err
		}
		if err := s.recoverDead(ctx, behind); err != nil {
			return err
		}
		if behind, err = s.stillBehind(ctx, behind); err != nil || len(behind) == 0 {
			return err
		}
		if waited > maxBehind {
			s.others.giveUp(behind)
			s.warn(fmt.Sprintf("the last deliveries of a process that runs are in %s and not in the index yet: its disk is full, or the index was removed under it", s.dir))
			return nil
		}
		if !sleep(ctx, pause) {
			return ctx.Err()
		}
		waited += pause
		pause = min(2*pause, 10*time.Millisecond)
	}
	return err
}

// grown returns the segments of others that are longer than they were known to
// be indexed.
func (s *Store) grown() (map[int64]int64, error) {
	o := &s.others
	o.mu.Lock()
	defer o.mu.Unlock()
	if err := s.relist(); err != nil {
		return nil, err
	}
	var behind map[int64]int64
	own := s.ownSegment.Load()
	for id, known := range o.lengths {
		if id == own {
			continue
		}
		info, err := os.Lstat(segmentPath(s.dir, id))
		if errors.Is(err, fs.ErrNotExist) {
			delete(o.lengths, id)
			continue
		}
		if err != nil {
			return nil, &OpenError{s.dir, err}
		}
		if size := info.Size(); size > known && size != o.hopeless[id] {
			if behind == nil {
				behind = map[int64]int64{}
			}
			behind[id] = size
		}
	}
	return behind, nil
}

// relist looks for new segments. The time of the directory alone would not do:
// two changes may have the same. Ids grow, so the next one tells.
func (s *Store) relist() error {
	o := &s.others
	info, err := os.Stat(filepath.Join(s.dir, logName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &OpenError{s.dir, err}
	}
	if o.lengths != nil && info.ModTime().Equal(o.changed) {
		if _, err := os.Lstat(segmentPath(s.dir, o.next)); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	}
	list, err := listSegments(s.dir)
	if err != nil {
		return err
	}
	before := o.lengths
	o.lengths, o.changed, o.next = map[int64]int64{}, info.ModTime(), 1
	there := map[int64]bool{}
	for _, segment := range list {
		there[segment.id] = true
		o.lengths[segment.id] = max(before[segment.id], int64(len(segmentHeader)))
		o.next = segment.id + 1
	}
	s.segments.keep(func(id int64) bool { return there[id] })
	return nil
}

// stillBehind compares lengths with the index. A segment that is indexed whole
// and full will not grow: it is not looked at again.
func (s *Store) stillBehind(ctx context.Context, lengths map[int64]int64) (map[int64]int64, error) {
	indexed, _, err := s.indexedSegments(ctx)
	if err != nil {
		return nil, err
	}
	o := &s.others
	o.mu.Lock()
	defer o.mu.Unlock()
	behind := map[int64]int64{}
	for id, length := range lengths {
		switch {
		case indexed[id] < length:
			behind[id] = length
		case length >= maxSegment:
			delete(o.lengths, id)
		default:
			o.lengths[id] = max(o.lengths[id], length)
		}
	}
	return behind, nil
}

// indexedSegments says up to where each segment is indexed, and the highest id
// that was ever in use.
func (s *Store) indexedSegments(ctx context.Context) (map[int64]int64, int64, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, indexed FROM segments UNION ALL SELECT 0, segment FROM counters")
	if err != nil {
		return nil, 0, s.closedOr(readError("read the segments", err))
	}
	defer rows.Close()
	indexed, last := map[int64]int64{}, int64(0)
	for rows.Next() {
		var id, n int64
		if err := rows.Scan(&id, &n); err != nil {
			return nil, 0, &CorruptError{"store", err}
		}
		if id == 0 {
			last = max(last, n)
			continue
		}
		indexed[id], last = n, max(last, id)
	}
	return indexed, last, s.closedOr(rows.Err())
}
