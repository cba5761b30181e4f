package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/oklog/ulid/v2"
)

// AmbiguousError says that a prefix fits several deliveries.
type AmbiguousError struct {
	Ref string
	IDs []string // some of those that it fits
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("%s fits several deliveries: %s", e.Ref, strings.Join(e.IDs, ", "))
}

// BadRefError says that a text is no reference to a delivery.
type BadRefError struct{ Ref, Reason string }

func (e *BadRefError) Error() string {
	return fmt.Sprintf("%.200q is no delivery: %s", e.Ref, e.Reason)
}

// resolve returns the number of the delivery that ref names.
func (s *Store) resolve(ctx context.Context, ref string) (int64, error) {
	switch {
	case ref == "@last":
		return s.number(ctx, "SELECT max(seq) FROM (SELECT seq FROM deliveries WHERE NOT coalesce("+noticesSQL+", 0) ORDER BY seq DESC LIMIT 1)")
	case ref == "@failed":
		// One look per status: each ends at the newest entry of the index.
		const newest = "(SELECT max(seq) FROM deliveries WHERE %s)"
		return s.number(ctx, "SELECT max(coalesce("+fmt.Sprintf(newest, exactly(Failed))+", -1), coalesce("+
			fmt.Sprintf(newest, exactly(Dead))+", -1), coalesce("+fmt.Sprintf(newest, exactly(Interrupted))+", -1))")
	case strings.HasPrefix(ref, "@"):
		return 0, &BadRefError{ref, "the names are @last and @failed"}
	case strings.HasPrefix(ref, deliveryPrefix):
		return s.byID(ctx, ref)
	}
	digits := strings.TrimPrefix(ref, "#")
	n, err := strconv.ParseInt(digits, 10, 64)
	if errors.Is(err, strconv.ErrRange) && onlyDigits(digits) {
		return 0, ErrNotFound
	}
	if err != nil || !onlyDigits(digits) {
		return 0, &BadRefError{ref, "it is neither an id (dlv_…) nor a number (12), @last or @failed"}
	}
	return n, nil
}

func onlyDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func (s *Store) number(ctx context.Context, query string, args ...any) (int64, error) {
	var seq *int64
	if err := s.read.QueryRowContext(ctx, query, args...).Scan(&seq); err != nil {
		return 0, readError("find delivery", err)
	}
	if seq == nil || *seq < 0 {
		return 0, ErrNotFound
	}
	return *seq, nil
}

// byID finds an id or a prefix of one. The letters of a ULID may be lower
// case.
func (s *Store) byID(ctx context.Context, ref string) (int64, error) {
	prefix := strings.ToUpper(strings.TrimPrefix(ref, deliveryPrefix))
	if prefix == "" {
		return 0, &BadRefError{ref, "a prefix needs more than dlv_"}
	}
	if len(prefix) > ulid.EncodedSize {
		return 0, ErrNotFound
	}
	low, errLow := ulid.ParseStrict(prefix + strings.Repeat("0", ulid.EncodedSize-len(prefix)))
	high, errHigh := ulid.ParseStrict(prefix + strings.Repeat("Z", ulid.EncodedSize-len(prefix)))
	if errLow != nil || errHigh != nil {
		return 0, ErrNotFound // a letter that no id has
	}
	rows, err := s.read.QueryContext(ctx, "SELECT seq, id FROM deliveries WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 4",
		low[:], high[:])
	if err != nil {
		return 0, readError("find delivery", err)
	}
	defer rows.Close()
	var seq int64
	var ids []string
	for rows.Next() {
		var id any
		if err := rows.Scan(&seq, &id); err != nil {
			return 0, &CorruptError{"store", err}
		}
		ids = append(ids, unpackID(deliveryPrefix, id))
	}
	switch {
	case rows.Err() != nil:
		return 0, readError("find delivery", rows.Err())
	case len(ids) == 0:
		return 0, ErrNotFound
	case len(ids) > 1:
		return 0, &AmbiguousError{Ref: ref, IDs: ids}
	}
	return seq, nil
}
