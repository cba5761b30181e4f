package cmd

import (
	"errors"
	"os"
	"path/filepath"
)

// createFile writes a file that must not be there yet, as a symbolic link
// neither. With replace it takes the place of a file or a link, which stays as
// it is until the new one is complete.
func createFile(path string, data []byte, mode os.FileMode, replace bool) error {
	open := func() (*os.File, error) { return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode) }
	if replace {
		if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() && info.Mode()&os.ModeSymlink == 0 {
			return environmentError("cannot write %s: not a file", path)
		}
		open = func() (*os.File, error) { return os.CreateTemp(filepath.Dir(path), ".hooks-*") }
	}
	f, err := open()
	switch {
	case errors.Is(err, os.ErrExist):
		f := environmentError("%s exists, and is left alone", path)
		f.err = err
		return f
	case err != nil:
		return environmentError("cannot write %s: %s", path, cause(err))
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Close())
	if err == nil && replace {
		err = errors.Join(os.Chmod(f.Name(), mode), os.Rename(f.Name(), path))
	}
	if err != nil {
		os.Remove(f.Name())
		return environmentError("cannot write %s: %s", path, cause(err))
	}
	return nil
}

// thereAlready adds what to do about a file that createFile has left alone.
func thereAlready(err error, hint string) error {
	if errors.Is(err, os.ErrExist) {
		return asFailure(err).withHint("%s", hint)
	}
	return err
}

// createInFolder makes the folder that the file goes into, too.
func createInFolder(path string, data []byte, mode os.FileMode, replace bool) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return environmentError("cannot make %s: %s", filepath.Dir(path), cause(err))
	}
	return createFile(path, data, mode, replace)
}
