package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// makeDir makes the store's directory with mode 0700 whatever the umask.
func makeDir(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case err == nil && !info.IsDir():
		return &OpenError{dir, errors.New("not a directory")}
	case err == nil && othersMayWrite(info):
		return &OpenError{dir, fmt.Errorf("others may write to it (mode %04o)", info.Mode().Perm())}
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return &OpenError{dir, err}
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return &OpenError{dir, err}
	}
	if err := os.Mkdir(dir, 0o700); errors.Is(err, fs.ErrExist) {
		return makeDir(dir) // another process was faster
	} else if err != nil {
		return &OpenError{dir, err}
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return &OpenError{dir, err}
	}
	return nil
}

// checkFiles refuses files of the store that are not plain files of their
// owner's: through a symbolic link a repository could make the program write
// elsewhere.
func (s *Store) checkFiles() error {
	for _, name := range []string{fileName, fileName + "-wal", fileName + "-shm", numberName, secretsName, endpointsName} {
		path := filepath.Join(s.dir, name)
		info, err := os.Lstat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case errors.Is(err, syscall.ENOTDIR):
			return &OpenError{s.dir, errors.New("not a directory")}
		case err != nil:
			return &OpenError{path, err}
		}
		if err := plainFile(info); err != nil {
			return &OpenError{path, err}
		}
		if othersMayRead(info) {
			s.warn(fmt.Sprintf("others may read %s (mode %04o)", path, info.Mode().Perm()))
		}
	}
	return s.checkLog()
}

// checkLog refuses a directory of the log that leads elsewhere or that others
// may write to.
func (s *Store) checkLog() error {
	path := filepath.Join(s.dir, logName)
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return &OpenError{path, err}
	case !info.IsDir():
		return &OpenError{path, errors.New("it is not a directory")}
	case othersMayWrite(info):
		return &OpenError{path, fmt.Errorf("others may write to it (mode %04o)", info.Mode().Perm())}
	}
	return nil
}

// plainFile refuses everything that is not a regular file which only its owner
// may change.
func plainFile(info fs.FileInfo) error {
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return errors.New("it is a symbolic link")
	case info.IsDir():
		return errors.New("it is a directory")
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	case othersMayWrite(info):
		return fmt.Errorf("others may write to it (mode %04o)", info.Mode().Perm())
	}
	return nil
}

// mustExist fails with fs.ErrNotExist also for a file without anything in it: a
// start on a full disk leaves one.
func mustExist(path string) error {
	info, err := os.Lstat(path)
	if err == nil && info.Size() == 0 && info.Mode().IsRegular() && !isThere(path+"-wal") {
		err = fs.ErrNotExist
	}
	if err != nil {
		return &OpenError{filepath.Dir(path), err}
	}
	return nil
}

// openError gives what Open met its type.
func openError(dir string, err error) error {
	var open *OpenError
	var version *VersionError
	var foreign *ForeignError
	var corrupt *CorruptError
	if errors.As(err, &open) || errors.As(err, &version) || errors.As(err, &foreign) || errors.As(err, &corrupt) {
		return err
	}
	if kind, ok := writeError(err).(*WriteError); ok && kind.Kind == WriteDamaged {
		return &CorruptError{What: "store " + dir, Err: err}
	}
	return &OpenError{dir, err}
}
