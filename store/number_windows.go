//go:build windows

package store

import "os"

// numberFile names the file of the counter of delivery numbers, which is open
// only while it is changed: being open is the lock.
type numberFile struct{ path string }

func openNumberFile(path string) (*numberFile, error) {
	f, err := lockFile(path, true, true)
	if err != nil {
		return nil, err
	}
	return &numberFile{path}, f.Close()
}

// locked calls change while no other process can.
func (n *numberFile) locked(change func(*os.File) error) error {
	f, err := lockFile(n.path, true, true)
	if err != nil {
		return err
	}
	defer f.Close()
	return change(f)
}

func (n *numberFile) close() error { return nil }
