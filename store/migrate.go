package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// applicationID marks the file as ours: "hook" in the header of the database.
const applicationID = 0x686f6f6b

// pageSize holds some fifty rows.
const pageSize = 8192

// firstVersion is the user_version of a store to which the first file of schema/
// was applied. Lower ones had all bytes in the database and no log; they are not
// read any more.
const firstVersion = 2

// The files of schema/ in the order of their names: user_version grows with
// each that was applied.
//
//go:embed schema/*.sql
var schema embed.FS

func migrations() ([]string, error) { return fs.Glob(schema, "schema/*.sql") }

// versionOf is the user_version after so many migrations.
func versionOf(migrations int) int64 {
	if migrations == 0 {
		return 0
	}
	return int64(firstVersion + migrations - 1)
}

// setUp makes the tables that are missing. Several processes may do it at the
// same time: the switch to WAL is tried again while another holds the file,
// and the version is read inside the transaction.
func setUp(ctx context.Context, c *conn) error {
	if err := c.exec(ctx, fmt.Sprintf("PRAGMA page_size = %d", pageSize)); err != nil {
		return err
	}
	if err := untilFree(ctx, func() error { return useWAL(ctx, c) }); err != nil {
		return fmt.Errorf("use a write-ahead log: %w", err)
	}
	files, err := migrations()
	if err != nil {
		return err
	}
	version, err := c.integer(ctx, "PRAGMA user_version")
	if err != nil || version == versionOf(len(files)) {
		return err
	}
	if err := untilFree(ctx, func() error { return c.exec(ctx, "BEGIN IMMEDIATE") }); err != nil {
		return err
	}
	if err := migrate(ctx, c, files); err != nil {
		return errors.Join(err, c.exec(ctx, "ROLLBACK"))
	}
	return c.exec(ctx, "COMMIT")
}

func useWAL(ctx context.Context, c *conn) error {
	row, err := c.row(ctx, "PRAGMA journal_mode = WAL")
	if err != nil {
		return err
	}
	if len(row) == 0 || row[0] != "wal" {
		return fmt.Errorf("journal mode is %v", row)
	}
	return nil
}

func migrate(ctx context.Context, c *conn, files []string) error {
	version, err := c.integer(ctx, "PRAGMA user_version")
	if err != nil {
		return err
	}
	applied := min(max(0, int(version)-firstVersion+1), len(files))
	for _, name := range files[applied:] {
		script, err := schema.ReadFile(name)
		if err != nil {
			return err
		}
		if err := c.exec(ctx, string(script)); err != nil {
			return fmt.Errorf("apply %s: %w", name, err)
		}
	}
	return c.exec(ctx, fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, versionOf(len(files))))
}

// untilFree repeats try while it fails because another process holds the
// store, with waits that begin well below SQLite's own and for at most
// lockWait.
func untilFree(ctx context.Context, try func() error) error {
	pause, waited := 50*time.Microsecond, time.Duration(0)
	for {
		err := try()
		if err == nil || !isBusy(err) || waited > lockWait {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		waited += pause
		pause = min(2*pause, 4*time.Millisecond)
	}
}

// lockWait is how long a commit waits for another process.
const lockWait = 10 * time.Second

// checkOwnership refuses a file of another program or version. It reads
// through a connection that cannot write, so that the file stays as it is.
func checkOwnership(ctx context.Context, path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	if err != nil {
		return &OpenError{filepath.Dir(path), err}
	}
	params, err := readOnlyParams(ctx, path)
	if err != nil {
		return foreignError(path, err)
	}
	c, err := dial(ctx, dsn(path, append(params, "_pragma=busy_timeout(10000)")...))
	if err != nil {
		return foreignError(path, err)
	}
	defer c.Close()
	return foreignError(path, checkHeader(ctx, c, path))
}

// checkHeader reads in one transaction: another process may be making the store
// just now, and its tables without its name would be somebody else's.
func checkHeader(ctx context.Context, c *conn, path string) error {
	if err := c.exec(ctx, "BEGIN"); err != nil {
		return err
	}
	err := readHeader(ctx, c, path)
	return errors.Join(err, c.exec(ctx, "COMMIT"))
}

func readHeader(ctx context.Context, c *conn, path string) error {
	id, err := c.integer(ctx, "PRAGMA application_id")
	if err != nil {
		return err
	}
	version, err := c.integer(ctx, "PRAGMA user_version")
	if err != nil {
		return err
	}
	tables, err := c.integer(ctx, "SELECT count(*) FROM sqlite_schema")
	if err != nil {
		return err
	}
	files, err := migrations()
	switch {
	case err != nil:
		return err
	case id == 0 && version == 0 && tables == 0:
		return nil // nothing in it yet: another process may be making it
	case id != applicationID:
		return &ForeignError{path}
	case version < firstVersion || version > versionOf(len(files)):
		return &VersionError{Path: path, Found: int(version), Want: int(versionOf(len(files)))}
	}
	return nil
}

// foreignError tells a file that is no database from a damaged index, beside
// which the log is.
func foreignError(path string, err error) error {
	if sqliteCode(err) != sqlite3.SQLITE_NOTADB {
		return err
	}
	if list, _ := listSegments(filepath.Dir(path)); len(list) > 0 {
		return &CorruptError{What: "the index " + path, Err: err}
	}
	return &ForeignError{path}
}

// readOnlyParams are the parameters for reading the file at path. A database
// with a write-ahead log needs its -shm file even for reading; in a directory
// that cannot be written, and with no log left, it can be read as a file that
// nobody changes.
func readOnlyParams(ctx context.Context, path string) ([]string, error) {
	params := []string{"mode=ro"}
	c, err := dial(ctx, dsn(path, params...))
	if err != nil {
		return nil, err
	}
	defer c.Close()
	_, err = c.integer(ctx, "SELECT count(*) FROM sqlite_schema")
	switch sqliteCode(err) {
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
	default:
		return params, nil // whatever it is, the caller meets it again
	}
	if info, walErr := os.Lstat(path + "-wal"); walErr == nil && info.Size() > 0 {
		return nil, fmt.Errorf("read its write-ahead log: %w", err)
	}
	return append(params, "immutable=1"), nil
}

// checkReadable refuses a store whose tables are not ours yet.
func checkReadable(ctx context.Context, db *sql.DB, path string) error {
	files, err := migrations()
	if err != nil {
		return err
	}
	var version int64
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if want := versionOf(len(files)); version < want {
		return &VersionError{Path: path, Found: int(version), Want: int(want)}
	}
	return nil
}
