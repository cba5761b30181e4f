package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
)

// conn is one connection of the driver, without database/sql in between: the
// writer executes four statements a delivery, and the pool's bookkeeping for
// each would cost a fifth of the rate (measured: 2 µs a statement).
type conn struct {
	driver.Conn
	kept map[string]*stmt // by their text; they go with the connection
}

// maxKept bounds the statements that are kept.
const maxKept = 64

// keep returns a statement that is prepared once for the connection.
func (c *conn) keep(query string) (s *stmt, release func(), err error) {
	if s := c.kept[query]; s != nil {
		return s, func() {}, nil
	}
	if s, err = c.prepare(query); err != nil {
		return nil, nil, err
	}
	if len(c.kept) >= maxKept {
		return s, s.close, nil
	}
	if c.kept == nil {
		c.kept = map[string]*stmt{}
	}
	c.kept[query] = s
	return s, func() {}, nil
}

// Close closes the connection and its statements.
func (c *conn) Close() error {
	for _, s := range c.kept {
		s.close()
	}
	c.kept = nil
	return c.Conn.Close()
}

func dial(ctx context.Context, dsn string) (*conn, error) {
	connector, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, err
	}
	c, err := connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c}, nil
}

// exec runs a script without parameters.
func (c *conn) exec(ctx context.Context, script string) error {
	_, err := c.Conn.(driver.ExecerContext).ExecContext(ctx, script, nil)
	return err
}

// row returns the columns of the first row of a query, nil without one.
func (c *conn) row(ctx context.Context, query string, args ...any) ([]driver.Value, error) {
	s, release, err := c.keep(query)
	if err != nil {
		return nil, err
	}
	defer release()
	return s.row(ctx, args...)
}

func (c *conn) integer(ctx context.Context, query string) (int64, error) {
	s, err := c.prepare(query)
	if err != nil {
		return 0, err
	}
	defer s.close()
	return s.integer(ctx)
}

// stmt is a prepared statement with room for its arguments.
type stmt struct {
	driver.Stmt
	args []driver.NamedValue
}

func (c *conn) prepare(query string) (*stmt, error) {
	s, err := c.Conn.Prepare(query)
	if err != nil {
		return nil, fmt.Errorf("prepare %.60q: %w", query, err)
	}
	return &stmt{Stmt: s}, nil
}

func (s *stmt) close() { s.Stmt.Close() }

func (s *stmt) bind(args []any) []driver.NamedValue {
	s.args = s.args[:0]
	for i, arg := range args {
		s.args = append(s.args, driver.NamedValue{Ordinal: i + 1, Value: arg})
	}
	return s.args
}

// exec returns how many rows it changed. The arguments are int64, string,
// []byte or nil.
func (s *stmt) exec(args ...any) (int64, error) {
	result, err := s.Stmt.(driver.StmtExecContext).ExecContext(context.Background(), s.bind(args))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (s *stmt) row(ctx context.Context, args ...any) ([]driver.Value, error) {
	rows, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, s.bind(args))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	dest := make([]driver.Value, len(rows.Columns()))
	switch err := rows.Next(dest); err {
	case nil:
		return dest, nil
	case io.EOF:
		return nil, nil
	default:
		return nil, err
	}
}

// integer returns the number that a query without parameters finds.
func (s *stmt) integer(ctx context.Context) (int64, error) {
	row, err := s.row(ctx)
	if err != nil {
		return 0, err
	}
	if len(row) == 0 {
		return 0, errors.New("no row where there must be one")
	}
	n, _ := row[0].(int64)
	return n, nil
}

// dsn names the file path for SQLite, with parameters as "key=value".
func dsn(path string, params ...string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") && filepath.VolumeName(path) != "" {
		path = "/" + path
	}
	uri := "file:" + escapePath(path)
	separator := "?"
	for _, p := range params {
		key, value, _ := strings.Cut(p, "=")
		uri += separator + key + "=" + escapeParam(value)
		separator = "&"
	}
	return uri
}

func escapePath(path string) string {
	return (&url.URL{Path: path}).EscapedPath()
}

// escapeParam writes a space as %20, because SQLite does not read a plus sign
// as one.
func escapeParam(value string) string {
	return strings.ReplaceAll(url.QueryEscape(value), "+", "%20")
}
