//go:build unix

package store

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// lockFile opens path, making it where create is set, and takes its exclusive
// lock. The kernel drops the lock when the file is closed or the process dies,
// however it dies. It fails with errLocked where another holds the lock; with
// wait set it waits for it.
//
// flock belongs to the open file and not to the process, as fcntl's locks do:
// two stores of one process exclude each other like two processes.
func lockFile(path string, create, wait bool) (*os.File, error) {
	flags := os.O_RDWR | syscall.O_NOFOLLOW
	if create {
		flags |= os.O_CREATE
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if !create && errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		readable, again := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW, 0)
		if f = readable; !errors.Is(again, fs.ErrNotExist) {
			err = again // else it is the first one that says why it cannot be made
		}
	}
	if err != nil {
		return nil, err
	}
	if create {
		err = f.Chmod(0o600) // a umask may have taken the owner's bits
	}
	if err == nil {
		err = flock(f, wait)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// lockShared opens a segment for appending and takes its exclusive lock, or
// fails with errLocked. Others may read the file meanwhile. With create it makes
// the file, or fails with fs.ErrExist.
func lockShared(path string, create bool) (*os.File, error) {
	flags := os.O_RDWR | syscall.O_NOFOLLOW
	if create {
		flags |= os.O_CREATE | os.O_EXCL
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, err
	}
	if create {
		err = f.Chmod(0o600)
	}
	if err == nil {
		err = flock(f, false)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func flock(f *os.File, wait bool) error {
	how := syscall.LOCK_EX
	if !wait {
		how |= syscall.LOCK_NB
	}
	for {
		err := syscall.Flock(int(f.Fd()), how)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return errLocked
		}
		return err
	}
}

func funlock(f *os.File) { _ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }

// syncDir makes the names of new files in a directory survive a power loss.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); !errors.Is(err, syscall.EINVAL) { // as of file systems that cannot
		return err
	}
	return nil
}

// othersMayWrite tells whether the permission bits let anybody but the owner
// change a file.
func othersMayWrite(info fs.FileInfo) bool { return info.Mode().Perm()&0o022 != 0 }

// othersMayRead is the same for reading.
func othersMayRead(info fs.FileInfo) bool { return info.Mode().Perm()&0o044 != 0 }

// isFull tells whether a write failed for want of room.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}
