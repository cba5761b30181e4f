package catalog

import (
	"context"

	"github.com/hooks-cli/hooks/crash"
	"github.com/hooks-cli/hooks/watch"
)

// Watch reads the folders again when a file in them changes, until ctx ends, and
// then closes the channel. Each change is reported: nil, or what is wrong, with
// the place in the file. While something is wrong, the set answers from what was
// right last. The channel is to be read.
func (s *Set) Watch(ctx context.Context) <-chan error {
	reports := make(chan error, 1)
	changes := watch.Folders(ctx, isCatalogName, s.dirs...)
	go func() {
		defer close(reports)
		defer crash.Catch(ctx)
		for range changes {
			select {
			case reports <- s.reload():
			case <-ctx.Done():
				return
			}
		}
	}()
	return reports
}

// reload takes the place of what was read before, if all files can be read.
func (s *Set) reload() error {
	fresh := Open(s.dirs...)
	if err := fresh.Load(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sources, s.entries, s.byName, s.err = fresh.sources, fresh.entries, fresh.byName, nil
	return nil
}
