package cmd

import (
	"context"
	"errors"

	"github.com/hooks-cli/hooks/store"
)

// find gets the delivery that ref names, and says in which store there is none:
// a project may have another one than the directory beside it.
func (a *app) find(ctx context.Context, st *store.Store, ref string) (*store.Delivery, error) {
	d, err := st.Get(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		return nil, answerNo("no such delivery: %s in %s", cut(ref), st.Dir()).withHint("hooks log lists what there is")
	}
	return d, err
}
