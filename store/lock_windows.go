//go:build windows

package store

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// errSharingViolation is ERROR_SHARING_VIOLATION, which package syscall does
// not name.
const errSharingViolation = syscall.Errno(32)

// lockFile opens path with sharing mode 0, so that nobody else can open it
// until it is closed or the process dies: that is the lock. It fails with
// errLocked where another has it open; with wait set it tries again until it
// gets it.
func lockFile(path string, create, wait bool) (*os.File, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	disposition := uint32(syscall.OPEN_EXISTING)
	if create {
		disposition = syscall.OPEN_ALWAYS
	}
	for {
		h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil,
			disposition, syscall.FILE_ATTRIBUTE_NORMAL|syscall.FILE_FLAG_OPEN_REPARSE_POINT, 0)
		switch {
		case err == nil:
			return os.NewFile(uintptr(h), path), nil
		case !errors.Is(err, errSharingViolation):
			return nil, &fs.PathError{Op: "open", Path: path, Err: err}
		case !wait:
			return nil, errLocked
		}
		time.Sleep(time.Millisecond)
	}
}

// othersMayWrite is false: who may write is a matter of access control lists
// here, which the directory passes on, and the mode bits say nothing.
func othersMayWrite(fs.FileInfo) bool { return false }

func othersMayRead(fs.FileInfo) bool { return false }
