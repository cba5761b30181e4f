package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// minDead is how much of a segment must be dead before it is compacted; and at
// least half of it must be, so that no byte is copied often.
const minDead = 1 << 20

// reclaim gives back the room of what was deleted: segments of which nothing is
// needed are removed, those that are mostly dead are compacted. Those that a
// process is writing wait until it ends.
func (s *Store) reclaim(ctx context.Context, done *Pruned) error {
	rows, err := s.read.QueryContext(ctx, "SELECT id, indexed, places, bytes FROM segments ORDER BY id")
	if err != nil {
		return s.closedOr(readError("read the segments", err))
	}
	defer rows.Close()
	dead := map[int64]progress{}
	for rows.Next() {
		var id int64
		var p progress
		if err := rows.Scan(&id, &p.indexed, &p.places, &p.bytes); err != nil {
			return &CorruptError{"store", err}
		}
		if free := p.indexed - p.bytes; p.places == 0 || free >= minDead && free > p.bytes {
			dead[id] = p
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for id, p := range dead {
		if err := s.reclaimSegment(ctx, id, p, done); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) reclaimSegment(ctx context.Context, id int64, p progress, done *Pruned) error {
	held, err := lockSegment(s.dir, id)
	if errors.Is(err, errLocked) {
		done.Held += p.indexed - p.bytes
		return nil
	}
	if errors.Is(err, fs.ErrNotExist) {
		return s.log.do(ctx, func(w *statements) error { return w.forgetSegment(id) })
	}
	if err != nil {
		return err
	}
	defer held.file.Close()
	if p.places > 0 {
		copied, err := s.compact(ctx, held)
		if err != nil {
			return fmt.Errorf("compact segment %d of the log: %w", id, err)
		}
		done.Freed -= copied
	}
	err = s.removeSegment(ctx, held)
	if err == nil && !isThere(segmentPath(s.dir, id)) {
		done.Freed += held.size
	}
	return err
}

// removeSegment removes a segment that no row refers to. The file goes first:
// without a row in the index it would be taken for one that was never indexed.
// But it stays until a power loss cannot bring back the rows that did refer to it.
func (s *Store) removeSegment(ctx context.Context, held *segment) error {
	if err := s.syncIndex(); err != nil {
		return err
	}
	return s.log.do(ctx, func(w *statements) error {
		places, err := w.conn.row(ctx, "SELECT places FROM segments WHERE id = ?", held.id)
		if err != nil || len(places) == 0 || places[0] != int64(0) {
			return err
		}
		if err := os.Remove(segmentPath(s.dir, held.id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return w.forgetSegment(held.id)
	})
}

// syncIndex makes the commits of the index survive a power loss, which they do
// not need otherwise. SQLite has no locks on this file.
func (s *Store) syncIndex() error {
	f, err := os.OpenFile(s.path()+"-wal", os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// forgetSegment deletes what the index says of a segment without rows, but its
// id, which is never used again.
func (s *statements) forgetSegment(id int64) error {
	return s.conn.exec(context.Background(), fmt.Sprintf(`UPDATE counters SET segment = max(segment, %d);
		DELETE FROM segments WHERE id = %d AND places = 0`, id, id))
}

// compact copies what is needed of a segment into a new one, and lets the rows
// refer to that. It returns the new one's length. A process that dies meanwhile
// leaves both, and every row refers to one of them: the header of the new
// segment names the old one, so that a copy which no row refers to yet is known
// for what it is.
func (s *Store) compact(ctx context.Context, old *segment) (int64, error) {
	needed, seqs, err := s.neededFrames(ctx, old)
	if err != nil || len(needed) == 0 { // those that are left are damaged
		return 0, err
	}
	_, last, err := s.indexedSegments(ctx)
	if err != nil {
		return 0, err
	}
	list, err := listSegments(s.dir)
	if err != nil {
		return 0, err
	}
	for _, segment := range list {
		last = max(last, segment.id)
	}
	fresh, err := newSegment(s.dir, last+1, old.id)
	if err != nil {
		return 0, err
	}
	defer fresh.file.Close()
	moved, err := copyFrames(old.file.(*os.File), fresh, needed)
	if err == nil {
		err = syncDir(filepath.Join(s.dir, logName))
	}
	for step := range slices.Chunk(seqs, pruneStep) {
		if err != nil {
			break
		}
		err = s.log.do(ctx, func(w *statements) error { return w.movePlaces(step, old.id, fresh, moved) })
	}
	if err != nil {
		return 0, errors.Join(err, s.dropCopy(fresh))
	}
	return fresh.size, nil
}

// dropCopy removes the copy of a compaction that failed, or every try on a full
// disk would leave one; but not when the index has come to know it.
func (s *Store) dropCopy(fresh *segment) error {
	indexed, _, err := s.indexedSegments(context.Background())
	if _, known := indexed[fresh.id]; err != nil || known {
		return err
	}
	return os.Remove(segmentPath(s.dir, fresh.id))
}

// neededFrames returns the places in a segment that rows refer to, in order,
// and those rows' numbers. Every row that refers to a segment has a frame of
// its own in it.
func (s *Store) neededFrames(ctx context.Context, old *segment) ([]place, []int64, error) {
	t := &tail{id: old.id, file: old.file.(*os.File), at: int64(len(segmentHeader)), size: old.size}
	found, rows := map[int64]place{}, map[int64]bool{}
	for t.at < t.size {
		r, err := t.read(t.at)
		if isDamage(err) {
			if t.at, err = t.resume(t.at + 1); err != nil || t.at < 0 {
				break
			}
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		t.at += r.size()
		if rows[r.d.Seq] {
			continue
		}
		list, err := s.rows(ctx, columns+"WHERE seq = ?", r.d.Seq)
		if err != nil {
			return nil, nil, err
		}
		for _, row := range list {
			for _, p := range row.places {
				if p.segment == old.id {
					found[p.offset], rows[r.d.Seq] = p, true
				}
			}
		}
	}
	needed, seqs := make([]place, 0, len(found)), make([]int64, 0, len(rows))
	for _, p := range found {
		needed = append(needed, p)
	}
	for seq := range rows {
		seqs = append(seqs, seq)
	}
	slices.SortFunc(needed, func(a, b place) int { return int(a.offset - b.offset) })
	slices.Sort(seqs)
	return needed, seqs, nil
}

// copyFrames appends frames of one segment to another, and returns where each
// is there. A frame that refers to an earlier one by its distance is written
// anew.
func copyFrames(from *os.File, to *segment, frames []place) (map[int64]place, error) {
	moved := make(map[int64]place, len(frames))
	t := &tail{id: to.id, file: from, size: 1 << 62}
	for _, p := range frames {
		r, err := t.read(p.offset)
		if isDamage(err) {
			if err := copyDamaged(from, to, p); err != nil {
				return nil, err
			}
			moved[p.offset] = place{segment: to.id, offset: to.size - p.size, size: p.size}
			continue
		}
		if err != nil {
			return nil, err
		}
		if r.shared > 0 {
			body, ok := moved[p.offset-r.shared]
			if !ok {
				return nil, errFormat
			}
			r.shared = to.size - body.offset
			r.head = encodeDelivery(&r.content)
		}
		data := make([]byte, r.frame.data)
		if _, err := from.ReadAt(data, p.offset+frameSize+r.frame.head); err != nil && err != io.EOF {
			return nil, err
		}
		f := newFrame(r.kind, r.head, [][]byte{data})
		f.expect(r.frame.dataSum, r.head)
		moved[p.offset] = place{segment: to.id, offset: to.size, size: f.size()}
		if err := to.append(f.fixed[:], r.head, data); err != nil {
			return nil, err
		}
	}
	return moved, to.file.Sync()
}

// copyDamaged copies what is there of a frame that is damaged: the delivery is
// not to look sound, nor to keep the others where they are.
func copyDamaged(from *os.File, to *segment, p place) error {
	if p.size < frameSize || p.size > frameSize+maxHead+maxData {
		return errAltered // so is the index
	}
	b := make([]byte, p.size)
	if _, err := from.ReadAt(b, p.offset); err != nil && err != io.EOF {
		return err
	}
	return to.append(b)
}

// movePlaces lets rows refer to the copies of their frames.
func (s *statements) movePlaces(seqs []int64, from int64, to *segment, moved map[int64]place) error {
	for _, seq := range seqs {
		before, _, _, err := s.stateOf(seq)
		if errors.Is(err, ErrNotFound) {
			continue // deleted in between
		}
		if err != nil {
			return err
		}
		after := slices.Clone(before)
		for i := range after {
			if after[i].segment != from {
				continue
			}
			there, ok := moved[after[i].offset]
			if !ok {
				return fmt.Errorf("delivery #%d has a record at %d that was not copied", seq, after[i].offset)
			}
			after[i].segment, after[i].offset, after[i].size = there.segment, there.offset, there.size
		}
		if err := errors.Join(s.count(before, -1), s.count(after, 1)); err != nil {
			return err
		}
		if err := s.setPlaces(seq, after); err != nil {
			return err
		}
	}
	p, err := s.progressOf(to.id)
	if err != nil {
		return err
	}
	p.indexed = to.size // saved with what was counted
	return nil
}

func (s *statements) setPlaces(seq int64, places []place) error {
	_, err := s.conn.row(context.Background(), "UPDATE deliveries SET places = ? WHERE seq = ?", packPlaces(places), seq)
	return err
}

// sourceOf is the segment of which a header says that this one is a compacted
// copy, 0 if it is none.
func sourceOf(header []byte) int64 {
	return int64(binary.BigEndian.Uint32(header[len(segmentMagic):]))
}
