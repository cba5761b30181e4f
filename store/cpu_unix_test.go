//go:build unix

package store

import (
	"syscall"
	"time"
)

// cpuTime is what this process has used so far. On a shared machine it says
// more than the rate.
func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
