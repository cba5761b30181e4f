package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/hooks-cli/hooks/crash"
)

// maxWaiting bounds the bytes that wait to be written and indexed; what is over
// it makes Append block. A bound by count would let large bodies fill the
// memory.
const maxWaiting = 64 << 20

// maxGroup bounds the bytes of one group, and with it how long the first of a
// group waits for the last.
const maxGroup = 8 << 20

// maxCopied is the longest body that is copied into the buffer of its group;
// longer ones are written from where they are.
const maxCopied = 64 << 10

// item is what waits for the log: new deliveries, a change of one, or something
// that is to happen in the index after all that was logged before.
type item struct {
	commit  *Commit
	records []*record // of Append one per delivery, of Save one
	run     func(*statements) error
	close   *segment // to be let go when all of it is indexed
	seal    int64    // a segment of which the rest is not to be read
	into    *item    // the append that a save was merged into
	err     error
}

// log is the segment that this process writes. One goroutine takes everything
// that waits, writes it with one call and tells those who wait; then the items
// go on to the index in the same order.
type log struct {
	store   *Store
	index   *indexer
	durable bool
	segment *segment
	buffer  []byte
	stopped chan struct{}

	mu      sync.Mutex
	waiting []*item
	bytes   int // of what is neither failed nor indexed
	closed  bool
	filled  sync.Cond // something waits, or closed
	drained sync.Cond // there is room again, or closed
}

func newLog(s *Store, index *indexer, durable bool) *log {
	l := &log{store: s, index: index, durable: durable, stopped: make(chan struct{})}
	l.filled.L, l.drained.L = &l.mu, &l.mu
	go l.loop()
	return l
}

// enqueue hands it to the log. It blocks while too much waits, but lets a
// single item of any size pass; while the index cannot be written it fails
// instead.
func (l *log) enqueue(it *item) *Commit {
	size := it.weight()
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.bytes > 0 && l.bytes+size > maxWaiting && !l.closed {
		if err := l.index.failure(); err != nil {
			return failed(err)
		}
		l.drained.Wait()
	}
	if l.closed {
		return failed(ErrClosed)
	}
	l.bytes += size
	l.waiting = append(l.waiting, it)
	l.filled.Signal()
	return it.commit
}

func (it *item) weight() int {
	n := 256
	for _, r := range it.records {
		n += r.weight()
	}
	return n
}

func (it *item) lean() int {
	n := 256
	for _, r := range it.records {
		n += r.lean()
	}
	return n
}

func (it *item) size() int64 {
	n := int64(0)
	for _, r := range it.records {
		n += r.size()
	}
	return n
}

// release gives back the room of what is written or indexed.
func (l *log) release(bytes int) {
	l.mu.Lock()
	l.bytes -= bytes
	l.mu.Unlock()
	l.drained.Broadcast()
}

// next waits for work and takes a group of it, nil after the last.
func (l *log) next() []*item {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.waiting) == 0 && !l.closed {
		l.filled.Wait()
	}
	l.gather()
	count, size := 0, int64(0)
	for count < len(l.waiting) && (count == 0 || size+l.waiting[count].size() <= maxGroup) {
		size += l.waiting[count].size()
		count++
	}
	group := l.waiting[:count:count]
	l.waiting = l.waiting[count:]
	return group
}

// gather lets those run that are about to enqueue something: all who waited
// for the last group wake at the same time, and without this the first of them
// would be a group alone. A single caller waits for nobody.
func (l *log) gather() {
	l.mu.Unlock()
	runtime.Gosched()
	l.mu.Lock()
}

func (l *log) loop() {
	defer close(l.stopped)
	defer crash.Catch(l.store.crash)
	for {
		group := l.next()
		if len(group) == 0 {
			return
		}
		l.finish(group, writeError(l.write(group)))
	}
}

// finish tells those who wait, and hands on to the index what is in the log:
// first, so that a read that begins after Wait knows what to wait for.
func (l *log) finish(group []*item, err error) {
	written, freed := group, 0
	if err != nil {
		written = nil
		for _, it := range group {
			if it.records == nil {
				written = append(written, it)
				continue
			}
			freed += it.weight()
			for _, r := range it.records {
				l.store.own.forget(r.d.Seq)
			}
			it.commit.failed(err)
		}
	}
	l.index.add(written)
	for _, it := range written {
		if it.records == nil {
			continue
		}
		freed += it.weight() - it.lean()
		for _, r := range it.records {
			r.data = nil
		}
		close(it.commit.logged)
	}
	l.release(freed)
}

