package store

// together is after how many attempts all of them are recorded anew in one
// place: a delivery that is refused for a week stays quick to read.
const together = 512

// Conclude records the attempt of a claimed delivery that is the last of
// d.Attempts, and what follows from it. d is brought to where the rules of
// retries leave it; Commit.Indexed completes that with what its endpoint makes
// of it. With keep an open delivery stays in the hands of this process.
func (s *Store) Conclude(d *Delivery, r Result, keep bool) *Commit {
	switch {
	case s.log == nil:
		return failed(ErrReadOnly)
	case s.closed.Load():
		return failed(ErrClosed)
	}
	result := &r
	if d.ReturnsTo != "" || d.Endpoint == "" || !d.Scheduled {
		result = nil
	}
	d.Finish(r)
	owner := ""
	if keep && !Final(d.Status) {
		owner = s.owner.id
		s.holds.Store(true)
	}
	last := *d
	if len(d.Attempts)%together != 0 {
		last.Attempts = d.Attempts[max(0, len(d.Attempts)-1):]
	}
	if n := len(last.Attempts); n > 0 && last.Attempts[n-1].RequestBody == nil {
		last.Request.Body = nil // the same as before
	}
	if err := checkSizes(&last); err != nil {
		return failed(&WriteError{Kind: WriteRejected, Err: err})
	}
	c := newCommit()
	c.strict = !s.own.has(d)
	c.records = []*record{s.newState(&last, owner, result)}
	return s.log.enqueue(&item{commit: c, records: c.records})
}
