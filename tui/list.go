package tui

import (
	"slices"
)

// The rows kept in memory, and how many leave at once when there are more.
const (
	maxRows  = 100_000
	evictRow = 4_096
)

// list is the rows in the order of their numbers, the newest last, and the
// part of them that the filter takes. What is selected and what is at the top
// are numbers of deliveries, not positions: rows come and go around them.
type list struct {
	rows   []row
	seen   census
	match  func(*row) bool // nil takes everything
	shown  []int64         // the numbers of what match takes; unused without it
	cursor int64           // 0: nothing yet
	top    int64
	follow bool
}

// put adds rows, or replaces older states of them.
func (l *list) put(rows []row) {
	for i := range rows {
		l.putOne(&rows[i])
	}
	if len(l.rows) > maxRows+evictRow {
		n := len(l.rows) - maxRows
		l.rows = slices.Delete(l.rows, 0, n)
		first, _ := slices.BinarySearch(l.shown, l.rows[0].seq)
		l.shown = slices.Delete(l.shown, 0, first)
	}
	l.settle()
}

func (l *list) putOne(r *row) {
	switch i, found := l.find(r.seq); {
	case found && l.rows[i].rev > r.rev:
		return
	case found:
		l.rows[i] = *r
	case i == len(l.rows):
		l.rows = append(l.rows, *r)
		l.seen.count(r)
	case i == 0 && len(l.rows) >= maxRows:
		return // older than what is kept
	default:
		l.rows = slices.Insert(l.rows, i, *r)
		l.seen.count(r)
	}
	if l.match != nil {
		l.mark(r.seq, l.match(r))
	}
}

// forget empties the list; what it shows stays chosen by the same filter.
func (l *list) forget() {
	l.rows, l.seen, l.shown, l.cursor, l.top, l.follow = nil, nil, nil, 0, 0, true
}

// prepend adds rows in ascending order that are all older than what is there,
// in one go.
func (l *list) prepend(rows []row) {
	if len(l.rows) > 0 {
		n, _ := slices.BinarySearchFunc(rows, l.rows[0].seq, bySeq)
		rows = rows[:n]
	}
	rows = rows[max(0, len(rows)-max(0, maxRows-len(l.rows))):]
	l.rows = slices.Insert(l.rows, 0, rows...)
	for i := range rows {
		l.seen.count(&rows[i])
	}
	if l.match != nil {
		l.shown = slices.Insert(l.shown, 0, l.taken(rows)...)
	}
	l.settle()
}

func bySeq(r row, seq int64) int {
	switch {
	case r.seq < seq:
		return -1
	case r.seq > seq:
		return 1
	}
	return 0
}

// find returns where the row of a number is, or would be.
func (l *list) find(seq int64) (int, bool) {
	if n := len(l.rows); n == 0 || seq > l.rows[n-1].seq {
		return n, false
	}
	return slices.BinarySearchFunc(l.rows, seq, bySeq)
}

// mark adds a number to what is shown, or takes it away.
func (l *list) mark(seq int64, taken bool) {
	i, found := slices.BinarySearch(l.shown, seq)
	switch {
	case taken && !found:
		l.shown = slices.Insert(l.shown, i, seq)
	case !taken && found:
		l.shown = slices.Delete(l.shown, i, i+1)
	}
}

// filter shows only the rows that match takes, all of them if it is nil.
func (l *list) filter(match func(*row) bool) {
	l.match, l.shown = match, nil
	if match != nil {
		l.shown = l.taken(l.rows)
	}
	l.settle()
}

// narrow is filter for one that takes only what is shown already.
func (l *list) narrow(match func(*row) bool) {
	l.match = match
	at := 0
	l.shown = slices.DeleteFunc(l.shown, func(seq int64) bool {
		for at < len(l.rows) && l.rows[at].seq < seq {
			at++
		}
		return at == len(l.rows) || l.rows[at].seq != seq || !match(&l.rows[at])
	})
	l.settle()
}

func (l *list) taken(rows []row) []int64 {
	var seqs []int64
	for i := range rows {
		if l.match(&rows[i]) {
			seqs = append(seqs, rows[i].seq)
		}
	}
	return seqs
}

// len returns how many rows are shown.
func (l *list) len() int {
	if l.match != nil {
		return len(l.shown)
	}
	return len(l.rows)
}

// at returns the row at a position of what is shown.
func (l *list) at(i int) *row {
	if l.match != nil {
		i, _ = l.find(l.shown[i])
	}
	return &l.rows[i]
}

// position returns where a number is among what is shown, or would be.
func (l *list) position(seq int64) int {
	if l.match != nil {
		i, _ := slices.BinarySearch(l.shown, seq)
		return i
	}
	i, _ := l.find(seq)
	return i
}

// selected returns the row under the cursor, nil if there is none.
func (l *list) selected() *row {
	if l.len() == 0 {
		return nil
	}
	return l.at(min(l.position(l.cursor), l.len()-1))
}

// settle puts the cursor on a row that is shown.
func (l *list) settle() {
	n := l.len()
	if n == 0 {
		return
	}
	if l.follow {
		l.cursor = l.at(n - 1).seq
		return
	}
	l.cursor = l.selected().seq
}

// move moves the cursor by n rows. Upwards ends following.
func (l *list) move(n int) {
	if n < 0 {
		l.follow = false
	}
	if l.len() > 0 {
		i := min(l.position(l.cursor), l.len()-1) + n
		l.cursor = l.at(min(max(i, 0), l.len()-1)).seq
	}
}

// newest goes to the last row and follows from there.
func (l *list) newest() {
	l.follow = true
	l.settle()
}

// window returns the positions that a pane of h lines shows, and keeps the
// cursor among them. The top row stays where it is while others come.
func (l *list) window(h int) (from, to int) {
	n := l.len()
	if n == 0 || h <= 0 {
		return 0, 0
	}
	last := max(0, n-h)
	from = last
	if !l.follow {
		cursor := min(l.position(l.cursor), n-1)
		from = min(l.position(l.top), last)
		from = max(min(from, cursor), cursor-h+1)
	}
	l.top = l.at(from).seq
	return from, min(n, from+h)
}
