package send

import (
	"os"
	"syscall"
	"time"
	"unsafe"
)

// alarm lets one goroutine wait to within some 50 µs. The runtime's timers wait
// in epoll, which counts whole milliseconds; a timer of the kernel's that is
// read like a file wakes when it is due.
type alarm struct {
	file *os.File // nil where the kernel has none
	fd   uintptr
}

const clockMonotonic = 1 // CLOCK_MONOTONIC of <time.h>

func newAlarm() *alarm {
	fd, _, errno := syscall.Syscall(syscall.SYS_TIMERFD_CREATE, clockMonotonic, syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if errno != 0 {
		return &alarm{}
	}
	return &alarm{file: os.NewFile(fd, "timer"), fd: fd}
}

// wait lets d pass, or less if the alarm is stopped.
func (a *alarm) wait(d time.Duration) {
	if a.file == nil {
		time.Sleep(d)
		return
	}
	// An interval, which is none, and the time until the timer is due.
	spec := [2]syscall.Timespec{1: syscall.NsecToTimespec(max(1, int64(d)))}
	_, _, errno := syscall.Syscall6(syscall.SYS_TIMERFD_SETTIME, a.fd, 0, uintptr(unsafe.Pointer(&spec)), 0, 0, 0)
	if errno != 0 {
		time.Sleep(d)
		return
	}
	var expirations [8]byte
	a.file.Read(expirations[:]) // an error means that it was stopped
}

// stop ends a wait, and those to come, at once.
func (a *alarm) stop() {
	if a.file != nil {
		a.file.SetReadDeadline(time.Unix(1, 0))
	}
}

func (a *alarm) close() {
	if a.file != nil {
		a.file.Close()
	}
}
