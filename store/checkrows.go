package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// checking compares the index with the log.
type checking struct {
	store   *Store
	report  *Report
	held    map[int64]*progress // by segment, what the rows refer to
	damaged []place             // of the deliveries that the report names
	rev     int64               // when it began; what changes meanwhile cannot be counted
}

// checkedColumns are those that repeat what the log says, in the order of
// columnsOf.
const checkedColumns = `id, direction, trigger, event_id, wire, type, provider, received_at, endpoint, code, verdict, body_size`

func columnsOf(d *Delivery) []any {
	var verdict any
	if d.Verification != nil {
		verdict = text(d.Verification.Verdict)
	}
	return []any{
		packID(deliveryPrefix, d.ID), string(d.Direction), text(d.Trigger), packID(eventPrefix, d.Event.ID), wireKey(d),
		d.Event.Type, text(d.Event.Provider), instant(d.ReceivedAt), text(d.Endpoint), integer(int64(d.code())), verdict,
		integer(d.Request.BodySize),
	}
}

// rows checks every delivery, a page at a time.
func (c *checking) rows(ctx context.Context) error {
	for after := int64(0); ; {
		list, err := c.page(ctx, after)
		if err != nil || len(list) == 0 {
			return err
		}
		w := &window{from: &c.store.segments, ahead: maxWindow}
		for i := range list {
			if err := ctx.Err(); err != nil {
				return err
			}
			c.row(w, &list[i])
		}
		after = list[len(list)-1].seq
	}
}

// checkedRow is a row as it is in the index.
type checkedRow struct {
	row
	packed []byte
	values []any // checkedColumns
}

func (c *checking) page(ctx context.Context, after int64) ([]checkedRow, error) {
	rows, err := c.store.read.QueryContext(ctx, "SELECT seq, rev, status, duplicate_of, places, next_attempt_at, canceled, returns_to, "+checkedColumns+
		" FROM deliveries WHERE seq > ? ORDER BY seq LIMIT ?", after, page)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []checkedRow
	for rows.Next() {
		r := checkedRow{values: make([]any, len(columnsOf(&Delivery{Event: &Event{}})))}
		dest := []any{&r.seq, &r.rev, &r.status, &r.original, &r.packed, &r.due, &r.canceled, &r.returnsTo}
		for i := range r.values {
			dest = append(dest, &r.values[i])
		}
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		r.id = r.values[0]
		list = append(list, r)
	}
	return list, rows.Err()
}

// row checks one delivery: its row, its records, its bodies.
func (c *checking) row(w *window, r *checkedRow) {
	c.report.Deliveries++
	before := len(c.report.Problems) + c.report.More
	defer func() {
		if len(c.report.Problems)+c.report.More > before {
			c.damaged = append(c.damaged, r.places...)
		}
	}()
	var err error
	if r.places, err = unpackPlaces(r.packed); err != nil {
		c.report.problem("delivery #%d: row: %v", r.seq, err)
		return
	}
	c.hold(r.places)
	d, err := assemble(w, &r.row)
	if err != nil {
		c.report.problem("delivery #%d: record: %v", r.seq, err)
		return
	}
	c.report.Attempts += int64(len(d.Attempts))
	for i, want := range columnsOf(d.Delivery) {
		if !sameValue(r.values[i], want) {
			c.report.problem("delivery #%d: the index has %s in the place of %s (column %d)", r.seq, shown(r.values[i]), shown(want), i+1)
		}
	}
	if d.body.size > 0 {
		c.report.Bodies++
	}
	for _, body := range d.responses {
		if body.size > 0 {
			c.report.Bodies++
		}
	}
	for _, err := range each(c.store.loadBodies(d)) {
		c.report.problem("%v", err)
	}
}

// each takes joined errors apart.
func each(err error) []error {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		return several.Unwrap()
	}
	if err == nil {
		return nil
	}
	return []error{err}
}

func sameValue(a, b any) bool {
	x, isBytes := a.([]byte)
	y, alsoBytes := b.([]byte)
	if isBytes && alsoBytes {
		return bytes.Equal(x, y)
	}
	return isBytes == alsoBytes && a == b
}

func shown(value any) string {
	switch v := value.(type) {
	case nil:
		return "nothing"
	case []byte:
		return fmt.Sprintf("%x", v)
	case string:
		return fmt.Sprintf("%.80q", v)
	}
	return fmt.Sprint(value)
}

func (c *checking) hold(places []place) {
	for i := range places {
		p := c.held[places[i].segment]
		if p == nil {
			p = &progress{}
			c.held[places[i].segment] = p
		}
		p.places++
		if places[i].owns() {
			p.bytes += places[i].size
		}
	}
}

// segments compares what the index says of each segment with the rows and the
// directory. What a process is appending just now is left out.
func (c *checking) segments(ctx context.Context) error {
	list, err := listSegments(c.store.dir)
	if err != nil {
		return err
	}
	rev, err := c.store.indexedRev(ctx)
	if err != nil {
		return err
	}
	if rev != c.rev {
		c.held = nil
	}
	there := map[int64]int64{}
	for _, segment := range list {
		there[segment.id] = segment.size
	}
	rows, err := c.store.read.QueryContext(ctx, "SELECT id, indexed, places, bytes FROM segments ORDER BY id")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var p progress
		if err := rows.Scan(&id, &p.indexed, &p.places, &p.bytes); err != nil {
			return err
		}
		c.segment(id, &p, there)
	}
	return errors.Join(rows.Err(), rows.Close())
}

func (c *checking) segment(id int64, p *progress, there map[int64]int64) {
	size, ok := there[id]
	switch {
	case !ok && p.places > 0:
		c.report.problem("segment %d of the log is missing: %d records were in it", id, p.places)
	case ok && p.indexed < maxStamp && size < p.indexed:
		c.report.problem("segment %d of the log was cut: it has %d bytes of %d", id, size, p.indexed)
	}
	if held := c.held[id]; held != nil && (held.places > p.places || held.bytes > p.bytes) {
		c.report.problem("segment %d of the log is said to hold %d records and holds %d", id, p.places, held.places)
	}
}
