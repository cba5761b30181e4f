package store

import "context"

// commit indexes a batch in one transaction. What cannot be indexed for a
// reason of its own fails alone. A connection that cannot even roll back is
// replaced, so that the next try finds a sound one.
func (x *indexer) commit(batch []*item) error {
	for {
		failed, err := x.transact(context.Background(), func(s *statements) (*item, error) {
			failed, err := s.write(batch)
			x.changed = s.rev != s.began
			return failed, err
		})
		if failed == nil {
			return err
		}
		failed.err = writeError(err)
	}
}

// transact returns the item that made the transaction fail, if it was one.
func (x *indexer) transact(ctx context.Context, write func(*statements) (*item, error)) (*item, error) {
	x.turn.Lock()
	defer x.turn.Unlock()
	if x.conn == nil {
		if err := x.connect(ctx); err != nil {
			x.disconnect()
			return nil, err
		}
	}
	if err := untilFree(ctx, func() error { _, err := x.stmts.begin.exec(); return err }); err != nil {
		return nil, err
	}
	failed, err := write(x.stmts)
	if err == nil {
		_, err = x.stmts.commit.exec()
	}
	if err != nil {
		// After some errors SQLite has rolled back by itself; then this fails
		// on a sound connection, which is replaced all the same.
		if _, rollback := x.stmts.rollback.exec(); rollback != nil {
			x.disconnect()
		}
	}
	return failed, err
}
