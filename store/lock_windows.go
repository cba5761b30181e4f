//go:build windows

package store

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"
	"unsafe"
)

// errSharingViolation is ERROR_SHARING_VIOLATION, which package syscall does
// not name.
const errSharingViolation = syscall.Errno(32)

// ERROR_LOCK_VIOLATION, ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
const (
	errLockViolation  = syscall.Errno(33)
	errHandleDiskFull = syscall.Errno(39)
	errDiskFull       = syscall.Errno(112)
)

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

// lockShared opens a segment for appending and takes its exclusive lock, or
// fails with errLocked. With create it makes the file, or fails with
// fs.ErrExist. The lock is a byte far behind the end, because here nobody else
// could read what is locked.
func lockShared(path string, create bool) (*os.File, error) {
	flags := os.O_RDWR
	if create {
		flags |= os.O_CREATE | os.O_EXCL
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, err
	}
	const failImmediately, exclusive = 1, 2
	where := syscall.Overlapped{OffsetHigh: 1 << 30}
	ok, _, err := syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx").Call(f.Fd(), failImmediately|exclusive, 0, 1, 0,
		uintptr(unsafe.Pointer(&where)))
	if ok == 0 {
		f.Close()
		if errors.Is(err, errLockViolation) {
			return nil, errLocked
		}
		return nil, &fs.PathError{Op: "lock", Path: path, Err: err}
	}
	return f, nil
}

// syncDir does nothing: directories cannot be synced here.
func syncDir(string) error { return nil }

// isFull tells whether a write failed for want of room.
func isFull(err error) bool {
	return errors.Is(err, errHandleDiskFull) || errors.Is(err, errDiskFull)
}

// othersMayWrite is false: who may write is a matter of access control lists
// here, which the directory passes on, and the mode bits say nothing.
func othersMayWrite(fs.FileInfo) bool { return false }

func othersMayRead(fs.FileInfo) bool { return false }
