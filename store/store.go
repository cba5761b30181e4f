// Package store is the record of the program: a log that holds every delivery
// byte for byte, an index of it in SQLite, and the live feed that the views
// read.
//
// A delivery whose Commit.Wait returned nil is in the log and survives the
// death of the process. Any number of processes may use a store at a time. Each
// appends to a segment of the log of its own, through one goroutine that writes
// everything that waits with one call; a second one brings the index up to that.
// What a process had no time to index, the next one to use the store does, and
// an index that was lost is made again from the log. Reads wait until the index
// has what was acknowledged before. What is stored is read back as it was, or
// not at all: every record has a checksum, and a body that no longer matches
// its hash is an error.
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
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
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
	// ReadOnly opens a store that exists, and records nothing in it. What a dead
	// process has left is indexed all the same, where that can be written.
	ReadOnly bool
	// Durable makes what is recorded survive a power loss, at an fsync a group.
	Durable bool
	// Now is the clock. Without one, ids take their time from ReceivedAt.
	Now func() time.Time
}

// Store is an open store. Its methods may be called by several goroutines.
type Store struct {
	dir    string
	now    func() time.Time
	closed atomic.Bool
	crash  context.Context // who is told when a goroutine of the store panics

	warned   sync.Mutex
	warnings []string

	read     *sql.DB
	segments segments
	others   others
	log      *log     // nil when read-only
	index    *indexer // nil when read-only
	feed     feed

	owner      *owner
	holds      atomic.Bool // something that is due at an endpoint may be in our hands
	numbers    *numbers
	ids        ids
	own        owned
	stamp      atomic.Int64 // of the last change; see sawRev
	ownSegment atomic.Int64 // the one that log writes
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
	s := &Store{dir: dir, now: o.Now, segments: segments{dir: dir}, crash: context.WithoutCancel(ctx)}
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
	lost := errors.Is(mustExist(s.path()), fs.ErrNotExist)
	var err error
	if s.owner, err = newOwner(s.dir); err != nil {
		return err
	}
	if s.index, err = newIndexer(ctx, s); err != nil {
		return err
	}
	if lost {
		if err := s.index.restoreEndpoints(ctx, s.dir); err != nil {
			return err
		}
	}
	if err := s.recoverAll(ctx, lost); err != nil {
		return err
	}
	recorded, err := s.index.conn.integer(ctx, lastSeqSQL)
	if err != nil {
		return err
	}
	if s.numbers, err = openNumbers(filepath.Join(s.dir, numberName), recorded); err != nil {
		return err
	}
	taken, err := s.index.interruptDead(ctx, s.dir)
	if err != nil {
		return err
	}
	rev, err := s.index.conn.integer(ctx, lastRevSQL)
	if err != nil {
		return err
	}
	s.sawRev(rev)
	s.read, err = openPool(dsn(s.path(), "_pragma=busy_timeout(10000)", "_pragma=query_only(1)", "_pragma=cache_size(-4000)"))
	s.index.start()
	s.log = newLog(s, s.index, o.Durable)
	return errors.Join(err, s.interrupted(ctx, taken))
}

// recoverAll indexes what the log holds beyond the index. Where there is no
// index it makes it anew from all of the log.
func (s *Store) recoverAll(ctx context.Context, lost bool) error {
	if err := makeDir(filepath.Join(s.dir, logName)); err != nil {
		return err
	}
	list, err := listSegments(s.dir)
	if err != nil {
		return err
	}
	var ids []int64
	for _, segment := range list {
		row, err := s.index.conn.row(ctx, segmentSQL, segment.id)
		if err != nil {
			return err
		}
		indexed := int64(len(segmentHeader))
		if len(row) > 0 {
			indexed, _ = row[0].(int64)
		}
		if segment.size > indexed {
			ids = append(ids, segment.id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	count, err := s.index.recover(ctx, s.dir, ids)
	if lost && count > 0 {
		s.warn(fmt.Sprintf("the index %s was missing and was made again from the log", fileName))
	}
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
	if err := checkReadable(ctx, s.read, s.path()); err != nil {
		return err
	}
	return s.barrier(ctx)
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
func (s *Store) Warnings() []string {
	s.warned.Lock()
	defer s.warned.Unlock()
	return slices.Clone(s.warnings)
}

// Close records and indexes what waits and closes the store. Further calls do nothing.
func (s *Store) Close() error {
	if s.closed.Swap(true) {
		return nil
	}
	var errs []error
	if s.log != nil {
		if s.holds.Load() {
			errs = append(errs, s.giveBack())
		}
		s.log.close()
	}
	if s.index != nil {
		errs = append(errs, s.index.close())
	}
	if s.log != nil {
		errs = append(errs, s.log.closeSegment())
	}
	s.feed.close()
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.index != nil {
		errs = append(errs, s.index.disconnect())
	}
	s.segments.close()
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
