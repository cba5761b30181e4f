package tui

import (
	"context"
	"iter"

	"github.com/hooks-cli/hooks/store"
)

// source is what the view asks of a store.
type source interface {
	List(ctx context.Context, q store.Query) iter.Seq2[*store.Delivery, error]
	Get(ctx context.Context, ref string) (*store.Delivery, error)
	Changes(ctx context.Context, afterRev int64, limit int) ([]*store.Delivery, error)
	Rev(ctx context.Context) (int64, error)
	Listeners(ctx context.Context) ([]store.Listener, error)
	// watch returns a channel that yields after every commit by any process,
	// and what ends it.
	watch(ctx context.Context) (<-chan struct{}, func(), error)
}

type storeSource struct{ *store.Store }

func fromStore(s *store.Store) source { return storeSource{s} }

func (s storeSource) watch(ctx context.Context) (<-chan struct{}, func(), error) {
	w, err := s.Watch(ctx)
	if err != nil {
		return nil, nil, err
	}
	return w.C, func() { w.Close() }, nil
}
