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

// limitFiles makes every file of this process end at n bytes, as on a full disk.
func limitFiles(n uint64) {
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
		panic(err)
	}
}
