//go:build !linux && !darwin && !freebsd

package cmd

// freeSpace is not asked for here.
func freeSpace(string) (free int64, known bool) { return 0, false }
