//go:build unix

package listen

import (
	"syscall"
	"time"
)

// cpuTime is what the process has used so far, which a busy machine does not
// change as it does elapsed time.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
