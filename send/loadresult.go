package send

import (
	"slices"
	"sync"
	"time"

	"github.com/hooks-cli/hooks/provider"
	"github.com/hooks-cli/hooks/store"
)

// LoadResult is what a load measured.
type LoadResult struct {
	Started     time.Time
	Took        time.Duration // to the last answer
	Interrupted bool

	Requests     int64 // that were begun
	Acknowledged int64 // as the provider judges
	Canceled     int64 // that were in flight when it was interrupted; no other figure counts them
	Unsent       int64 // that were due and never begun, since every connection was busy
	BytesSent    int64

	Statuses [600]int64        // how many answers of each
	Errors   map[string]int64  // by store.Err… word
	Examples map[string]string // the first message of each

	// Latency is from when a request was due to the end of its answer. Requests
	// that timed out are in it, those that failed otherwise are not.
	Latency *Histogram
	// Late is how much later than due requests were begun; nothing is due where
	// they go as fast as they can.
	Late *Histogram
	Rows []LoadRow
}

// LoadRow is what was measured in one stretch of time.
type LoadRow struct {
	At       time.Duration // its end, from the start
	Length   time.Duration
	Requests int64
	Failed   int64 // that were not acknowledged
	P50, P99 time.Duration
	Max      time.Duration

	latency *Histogram
}

// measured is one request.
type measured struct {
	due, began, ended time.Time
	status            int
	kind              string
	err               error
	acknowledged      bool
	sent              int64
}

// loadShard is what some of the workers have measured.
type loadShard struct {
	mu            sync.Mutex
	total         LoadResult
	recent        *Histogram // since the last row
	count, failed int64
}

func newLoadShard() *loadShard {
	return &loadShard{recent: newHistogram(coarseBits), total: newLoadResult()}
}

func newLoadResult() LoadResult {
	return LoadResult{Errors: map[string]int64{}, Examples: map[string]string{}, Latency: newHistogram(fineBits), Late: newHistogram(fineBits)}
}

func (s *loadShard) add(m *measured) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &s.total
	if m.kind == store.ErrCanceled {
		t.Canceled++
		return
	}
	t.Requests++
	t.BytesSent += m.sent
	t.Late.add(m.began.Sub(m.due))
	if m.status > 0 && m.status < len(t.Statuses) {
		t.Statuses[m.status]++
	}
	if m.kind != "" {
		if t.Errors[m.kind]++; t.Errors[m.kind] == 1 {
			t.Examples[m.kind] = m.err.Error()
		}
	}
	s.count++
	if m.acknowledged {
		t.Acknowledged++
	} else {
		s.failed++
	}
	if m.kind == "" || m.kind == store.ErrRedirect || m.kind == store.ErrTimeout {
		latency := m.ended.Sub(m.due)
		t.Latency.add(latency)
		s.recent.add(latency)
	}
}

// result puts the shards together.
func (r *loadRun) result(rows []LoadRow) *LoadResult {
	all := newLoadResult()
	all.Started, all.Rows, all.Unsent = r.pace.start, rows, r.pace.unsent
	for _, s := range r.shards {
		all.merge(&s.total)
	}
	return &all
}

func (t *LoadResult) merge(other *LoadResult) {
	t.Requests += other.Requests
	t.Acknowledged += other.Acknowledged
	t.Canceled += other.Canceled
	t.BytesSent += other.BytesSent
	for i, n := range other.Statuses {
		t.Statuses[i] += n
	}
	for kind, n := range other.Errors {
		t.Errors[kind] += n
		t.Examples[kind] = other.Examples[kind]
	}
	t.Latency.merge(other.Latency)
	t.Late.merge(other.Late)
}

// Throughput is how many requests were begun a second.
func (t *LoadResult) Throughput() float64 {
	if t.Took <= 0 {
		return 0
	}
	return float64(t.Requests) / t.Took.Seconds()
}

// NobodyThere tells whether no request at all got a connection.
func (t *LoadResult) NobodyThere() bool {
	none := t.Errors[store.ErrConnect] + t.Errors[store.ErrDNS] + t.Errors[store.ErrTLS]
	return t.Requests > 0 && none == t.Requests
}

// acknowledging is what Judge says of every status.
func acknowledging(b provider.Behaviour) (acks [600]bool) {
	for status := range acks {
		acks[status] = Judge(b, &store.Attempt{StatusCode: status}) == Success
	}
	return acks
}

// loadRows cuts the measurement into stretches while it runs.
type loadRows struct {
	run   *loadRun
	done  chan struct{}
	group sync.WaitGroup
	rows  []LoadRow
	every int // how many ticks a row has
}

const (
	rowTick = 100 * time.Millisecond
	maxRows = 240 // of which two become one when there are more
)

func (t *loadRows) watch() {
	ticker := time.NewTicker(rowTick)
	defer ticker.Stop()
	t.every = 1
	last := time.Duration(0)
	for tick := 1; ; tick++ {
		finished := false
		select {
		case <-t.done:
			finished = true
		case <-ticker.C:
		}
		if tick%t.every != 0 && !finished {
			continue
		}
		now := t.run.now().Sub(t.run.pace.start)
		row := t.run.row()
		row.At, row.Length, last = now, now-last, now
		t.keep(row)
		if finished {
			return
		}
		if t.run.Progress != nil {
			t.run.Progress(LoadProgress{Passed: now, Requests: t.run.requests.Load(), Acknowledged: t.run.acknowledged.Load(), Recent: row})
		}
	}
}

// keep adds a row. What is left of a tick at the end belongs to the row before
// it.
func (t *loadRows) keep(row LoadRow) {
	if n := len(t.rows); n > 0 && row.Length < rowTick/2 {
		t.rows[n-1] = t.rows[n-1].and(row)
		return
	}
	t.rows = append(t.rows, row)
	if len(t.rows) < maxRows {
		return
	}
	t.every *= 2
	for i := range maxRows / 2 {
		t.rows[i] = t.rows[2*i].and(t.rows[2*i+1])
	}
	t.rows = slices.Delete(t.rows, maxRows/2, len(t.rows))
}

// row takes what was measured since the last one.
func (r *loadRun) row() LoadRow {
	row := LoadRow{latency: newHistogram(coarseBits)}
	for _, s := range r.shards {
		s.mu.Lock()
		row.latency.merge(s.recent)
		s.recent.reset()
		row.Requests, row.Failed = row.Requests+s.count, row.Failed+s.failed
		s.count, s.failed = 0, 0
		s.mu.Unlock()
	}
	return row.figured()
}

func (row LoadRow) figured() LoadRow {
	row.P50, row.P99, row.Max = row.latency.Quantile(0.5), row.latency.Quantile(0.99), row.latency.Max()
	return row
}

// and is the row of two that follow each other.
func (row LoadRow) and(next LoadRow) LoadRow {
	row.latency.merge(next.latency)
	row.At, row.Length = next.At, row.Length+next.Length
	row.Requests, row.Failed = row.Requests+next.Requests, row.Failed+next.Failed
	return row.figured()
}
