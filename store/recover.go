package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
)

// recoverBatch bounds the records of one transaction of a recovery, and
// recoverBytes the bytes of their heads.
const (
	recoverBatch = 2000
	recoverBytes = 8 << 20
)

// tail is the part of a dead process's segment that is not indexed yet.
type tail struct {
	id     int64
	file   *os.File
	at     int64 // where the next record begins
	size   int64
	next   *record // nil at the end
	source int64   // the segment that this one is a compacted copy of
}

// recover indexes what dead processes have left in the given segments, and cuts
// what they did not finish writing. Segments of the living are passed over. It
// goes by the stamps of the records, so that a change is never indexed before
// what it changes, although they may be in the segments of two processes. It
// returns how many records it found.
func (x *indexer) recover(ctx context.Context, dir string, ids []int64) (int, error) {
	var tails []*tail
	defer func() {
		for _, t := range tails {
			t.file.Close()
		}
	}()
	for _, id := range ids {
		t, err := x.openTail(ctx, dir, id)
		if err != nil {
			return 0, err
		}
		if t != nil {
			tails = append(tails, t)
		}
	}
	for _, t := range tails {
		if err := t.advance(); err != nil {
			return 0, err
		}
	}
	count := 0
	for ctx.Err() == nil {
		batch, err := takeTails(tails)
		if err != nil {
			return count, err
		}
		if len(batch) == 0 {
			return count, nil
		}
		if err := x.commit(batch); err != nil {
			return count, err
		}
		count += len(batch)
	}
	return count, ctx.Err()
}

// openTail returns nil for a segment that is none of our business, or is
// indexed whole.
func (x *indexer) openTail(ctx context.Context, dir string, id int64) (*tail, error) {
	s, err := lockSegment(dir, id)
	if errors.Is(err, errLocked) || errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	t := &tail{id: id, file: s.file.(*os.File), size: s.size}
	indexed, err := x.conn.row(ctx, segmentSQL, id)
	if len(indexed) > 0 {
		t.at, _ = indexed[0].(int64)
	}
	t.at = max(t.at, int64(len(segmentHeader)))
	if err == nil {
		err = t.checkHeader()
	}
	if err == nil && t.source != 0 && len(indexed) == 0 && isThere(segmentPath(dir, t.source)) {
		// Its process died before any row referred to it.
		t.file.Close()
		return nil, os.Remove(segmentPath(dir, id))
	}
	if err != nil || t.size <= t.at {
		t.file.Close()
		return nil, err
	}
	return t, nil
}

func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// checkHeader completes the header of a segment whose process died before it
// was written, and refuses others.
func (t *tail) checkHeader() error {
	header := make([]byte, len(segmentHeader))
	n, err := t.file.ReadAt(header, 0)
	if err != nil && err != io.EOF {
		return err
	}
	if n == len(header) && string(header[:len(segmentMagic)]) == segmentMagic {
		t.source = sourceOf(header)
		return nil
	}
	if n < len(header) && segmentHeader[:n] == string(header[:n]) {
		_, err := t.file.WriteAt([]byte(segmentHeader), 0)
		return err
	}
	return &CorruptError{What: fmt.Sprintf("segment %d of the log", t.id), Err: errFormat}
}

// takeTails takes the next records of all tails in the order of their stamps.
func takeTails(tails []*tail) ([]*item, error) {
	var batch []*item
	size := 0
	for len(batch) < recoverBatch && size < recoverBytes {
		var first *tail
		for _, t := range tails {
			if t.next != nil && (first == nil || t.next.stamp < first.next.stamp) {
				first = t
			}
		}
		if first == nil {
			break
		}
		size += len(first.next.head)
		batch = append(batch, &item{commit: newCommit(), records: []*record{first.next}})
		if err := first.advance(); err != nil {
			return nil, err
		}
	}
	mergeSaves(batch)
	return batch, nil
}

