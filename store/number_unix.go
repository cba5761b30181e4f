//go:build unix

package store

import "os"

// numberFile holds the counter of delivery numbers open.
type numberFile struct{ f *os.File }

func openNumberFile(path string) (*numberFile, error) {
	f, err := lockFile(path, true, true)
	if err != nil {
		return nil, err
	}
	funlock(f)
	return &numberFile{f}, nil
}

// locked calls change while no other process can.
func (n *numberFile) locked(change func(*os.File) error) error {
	if err := flock(n.f, true); err != nil {
		return err
	}
	defer funlock(n.f)
	return change(n.f)
}

func (n *numberFile) close() error { return n.f.Close() }
