package store

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"
)

// Query chooses deliveries. Empty fields choose everything.
type Query struct {
	// Events are globs as MatchGlobs takes them.
	Events []string
	// Status is a status; Failed means Dead, too.
	Status    string
	Verdict   string
	Provider  string
	Endpoint  string
	Code      string // of the last attempt: 404, or a class: 4xx
	Channel   string
	Direction Direction
	// NoNotices leaves out what IsNotice is true of.
	NoNotices bool
	// Since is the earliest time of receiving, Until the first that is too late.
	Since, Until time.Time
	// BeforeSeq and AfterSeq leave out the number itself.
	BeforeSeq, AfterSeq int64
	Limit               int // 0: all
	Ascending           bool
	Filter              *Filter
}

// page is how many deliveries are read at once. Between pages no transaction
// is open, so that a slow reader keeps nothing from being cleaned up.
const page = 200

// List returns the deliveries that q chooses, newest first. Their bodies are
// not loaded; headers and attempts are. An error is the last pair: also the
// *CorruptError of deliveries that are damaged, which are left out.
func (s *Store) List(ctx context.Context, q Query) iter.Seq2[*Delivery, error] {
	return func(yield func(*Delivery, error) bool) {
		where, args, err := q.where()
		if err != nil {
			yield(nil, err)
			return
		}
		if err := s.barrier(ctx); err != nil {
			yield(nil, err)
			return
		}
		s.pages(ctx, &q, where, args, yield)
	}
}

// pages lists page by page.
func (s *Store) pages(ctx context.Context, q *Query, where string, args []any, yield func(*Delivery, error) bool) {
	left := q.Limit
	var damaged []error
	for {
		l, more, err := s.page(ctx, q, where, args, left)
		if err != nil {
			yield(nil, err)
			return
		}
		damaged = append(damaged, l.damaged...)
		for _, d := range l.found {
			if ok, err := s.chosen(q, d); err != nil || ok {
				if !yield(d.Delivery, err) || err != nil {
					return
				}
				if left--; left == 0 {
					return
				}
			}
		}
		if !more {
			if len(damaged) > 0 {
				yield(nil, severalDamaged(damaged))
			}
			return
		}
	}
}

// severalDamaged is the error of a list that left deliveries out.
func severalDamaged(damaged []error) error {
	if len(damaged) == 1 {
		return damaged[0]
	}
	return &CorruptError{What: "store", Err: fmt.Errorf("%d deliveries cannot be read; the first: %w", len(damaged), damaged[0])}
}

// page loads the next deliveries that SQL chooses, and moves q on. more tells
// whether there may be others.
func (s *Store) page(ctx context.Context, q *Query, where string, args []any, left int) (l loaded, more bool, err error) {
	if needles := q.Filter.needles(); needles != nil {
		count := siftPage
		if left > 0 && left <= page {
			count = page // the first one soon
		}
		return s.siftedPage(ctx, q, needles, where, args, count)
	}
	count := page
	if left > 0 && q.inSQL() {
		count = min(count, left)
	}
	l, err = s.load(ctx, !q.Ascending, q.pageSQL(columns, where), append(args[:len(args):len(args)], q.lastSeq(), count)...)
	if err != nil || l.count == 0 {
		return l, false, err
	}
	q.moveOn(l.last)
	return l, l.count == count, nil
}

// siftedPage is page for a search in bodies.
func (s *Store) siftedPage(ctx context.Context, q *Query, needles []needle, where string, args []any, count int) (loaded, bool, error) {
	var all loaded
	query := q.pageSQL("SELECT seq, places FROM deliveries ", where)
	list, last, err := s.sift(ctx, q, needles, query, append(args[:len(args):len(args)], q.lastSeq(), count), count)
	if err != nil {
		return all, false, err
	}
	for _, seq := range list {
		l, err := s.load(ctx, !q.Ascending, columns+"WHERE seq = ?", seq)
		if err != nil {
			return all, false, err
		}
		all.found, all.damaged = append(all.found, l.found...), append(all.damaged, l.damaged...)
	}
	if last > 0 {
		q.moveOn(last)
	}
	return all, last > 0, nil
}

// chosen judges what SQL does not.
func (s *Store) chosen(q *Query, d *stored) (bool, error) {
	if q.Channel != "" && !hasChannel(d.Delivery, q.Channel) {
		return false, nil
	}
	if q.Filter == nil {
		return true, nil
	}
	if q.Filter.NeedsBody() {
		return s.matchBodies(q.Filter, d)
	}
	return q.Filter.Match(d.Delivery), nil
}

// matchBodies loads bodies only for the match, because List promises none.
// What is damaged matches nothing by its body and is still listed otherwise.
func (s *Store) matchBodies(f *Filter, d *stored) (bool, error) {
	whole, copied := *d, *d.Delivery
	copied.Attempts = append([]Attempt(nil), d.Attempts...)
	whole.Delivery = &copied
	if err := s.loadBodies(&whole); err != nil && !isCorrupt(err) {
		return false, err
	}
	return f.Match(whole.Delivery), nil
}

