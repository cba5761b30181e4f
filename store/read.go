package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
)

// maxOpen bounds the segments that are kept open for reading.
const maxOpen = 128

// segments reads the log. A file that was opened stays open: a delivery is then
// one call away.
type segments struct {
	dir   string
	mu    sync.RWMutex
	files map[int64]*os.File
}

// readAt is as io.ReaderAt's.
func (g *segments) readAt(id int64, b []byte, offset int64) (int, error) {
	g.mu.RLock()
	if f := g.files[id]; f != nil {
		defer g.mu.RUnlock()
		return f.ReadAt(b, offset)
	}
	g.mu.RUnlock()
	if err := g.open(id); err != nil {
		return 0, err
	}
	g.mu.RLock()
	defer g.mu.RUnlock()
	if f := g.files[id]; f != nil {
		return f.ReadAt(b, offset)
	}
	return 0, fs.ErrNotExist // forgotten in between
}

func (g *segments) open(id int64) error {
	f, err := os.Open(segmentPath(g.dir, id))
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.files[id] != nil {
		return f.Close()
	}
	if g.files == nil {
		g.files = map[int64]*os.File{}
	}
	for old, open := range g.files { // any one
		if len(g.files) < maxOpen {
			break
		}
		open.Close()
		delete(g.files, old)
	}
	g.files[id] = f
	return nil
}

// keep closes the files of segments that are no more.
func (g *segments) keep(there func(id int64) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for id, f := range g.files {
		if !there(id) {
			f.Close()
			delete(g.files, id)
		}
	}
}

func (g *segments) close() {
	g.keep(func(int64) bool { return false })
}

// maxWindow is how much of a segment is read at once for a list.
const maxWindow = 256 << 10

// window reads frames one after the other, and with one call those that are
// beside each other in the log.
type window struct {
	from       *segments
	ahead      int64 // how much is read at once
	descending bool  // those to come are before those that were read
	id, start  int64
	b          []byte
}

// bytes are n bytes of a segment, valid until the next call.
func (w *window) bytes(id, offset, n int64) ([]byte, error) {
	if id != w.id || offset < w.start || offset+n > w.start+int64(len(w.b)) {
		if err := w.move(id, offset, n); err != nil {
			return nil, err
		}
	}
	at := offset - w.start
	if int64(len(w.b)) < at+n {
		return nil, errTorn
	}
	return w.b[at : at+n], nil
}

func (w *window) move(id, offset, n int64) error {
	length := max(n, w.ahead)
	start := offset
	if w.descending {
		start = max(0, offset+n-length)
	}
	if int64(cap(w.b)) < length {
		w.b = make([]byte, length)
	}
	w.id, w.start, w.b = id, start, w.b[:length]
	got, err := w.from.readAt(id, w.b, start)
	w.b = w.b[:got]
	if err != nil && err != io.EOF {
		w.b = w.b[:0]
		return fmt.Errorf("read segment %d: %w", id, err)
	}
	return nil
}

// smallFrame is what is read of a long frame to get its head.
const smallFrame = 4 << 10

// head reads the frame at p and checks it, without its data.
func (w *window) head(p *place) (frame, []byte, error) {
	if p.size < frameSize || p.offset < 0 || p.size > frameSize+maxHead+maxData {
		return frame{}, nil, errAltered
	}
	b, err := w.bytes(p.segment, p.offset, min(p.size, smallFrame))
	if err != nil {
		return frame{}, nil, err
	}
	f, err := parseFrame(b)
	if err != nil {
		return f, nil, err
	}
	if f.size() != p.size {
		return f, nil, errAltered
	}
	if frameSize+f.head > int64(len(b)) {
		if b, err = w.bytes(p.segment, p.offset, frameSize+f.head); err != nil {
			return f, nil, err
		}
	}
	head := b[frameSize : frameSize+f.head]
	return f, head, f.checkHead(head)
}

// isGone tells whether a read failed because the segment was removed: what it
// held is somewhere else now, or nowhere.
func isGone(err error) bool { return errors.Is(err, fs.ErrNotExist) }
