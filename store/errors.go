package store

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrNotFound is returned for a reference that names no delivery.
var ErrNotFound = errors.New("no such delivery")

// ErrClosed is returned by every use of a store after Close.
var ErrClosed = errors.New("the store is closed")

// ErrReadOnly is returned by every write to a store that was opened with
// Options.ReadOnly.
var ErrReadOnly = errors.New("the store was opened for reading only")

// OpenError says that the store cannot be used where it is: it is no
// directory, there is no permission, a file is a symbolic link or may be
// changed by others. Its Err often wraps an fs error.
type OpenError struct {
	Path string
	Err  error
}

func (e *OpenError) Error() string { return fmt.Sprintf("open store %s: %v", e.Path, bare(e.Err)) }
func (e *OpenError) Unwrap() error { return e.Err }

// bare leaves out the path of an fs error, which the caller has named already.
func bare(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// VersionError says that the store was written by another version of the
// program, whose tables this one does not know. The file is untouched.
type VersionError struct {
	Path        string
	Found, Want int
}

func (e *VersionError) Error() string {
	if e.Found < firstVersion {
		return fmt.Sprintf("store %s has the layout %d of an earlier version, which is not read any more", e.Path, e.Found)
	}
	if e.Found < e.Want {
		return fmt.Sprintf("store %s has the older version %d: it must be opened for writing once", e.Path, e.Found)
	}
	return fmt.Sprintf("store %s has version %d, this program knows %d", e.Path, e.Found, e.Want)
}

// ForeignError says that the file in the place of the store belongs to
// something else. The file is untouched.
type ForeignError struct{ Path string }

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s is not a store of this program", e.Path)
}

// CorruptError says that what is stored is not what was recorded.
type CorruptError struct {
	What string // "delivery #12: request body"
	Err  error
}

func (e *CorruptError) Error() string { return fmt.Sprintf("%s is damaged: %v", e.What, e.Err) }
func (e *CorruptError) Unwrap() error { return e.Err }

// WriteError says that a commit failed; nothing of it was recorded. The store
// stays usable, and later commits succeed when the cause is gone.
type WriteError struct {
	Kind WriteErrorKind
	Err  error
}

// WriteErrorKind is why a commit failed.
type WriteErrorKind string

// The causes of a failed commit.
const (
	WriteFull     WriteErrorKind = "full"      // no space left
	WriteIO       WriteErrorKind = "io"        // the disk or the file system failed
	WriteDenied   WriteErrorKind = "read_only" // the file may not be written any more
	WriteLocked   WriteErrorKind = "locked"    // another process held the store too long
	WriteDamaged  WriteErrorKind = "damaged"   // the file is not a sound database any more
	WriteRejected WriteErrorKind = "rejected"  // this delivery cannot be stored
)

func (e *WriteError) Error() string {
	return fmt.Sprintf("record delivery: %s: %v", strings.ReplaceAll(string(e.Kind), "_", "-"), e.Err)
}
func (e *WriteError) Unwrap() error { return e.Err }

// OutOfSpace tells whether err is the lack of room on a disk or in a quota.
func OutOfSpace(err error) bool { return isFull(err) || sqliteCode(err) == sqlite3.SQLITE_FULL }

// writeError gives an error of the driver its kind.
func writeError(err error) error {
	var known *WriteError
	if err == nil || errors.As(err, &known) || errors.Is(err, ErrNotFound) {
		return err
	}
	kind := WriteIO
	switch {
	case OutOfSpace(err):
		kind = WriteFull
	case errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS):
		kind = WriteDenied
	}
	switch sqliteCode(err) {
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		kind = WriteDenied
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		kind = WriteLocked
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		kind = WriteDamaged
	case sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH:
		kind = WriteRejected
	}
	return &WriteError{Kind: kind, Err: err}
}

// readError gives an error met while reading its type: damage is told from
// everything else.
func readError(what string, err error) error {
	switch sqliteCode(err) {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return &CorruptError{What: "store", Err: err}
	}
	return fmt.Errorf("%s: %w", what, err)
}

// sqliteCode is the primary result code of an error, 0 if it is none of
// SQLite's.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

func isBusy(err error) bool {
	code := sqliteCode(err)
	return code == sqlite3.SQLITE_BUSY || code == sqlite3.SQLITE_LOCKED
}