func hasChannel(d *Delivery, glob string) bool {
	for _, channel := range d.Event.Channels {
		if matchGlob(glob, channel) {
			return true
		}
	}
	return false
}

// inSQL tells whether SQL alone chooses, so that a page needs no spare rows.
func (q *Query) inSQL() bool {
	return q.Filter == nil && q.Channel == ""
}

func (q *Query) lastSeq() int64 {
	switch {
	case q.Ascending:
		return q.AfterSeq
	case q.BeforeSeq > 0:
		return q.BeforeSeq
	}
	return 1<<63 - 1
}

func (q *Query) moveOn(seq int64) {
	if q.Ascending {
		q.AfterSeq = seq
	} else {
		q.BeforeSeq = seq
	}
}

// pageSQL asks for one page, in the order of the query.
func (q *Query) pageSQL(columns, where string) string {
	beyond, order := "seq < ?", "DESC"
	if q.Ascending {
		beyond, order = "seq > ?", "ASC"
	}
	return columns + "WHERE " + where + beyond + " ORDER BY seq " + order + " LIMIT ?"
}

// where is the part of the choice that is the same for each page; it ends in
// AND where it is not empty.
func (q *Query) where() (string, []any, error) {
	var b strings.Builder
	var args []any
	add := func(condition string, values ...any) {
		b.WriteString(condition + " AND ")
		args = append(args, values...)
	}
	if len(q.Events) > 0 {
		condition, values := globCondition("type", q.Events)
		add(condition, values...)
	}
	if q.Status != "" {
		add(statusCondition(q.Status))
	}
	if condition, values := q.Filter.sqlCondition(); condition != "" {
		add(condition, values...)
	}
	if q.Verdict == Invalid {
		add("verdict = 'invalid'")
	} else if q.Verdict != "" {
		add("verdict = ?", q.Verdict)
	}
	for _, equal := range []struct{ column, value string }{
		{"provider", q.Provider}, {"endpoint", q.Endpoint}, {"direction", string(q.Direction)},
	} {
		if equal.value != "" {
			add(equal.column+" = ?", equal.value)
		}
	}
	if q.NoNotices {
		add("NOT coalesce(" + noticesSQL + ", 0)")
	}
	if q.Code != "" {
		low, high, ok := codeRange(q.Code)
		if !ok {
			return "", nil, fmt.Errorf("code %q is neither a status code nor a class such as 5xx", q.Code)
		}
		add("coalesce(code, 0) BETWEEN ? AND ?", low, high)
	}
	if !q.Since.IsZero() {
		add("received_at >= ?", q.Since.UnixNano())
	}
	if !q.Until.IsZero() {
		add("received_at < ?", q.Until.UnixNano())
	}
	if q.Ascending && q.BeforeSeq > 0 {
		add("seq < ?", q.BeforeSeq)
	}
	if !q.Ascending && q.AfterSeq > 0 {
		add("seq > ?", q.AfterSeq)
	}
	return b.String(), args, nil
}

// globCondition is MatchGlobs in SQL.
func globCondition(column string, globs []string) (string, []any) {
	var wanted, unwanted []string
	var values, excluded []any
	for _, glob := range globs {
		exclude, ok := strings.CutPrefix(glob, "!")
		if ok {
			unwanted = append(unwanted, column+" NOT GLOB ?")
			excluded = append(excluded, sqlGlob(exclude))
			continue
		}
		wanted = append(wanted, column+" GLOB ?")
		values = append(values, sqlGlob(glob))
	}
	conditions := unwanted
	if len(wanted) > 0 {
		conditions = append([]string{"(" + strings.Join(wanted, " OR ") + ")"}, unwanted...)
	}
	return strings.Join(conditions, " AND "), append(values, excluded...)
}

// sqlGlob writes a glob for SQLite, to which ? and [ mean something.
func sqlGlob(glob string) string {
	if glob == "all" {
		return "*"
	}
	return strings.NewReplacer("?", "[?]", "[", "[[]").Replace(glob)
}

// indexed is the condition of the index deliveries_status. SQLite uses a
// partial index only where a query repeats its condition.
const indexed = "status NOT IN ('succeeded', 'captured', 'filtered') AND "

// statusCondition is the condition for a status, where Failed means Dead, too.
func statusCondition(status string) string {
	if status == Failed {
		return indexed + "status IN ('failed', 'dead')"
	}
	return exactly(status)
}

// exactly is the condition for one status.
func exactly(status string) string {
	equal := "status = '" + strings.ReplaceAll(status, "'", "''") + "'"
	switch status {
	case Succeeded, Captured, Filtered:
		return equal
	}
	return indexed + equal
}

// codeRange reads 404 or 4xx.
func codeRange(code string) (low, high int, ok bool) {
	if len(code) != 3 || code[0] < '0' || code[0] > '9' {
		return 0, 0, code == "0"
	}
	if strings.EqualFold(code[1:], "xx") {
		low = int(code[0]-'0') * 100
		return low, low + 99, true
	}
	for _, c := range code {
		if c < '0' || c > '9' {
			return 0, 0, false
		}
		low = low*10 + int(c-'0')
	}
	return low, low, true
}
