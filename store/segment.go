package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const (
	logName = "log"
	// segmentMagic begins every segment; the digit is the format's version. Then
	// come four bytes: the segment of which this one is a compacted copy.
	segmentMagic  = "hooks log 1\n"
	segmentHeader = segmentMagic + "\x00\x00\x00\x00"
	// maxSegment is how long a segment gets before another is begun: large
	// enough that a million deliveries are a few dozen files, small enough that
	// what was pruned comes free soon.
	maxSegment = 64 << 20
)

// segmentFile is what the log needs of an open file; tests put in their own.
type segmentFile interface {
	io.WriterAt
	Truncate(size int64) error
	Sync() error
	Stat() (fs.FileInfo, error)
	Close() error
}

// segment is a file of the log whose lock this process holds.
type segment struct {
	id   int64
	size int64 // up to where it holds whole groups
	file segmentFile
}

func segmentPath(dir string, id int64) string {
	return filepath.Join(dir, logName, fmt.Sprintf("%08d.log", id))
}

// segmentInfo is a segment as the directory shows it.
type segmentInfo struct{ id, size int64 }

// listSegments returns the segments in the order of their ids. Other files in
// the directory are nobody's business.
func listSegments(dir string) ([]segmentInfo, error) {
	entries, err := os.ReadDir(filepath.Join(dir, logName)) // sorted by name
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []segmentInfo
	for _, entry := range entries {
		id, ok := segmentID(entry.Name())
		if !ok {
			continue
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed in between
		}
		if err == nil {
			err = plainFile(info)
		}
		if err != nil {
			return nil, &OpenError{filepath.Join(dir, logName, entry.Name()), err}
		}
		list = append(list, segmentInfo{id, info.Size()})
	}
	return list, nil
}

func segmentID(name string) (int64, bool) {
	digits, ok := strings.CutSuffix(name, ".log")
	if !ok || len(digits) < 8 || !onlyDigits(digits) {
		return 0, false
	}
	id, err := strconv.ParseInt(digits, 10, 64)
	return id, err == nil && id > 0
}

// lockSegment opens a segment for appending. It fails with errLocked where
// another process has it, and with fs.ErrNotExist where it is gone.
func lockSegment(dir string, id int64) (*segment, error) {
	f, err := lockShared(segmentPath(dir, id), false)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !stillThere(f) {
		err = fs.ErrNotExist
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &segment{id: id, size: info.Size(), file: f}, nil
}

// takeSegment returns a segment to append to: one that nobody holds, that is
// indexed whole and has room, or a new one. So a thousand processes, one after
// the other, leave one file.
func takeSegment(dir string, indexed map[int64]int64, lastID int64) (*segment, error) {
	list, err := listSegments(dir)
	if err != nil {
		return nil, err
	}
	for i := len(list) - 1; i >= 0; i-- {
		lastID = max(lastID, list[i].id)
		if list[i].size >= maxSegment {
			continue
		}
		s, err := lockSegment(dir, list[i].id)
		if errors.Is(err, errLocked) || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if s.size < maxSegment && s.size == max(indexed[s.id], int64(len(segmentHeader))) {
			return s, nil
		}
		s.file.Close()
	}
	return newSegment(dir, lastID+1, 0)
}

// newSegment makes the first segment from id on that is not there yet, as a copy
// of source if that is not 0.
func newSegment(dir string, id, source int64) (*segment, error) {
	for ; ; id++ {
		if _, err := os.Lstat(segmentPath(dir, id)); err == nil {
			continue // another process was faster
		}
		f, err := lockShared(segmentPath(dir, id), true)
		if errors.Is(err, errLocked) || errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		s := &segment{id: id, file: f}
		if err := s.append(binary.BigEndian.AppendUint32([]byte(segmentMagic), uint32(source))); err != nil {
			_ = os.Remove(f.Name()) // on a full disk every try would leave another one
			f.Close()
			return nil, err
		}
		return s, nil
	}
}

// append writes at the end; after an error nothing was appended, or the
// segment is of no further use.
func (s *segment) append(pieces ...[]byte) error {
	at := s.size
	for _, b := range pieces {
		n, err := s.file.WriteAt(b, at)
		if err == nil && n < len(b) {
			err = io.ErrShortWrite
		}
		if err != nil {
			if cut := s.file.Truncate(s.size); cut != nil {
				return &spoiltError{err}
			}
			return err
		}
		at += int64(n)
	}
	s.size = at
	return nil
}

// cut takes back what was appended last.
func (s *segment) cut(size int64) error {
	s.size = size
	return s.file.Truncate(size)
}

// spoiltError is a failed write that left its bytes behind.
type spoiltError struct{ err error }

func (e *spoiltError) Error() string { return e.err.Error() }
func (e *spoiltError) Unwrap() error { return e.err }
