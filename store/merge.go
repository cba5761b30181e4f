package store

// mergeSaves lets a delivery that is appended and saved in the same batch be
// one row that is written once, in its last state.
func mergeSaves(batch []*item) {
	var fresh map[int64]*record
	var items map[int64]*item
	for _, it := range batch {
		for _, r := range it.records {
			if r.kind == kindDelivery {
				if fresh == nil {
					fresh, items = make(map[int64]*record, len(batch)), make(map[int64]*item, len(batch))
				}
				fresh[r.d.Seq], items[r.d.Seq] = r, it
				continue
			}
			// What an attempt means for its endpoint is decided by itself.
			if into := fresh[r.d.Seq]; into != nil && r.d.Endpoint == "" {
				into.become(r)
				it.into = items[r.d.Seq]
			}
		}
	}
}

// become takes over what Save may change.
func (r *record) become(saved *record) {
	d, later := r.d, saved.d
	d.Status, d.NextAttemptAt, d.Endpoint = later.Status, later.NextAttemptAt, later.Endpoint
	r.owner, r.stamp = saved.owner, max(r.stamp, saved.stamp)
	if len(later.Attempts) > 0 {
		d.Attempts = later.Attempts
	}
	if saved.request == requestWhole {
		d.Request.BodySize = later.Request.BodySize
	}
	last := r
	for last.later != nil {
		last = last.later
	}
	last.later = saved
}
