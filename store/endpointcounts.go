package store

import "context"

// EndpointCounts are the deliveries that routing or a recovery made for an
// endpoint, by their present status. Tests, replays and what was sent by hand
// are not among them.
type EndpointCounts map[string]int64

// Open counts what is on its way.
func (c EndpointCounts) Open() int64 { return c[Pending] + c[Delivering] + c[Retrying] }

// SuccessRate is the share of the finished deliveries that were acknowledged;
// ok is false while nothing has finished.
func (c EndpointCounts) SuccessRate() (rate float64, ok bool) {
	finished := c[Succeeded] + c[Failed] + c[Dead]
	if finished == 0 {
		return 0, false
	}
	return float64(c[Succeeded]) / float64(finished), true
}

// countsSQL repeats the condition of the index deliveries_due, which holds all
// that it asks for.
const countsSQL = `SELECT endpoint, status, count(*) FROM deliveries
	WHERE endpoint IS NOT NULL AND trigger IN ('auto', 'recover') GROUP BY endpoint, status`

// EndpointStats returns the counts of all endpoints by their ids. An endpoint
// without deliveries is not in it.
func (s *Store) EndpointStats(ctx context.Context) (map[string]EndpointCounts, error) {
	if err := s.barrier(ctx); err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, countsSQL)
	if err != nil {
		return nil, s.closedOr(readError("count the deliveries of endpoints", err))
	}
	defer rows.Close()
	all := map[string]EndpointCounts{}
	for rows.Next() {
		var endpoint, status string
		var n int64
		if err := rows.Scan(&endpoint, &status, &n); err != nil {
			return nil, &CorruptError{"deliveries", err}
		}
		if all[endpoint] == nil {
			all[endpoint] = EndpointCounts{}
		}
		all[endpoint][status] = n
	}
	if err := rows.Err(); err != nil {
		return nil, s.closedOr(readError("count the deliveries of endpoints", err))
	}
	return all, nil
}