// advance reads the next record. Behind the last whole one the segment is cut;
// what is damaged before it is passed over, and Check finds it.
func (t *tail) advance() error {
	t.next = nil
	for t.at < t.size {
		r, err := t.read(t.at)
		if err == nil {
			t.at += r.size()
			t.next = r
			return nil
		}
		if !isDamage(err) {
			return err
		}
		resumed, err := t.resume(t.at + 1)
		if err != nil {
			return err
		}
		if resumed < 0 {
			return t.cut()
		}
		t.at = resumed
	}
	return nil
}

func (t *tail) cut() error {
	t.size = t.at
	return t.file.Truncate(t.at)
}

func isDamage(err error) bool {
	return errors.Is(err, errNoFrame) || errors.Is(err, errTorn) || errors.Is(err, errAltered) || errors.Is(err, errFormat)
}

// sound reads the record at an offset, and checks its data, too.
func (t *tail) sound(at int64) (*record, error) {
	r, err := t.read(at)
	if err == nil {
		err = t.checkData(&r.frame, at)
	}
	return r, err
}

// read reads the record at an offset. Its data are not looked at: the delivery
// of a body that is damaged is known all the same, and says so when it is read.
func (t *tail) read(at int64) (*record, error) {
	f, err := t.frame(at)
	if err != nil {
		return nil, err
	}
	r := &record{frame: f, head: make([]byte, f.head)}
	if err := t.readFull(r.head, at+frameSize); err != nil {
		return nil, err
	}
	if err := f.checkHead(r.head); err != nil {
		return nil, err
	}
	c, err := decode(&f, r.head)
	if err != nil {
		return nil, err
	}
	r.content = *c
	r.located(t.id, at)
	if c.shared > 0 {
		body, err := t.frame(at - c.shared)
		if err != nil {
			return nil, errAltered
		}
		r.bodyAt = &place{segment: t.id, offset: at - c.shared, size: body.size()}
	}
	return r, nil
}

// frame reads a fixed part, and checks that the segment has the rest.
func (t *tail) frame(at int64) (frame, error) {
	var b [frameSize]byte
	if at < 0 || at+frameSize > t.size {
		return frame{}, errTorn
	}
	if err := t.readFull(b[:], at); err != nil {
		return frame{}, err
	}
	f, err := parseFrame(b[:])
	if err == nil && at+f.size() > t.size {
		err = errTorn
	}
	return f, err
}

func (t *tail) readFull(b []byte, at int64) error {
	n, err := t.file.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == io.EOF {
		return errTorn
	}
	return err
}

// checkData compares the bodies with their sum, a piece at a time.
func (t *tail) checkData(f *frame, at int64) error {
	var sum uint32
	buffer := make([]byte, min(f.data, 256<<10))
	for from, left := at+frameSize+f.head, f.data; left > 0; {
		piece := buffer[:min(left, int64(len(buffer)))]
		if err := t.readFull(piece, from); err != nil {
			return err
		}
		sum = crc32.Update(sum, crcTable(), piece)
		from, left = from+int64(len(piece)), left-int64(len(piece))
	}
	if sum != f.dataSum {
		return errAltered
	}
	return nil
}

// resume looks for the next sound record from an offset on, -1 if there is
// none.
func (t *tail) resume(from int64) (int64, error) {
	magic := []byte{frameMagic >> 24, frameMagic >> 16 & 0xff, frameMagic >> 8 & 0xff, frameMagic & 0xff}
	buffer := make([]byte, 256<<10)
	for from < t.size {
		piece := buffer[:min(int64(len(buffer)), t.size-from)]
		if err := t.readFull(piece, from); err != nil {
			return -1, err
		}
		found := bytes.Index(piece, magic)
		if found < 0 {
			from += max(1, int64(len(piece)-len(magic)+1))
			continue
		}
		from += int64(found)
		if _, err := t.sound(from); err == nil {
			return from, nil
		} else if !isDamage(err) {
			return -1, err
		}
		from++
	}
	return -1, nil
}
