package store

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

const endpointPrefix = "ep_"

const selectEndpoints = "SELECT state FROM endpoints "

// present selects the endpoints that are not deleted, in the order of creation.
const present = "WHERE deleted_at IS NULL ORDER BY number"

// Endpoints returns the endpoints in the order of their creation, deleted ones
// left out.
func (s *Store) Endpoints(ctx context.Context) ([]*Endpoint, error) {
	if err := s.barrier(ctx); err != nil {
		return nil, err
	}
	return s.endpoints(ctx, present)
}

func (s *Store) endpoints(ctx context.Context, which string) ([]*Endpoint, error) {
	rows, err := s.read.QueryContext(ctx, selectEndpoints+which)
	if err != nil {
		return nil, s.closedOr(readError("read endpoints", err))
	}
	defer rows.Close()
	var all []*Endpoint
	for rows.Next() {
		var state string
		if err := rows.Scan(&state); err != nil {
			return nil, &CorruptError{"endpoints", err}
		}
		e, err := endpointFrom(state)
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	if err := rows.Err(); err != nil {
		return nil, s.closedOr(readError("read endpoints", err))
	}
	return all, nil
}

func endpointFrom(state any) (*Endpoint, error) {
	text, _ := state.(string)
	e := &Endpoint{}
	if err := json.Unmarshal([]byte(text), e); err != nil {
		return nil, &CorruptError{"endpoints", err}
	}
	return e, nil
}

// NoEndpointError says that nothing is called so.
type NoEndpointError struct {
	Ref   string
	Known []string // names and ids of those that are there
}

func (e *NoEndpointError) Error() string { return fmt.Sprintf("no such endpoint: %.200q", e.Ref) }

// Unknown returns what was asked for and what could have been.
func (e *NoEndpointError) Unknown() (word string, known []string) { return e.Ref, e.Known }

// Endpoint returns the endpoint that ref names: its id, a prefix of it that no
// other one has, or its name. Of deleted ones the whole id is needed. It fails
// with a *NoEndpointError or an *AmbiguousError.
func (s *Store) Endpoint(ctx context.Context, ref string) (*Endpoint, error) {
	if err := s.barrier(ctx); err != nil {
		return nil, err
	}
	all, err := s.endpoints(ctx, "ORDER BY number")
	if err != nil {
		return nil, err
	}
	var fits []*Endpoint
	missing := &NoEndpointError{Ref: ref}
	for _, e := range all {
		there := e.DeletedAt.IsZero()
		switch {
		case e.ID == ref, there && e.Name != "" && e.Name == ref:
			return e, nil
		case !there:
			continue
		case len(ref) > len(endpointPrefix) && strings.HasPrefix(e.ID, ref):
			fits = append(fits, e)
		}
		if e.Name != "" {
			missing.Known = append(missing.Known, e.Name)
		}
		missing.Known = append(missing.Known, e.ID)
	}
	switch len(fits) {
	case 0:
		return nil, missing
	case 1:
		return fits[0], nil
	}
	ambiguous := &AmbiguousError{Ref: ref}
	for _, e := range fits {
		ambiguous.IDs = append(ambiguous.IDs, e.ID)
	}
	return nil, ambiguous
}

// AddEndpoint records a new endpoint and gives it its ID, a UID if it has none,
// and its times. check sees the endpoints that are there within the transaction
// and may refuse: two processes cannot both add the last one that is allowed. It
// may be called more than once.
func (s *Store) AddEndpoint(ctx context.Context, e *Endpoint, check func(there []*Endpoint) error) error {
	if s.log == nil {
		return ErrReadOnly
	}
	now := s.now().UTC()
	e.ID, e.CreatedAt, e.UpdatedAt = s.ids.next(endpointPrefix, now), now, now
	if e.UID == "" {
		e.UID = newUUID()
	}
	var refused error
	err := s.log.do(ctx, func(w *statements) error {
		there, err := w.endpointsThere()
		if err != nil {
			return err
		}
		if refused = check(there); refused != nil {
			return nil
		}
		return errors.Join(w.putEndpoint(e), w.keepEndpoints(s.dir))
	})
	return errors.Join(refused, err)
}

// EndpointChange is what a change of an endpoint has moved.
type EndpointChange struct {
	Before, After Endpoint
	// Released deliveries are due now, in the hands of this process. Held and
	// Canceled ones were due before.
	Released, Held, Canceled int64
}

// ChangeEndpoint lets change alter the endpoint with this id, and moves its
// open deliveries accordingly, in one transaction. change sees the other
// endpoints that are there, may refuse, and may be called more than once. What
// is released becomes due at now. discard cancels what is queued first.
func (s *Store) ChangeEndpoint(ctx context.Context, id string, now time.Time, discard bool, change func(e *Endpoint, others []*Endpoint) error) (*EndpointChange, error) {
	if s.log == nil {
		return nil, ErrReadOnly
	}
	s.holds.Store(true)
	var done *EndpointChange
	var refused error
	err := s.log.do(ctx, func(w *statements) error {
		done = &EndpointChange{}
		e, err := w.endpoint(id)
		if err != nil {
			return err
		}
		others, err := w.endpointsThere()
		if err != nil {
			return err
		}
		done.Before = *e
		changed := *e
		if refused = change(&changed, without1(others, id)); refused != nil {
			return nil
		}
		changed.UpdatedAt = s.now().UTC()
		*e = changed
		done.After = changed
		if discard {
			if done.Canceled, err = w.cancelQueued(id); err != nil {
				return err
			}
		}
		if err := w.settleAll(e, now, s.owner.id, done); err != nil {
			return err
		}
		return errors.Join(w.putEndpoint(e), w.keepEndpoints(s.dir))
	})
	if err := errors.Join(refused, err); err != nil {
		return nil, err
	}
	return done, nil
}

func without1(all []*Endpoint, id string) []*Endpoint {
	var others []*Endpoint
	for _, e := range all {
		if e.ID != id {
			others = append(others, e)
		}
	}
	return others
}

// newUUID is a UUID of version 4 (RFC 9562, section 5.4).
func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// endpoint is the endpoint with this id as the transaction sees it. What is
// changed in it counts for the rest of the transaction; changedEndpoint makes
// it stay.
func (s *statements) endpoint(id string) (*Endpoint, error) {
	if e := s.endpoints[id]; e != nil {
		return e, nil
	}
	row, err := s.conn.row(context.Background(), selectEndpoints+"WHERE id = ?", id)
	if err != nil {
		return nil, err
	}
	if len(row) == 0 {
		return nil, &NoEndpointError{Ref: id}
	}
	e, err := endpointFrom(row[0])
	if err == nil {
		s.endpoints[id] = e
	}
	return e, err
}

func (s *statements) endpointsThere() ([]*Endpoint, error) {
	if err := s.saveEndpoints(); err != nil {
		return nil, err
	}
	rows, err := s.conn.rows(context.Background(), selectEndpoints+present)
	if err != nil {
		return nil, err
	}
	var all []*Endpoint
	for _, row := range rows {
		e, err := endpointFrom(row[0])
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// saveEndpoints writes the endpoints that the transaction has changed.
func (s *statements) saveEndpoints() error {
	for id := range s.changedEps {
		if err := s.putEndpoint(s.endpoints[id]); err != nil {
			return err
		}
	}
	clear(s.changedEps)
	return nil
}

func (s *statements) putEndpoint(e *Endpoint) error {
	state, err := json.Marshal(e)
	if err != nil {
		return err
	}
	_, err = s.conn.row(context.Background(), `INSERT INTO endpoints (id, name, deleted_at, state) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, deleted_at = excluded.deleted_at, state = excluded.state`,
		e.ID, text(e.Name), instant(e.DeletedAt), string(state))
	if err != nil {
		return fmt.Errorf("save endpoint %s: %w", e.ID, err)
	}
	return nil
}

// rows returns the columns of all rows of a query.
func (c *conn) rows(ctx context.Context, query string, args ...any) ([][]driver.Value, error) {
	s, release, err := c.keep(query)
	if err != nil {
		return nil, err
	}
	defer release()
	found, err := s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, s.bind(args))
	if err != nil {
		return nil, err
	}
	defer found.Close()
	var all [][]driver.Value
	for {
		row := make([]driver.Value, len(found.Columns()))
		switch err := found.Next(row); err {
		case nil:
			all = append(all, row)
		case io.EOF:
			return all, nil
		default:
			return nil, err
		}
	}
}
