package store

import "context"

// Notifier stands in the place of the provider of notices.
const Notifier = "hooks"

// IsNotice tells whether d says what has become of an endpoint or a delivery.
// Notices are recorded like events that were raised, but go to nobody: no
// endpoint gets them and no rate counts them.
func (d *Delivery) IsNotice() bool {
	return d.Direction == Out && d.Status == Captured && d.Event != nil && d.Event.Provider == Notifier
}

// noticesSQL is IsNotice, worded as the index deliveries_notices is.
const noticesSQL = "provider = 'hooks' AND direction = 'out' AND status = 'captured'"

// Notices returns up to limit notices that came after the change afterRev, as
// Changes does. It reads what is indexed by now and makes nobody hurry: what is
// missing is there at the next look.
func (s *Store) Notices(ctx context.Context, afterRev int64, limit int) ([]*Delivery, error) {
	l, err := s.load(ctx, false, columns+"WHERE "+noticesSQL+" AND rev > ? ORDER BY rev LIMIT ?", afterRev, limit)
	found := make([]*Delivery, len(l.found))
	for i, d := range l.found {
		found[i] = d.Delivery
	}
	return found, err
}