// write appends the group to the segment.
func (l *log) write(group []*item) error {
	if !hasRecords(group) {
		return nil
	}
	if err := l.prepare(); err != nil {
		return err
	}
	before := l.segment.size
	err := l.segment.append(l.pieces(group)...)
	if err == nil && l.durable {
		if err = l.segment.file.Sync(); err != nil {
			if cut := l.segment.cut(before); cut != nil {
				err = &spoiltError{err}
			}
		}
	}
	if _, spoilt := err.(*spoiltError); spoilt {
		l.abandon()
	}
	return err
}

func hasRecords(group []*item) bool {
	for _, it := range group {
		if it.records != nil {
			return true
		}
	}
	return false
}

// prepare sees to it that there is a segment with room.
func (l *log) prepare() error {
	if l.segment != nil && !isSame(segmentPath(l.store.dir, l.segment.id), l.segment.file) {
		// What is written to it, nobody would ever read.
		if err := l.store.checkThere(); err != nil {
			return err
		}
		return fmt.Errorf("segment %d of the log was removed: %w", l.segment.id, fs.ErrNotExist)
	}
	if l.segment != nil && l.segment.size < maxSegment {
		return nil
	}
	if l.segment != nil {
		l.index.add([]*item{{commit: newCommit(), close: l.segment}})
		l.segment = nil
	}
	if err := l.store.checkThere(); err != nil {
		return err
	}
	indexed, last, err := l.store.indexedSegments(context.Background())
	if err != nil {
		return err
	}
	segment, err := takeSegment(l.store.dir, indexed, last)
	if err == nil && l.durable {
		err = errors.Join(syncDir(filepath.Join(l.store.dir, logName)), syncDir(l.store.dir))
		if err != nil {
			segment.file.Close()
		}
	}
	if err != nil {
		return err
	}
	l.segment = segment
	l.store.ownSegment.Store(l.segment.id)
	return nil
}

// isSame tells whether a path still names an open file.
func isSame(path string, f segmentFile) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(path)
	return err == nil && os.SameFile(opened, named)
}

// pieces are what is written: small things in one buffer, large bodies from
// where they are. Every record learns its place.
func (l *log) pieces(group []*item) [][]byte {
	var list [][]byte
	if cap(l.buffer) > 4*maxGroup {
		l.buffer = nil
	}
	buffer, at := l.buffer[:0], l.segment.size
	flush := func() {
		if len(buffer) > 0 {
			list, buffer = append(list, buffer), buffer[len(buffer):]
		}
	}
	whole := buffer
	for _, it := range group {
		for _, r := range it.records {
			r.located(l.segment.id, at)
			at += r.size()
			buffer = append(append(buffer, r.frame.fixed[:]...), r.head...)
			for _, piece := range r.data {
				if len(piece) <= maxCopied {
					buffer = append(buffer, piece...)
					continue
				}
				flush()
				list = append(list, piece)
			}
		}
	}
	if len(list) == 0 {
		whole = buffer
	}
	flush()
	l.buffer = whole[:0]
	return list
}

// abandon gives up a segment at whose end something stands that nobody may
// read.
func (l *log) abandon() {
	l.index.add([]*item{
		{commit: newCommit(), seal: l.segment.id},
		{commit: newCommit(), close: l.segment},
	})
	l.segment = nil
}

// do runs f in a transaction of the index, after everything that was given to
// the log before.
func (l *log) do(ctx context.Context, f func(*statements) error) error {
	c := newCommit()
	c.strict = true
	close(c.logged)
	return l.enqueue(&item{commit: c, run: f}).Wait(ctx)
}

// close stops the log when everything that waits is written.
func (l *log) close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.filled.Broadcast()
	l.drained.Broadcast()
	<-l.stopped
}

// closeSegment lets the segment go; it is indexed by now, or the next one who takes
// it does that.
func (l *log) closeSegment() error {
	if l.segment == nil {
		return nil
	}
	err := l.segment.file.Close()
	l.segment = nil
	return err
}
