// Package store is the record of the program: one SQLite file that holds every
// delivery byte for byte, and the live feed that the views read.
//
// A delivery whose Commit.Wait returned nil is in the file and survives the
// death of the process. Any number of processes may use a store at a time; each
// writes through one goroutine, which commits everything that waits as one
// group. What is stored is read back as it was, or not at all: a body that no
// longer matches its hash is an error.
//
// Nothing but SQLite may open hooks.db while a Store is open in the process.
// Closing any other descriptor of the file would drop the locks that SQLite
// holds on it, because that is how POSIX record locks work.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"
)

const (
	fileName    = "hooks.db"
	numberName  = "number"
	secretsName = "secrets.json"
)

// readers bounds the connections for reading; each has a cache of its own.
const readers = 4

// Options are the choices for Open. The zero value opens for writing.
type Options struct {
	// ReadOnly opens a store that exists, without writing to its directory.
	ReadOnly bool
	// Durable makes commits survive a power loss, at an fsync a group.
	Durable bool
	// Now is the clock. Without one, ids take their time from ReceivedAt.
	Now func() time.Time
}

// Store is an open store. Its methods may be called by several goroutines.
type Store struct {
	dir      string
	now      func() time.Time
	warnings []string
	closed   atomic.Bool

	read  *sql.DB
	write *writer // nil when read-only
	feed  feed

	owner   *owner
	numbers *numbers
}

// Open opens the store in dir, and makes both where they are missing.
// Deliveries that a dead process left in flight become Interrupted. A store
// that cannot be used is an *OpenError, *VersionError, *ForeignError or
// *CorruptError.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, &OpenError{dir, err}
	}
	s := &Store{dir: dir, now: o.Now}
	if s.now == nil {
		s.now = func() time.Time { return time.Time{} }
	}
	if o.ReadOnly {
		err = s.openForReading(ctx)
	} else {
		err = s.openForWriting(ctx, o)
	}
	if err != nil {
		s.Close()
		return nil, openError(dir, err)
	}
	return s, nil
}

func (s *Store) path() string { return filepath.Join(s.dir, fileName) }

func (s *Store) openForWriting(ctx context.Context, o Options) error {
	if err := makeDir(s.dir); err != nil {
		return err
	}
	if err := s.checkFiles(); err != nil {
		return err
	}
	if err := checkOwnership(ctx, s.path()); err != nil {
		return err
	}
	var err error
	if s.owner, err = newOwner(s.dir); err != nil {
		return err
	}
	if s.write, err = newWriter(ctx, s, o.Durable); err != nil {
		return err
	}
	recorded, err := s.write.conn.integer(ctx, lastSeqSQL)
	if err != nil {
		return err
	}
	if s.numbers, err = openNumbers(filepath.Join(s.dir, numberName), recorded); err != nil {
		return err
	}
	if err := s.write.interruptDead(ctx, s.dir); err != nil {
		return err
	}
	s.read, err = openPool(dsn(s.path(), "_pragma=busy_timeout(10000)", "_pragma=query_only(1)", "_pragma=cache_size(-4000)"))
	s.write.start()
	return err
}

func (s *Store) openForReading(ctx context.Context) error {
	if err := s.checkFiles(); err != nil {
		return err
	}
	if err := mustExist(s.path()); err != nil {
		return err
	}
	if err := checkOwnership(ctx, s.path()); err != nil {
		return err
	}
	params, err := readOnlyParams(ctx, s.path())
	if err != nil {
		return err
	}
	if s.read, err = openPool(dsn(s.path(), append(params, "_pragma=busy_timeout(10000)")...)); err != nil {
		return err
	}
	return checkReadable(ctx, s.read, s.path())
}

func openPool(dsn string) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	return db, nil
}

// Dir is the absolute path of the store's directory.
func (s *Store) Dir() string { return s.dir }

// Warnings are remarks on the state of the store that Open found, one
// sentence each: files that others may read.
func (s *Store) Warnings() []string { return s.warnings }

// Close commits what waits and closes the store. Further calls do nothing.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	var errs []error
	if s.write != nil {
		errs = append(errs, s.write.close())
	}
	s.feed.close()
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.disconnect())
	}
	if s.numbers != nil {
		errs = append(errs, s.numbers.close())
	}
	if s.owner != nil {
		s.owner.release()
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}
