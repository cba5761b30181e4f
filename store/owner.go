package store

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// errLocked says that another process holds a lock.
var errLocked = errors.New("locked by another process")

// owner is this process's claim on the deliveries that it works on: a file in
// the store whose lock it holds while it lives.
type owner struct {
	id   string
	file *os.File
}

func ownerPath(dir, id string) string { return filepath.Join(dir, "owner-"+id+".lock") }

// newOwner makes the file and takes its lock. Between the two another process
// may find the file without a lock, think its owner dead and remove it; then a
// new name is tried.
func newOwner(dir string) (*owner, error) {
	for range 100 {
		var b [8]byte
		rand.Read(b[:])
		id := hex.EncodeToString(b[:])
		f, err := lockFile(ownerPath(dir, id), true, false)
		if errors.Is(err, errLocked) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if stillThere(f) {
			return &owner{id: id, file: f}, nil
		}
		f.Close()
	}
	return nil, fmt.Errorf("make a lock file in %s: it is removed each time", dir)
}

func stillThere(f *os.File) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(f.Name())
	return err == nil && os.SameFile(opened, named)
}

// checkThere fails where the store was removed, or replaced by another one, since
// it was opened: the numbers and the index of this process are not the new
// one's.
func (s *Store) checkThere() error {
	if stillThere(s.owner.file) {
		return nil
	}
	return fmt.Errorf("%s was removed while it was in use, a new start makes it again: %w", s.dir, os.ErrNotExist)
}

// release gives the claim up. The file goes first: while it is there it is
// locked. Windows removes no open file, and there the next opener does it.
func (o *owner) release() {
	os.Remove(o.file.Name())
	o.file.Close()
	os.Remove(o.file.Name())
}

// owners looks at the lock files of a store: which processes live, and which
// files were left by dead ones. The locks of the dead are held until the
// returned function is called, which removes their files if asked to.
func owners(dir string) (living map[string]bool, dead []string, done func(remove bool), err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, nil, err
	}
	living = map[string]bool{}
	var held []*os.File
	for _, entry := range entries {
		id, ok := ownerID(entry.Name())
		if !ok {
			continue
		}
		f, err := lockFile(filepath.Join(dir, entry.Name()), false, false)
		switch {
		case errors.Is(err, os.ErrNotExist):
		case err != nil: // locked, or not for us to judge
			living[id] = true
		default:
			dead, held = append(dead, id), append(held, f)
		}
	}
	done = func(remove bool) {
		for _, f := range held {
			if remove {
				os.Remove(f.Name())
			}
			f.Close()
			if remove {
				os.Remove(f.Name())
			}
		}
	}
	return living, dead, done, nil
}

func ownerID(name string) (string, bool) {
	id, ok := strings.CutPrefix(name, "owner-")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(id, ".lock")
}
