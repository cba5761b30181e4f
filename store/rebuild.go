package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// damagedSuffix is what Rebuild puts behind the names of the old index.
const damagedSuffix = ".damaged"

// Rebuild makes the index of the store in dir anew from its log, and returns
// what the store then has to say, as Warnings does. The old index is kept beside
// the new one under another name. Nobody else may use the store meanwhile, which
// is an *OpenError. Deliveries that were pruned come back where their bytes are
// still in the log.
func Rebuild(ctx context.Context, dir string, o Options) ([]string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, &OpenError{dir, err}
	}
	list, err := listSegments(dir)
	if err != nil {
		return nil, &OpenError{dir, err}
	}
	if len(list) == 0 {
		return nil, &OpenError{dir, errors.New("there is no log to make the index from")}
	}
	living, _, done, err := owners(dir)
	if err != nil {
		return nil, &OpenError{dir, err}
	}
	done(false)
	if len(living) > 0 {
		return nil, &OpenError{dir, fmt.Errorf("%d processes use it: end them first", len(living))}
	}
	for _, suffix := range []string{"-wal", "-shm", ""} {
		path := filepath.Join(dir, fileName+suffix)
		err := os.Rename(path, filepath.Join(dir, fileName+damagedSuffix+suffix))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, &OpenError{dir, err}
		}
	}
	o.ReadOnly = false
	s, err := Open(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	return s.Warnings(), s.Close()
}
