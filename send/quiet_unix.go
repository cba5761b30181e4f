//go:build unix

package send

import (
	"errors"
	"net"
	"syscall"
)

// quiet tells whether nothing waits to be read from an idle connection: no
// bytes, no end, no reset. It does not block, and it reads nothing unless the
// connection is of no use anyway.
func quiet(c net.Conn) bool {
	socket, ok := c.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return false
	}
	var readErr error
	err = raw.Read(func(fd uintptr) bool {
		var one [1]byte
		_, readErr = syscall.Read(int(fd), one[:])
		return true
	})
	return err == nil && (errors.Is(readErr, syscall.EAGAIN) || errors.Is(readErr, syscall.EWOULDBLOCK))
}
